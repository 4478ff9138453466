/** Functions of the app that a guest calls: what they answer, what they throw, whom they may call. */
import { describe, expect, it } from 'vitest';
import { ComponentError, HatchwayError } from '../../src/errors/index.js';
import type { Instance } from '../../src/host/index.js';
import { expectPoisoned, failureOf, instantiate, load, rejectionOf } from './support.js';

const CALLS: readonly [name: string, params: string, flat: string, result: string, core: string][] = [
  ['nothing', '', '', '', ''],
  ['number', '(param "n" u8)', 'i32', '(result u8)', '(result i32)'],
  ['truth', '', '', '(result bool)', '(result i32)'],
  ['letter', '', '', '(result char)', '(result i32)'],
  ['long', '(param "n" s64)', 'i64', '(result s64)', '(result i64)'],
];

/** Each import `x` is called by the export `x`, which answers what it answered. */
const WAT = `(component
  (core module $Memory
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024)))
  (core instance $mem (instantiate $Memory))
  (alias core export $mem "memory" (core memory $memory))
  (alias core export $mem "realloc" (core func $realloc))
  ${CALLS.map(([name, params, , result]) => `(import "${name}" (func $${name} ${params} ${result})) (core func $${name}' (canon lower (func $${name})))`).join('\n')}
  (import "text" (func $text (param "s" string) (result string)))
  (core func $text' (canon lower (func $text) (memory $memory) (realloc $realloc)))
  (import "find" (func $find (param "n" u32) (result (result u8 (error string)))))
  (core func $find' (canon lower (func $find) (memory $memory) (realloc $realloc)))
  (import "check" (func $check (result (result))))
  (core func $check' (canon lower (func $check)))
  (core module $M
    ${CALLS.map(([name, , flat, , core]) => `(import "" "${name}" (func $${name} (param ${flat}) ${core}))`).join('\n')}
    (import "" "text" (func $text (param i32 i32 i32)))
    (import "" "find" (func $find (param i32 i32)))
    (import "" "check" (func $check (result i32)))
    ${CALLS.map(([name, , flat, , core]) => `(func (export "${name}") (param ${flat}) ${core} (call $${name} ${flat ? '(local.get 0)' : ''}))`).join('\n')}
    (func (export "text") (param i32 i32) (result i32) (call $text (local.get 0) (local.get 1) (i32.const 16)) (i32.const 16))
    (func (export "find") (param i32) (result i32) (call $find (local.get 0) (i32.const 32)) (i32.const 32))
    (func (export "check") (result i32) (call $check))
    ;; Catches whatever the import throws, and answers as if nothing had happened.
    (func (export "swallow") (param i32) (result i32)
      try (result i32)
        (call $number (local.get 0))
      catch_all
        i32.const 99
      end)
    (func (export "swallow-text") (param i32 i32) (result i32)
      try
        (call $text (local.get 0) (local.get 1) (i32.const 16))
      catch_all
      end
      i32.const 99)
    ;; Catches, and calls the import again.
    (func (export "insist") (param i32) (result i32)
      try (result i32)
        (call $number (local.get 0))
      catch_all
        (call $number (i32.const 1))
      end))
  (core instance $m (instantiate $M (with "" (instance
    ${CALLS.map(([name]) => `(export "${name}" (func $${name}'))`).join(' ')}
    (export "text" (func $text')) (export "find" (func $find')) (export "check" (func $check'))))))
  ${CALLS.map(([name, params, , result]) => `(func (export "${name}") ${params} ${result} (canon lift (core func $m "${name}")))`).join('\n')}
  (func (export "text") (param "s" string) (result string) (canon lift (core func $m "text") (memory $memory) (realloc $realloc)))
  (func (export "find") (param "n" u32) (result (result u8 (error string))) (canon lift (core func $m "find") (memory $memory)))
  (func (export "check") (result (result)) (canon lift (core func $m "check")))
  (func (export "swallow") (param "n" u8) (result u8) (canon lift (core func $m "swallow")))
  (func (export "swallow-text") (param "s" string) (result u8) (canon lift (core func $m "swallow-text") (memory $memory) (realloc $realloc)))
  (func (export "insist") (param "n" u8) (result u8) (canon lift (core func $m "insist"))))`;

type Functions = Record<string, (...args: any[]) => unknown>;

const FINE: Functions = {
  nothing: () => undefined,
  number: (n: number) => n,
  truth: () => true,
  letter: () => 'x',
  long: (n: bigint) => n,
  text: (s: string) => s,
  find: (n: number) => n,
  check: () => undefined,
};

const make = (change: Functions = {}) => instantiate(WAT, { ...FINE, ...change });
const throwing = (value: unknown) => () => {
  throw value;
};

describe('what an import answers', () => {
  it('comes to the guest', async () => {
    const { sync } = await make();
    expect(sync.nothing()).toBe(undefined);
    expect(sync.number(200)).toBe(200);
    expect(sync.truth()).toBe(true);
    expect(sync.letter()).toBe('x');
    expect(sync.long(-5n)).toBe(-5n);
    expect(sync.text('hé')).toBe('hé');
    expect(sync.find(7)).toBe(7);
    expect(sync.check()).toBe(undefined);
  });

  it('of a function without a result does not matter', async () => {
    expect((await make({ nothing: () => 'surprise' })).sync.nothing()).toBe(undefined);
  });

  const wrong: [func: string, args: unknown[], answer: unknown, says: RegExp][] = [
    [
      'number',
      [1],
      256,
      /the import number failed: the result: expected u8 \(an integer from 0 to 255\), got the number 256/,
    ],
    ['number', [1], '7', /got the string "7"/],
    ['number', [1], undefined, /got undefined/],
    ['truth', [], 1, /the import truth failed: the result: expected bool \(true or false\), got the number 1/],
    ['letter', [], 'ab', /the result: expected char/],
    ['long', [1n], 1, /the result: expected s64/],
    ['text', ['a'], 7, /the import text failed: the result: expected string, got the number 7/],
    ['text', ['a'], undefined, /got undefined/],
    ['find', [1], 'x', /the import find failed: the result: expected u8/],
    ['find', [1], { tag: 'ok', val: 1 }, /the result: expected u8 .* got an object/],
    ['find', [1], { tag: 'err', val: 'a' }, /the result: expected u8 .* got an object/],
  ];
  it.each(wrong.map((row, i) => [i, ...row] as const))(
    '%i: of the wrong type poisons: %s',
    async (_i, func, args, answer, says) => {
      const instance = await make({ [func]: () => answer });
      const error = failureOf(() => instance.sync[func](...args));
      expect(error.code).toBe('import-failed');
      expect(error.message).toMatch(says);
      expect(error.cause).toMatchObject({ code: 'argument' });
      expectPoisoned(instance, error, () => instance.sync.number(1));
    },
  );

  it.each([
    ['number', [1]],
    ['text', ['a']],
    ['find', [1]],
    ['check', []],
    ['nothing', []],
  ] as const)('that is a promise nobody declared poisons: %s', async (func, args) => {
    const instance = await make({ [func]: async () => 1 });
    const error = failureOf(() => instance.sync[func](...args));
    expect(error.code).toBe('import-failed');
    expect(error.message).toMatch(/it returned a promise/);
    expect(instance.state).toBe('poisoned');
  });
});

describe('what an import throws', () => {
  it.each([
    ['an Error', new Error('disk full'), 'disk full'],
    ['a TypeError', new TypeError('no'), 'no'],
    ['a string', 'oops', 'it threw something that is not an Error'],
    ['nothing', undefined, 'it threw something that is not an Error'],
    ['null', null, 'it threw something that is not an Error'],
    ['an object like a HatchwayError', { code: 'poisoned', message: 'x' }, 'it threw something that is not an Error'],
  ])('%s poisons, and is kept as the cause', async (_what, thrown, says) => {
    for (const [func, ...args] of [['number', 1], ['text', 'a'], ['find', 1], ['nothing']] as const) {
      const plugin = await load(WAT);
      const instance = await plugin.instantiate({ imports: { ...FINE, [func]: throwing(thrown) } });
      const neighbour = await plugin.instantiate({ imports: FINE });
      const error = failureOf(() => instance.sync[func](...args));
      expect(error.code).toBe('import-failed');
      expect(error.message).toMatch(new RegExp(`^plugin "guest".*: the import ${func} failed: ${says}`));
      expect(error.message).toMatch(/To answer with the error of a result, throw a ComponentError with the payload\.$/);
      expect(error.cause).toBe(thrown);
      expectPoisoned(instance, error, () => instance.sync.number(1));
      expect(neighbour.sync.number(1)).toBe(1);
    }
  });

  it('a ComponentError is the error of the result, and nothing is poisoned', async () => {
    const instance = await make({
      find: throwing(new ComponentError('no such key')),
      check: throwing(new ComponentError(undefined)),
    });
    const error = failureOf(() => instance.sync.find(1));
    expect(error).toBeInstanceOf(ComponentError);
    expect(error).toMatchObject({ code: 'component-error', payload: 'no such key', plugin: 'guest' });
    expect(error.message).toContain('the component answered with an error: the string "no such key"');
    expect(failureOf(() => instance.sync.check())).toMatchObject({ code: 'component-error', payload: undefined });
    expect(await rejectionOf(instance.exports.find(1))).toMatchObject({ payload: 'no such key' });
    expect(instance.state).toBe('idle');
    expect(instance.sync.number(3)).toBe(3);
  });

  it('a ComponentError with a payload of another type poisons', async () => {
    const instance = await make({ find: throwing(new ComponentError(7)) });
    const error = failureOf(() => instance.sync.find(1));
    expect(error.code).toBe('import-failed');
    expect(error.message).toMatch(/the import find failed: the result: expected string, got the number 7/);
    expect(instance.state).toBe('poisoned');
  });

  it('a ComponentError where the function has no result poisons', async () => {
    const thrown = new ComponentError('nowhere to go');
    for (const [func, ...args] of [['number', 1], ['text', 'a'], ['nothing']] as const) {
      const instance = await make({ [func]: throwing(thrown) });
      const error = failureOf(() => instance.sync[func](...args));
      expect(error).not.toBeInstanceOf(ComponentError);
      expect(error).toMatchObject({ code: 'import-failed', cause: thrown });
      expect(instance.state).toBe('poisoned');
    }
  });

  it('an error of another instance, called inside, is the cause', async () => {
    const inner = await make({ number: throwing(new Error('deep')) });
    const outer = await make({ number: (n: number) => inner.sync.number(n) });
    const error = failureOf(() => outer.sync.number(1));
    expect(error).toMatchObject({ code: 'import-failed', plugin: 'guest' });
    expect(error.cause).toMatchObject({ code: 'import-failed', cause: { message: 'deep' } });
    expect([inner.state, outer.state]).toEqual(['poisoned', 'poisoned']);
  });

  it('nor can the guest hide it by catching', async () => {
    const thrown = new Error('disk full');
    for (const [func, ...args] of [
      ['swallow', 1],
      ['swallowText', 'a'],
      ['insist', 0],
    ] as const) {
      let calls = 0;
      const failing = () => {
        if (++calls === 1) throw thrown;
        return 1;
      };
      const instance = await make({ number: failing, text: failing as never });
      const error = failureOf(() => instance.sync[func](...args));
      expect(error).toMatchObject({ code: 'import-failed', cause: thrown });
      expectPoisoned(instance, error, () => instance.sync.number(1));
      // A guest that caught one failure cannot call out any more.
      expect(calls).toBe(1);
    }
  });

  it('an import that answers wrongly is not hidden by catching either', async () => {
    const instance = await make({ number: () => 1000 });
    const error = failureOf(() => instance.sync.swallow(1));
    expect(error.code).toBe('import-failed');
    expect(instance.state).toBe('poisoned');
  });
});

describe('an import that calls back', () => {
  it('into the instance that called it is refused at once', async () => {
    const refused: unknown[] = [];
    const instance: Instance = await make({
      number: (n: number) => {
        try {
          instance.sync.truth();
        } catch (error) {
          refused.push(error);
        }
        expect(instance.state).toBe('busy');
        return n;
      },
    });
    // Caught by the import, so nothing failed.
    expect(instance.sync.number(5)).toBe(5);
    expect(refused).toHaveLength(1);
    expect(refused[0]).toBeInstanceOf(HatchwayError);
    expect(refused[0]).toMatchObject({ code: 'reentrant' });
    expect((refused[0] as Error).message).toMatch(
      /the instance is running and cannot be entered again\. Call it after/,
    );
    expect(instance.state).toBe('idle');
  });

  it('and lets the refusal through is the failure', async () => {
    const instance: Instance = await make({ number: (n: number) => instance.sync.number(n) });
    const error = failureOf(() => instance.sync.number(5));
    expect(error).toMatchObject({ code: 'import-failed', cause: { code: 'reentrant' } });
    expect(instance.state).toBe('poisoned');
  });

  it('and disposes of the instance is refused', async () => {
    const instance: Instance = await make({
      number: (n: number) => {
        expect(failureOf(() => instance.dispose()).code).toBe('reentrant');
        return n;
      },
    });
    expect(instance.sync.number(5)).toBe(5);
  });

  it('into other instances may be as deep as it likes', async () => {
    const plugin = await load(WAT);
    let last = await plugin.instantiate({ imports: { ...FINE, number: () => 42 } });
    const all = [last];
    for (let i = 0; i < 60; i++) {
      const next = last;
      last = await plugin.instantiate({
        imports: { ...FINE, number: (n: number) => next.sync.number(n), text: (s: string) => next.sync.text(`${s}.`) },
      });
      all.push(last);
    }
    expect(last.sync.number(1)).toBe(42);
    expect(last.sync.text('')).toBe('.'.repeat(60));
    expect(new Set(all.map((it) => it.state))).toEqual(new Set(['idle']));
  });

  it('in a circle is refused by the instance it comes back to', async () => {
    const plugin = await load(WAT);
    const ring: Instance[] = [];
    for (let i = 0; i < 5; i++) {
      ring.push(
        await plugin.instantiate({
          name: `i${i}`,
          imports: { ...FINE, number: (n: number) => ring[(i + 1) % 5]!.sync.number(n) },
        }),
      );
    }
    let error: any = failureOf(() => ring[0]!.sync.number(1));
    for (let i = 0; i < 5; i++) {
      expect(error).toMatchObject({ code: 'import-failed', instance: `i${i}` });
      error = error.cause;
    }
    expect(error).toMatchObject({ code: 'reentrant', instance: 'i0' });
  });
});

describe('an import is called', () => {
  it('with arguments cut to their types', async () => {
    const seen: unknown[] = [];
    const instance = await instantiate(
      `(component
        (import "take" (func $take (param "a" u8) (param "b" s16)))
        (import "take-all" (func $all (param "a" u8) (param "b" bool) (param "c" s8) (param "d" f32)))
        (core func $take' (canon lower (func $take)))
        (core func $all' (canon lower (func $all)))
        (core module $M
          (import "" "take" (func $take (param i32 i32)))
          (import "" "all" (func $all (param i32 i32 i32 f32)))
          (func (export "run")
            (call $take (i32.const 0x1ff) (i32.const 0x1ffff))
            (call $all (i32.const -1) (i32.const 8) (i32.const 0x180) (f32.const -0))))
        (core instance $m (instantiate $M (with "" (instance (export "take" (func $take')) (export "all" (func $all'))))))
        (func (export "run") (canon lift (core func $m "run"))))`,
      {
        take: (...args: unknown[]) => seen.push(args) && undefined,
        takeAll: (...args: unknown[]) => seen.push(args) && undefined,
      },
    );
    instance.sync.run();
    expect(seen).toEqual([
      [255, -1],
      [255, true, -128, -0],
    ]);
  });

  it('as a method of the object that the app gave', async () => {
    class Counter {
      #n = 40;
      number(n: number) {
        this.#n += n;
        return this.#n;
      }
    }
    const wat = `(component
      (import "demo:a/b" (instance $i (export "number" (func (param "n" u8) (result u8)))))
      (core func $n (canon lower (func $i "number")))
      (core module $M (import "" "n" (func $n (param i32) (result i32))) (func (export "f") (param i32) (result i32) (call $n (local.get 0))))
      (core instance $m (instantiate $M (with "" (instance (export "n" (func $n))))))
      (func (export "f") (param "n" u8) (result u8) (canon lift (core func $m "f"))))`;
    const { sync } = await instantiate(wat, { 'demo:a/b': new Counter() });
    expect([sync.f(1), sync.f(1)]).toEqual([41, 42]);
  });
});
