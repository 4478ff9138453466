/** Components inside a component: where one waits in an import, so do those that called it. */
import { describe, expect, it } from 'vitest';
import { ComponentError, expectPoisoned, gate, load, MEMORY, rejectionOf, settle } from './support.js';

const NAMES = ['twice', 'say', 'find', 'trap-after'] as const;

const TYPES = {
  twice: '(param "n" u32) (result u32)',
  say: '(param "s" string) (result string)',
  find: '(param "n" u32) (result (result u8 (error string)))',
  'trap-after': '(param "n" u32) (result u32)',
};

/** Asks the app; the core functions take what the lifted ones do. */
const INNER = `(component $Inner
  (import "get" (func $get (param "n" u32) (result u32)))
  (import "text" (func $text (param "s" string) (result (result string (error string)))))
  ${MEMORY}
  (core func $get' (canon lower (func $get)))
  (core func $text' (canon lower (func $text) (memory $memory) (realloc $realloc)))
  (core module $M
    (import "" "get" (func $get (param i32) (result i32)))
    (import "" "text" (func $text (param i32 i32 i32)))
    (import "" "memory" (memory 1))
    (global $freed (mut i32) (i32.const 0))
    (func (export "twice") (param i32) (result i32) (i32.add (call $get (local.get 0)) (call $get (local.get 0))))
    ;; The string of the ok case lies behind the discriminant.
    (func (export "say") (param i32 i32) (result i32) (call $text (local.get 0) (local.get 1) (i32.const 16)) (i32.const 20))
    (func (export "freed-say") (param i32) (global.set $freed (i32.add (global.get $freed) (i32.const 1))))
    (func (export "freed") (result i32) (global.get $freed))
    (func (export "find") (param i32) (result i32)
      (call $text (i32.const 0) (i32.const 0) (i32.const 32))
      ;; An error goes on as it is; otherwise ok(n).
      (if (i32.eqz (i32.load8_u (i32.const 32))) (then (i32.store8 (i32.const 36) (local.get 0))))
      (i32.const 32))
    (func (export "trap-after") (param i32) (result i32) (drop (call $get (local.get 0))) unreachable))
  (core instance $m (instantiate $M (with "" (instance
    (export "get" (func $get')) (export "text" (func $text')) (export "memory" (memory $memory))))))
  (func (export "twice") ${TYPES.twice} (canon lift (core func $m "twice")))
  (func (export "say") ${TYPES.say}
    (canon lift (core func $m "say") (memory $memory) (realloc $realloc) (post-return (core func $m "freed-say"))))
  (func (export "find") ${TYPES.find} (canon lift (core func $m "find") (memory $memory)))
  (func (export "trap-after") ${TYPES['trap-after']} (canon lift (core func $m "trap-after")))
  (func (export "freed") (result u32) (canon lift (core func $m "freed"))))`;

