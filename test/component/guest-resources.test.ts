/** Resources that a guest defines, as the app sees them: by the synchronous face and by the asynchronous one. */
import { describe, expect, it } from 'vitest';
import type { Instance } from '../../src/host/index.js';
import { expectPoisoned, failureOf, instantiate, load, rejectionOf } from './support.js';

/** Counters: the representation is the value, plus 1000 for each `add`. The guest notes every destruction. */
const WAT = `(component
  (import "poke" (func $poke))
  (core func $poke' (canon lower (func $poke)))
  (core module $Early
    (global $dropped (mut i32) (i32.const 0))
    (global $last (mut i32) (i32.const 0))
    (func (export "dropped") (result i32) (global.get $dropped))
    (func (export "last") (result i32) (global.get $last))
    (func (export "drop") (param i32)
      (if (i32.eq (local.get 0) (i32.const 666)) (then unreachable))
      (global.set $dropped (i32.add (global.get $dropped) (i32.const 1)))
      (global.set $last (local.get 0))))
  (core instance $early (instantiate $Early))
  (type $counter' (resource (rep i32) (dtor (core func $early "drop"))))
  (type $token' (resource (rep i32)))
  (core func $new (canon resource.new $counter'))
  (core func $rep (canon resource.rep $counter'))
  (core func $drop (canon resource.drop $counter'))
  (core func $new-token (canon resource.new $token'))
  (core module $M
    (import "" "new" (func $new (param i32) (result i32)))
    (import "" "rep" (func $rep (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (import "" "new-token" (func $new-token (param i32) (result i32)))
    (import "" "poke" (func $poke))
    (memory (export "memory") 1)
    (global $kept (mut i32) (i32.const 0))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
    (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "token") (result i32) (call $new-token (i32.const 1)))
    (func (export "value") (param i32) (result i32) (local.get 0))
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "busy") (param i32) (result i32) (call $poke) (local.get 0))
    (func (export "sum") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "take") (param i32) (result i32) (call $rep (local.get 0)) (call $drop (local.get 0)))
    (func (export "take-two") (param i32 i32) (result i32)
      (i32.add (call $rep (local.get 0)) (call $rep (local.get 1)))
      (call $drop (local.get 0)) (call $drop (local.get 1)))
    (func (export "take-and-look") (param i32 i32) (result i32) (call $drop (local.get 0)) (local.get 1))
    (func (export "keep") (param i32) (global.set $kept (local.get 0)))
    (func (export "kept") (result i32) (global.get $kept))
    (func (export "pass") (param i32) (result i32) (local.get 0))
    (func (export "use-any") (param i32) (result i32) (call $rep (local.get 0)))
    (func (export "drop-any") (param i32) (call $drop (local.get 0)))
    (func (export "return-any") (param i32) (result i32) (local.get 0))
    (func (export "take-list") (param i32 i32) (result i32) (local.get 1))
    (func (export "take-maybe") (param i32 i32) (result i32) (local.get 0)))
  (core instance $m (instantiate $M (with "" (instance
    (export "new" (func $new)) (export "rep" (func $rep)) (export "drop" (func $drop))
    (export "new-token" (func $new-token)) (export "poke" (func $poke'))))))
  (alias core export $m "memory" (core memory $memory))
  (alias core export $m "realloc" (core func $realloc))
  (func $make (param "n" u32) (result (own $counter')) (canon lift (core func $m "make")))
  (func $value (param "self" (borrow $counter')) (result u32) (canon lift (core func $m "value")))
  (func $add (param "self" (borrow $counter')) (param "n" u32) (result u32) (canon lift (core func $m "add")))
  (func $busy (param "self" (borrow $counter')) (result u32) (canon lift (core func $m "busy")))
  (func $sum (param "a" (borrow $counter')) (param "b" (borrow $counter')) (result u32) (canon lift (core func $m "sum")))
  (func $take (param "it" (own $counter')) (result u32) (canon lift (core func $m "take")))
  (func $take-two (param "a" (own $counter')) (param "b" (own $counter')) (result u32) (canon lift (core func $m "take-two")))
  (func $take-and-look (param "a" (own $counter')) (param "b" (borrow $counter')) (result u32) (canon lift (core func $m "take-and-look")))
  (func $look-and-take (param "a" (borrow $counter')) (param "b" (own $counter')) (result u32) (canon lift (core func $m "take-two")))
  (func $keep (param "it" (own $counter')) (canon lift (core func $m "keep")))
  (func $kept (result (own $counter')) (canon lift (core func $m "kept")))
  (func $pass (param "it" (own $counter')) (result (own $counter')) (canon lift (core func $m "pass")))
  (func $use-any (param "handle" u32) (result u32) (canon lift (core func $m "use-any")))
  (func $drop-any (param "handle" u32) (canon lift (core func $m "drop-any")))
  (func $return-any (param "handle" u32) (result (own $counter')) (canon lift (core func $m "return-any")))
  (func $take-list (param "all" (list (own $counter'))) (result u32) (canon lift (core func $m "take-list") (memory $memory) (realloc $realloc)))
  (func $take-maybe (param "it" (option (own $counter'))) (result u32) (canon lift (core func $m "take-maybe")))
  (func $token (result (own $token')) (canon lift (core func $m "token")))
  (func $dropped (result u32) (canon lift (core func $early "dropped")))
  (func $last (result u32) (canon lift (core func $early "last")))
  (component $Shim
    (import "counter" (type $c (sub resource)))
    (import "token" (type $t (sub resource)))
    (import "make" (func $make (param "n" u32) (result (own $c))))
    (import "value" (func $value (param "self" (borrow $c)) (result u32)))
    (import "add" (func $add (param "self" (borrow $c)) (param "n" u32) (result u32)))
    (import "busy" (func $busy (param "self" (borrow $c)) (result u32)))
    (import "sum" (func $sum (param "a" (borrow $c)) (param "b" (borrow $c)) (result u32)))
    (import "take" (func $take (param "it" (own $c)) (result u32)))
    (import "take-two" (func $take-two (param "a" (own $c)) (param "b" (own $c)) (result u32)))
    (import "take-and-look" (func $take-and-look (param "a" (own $c)) (param "b" (borrow $c)) (result u32)))
    (import "look-and-take" (func $look-and-take (param "a" (borrow $c)) (param "b" (own $c)) (result u32)))
    (import "keep" (func $keep (param "it" (own $c))))
    (import "kept" (func $kept (result (own $c))))
    (import "pass" (func $pass (param "it" (own $c)) (result (own $c))))
    (import "use-any" (func $use-any (param "handle" u32) (result u32)))
    (import "drop-any" (func $drop-any (param "handle" u32)))
    (import "return-any" (func $return-any (param "handle" u32) (result (own $c))))
    (import "take-list" (func $take-list (param "all" (list (own $c))) (result u32)))
    (import "take-maybe" (func $take-maybe (param "it" (option (own $c))) (result u32)))
    (import "make-token" (func $token (result (own $t))))
    (import "dropped" (func $dropped (result u32)))
    (import "last" (func $last (result u32)))
    (export $c' "counter" (type $c))
    (export $t' "token" (type $t))
    (export "[constructor]counter" (func $make) (func (param "n" u32) (result (own $c'))))
    (export "[method]counter.value" (func $value) (func (param "self" (borrow $c')) (result u32)))
    (export "[method]counter.add-all" (func $add) (func (param "self" (borrow $c')) (param "n" u32) (result u32)))
    (export "[method]counter.busy" (func $busy) (func (param "self" (borrow $c')) (result u32)))
    (export "[static]counter.sum-of" (func $sum) (func (param "a" (borrow $c')) (param "b" (borrow $c')) (result u32)))
    (export "[static]counter.create" (func $make) (func (param "n" u32) (result (own $c'))))
    (export "take" (func $take) (func (param "it" (own $c')) (result u32)))
    (export "take-two" (func $take-two) (func (param "a" (own $c')) (param "b" (own $c')) (result u32)))
    (export "take-and-look" (func $take-and-look) (func (param "a" (own $c')) (param "b" (borrow $c')) (result u32)))
    (export "look-and-take" (func $look-and-take) (func (param "a" (borrow $c')) (param "b" (own $c')) (result u32)))
    (export "keep" (func $keep) (func (param "it" (own $c'))))
    (export "kept" (func $kept) (func (result (own $c'))))
    (export "pass" (func $pass) (func (param "it" (own $c')) (result (own $c'))))
    (export "use-any" (func $use-any))
    (export "drop-any" (func $drop-any))
    (export "return-any" (func $return-any) (func (param "handle" u32) (result (own $c'))))
    (export "take-list" (func $take-list) (func (param "all" (list (own $c'))) (result u32)))
    (export "take-maybe" (func $take-maybe) (func (param "it" (option (own $c'))) (result u32)))
    (export "make-token" (func $token) (func (result (own $t'))))
    (export "dropped" (func $dropped))
    (export "last" (func $last)))
  (instance $shim (instantiate $Shim
    (with "counter" (type $counter')) (with "token" (type $token'))
    ${['make', 'value', 'add', 'busy', 'sum', 'take', 'take-two', 'take-and-look', 'look-and-take', 'keep', 'kept', 'pass', 'use-any', 'drop-any', 'return-any', 'take-list', 'take-maybe', 'dropped', 'last'].map((it) => `(with "${it}" (func $${it}))`).join(' ')}
    (with "make-token" (func $token))))
  (export "demo:res/counters" (instance $shim)))`;

