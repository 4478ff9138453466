/** Where a guest cannot be suspended, though its instance may wait: what it asks for there fails, and ends no process. */
import { describe, expect, it } from 'vitest';
import type { HatchwayError } from '../../src/errors/index.js';
import type { Instance } from '../../src/host/index.js';
import { expectPoisoned, load, rejectionOf, settle, unhandledDuring } from './support.js';

const IMPORT = `
  (import "ask" (func $ask (result u32)))
  (core func $ask' (canon lower (func $ask)))`;

/** Calls the import, or a function of another component, which calls nothing, in `place`. */
function guest(place: 'start' | 'realloc' | 'post-return' | 'destructor', what: 'import' | 'component'): string {
  const call = (where: string) => (where === place ? '(drop (call $ask))' : '');
  return `(component
    ${IMPORT}
    (component $Other
      (core module $M (func (export "f") (result i32) (i32.const 3)))
      (core instance $m (instantiate $M))
      (func (export "f") (result u32) (canon lift (core func $m "f"))))
    (instance $other (instantiate $Other))
    (core func $bridge (canon lower (func $other "f")))
    (core module $M
      (import "" "ask" (func $ask (result i32)))
      (memory (export "memory") 1)
      (global $dropped (mut i32) (i32.const 0))
      (func $start ${call('start')})
      (start $start)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) ${call('realloc')} (i32.const 1024))
      (func (export "echo") (param i32 i32) (result i32)
        (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 1)) (i32.const 16))
      (func (export "done") (param i32) ${call('post-return')})
      (func (export "drop") (param i32) ${call('destructor')} (global.set $dropped (i32.add (global.get $dropped) (i32.const 1))))
      (func (export "dropped") (result i32) (global.get $dropped)))
    (core instance $m (instantiate $M (with "" (instance (export "ask" (func ${what === 'import' ? "$ask'" : '$bridge'}))))))
    (alias core export $m "memory" (core memory $memory))
    (alias core export $m "realloc" (core func $realloc))
    (func (export "echo") (param "s" string) (result string)
      (canon lift (core func $m "echo") (memory $memory) (realloc $realloc) (post-return (core func $m "done"))))
    (func (export "dropped") (result u32) (canon lift (core func $m "dropped")))
    (type $thing' (resource (rep i32) (dtor (core func $m "drop"))))
    (core func $new (canon resource.new $thing'))
    (core func $end (canon resource.drop $thing'))
    (core module $N
      (import "" "new" (func $new (param i32) (result i32)))
      (import "" "end" (func $end (param i32)))
      (func (export "make") (result i32) (call $new (i32.const 5)))
      (func (export "make-and-end") (call $end (call $new (i32.const 5)))))
    (core instance $n (instantiate $N (with "" (instance (export "new" (func $new)) (export "end" (func $end))))))
    (export $thing "thing" (type $thing'))
    (func (export "make") (result (own $thing)) (canon lift (core func $n "make")))
    (func (export "make-and-end") (canon lift (core func $n "make-and-end"))))`;
}

