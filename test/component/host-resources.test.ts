/** Resources that the app implements, as a guest uses them. */
import { describe, expect, it } from 'vitest';
import type { Instance } from '../../src/host/index.js';
import { expectPoisoned, failureOf, instantiate } from './support.js';

const WAT = `(component
  (import "demo:h/things" (instance $i
    (export "thing" (type $t (sub resource)))
    (export "other" (type $o (sub resource)))
    (export "[constructor]thing" (func (param "n" u32) (result (own $t))))
    (export "[method]thing.value" (func (param "self" (borrow $t)) (result u32)))
    (export "[static]thing.merge-all" (func (param "a" (own $t)) (param "b" (borrow $t)) (result (own $t))))
    (export "look" (func (param "it" (borrow $t)) (result u32)))
    (export "take" (func (param "it" (own $t))))
    (export "both" (func (param "a" (borrow $t)) (param "b" (own $t))))
    (export "make-other" (func (result (own $o))))))
  (alias export $i "thing" (type $thing))
  (alias export $i "other" (type $other))
  (core func $new (canon lower (func $i "[constructor]thing")))
  (core func $value (canon lower (func $i "[method]thing.value")))
  (core func $merge (canon lower (func $i "[static]thing.merge-all")))
  (core func $look (canon lower (func $i "look")))
  (core func $take (canon lower (func $i "take")))
  (core func $both (canon lower (func $i "both")))
  (core func $make-other (canon lower (func $i "make-other")))
  (core func $drop (canon resource.drop $thing))
  (core module $M
    (import "" "new" (func $new (param i32) (result i32)))
    (import "" "value" (func $value (param i32) (result i32)))
    (import "" "merge" (func $merge (param i32 i32) (result i32)))
    (import "" "look" (func $look (param i32) (result i32)))
    (import "" "take" (func $take (param i32)))
    (import "" "both" (func $both (param i32 i32)))
    (import "" "make-other" (func $make-other (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (global $kept (mut i32) (i32.const 0))
    (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "value-of") (param i32) (result i32) (call $value (local.get 0)) (call $drop (local.get 0)))
    (func (export "look-twice") (param i32) (result i32)
      (i32.add (call $look (local.get 0)) (call $look (local.get 0))) (call $drop (local.get 0)))
    (func (export "merge") (param i32 i32) (result i32) (call $merge (local.get 0) (local.get 1)) (call $drop (local.get 1)))
    (func (export "pass") (param i32) (result i32) (local.get 0))
    (func (export "keep") (param i32) (global.set $kept (local.get 0)))
    (func (export "kept") (result i32) (global.get $kept))
    (func (export "look-kept") (result i32) (call $look (global.get $kept)))
    (func (export "end") (param i32) (call $drop (local.get 0)))
    ;; What no guest may do.
    (func (export "keep-borrow") (param i32) (global.set $kept (local.get 0)))
    (func (export "give-borrow") (param i32) (call $take (local.get 0)))
    (func (export "return-borrow") (param i32) (result i32) (local.get 0))
    (func (export "drop-twice") (param i32) (call $drop (local.get 0)) (call $drop (local.get 0)))
    (func (export "use-dropped") (param i32) (result i32) (call $drop (local.get 0)) (call $look (local.get 0)))
    (func (export "give-lent") (param i32) (call $both (local.get 0) (local.get 0)))
    (func (export "wrong-kind") (result i32) (call $look (call $make-other)))
    (func (export "drop-wrong-kind") (call $drop (call $make-other)))
    (func (export "forge") (param i32) (result i32) (call $look (local.get 0))))
  (core instance $m (instantiate $M (with "" (instance
    (export "new" (func $new)) (export "value" (func $value)) (export "merge" (func $merge)) (export "look" (func $look))
    (export "take" (func $take)) (export "both" (func $both)) (export "make-other" (func $make-other)) (export "drop" (func $drop))))))
  (func (export "make") (param "n" u32) (result (own $thing)) (canon lift (core func $m "make")))
  (func (export "value-of") (param "it" (borrow $thing)) (result u32) (canon lift (core func $m "value-of")))
  (func (export "look-twice") (param "it" (borrow $thing)) (result u32) (canon lift (core func $m "look-twice")))
  (func (export "merge") (param "a" (own $thing)) (param "b" (borrow $thing)) (result (own $thing)) (canon lift (core func $m "merge")))
  (func (export "pass") (param "it" (own $thing)) (result (own $thing)) (canon lift (core func $m "pass")))
  (func (export "keep") (param "it" (own $thing)) (canon lift (core func $m "keep")))
  (func (export "kept") (result (own $thing)) (canon lift (core func $m "kept")))
  (func (export "look-kept") (result u32) (canon lift (core func $m "look-kept")))
  (func (export "end") (param "it" (own $thing)) (canon lift (core func $m "end")))
  (func (export "keep-borrow") (param "it" (borrow $thing)) (canon lift (core func $m "keep-borrow")))
  (func (export "give-borrow") (param "it" (borrow $thing)) (canon lift (core func $m "give-borrow")))
  (func (export "return-borrow") (param "it" (borrow $thing)) (result (own $thing)) (canon lift (core func $m "return-borrow")))
  (func (export "drop-twice") (param "it" (own $thing)) (canon lift (core func $m "drop-twice")))
  (func (export "use-dropped") (param "it" (own $thing)) (result u32) (canon lift (core func $m "use-dropped")))
  (func (export "give-lent") (param "it" (own $thing)) (canon lift (core func $m "give-lent")))
  (func (export "wrong-kind") (result u32) (canon lift (core func $m "wrong-kind")))
  (func (export "drop-wrong-kind") (canon lift (core func $m "drop-wrong-kind")))
  (func (export "forge") (param "handle" u32) (result u32) (canon lift (core func $m "forge"))))`;