async function make(poke: () => void = () => {}): Promise<{ instance: Instance; sync: any; async: any }> {
  const instance = await instantiate(WAT, { poke });
  return { instance, sync: instance.sync.counters, async: instance.exports.counters };
}

describe('a resource by the synchronous face', () => {
  it('is constructed with `new`, has methods and static functions, and is an instance of its class', async () => {
    const { sync, instance } = await make();
    const counter = new sync.Counter(5);
    expect(counter).toBeInstanceOf(sync.Counter);
    expect(sync.Counter.name).toBe('Counter');
    expect(counter.value()).toBe(5);
    expect(counter.addAll(3)).toBe(8);
    expect(sync.Counter.sumOf(counter, new sync.Counter(7))).toBe(12);
    expect(sync.Counter.create(9).value()).toBe(9);
    expect(instance.sync['demo:res/counters']).toBe(sync);
  });

  it('shows nothing of the handle, and its members are not enumerable', async () => {
    const { sync } = await make();
    const counter = new sync.Counter(5);
    expect(Reflect.ownKeys(counter)).toEqual([]);
    expect(Object.keys(sync.Counter)).toEqual([]);
    expect(JSON.stringify(counter)).toBe('{}');
  });

  it('is destroyed once by dispose, and refused after', async () => {
    const { sync, instance } = await make();
    const counter = new sync.Counter(5);
    counter[Symbol.dispose]();
    expect([sync.dropped(), sync.last()]).toEqual([1, 5]);
    counter[Symbol.dispose]();
    expect(sync.dropped()).toBe(1);
    for (const use of [() => counter.value(), () => sync.take(counter), () => sync.Counter.sumOf(counter, counter)]) {
      const error = failureOf(use);
      expect(error.code).toBe('argument');
      expect(error.message).toMatch(/: expected a resource that was neither disposed nor given away, got an object$/);
    }
    expect(instance.state).toBe('idle');
  });

  it('that is given away is the guest’s', async () => {
    const { sync } = await make();
    const counter = new sync.Counter(5);
    expect(sync.take(counter)).toBe(5);
    expect(sync.dropped()).toBe(1);
    expect(failureOf(() => counter.value()).message).toMatch(
      /^self: expected a resource that was neither disposed nor given away/,
    );
    counter[Symbol.dispose]();
    expect(sync.dropped()).toBe(1);
  });

  it('that is kept by the guest comes back as another object', async () => {
    const { sync } = await make();
    const counter = new sync.Counter(5);
    sync.keep(counter);
    const back = sync.kept();
    expect(back).not.toBe(counter);
    expect(back).toBeInstanceOf(sync.Counter);
    expect(back.value()).toBe(5);
    expect(sync.pass(back).value()).toBe(5);
    expect(failureOf(() => back.value()).code).toBe('argument');
  });

  it('cannot be given away twice in one call', async () => {
    const { sync, instance } = await make();
    const counter = new sync.Counter(5);
    const error = failureOf(() => sync.takeTwo(counter, counter));
    expect(error).toMatchObject({ code: 'argument', path: 'b' });
    expect(error.message).toBe('b: expected a resource that this call does not give away elsewhere, got an object');
    expect(failureOf(() => sync.takeList([counter, new sync.Counter(1), counter]))).toMatchObject({ path: 'all[2]' });
    // Nothing was called, so it is still the app's.
    expect([counter.value(), sync.dropped(), instance.state]).toEqual([5, 0, 'idle']);
    expect(sync.takeTwo(counter, new sync.Counter(2))).toBe(7);
  });

  // Only the same object given away twice is noticed before the call; these fail in the middle of it, and poison.
  it.each([
    ['given away, then lent', (sync: any, it: any) => sync.takeAndLook(it, it)],
    ['lent, then given away', (sync: any, it: any) => sync.lookAndTake(it, it)],
    ['given away twice, by wrappers of both faces', (sync: any, it: any, twin: any) => sync.takeTwo(it, twin)],
    ['given away and lent, by wrappers of both faces', (sync: any, it: any, twin: any) => sync.takeAndLook(it, twin)],
  ])('cannot be %s in one call', async (_how, act) => {
    const { sync, instance } = await make();
    const counter = new sync.Counter(5);
    const error = failureOf(() => act(sync, counter, instance.exports.of(counter)));
    expect(error).toMatchObject({ code: 'argument', path: 'b' });
    expect([counter.value(), sync.dropped(), instance.state]).toEqual([5, 0, 'idle']);
  });

  it('is not given away by a call whose other arguments are wrong', async () => {
    const { sync } = await make();
    const counter = new sync.Counter(5);
    expect(failureOf(() => sync.takeTwo(counter, 7)).message).toMatch(
      /^b: expected a resource of this plugin instance, got the number 7$/,
    );
    expect(counter.value()).toBe(5);
  });

  it('of another kind, of another instance, or of no instance is refused', async () => {
    const { sync } = await make();
    const other = await make();
    for (const [value, says] of [
      [sync.makeToken(), 'a resource of this type and plugin instance'],
      [new other.sync.Counter(1), 'a resource of this type and plugin instance'],
      [{}, 'a resource of this plugin instance'],
      [undefined, 'a resource of this plugin instance'],
      [Object.create(sync.Counter.prototype), 'a resource of this plugin instance'],
      [new Proxy(new sync.Counter(1), {}), 'a resource of this plugin instance'],
    ] as const) {
      expect(failureOf(() => sync.take(value)).message).toContain(`it: expected ${says}, got`);
    }
    expect(() => sync.Counter.prototype.value.call({})).toThrow(/^self: expected a resource/);
  });

  it('has no constructor where the guest gives none', async () => {
    const { sync } = await make();
    const token = sync.makeToken();
    expect(() => new token.constructor()).toThrow(TypeError);
    expect(() => new sync.Token()).toThrow(/no constructor/);
  });

  it('is a wrong argument’s path in its constructor', async () => {
    const { sync } = await make();
    expect(failureOf(() => new sync.Counter('5'))).toMatchObject({ code: 'argument', path: 'n' });
  });

  it('in options and lists', async () => {
    const { sync } = await make();
    expect(sync.takeMaybe(undefined)).toBe(0);
    expect(sync.takeMaybe(new sync.Counter(1))).toBe(1);
    expect(sync.takeList([1, 2, 3].map((n) => new sync.Counter(n)))).toBe(3);
  });
});