describe.each([
  ['answers', async () => 7],
  ['fails', async () => Promise.reject(new Error('offline'))],
  [
    'fails later',
    async () => {
      await settle();
      throw new Error('offline');
    },
  ],
])('an import that %s', (_how, ask) => {
  let asked: number;
  const make = async (wat: string): Promise<Instance> => {
    asked = 0;
    const counted = () => {
      asked++;
      return ask();
    };
    return (await load(wat)).instantiate({ imports: { ask: counted }, async: true });
  };
  const refused = (error: HatchwayError) => {
    expect(error.code).toBe('unsupported');
    expect(error.message).toMatch(/a start function or a destructor cannot wait/);
    // Nothing of the app has run.
    expect(asked).toBe(0);
  };

  it.each(['import', 'component'] as const)('in a start function: %s', async (what) => {
    const escaped = await unhandledDuring(async () => {
      refused((await rejectionOf(make(guest('start', what)))) as HatchwayError);
    });
    expect(escaped).toEqual([]);
  });

  it.each(['import', 'component'] as const)('in a destructor that the app runs: %s', async (what) => {
    const instance = await make(guest('destructor', what));
    const escaped = await unhandledDuring(async () => {
      const thing = await instance.exports.make();
      const error = await rejectionOf(thing[Symbol.asyncDispose]());
      refused(error as HatchwayError);
      await expectPoisoned(instance, error, () => instance.exports.dropped());
    });
    expect(escaped).toEqual([]);
  });

  it.each(['import', 'component'] as const)('in a destructor that the guest runs: %s', async (what) => {
    const instance = await make(guest('destructor', what));
    const escaped = await unhandledDuring(async () => {
      const error = await rejectionOf(instance.exports.makeAndEnd());
      refused(error as HatchwayError);
      await expectPoisoned(instance, error, () => instance.exports.dropped());
    });
    expect(escaped).toEqual([]);
  });

  it.each([
    ['realloc', 'import'],
    ['realloc', 'component'],
    ['post-return', 'import'],
    ['post-return', 'component'],
  ] as const)('in %s: %s', async (place, what) => {
    const instance = await make(guest(place, what));
    const escaped = await unhandledDuring(async () => {
      const error = await rejectionOf(instance.exports.echo('a'));
      // Some engines refuse before we are asked.
      expect(error.message).toMatch(/an import was called while realloc or post-return was running|cannot wait/);
      expect(asked).toBe(0);
      await expectPoisoned(instance, error, () => instance.exports.dropped());
    });
    expect(escaped).toEqual([]);
  });

  it('is not asked where there is nothing to ask', async () => {
    const instance = await make(guest('destructor', 'import').replace('(drop (call $ask))', ''));
    await (await instance.exports.make())[Symbol.asyncDispose]();
    await instance.exports.makeAndEnd();
    expect(await instance.exports.dropped()).toBe(2);
    expect(await instance.exports.echo('hé')).toBe('hé');
  });
});

describe('a function of the component that is no function of a core module', () => {
  it('is an import, given back as an export', async () => {
    const wat = `(component
      (import "ask" (func $ask (param "a" s8) (param "n" u32) (result u32)))
      (import "other" (func $other (param "a" s8) (param "n" u32) (result u32)))
      (core func $ask' (canon lower (func $ask)))
      (core func $other' (canon lower (func $other)))
      (func (export "f") (param "a" s8) (param "n" u32) (result u32) (canon lift (core func $ask')))
      (func (export "g") (param "a" s8) (param "n" u32) (result u32) (canon lift (core func $other'))))`;
    const plugin = await load(wat);
    const seen: unknown[] = [];
    const answer = (a: number, n: number) => {
      seen.push([a, n]);
      return n;
    };
    const { exports } = await plugin.instantiate({
      imports: { ask: async (a: number, n: number) => answer(a, n), other: answer },
      async: ['ask'],
    });
    expect(await exports.f(-5, 4_294_967_295)).toBe(4_294_967_295);
    expect(await exports.g(-5, 4_294_967_295)).toBe(4_294_967_295);
    expect(seen).toEqual([
      [-5, 4_294_967_295],
      [-5, 4_294_967_295],
    ]);
    const failing = await plugin.instantiate({
      imports: { ask: async () => Promise.reject(new Error('offline')), other: answer },
      async: true,
    });
    const error = await rejectionOf(failing.exports.f(1, 1));
    expect(error.code).toBe('import-failed');
    await expectPoisoned(failing, error, () => failing.exports.g(1, 1));
  });

  it('is a builtin', async () => {
    const wat = `(component
      (import "ask" (func $ask (result u32)))
      (core func $ask' (canon lower (func $ask)))
      (type $thing' (resource (rep i32)))
      (core func $new (canon resource.new $thing'))
      (export $thing "thing" (type $thing'))
      (func (export "make") (param "n" u32) (result (own $thing)) (canon lift (core func $new)))
      (func (export "ask") (result u32) (canon lift (core func $ask'))))`;
    const { exports } = await (await load(wat)).instantiate({ imports: { ask: async () => 3 }, async: true });
    const thing = await exports.make(5);
    await thing[Symbol.asyncDispose]();
    expect(await exports.ask()).toBe(3);
  });
});