/** Calls another component's functions of the same names; adds one to `twice`. */
const outer = (name: string) => `(component $${name}
  ${NAMES.map((it) => `(import "${it}" (func $${it} ${TYPES[it]}))`).join('\n')}
  ${MEMORY}
  ${NAMES.map((it) => `(core func $${it}' (canon lower (func $${it}) (memory $memory) (realloc $realloc)))`).join('\n')}
  (core module $M
    (import "" "twice" (func $twice (param i32) (result i32)))
    (import "" "say" (func $say (param i32 i32 i32)))
    (import "" "find" (func $find (param i32 i32)))
    (import "" "trap-after" (func $trap-after (param i32) (result i32)))
    (func (export "twice") (param i32) (result i32) (i32.add (i32.const 1) (call $twice (local.get 0))))
    (func (export "say") (param i32 i32) (result i32) (call $say (local.get 0) (local.get 1) (i32.const 16)) (i32.const 16))
    (func (export "find") (param i32) (result i32) (call $find (local.get 0) (i32.const 32)) (i32.const 32))
    (func (export "trap-after") (param i32) (result i32)
      try (result i32) (call $trap-after (local.get 0)) catch_all (i32.const 99) end))
  (core instance $m (instantiate $M (with "" (instance
    ${NAMES.map((it) => `(export "${it}" (func $${it}'))`).join(' ')}))))
  ${NAMES.map(
    (it) =>
      `(func (export "${it}") ${TYPES[it]} (canon lift (core func $m "${it}") (memory $memory) (realloc $realloc)))`,
  ).join('\n')})`;

const pass = (from: string) => NAMES.map((it) => `(with "${it}" (func $${from} "${it}"))`).join(' ');

const WAT = `(component
  (import "get" (func $get (param "n" u32) (result u32)))
  (import "text" (func $text (param "s" string) (result (result string (error string)))))
  ${INNER}
  ${outer('Middle')}
  ${outer('Outer')}
  (instance $inner (instantiate $Inner (with "get" (func $get)) (with "text" (func $text))))
  (instance $middle (instantiate $Middle ${pass('inner')}))
  (instance $outer (instantiate $Outer ${pass('middle')}))
  (export "demo:n/inner" (instance $inner))
  (export "demo:n/outer" (instance $outer)))`;

async function make(change: Record<string, unknown> = {}) {
  const imports = {
    get: async (n: number) => {
      await settle();
      return n;
    },
    text: async (s: string) => {
      await settle();
      return `${s}!`;
    },
    ...change,
  };
  return (await load(WAT)).instantiate({ imports, async: true });
}

describe('a call through two components to one that waits', () => {
  it('gets numbers, strings and results through, as often as one likes', async () => {
    const { exports } = await make();
    for (let i = 1; i <= 3; i++) {
      expect(await exports.outer.twice(i)).toBe(2 * i + 2);
      expect(await exports.outer.say('hé')).toBe('hé!');
      expect(await exports.outer.find(i)).toBe(i);
      // What it returned is given back once the caller has it.
      expect(await exports.inner.freed()).toBe(i);
    }
  });

  it('gets an error of the app through, as the error of its result', async () => {
    const instance = await make({ text: () => Promise.reject(new ComponentError('no such key')) });
    const error = await rejectionOf(instance.exports.outer.find(1));
    expect(error).toMatchObject({ code: 'component-error', payload: 'no such key' });
    expect(instance.state).toBe('idle');
    expect(await instance.exports.outer.twice(1)).toBe(4);
  });

  it('can be made of the inner component and of the outer one in turn', async () => {
    const { exports } = await make();
    expect(await Promise.all([exports.outer.twice(1), exports.inner.twice(1), exports.outer.say('a')])).toEqual([
      4,
      2,
      'a!',
    ]);
  });

  it('keeps the whole plugin busy meanwhile', async () => {
    const { call, open, calls } = gate<number>();
    const instance = await make({ get: call });
    const [first, second] = [instance.exports.outer.twice(1), instance.exports.inner.freed()];
    for (const n of [10, 20]) {
      await settle();
      expect(instance.state).toBe('busy');
      open(n);
    }
    expect(await Promise.all([first, second])).toEqual([32, 0]);
    expect(calls).toEqual([[1], [1]]);
  });

  it('is refused to the import at its end', async () => {
    const codes: unknown[] = [];
    const instance: any = await make({
      get: async (n: number) => {
        await settle();
        codes.push((await rejectionOf(instance.exports.inner.freed())).code);
        return n;
      },
    });
    expect(await instance.exports.outer.twice(1)).toBe(4);
    expect(codes).toEqual(['reentrant', 'reentrant']);
  });

  it.each([
    ['the app fails', 'twice', { get: () => Promise.reject(new Error('offline')) }, 'import-failed'],
    ['the inner component traps after it waited', 'trapAfter', {}, 'trap'],
    ['the app answers wrongly', 'say', { text: async () => 7 }, 'import-failed'],
  ])('poisons all, caught or not, where %s', async (_what, name, change, code) => {
    const instance = await make(change);
    const error = await rejectionOf(instance.exports.outer[name](name === 'say' ? 'a' : 1));
    expect(error.code).toBe(code);
    await expectPoisoned(instance, error, () => instance.exports.inner.freed());
    await expectPoisoned(instance, error, () => instance.exports.outer.twice(1));
  });
});

describe('a resource of an inner component', () => {
  const RESOURCES = `(component
    (import "get" (func $get (param "n" u32) (result u32)))
    (component $Inner
      (import "get" (func $get (param "n" u32) (result u32)))
      (core func $get' (canon lower (func $get)))
      (core module $Drops
        (global $dropped (mut i32) (i32.const 0))
        (func (export "drop") (param i32) (global.set $dropped (i32.add (global.get $dropped) (local.get 0))))
        (func (export "dropped") (result i32) (global.get $dropped)))
      (core instance $drops (instantiate $Drops))
      (type $box' (resource (rep i32) (dtor (core func $drops "drop"))))
      (core func $new (canon resource.new $box'))
      (core module $M
        (import "" "get" (func $get (param i32) (result i32)))
        (import "" "new" (func $new (param i32) (result i32)))
        (func (export "make") (param i32) (result i32) (call $new (call $get (local.get 0))))
        (func (export "value") (param i32) (result i32) (call $get (local.get 0))))
      (core instance $m (instantiate $M (with "" (instance (export "get" (func $get')) (export "new" (func $new))))))
      (export $box "box" (type $box'))
      (func (export "make") (param "n" u32) (result (own $box)) (canon lift (core func $m "make")))
      (func (export "value") (param "it" (borrow $box)) (result u32) (canon lift (core func $m "value")))
      (func (export "dropped") (result u32) (canon lift (core func $drops "dropped"))))
    (instance $inner (instantiate $Inner (with "get" (func $get))))
    (alias export $inner "box" (type $box))
    (core func $make (canon lower (func $inner "make")))
    (core func $value (canon lower (func $inner "value")))
    (core func $drop (canon resource.drop $box))
    (core module $M
      (import "" "make" (func $make (param i32) (result i32)))
      (import "" "value" (func $value (param i32) (result i32)))
      (import "" "drop" (func $drop (param i32)))
      ;; Makes one, asks it twice and drops it; with 0, drops it first.
      (func (export "use") (param i32) (result i32) (local i32)
        (local.set 1 (call $make (local.get 0)))
        (if (i32.eqz (local.get 0)) (then (call $drop (local.get 1))))
        (i32.add (call $value (local.get 1)) (call $value (local.get 1)))
        (call $drop (local.get 1))))
    (core instance $m (instantiate $M (with "" (instance
      (export "make" (func $make)) (export "value" (func $value)) (export "drop" (func $drop))))))
    (func (export "use") (param "n" u32) (result u32) (canon lift (core func $m "use")))
    (export "dropped" (func $inner "dropped")))`;

  it('is made, lent and dropped by the outer one, in calls that wait', async () => {
    const get = async (n: number) => {
      await settle();
      return n;
    };
    const instance = await (await load(RESOURCES)).instantiate({ imports: { get }, async: ['get'] });
    expect(await instance.exports.use(5)).toBe(10);
    expect(await instance.exports.use(6)).toBe(12);
    expect(await instance.exports.dropped()).toBe(11);
    const error = await rejectionOf(instance.exports.use(0));
    expect(error.message).toMatch(/the guest broke the canonical ABI: there is no handle 1$/);
    await expectPoisoned(instance, error, () => instance.exports.dropped());
  });
});