describe('a resource by the asynchronous face', () => {
  it('is made with `create`; methods and static functions return promises', async () => {
    const { async } = await make();
    const counter = await async.Counter.create(5);
    expect(counter).toBeInstanceOf(async.Counter);
    const promise = counter.value();
    expect(promise).toBeInstanceOf(Promise);
    expect(await promise).toBe(5);
    expect(await counter.addAll(2)).toBe(7);
    expect(await async.Counter.sumOf(counter, counter)).toBe(10);
    expect(await (await async.Counter.create_(6)).value()).toBe(6);
    expect(() => new async.Counter(5)).toThrow(/await Resource\.create/);
  });

  it('is destroyed by `await using`', async () => {
    const { async, sync } = await make();
    const counter = await async.Counter.create(5);
    await counter[Symbol.asyncDispose]();
    await counter[Symbol.asyncDispose]();
    expect(sync.dropped()).toBe(1);
    expect((await rejectionOf(counter.value())).message).toMatch(/neither disposed nor given away/);
  });

  it('is not a thenable', async () => {
    const { async } = await make();
    expect('then' in (await async.Counter.create(1))).toBe(false);
  });
});

describe('`of` gives a resource the methods of the other face', () => {
  it('both stand for one resource', async () => {
    const { instance, sync, async } = await make();
    const counter = new sync.Counter(5);
    const other = instance.exports.of(counter);
    expect(other).toBeInstanceOf(async.Counter);
    expect(await other.value()).toBe(5);
    expect(instance.sync.of(other).value()).toBe(5);
    // A wrapper of either face is an argument of both.
    expect(sync.Counter.sumOf(other, counter)).toBe(10);
    expect(await async.take(counter)).toBe(5);
    expect((await rejectionOf(other.value())).code).toBe('argument');
    await other[Symbol.asyncDispose]();
    expect(sync.dropped()).toBe(1);
  });

  it('refuses what is no resource', async () => {
    const { instance } = await make();
    for (const value of [{}, 7, undefined, null]) {
      expect(failureOf(() => instance.sync.of(value))).toMatchObject({ code: 'argument' });
    }
  });
});