class Thing {
  static disposed: number[] = [];
  readonly #n: number;
  constructor(n: number) {
    this.#n = n;
  }
  value(): number {
    return this.#n;
  }
  static mergeAll(a: Thing, b: Thing): Thing {
    return new Thing(a.#n + b.#n);
  }
  [Symbol.dispose](): void {
    Thing.disposed.push(this.#n);
  }
}

async function make(change: object = {}): Promise<Instance> {
  Thing.disposed = [];
  return instantiate(WAT, {
    'demo:h/things': {
      Thing,
      makeOther: () => ({}),
      look: (it: Thing) => it.value(),
      take: () => {},
      both: () => {},
      ...change,
    },
  });
}

describe('a resource of the app', () => {
  it('is constructed, called and merged by the guest', async () => {
    const { sync } = await make();
    const thing = sync.make(5);
    expect(thing).toBeInstanceOf(Thing);
    expect(thing.value()).toBe(5);
    expect(sync.valueOf(thing)).toBe(5);
    expect(sync.lookTwice(thing)).toBe(10);
    expect(sync.merge(thing, new Thing(7)).value()).toBe(12);
  });

  it('keeps its identity on the way through the guest', async () => {
    const seen: unknown[] = [];
    const { sync } = await make({ look: (it: Thing) => seen.push(it) });
    const thing = new Thing(1);
    expect(sync.pass(thing)).toBe(thing);
    sync.keep(thing);
    sync.lookKept();
    expect(seen[0]).toBe(thing);
    expect(sync.kept()).toBe(thing);
    expect(Thing.disposed).toEqual([]);
  });

  it('is the app’s again once it came back: lending it later works, many times', async () => {
    const { sync } = await make();
    const thing = new Thing(2);
    for (let i = 0; i < 1000; i++) {
      expect(sync.valueOf(thing)).toBe(2);
      expect(sync.pass(thing)).toBe(thing);
    }
  });

  it('is disposed of when the guest drops it, not when it drops a borrow', async () => {
    const { sync } = await make();
    const thing = new Thing(3);
    sync.valueOf(thing);
    expect(Thing.disposed).toEqual([]);
    sync.end(thing);
    expect(Thing.disposed).toEqual([3]);
  });

  it('whose disposal throws poisons', async () => {
    const thrown = new Error('disk full');
    class Bad extends Thing {
      override [Symbol.dispose]() {
        throw thrown;
      }
    }
    const instance = await make();
    const error = failureOf(() => instance.sync.end(new Bad(1)));
    expect(error.cause).toBe(thrown);
    expect(error.code).toBe('import-failed');
    expect(error.message).toContain('the import Thing[Symbol.dispose] failed: disk full');
    expectPoisoned(instance, error, () => instance.sync.make(1));
  });

  it('of another class is refused, wherever it comes from', async () => {
    const instance = await make();
    const { sync } = instance;
    for (const value of [{}, { value: () => 1 }, class extends Thing {}, 7, null, undefined, 'x']) {
      const error = failureOf(() => sync.pass(value));
      expect(error).toMatchObject({ code: 'argument', path: 'it' });
      expect(error.message).toMatch(/^it: expected an object of (the class )?Thing/);
    }
    expect(instance.state).toBe('idle');
    class Special extends Thing {}
    expect(sync.valueOf(new Special(4))).toBe(4);
  });

  it('may be given away and lent in one call: the app has the object in any case', async () => {
    const { sync } = await make();
    const thing = new Thing(1);
    expect(sync.merge(thing, thing).value()).toBe(2);
  });

  it('constructed by the guest with `new`: what the class throws poisons', async () => {
    const thrown = new Error('no more');
    const instance = await make({
      Thing: class extends Thing {
        constructor(n: number) {
          super(n);
          throw thrown;
        }
      },
    });
    const error = failureOf(() => instance.sync.make(1));
    expect(error).toMatchObject({ code: 'import-failed', cause: thrown });
    expect(error.message).toContain('the import demo:h/things.[constructor]thing failed: no more');
  });

  it('without a class at all may be any object', async () => {
    const wat = `(component
      (import "demo:h/any" (instance $i
        (export "thing" (type $t (sub resource)))
        (export "make" (func (result (own $t))))
        (export "look" (func (param "it" (borrow $t)) (result u32)))))
      (alias export $i "thing" (type $thing))
      (core func $make (canon lower (func $i "make")))
      (core func $look (canon lower (func $i "look")))
      (core func $drop (canon resource.drop $thing))
      (core module $M
        (import "" "make" (func $make (result i32))) (import "" "look" (func $look (param i32) (result i32)))
        (import "" "drop" (func $drop (param i32)))
        (func (export "run") (result i32) (local i32)
          (local.set 0 (call $make)) (call $look (local.get 0)) (call $drop (local.get 0))))
      (core instance $m (instantiate $M (with "" (instance (export "make" (func $make)) (export "look" (func $look)) (export "drop" (func $drop))))))
      (func (export "run") (result u32) (canon lift (core func $m "run"))))`;
    const { sync } = await instantiate(wat, {
      'demo:h/any': { make: () => ({ n: 6 }), look: (it: { n: number }) => it.n },
    });
    expect(sync.run()).toBe(6);
  });
});

describe('a guest that misuses a handle of the app', () => {
  const rows: [what: string, act: (sync: any) => void, message: RegExp][] = [
    [
      'keeps a borrow past the call',
      (sync) => sync.keepBorrow(new Thing(1)),
      /the guest kept 1 borrowed handles after the call$/,
    ],
    ['gives a borrow away', (sync) => sync.giveBorrow(new Thing(1)), /handle 1 is a borrow and cannot be given away$/],
    [
      'returns a borrow as its own',
      (sync) => sync.returnBorrow(new Thing(1)),
      /handle 1 is a borrow and cannot be given away$/,
    ],
    ['drops a handle twice', (sync) => sync.dropTwice(new Thing(1)), /there is no handle 1$/],
    ['uses a handle it dropped', (sync) => sync.useDropped(new Thing(1)), /there is no handle 1$/],
    ['gives away what it lends in the same call', (sync) => sync.giveLent(new Thing(1)), /handle 1 is lent$/],
    ['passes a handle of another resource', (sync) => sync.wrongKind(), /handle 1 is of another resource$/],
    ['drops a handle of another resource', (sync) => sync.dropWrongKind(), /handle 1 is of another resource$/],
    ['forges a handle', (sync) => sync.forge(9), /there is no handle 9$/],
    ['forges handle 0', (sync) => sync.forge(0), /there is no handle 0$/],
    ['forges the largest handle', (sync) => sync.forge(0xffff_ffff), /there is no handle 4294967295$/],
  ];
  it.each(rows)('%s: traps', async (_what, act, message) => {
    const instance = await make();
    const error = failureOf(() => act(instance.sync));
    expect(error.code).toBe('trap');
    expect(error.message).toMatch(/the guest broke the canonical ABI: /);
    expect(error.message).toMatch(message);
    expectPoisoned(instance, error, () => instance.sync.make(1));
  });
});