describe('a resource that is disposed of while its instance is busy', () => {
  it('is destroyed after the call', async () => {
    let counter: any;
    const { sync, instance } = await make(() => counter[Symbol.dispose]());
    counter = new sync.Counter(5);
    expect(counter.busy()).toBe(5);
    await Promise.resolve();
    expect([sync.dropped(), sync.last(), instance.state]).toEqual([1, 5, 'idle']);
    expect(failureOf(() => counter.value()).code).toBe('argument');
  });

  it('is destroyed once, however often and however it is asked', async () => {
    const all: any[] = [];
    const { sync, instance } = await make(() => {
      for (const it of [...all, ...all]) {
        it[Symbol.dispose]();
        void instance.exports.of(it)[Symbol.asyncDispose]();
      }
    });
    for (let i = 0; i < 5; i++) all.push(new sync.Counter(i));
    all[0].busy();
    await new Promise((resolve) => setImmediate(resolve));
    expect(sync.dropped()).toBe(5);
  });

  it('and whose destructor traps poisons the instance, not the process', async () => {
    let bad: any;
    const { sync, instance } = await make(() => bad[Symbol.dispose]());
    bad = new sync.Counter(666);
    const escaped: unknown[] = [];
    const note = (error: unknown) => escaped.push(error);
    // Vitest's own listeners would fail the run with what this test asks about.
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', note);
    try {
      new sync.Counter(1).busy();
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.removeListener('uncaughtException', note);
      for (const it of others) process.on('uncaughtException', it);
    }
    expect(escaped).toEqual([]);
    expect(instance.state).toBe('poisoned');
    expect(instance.failure?.message).toMatch(/the guest trapped: unreachable/);
  });

  it('and was poisoned meanwhile, or disposed of, is let go', async () => {
    const { sync, instance } = await make();
    const counter = new sync.Counter(5);
    const other = new sync.Counter(6);
    expect(failureOf(() => sync.useAny(99)).code).toBe('trap');
    counter[Symbol.dispose]();
    expect(instance.state).toBe('poisoned');
    instance.dispose();
    other[Symbol.dispose]();
    expect(failureOf(() => other.value()).code).toBe('disposed');
  });
});

describe('a destructor that traps', () => {
  it('poisons, by dispose of either face', async () => {
    for (const face of ['sync', 'async'] as const) {
      const { sync, async, instance } = await make();
      const counter = face === 'sync' ? new sync.Counter(666) : await async.Counter.create(666);
      const error =
        face === 'sync'
          ? failureOf(() => counter[Symbol.dispose]())
          : await rejectionOf(counter[Symbol.asyncDispose]());
      expect(error.code).toBe('trap');
      expectPoisoned(instance, error, () => sync.dropped());
    }
  });

  it('poisons, by the guest’s own drop', async () => {
    const { sync, instance } = await make();
    const error = failureOf(() => sync.take(new sync.Counter(666)));
    expectPoisoned(instance, error, () => sync.dropped());
  });
});

describe('a guest that lies about handles', () => {
  const rows: [what: string, act: (sync: any) => void, message: RegExp][] = [
    ['uses a handle that never was', (sync) => sync.useAny(7), /there is no handle 7$/],
    ['uses handle 0', (sync) => sync.useAny(0), /there is no handle 0$/],
    ['uses handle -1', (sync) => sync.useAny(0xffff_ffff), /there is no handle 4294967295$/],
    ['drops a handle that never was', (sync) => sync.dropAny(3), /there is no handle 3$/],
    ['drops handle 0', (sync) => sync.dropAny(0), /there is no handle 0$/],
    ['returns a handle that never was', (sync) => sync.returnAny(1), /there is no handle 1$/],
    [
      'returns a handle twice',
      (sync) => {
        sync.keep(new sync.Counter(1));
        sync.kept();
        sync.kept();
      },
      /there is no handle 1$/,
    ],
    [
      'uses what it gave away',
      (sync) => {
        sync.keep(new sync.Counter(1));
        sync.kept();
        sync.useAny(1);
      },
      /there is no handle 1$/,
    ],
  ];
  it.each(rows)('%s: traps', async (_what, act, message) => {
    const plugin = await load(WAT);
    const [instance, neighbour] = [
      await plugin.instantiate({ imports: { poke() {} } }),
      await plugin.instantiate({ imports: { poke() {} } }),
    ];
    const error = failureOf(() => act(instance.sync.counters));
    expect(error.code).toBe('trap');
    expect(error.message).toMatch(/the guest broke the canonical ABI/);
    expect(error.message).toMatch(message);
    expectPoisoned(instance, error, () => instance.sync.counters.dropped());
    expect(neighbour.sync.counters.dropped()).toBe(0);
  });

  it('handle indices start at 1, the last freed is the first reused', async () => {
    const { sync } = await make();
    sync.keep(new sync.Counter(10));
    expect(sync.useAny(1)).toBe(10);
    sync.keep(new sync.Counter(20));
    expect(sync.useAny(2)).toBe(20);
    sync.dropAny(1);
    sync.keep(new sync.Counter(30));
    expect(sync.useAny(1)).toBe(30);
  });
});

describe('a resource that nobody disposed of', () => {
  it('is destroyed once it is collected, and counted', async () => {
    if (globalThis.gc === undefined) {
      const { setFlagsFromString } = await import('node:v8');
      const { runInNewContext } = await import('node:vm');
      setFlagsFromString('--expose-gc');
      globalThis.gc = runInNewContext('gc');
    }
    const { sync, instance } = await make();
    const kept = new sync.Counter(1);
    (() => {
      for (let i = 0; i < 50; i++) new sync.Counter(i);
      // Two wrappers of one resource count once.
      instance.exports.of(new sync.Counter(7));
    })();
    for (let i = 0; i < 50 && instance.usage.collectedResources < 51; i++) {
      globalThis.gc!();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(instance.usage.collectedResources).toBe(51);
    expect(sync.dropped()).toBe(51);
    expect(kept.value()).toBe(1);
  });
});
