/** Resources in calls that wait: borrows last as long as the call, and nothing is destroyed below a guest that waits. */
import { describe, expect, it } from 'vitest';
import { type Instance, withOptions } from '../../src/host/index.js';
import { expectPoisoned, gate, load, rejectionOf, settle } from './support.js';

const WAT = `(component
  (import "demo:h/things" (instance $i
    (export "thing" (type $t (sub resource)))
    (export "[method]thing.value" (func (param "self" (borrow $t)) (result u32)))
    (export "[static]thing.of" (func (param "n" u32) (result (own $t))))
    (export "look" (func (param "it" (borrow $t)) (result u32)))
    (export "take" (func (param "it" (own $t)) (result u32)))))
  (import "wait" (func $wait (param "n" u32) (result u32)))
  (alias export $i "thing" (type $thing))
  (core func $value (canon lower (func $i "[method]thing.value")))
  (core func $of (canon lower (func $i "[static]thing.of")))
  (core func $look (canon lower (func $i "look")))
  (core func $take (canon lower (func $i "take")))
  (core func $wait' (canon lower (func $wait)))
  (core func $drop-thing (canon resource.drop $thing))
  (core module $Drops
    (global $dropped (export "dropped") (mut i32) (i32.const 0))
    (func (export "drop") (param i32) (global.set $dropped (i32.add (global.get $dropped) (i32.const 1))))
    (func (export "count") (result i32) (global.get $dropped)))
  (core instance $drops (instantiate $Drops))
  (type $counter' (resource (rep i32) (dtor (core func $drops "drop"))))
  (core func $new (canon resource.new $counter'))
  (core func $rep (canon resource.rep $counter'))
  (core func $drop-counter (canon resource.drop $counter'))
  (core module $M
    (import "" "value" (func $value (param i32) (result i32)))
    (import "" "of" (func $of (param i32) (result i32)))
    (import "" "look" (func $look (param i32) (result i32)))
    (import "" "take" (func $take (param i32) (result i32)))
    (import "" "wait" (func $wait (param i32) (result i32)))
    (import "" "drop-thing" (func $drop-thing (param i32)))
    (import "" "new" (func $new (param i32) (result i32)))
    (import "" "rep" (func $rep (param i32) (result i32)))
    (import "" "drop-counter" (func $drop-counter (param i32)))
    (func (export "look-at") (param i32) (result i32)
      (i32.add (call $look (local.get 0)) (call $value (local.get 0)))
      (call $drop-thing (local.get 0)))
    (func (export "keep-borrow") (param i32) (result i32) (call $wait (i32.const 1)))
    (func (export "hand-on") (param i32) (result i32) (call $take (local.get 0)))
    (func (export "fetch") (param i32) (result i32) (call $of (local.get 0)))
    (func (export "fetch-and-drop") (param i32) (call $drop-thing (call $of (local.get 0))))
    (func (export "make") (param i32) (result i32) (call $new (call $wait (local.get 0))))
    (func (export "slow") (param i32) (result i32) (call $wait (local.get 0)))
    (func (export "quick") (param i32) (result i32) (local.get 0))
    (func (export "end") (param i32) (result i32) (local i32)
      (local.set 1 (call $wait (call $rep (local.get 0))))
      (call $drop-counter (local.get 0)) (local.get 1)))
  (core instance $m (instantiate $M (with "" (instance
    (export "value" (func $value)) (export "of" (func $of)) (export "look" (func $look)) (export "take" (func $take))
    (export "wait" (func $wait')) (export "drop-thing" (func $drop-thing))
    (export "new" (func $new)) (export "rep" (func $rep)) (export "drop-counter" (func $drop-counter))))))
  (func (export "look-at") (param "it" (borrow $thing)) (result u32) (canon lift (core func $m "look-at")))
  (func (export "keep-borrow") (param "it" (borrow $thing)) (result u32) (canon lift (core func $m "keep-borrow")))
  (func (export "hand-on") (param "it" (own $thing)) (result u32) (canon lift (core func $m "hand-on")))
  (func (export "fetch") (param "n" u32) (result (own $thing)) (canon lift (core func $m "fetch")))
  (func (export "fetch-and-drop") (param "n" u32) (canon lift (core func $m "fetch-and-drop")))
  (export $counter "counter" (type $counter'))
  (func (export "[constructor]counter") (param "n" u32) (result (own $counter)) (canon lift (core func $m "make")))
  (func (export "[method]counter.slow") (param "self" (borrow $counter)) (result u32) (canon lift (core func $m "slow")))
  (func (export "[method]counter.quick") (param "self" (borrow $counter)) (result u32) (canon lift (core func $m "quick")))
  (func (export "[static]counter.end") (param "it" (own $counter)) (result u32) (canon lift (core func $m "end")))
  (func (export "dropped") (result u32) (canon lift (core func $drops "count"))))`;

class Thing {
  static disposed: number[] = [];
  readonly #n: number;
  constructor(n: number) {
    this.#n = n;
  }
  async value(): Promise<number> {
    await settle();
    return this.#n;
  }
  static async of(n: number): Promise<Thing> {
    await settle();
    return new Thing(n);
  }
  [Symbol.dispose](): void {
    Thing.disposed.push(this.#n);
  }
}

const ASYNC = [
  'demo:h/things#[method]thing.value',
  'demo:h/things#[static]thing.of',
  'demo:h/things#look',
  'demo:h/things#take',
  'wait',
];

async function make(change: Record<string, unknown> = {}): Promise<Instance> {
  Thing.disposed = [];
  const { wait = async (n: number) => n, ...things } = change;
  const interfaces = { Thing, look: (it: Thing) => it.value(), take: (it: Thing) => it.value(), ...things };
  return (await load(WAT)).instantiate({ imports: { 'demo:h/things': interfaces, wait }, async: ASYNC });
}

describe('a resource of the app', () => {
  it('is lent to the guest and by the guest while both wait, and is the same object throughout', async () => {
    const seen: unknown[] = [];
    const { exports } = await make({
      look: async (it: Thing) => {
        await settle();
        seen.push(it);
        return it.value();
      },
    });
    const thing = new Thing(4);
    for (let i = 0; i < 100; i++) expect(await exports.lookAt(thing)).toBe(8);
    expect(new Set(seen)).toEqual(new Set([thing]));
    expect(Thing.disposed).toEqual([]);
  });

  it('is given away by the guest, and got, with promises', async () => {
    const { exports } = await make();
    expect(await exports.handOn(new Thing(5))).toBe(5);
    const thing = await exports.fetch(6);
    expect(thing).toBeInstanceOf(Thing);
    expect(await thing.value()).toBe(6);
    await exports.fetchAndDrop(7);
    expect(Thing.disposed).toEqual([7]);
  });

  it('that a guest keeps past a call that waited is a trap', async () => {
    const instance = await make();
    const error = await rejectionOf(instance.exports.keepBorrow(new Thing(1)));
    expect(error.message).toContain('the guest kept 1 borrowed handles after the call');
    await expectPoisoned(instance, error, () => instance.exports.dropped());
  });

  it('of the wrong class poisons, when the promise has come to it', async () => {
    const Wrong = class extends Thing {
      static override of = async () => ({}) as Thing;
    };
    const instance = await make({ Thing: Wrong });
    const error = await rejectionOf(instance.exports.fetch(1));
    expect(error.message).toContain('the result: expected an object of the class Thing');
    await expectPoisoned(instance, error, () => instance.exports.dropped());
  });
});

describe('a resource of a guest that waits', () => {
  it('is constructed, called and ended by calls that wait', async () => {
    const { exports } = await make();
    const counter = await exports.Counter.create(5);
    expect(await counter.slow()).toBe(5);
    expect(await exports.Counter.end(counter)).toBe(5);
    expect(await exports.dropped()).toBe(1);
    expect((await rejectionOf(counter.quick())).code).toBe('argument');
  });

  it('cannot be used by a call that waits for one that ends it', async () => {
    const { exports, state } = await make();
    const counter = await exports.Counter.create(5);
    const [ended, late] = [exports.Counter.end(counter), rejectionOf(counter.quick())];
    expect(await ended).toBe(5);
    expect(await late).toMatchObject({ code: 'argument', path: 'self' });
    expect(state).toBe('idle');
  });

  it('that is disposed of while its instance waits is destroyed after the call, and before the next', async () => {
    const { call, open } = gate<number>();
    const instance = await make({ wait: call });
    const { exports } = instance;
    const made = [exports.Counter.create(1), exports.Counter.create(2)];
    for (const n of [1, 2]) {
      await settle();
      open(n);
    }
    const [one, two] = await Promise.all(made);
    const slow = one.slow();
    const next = exports.dropped();
    await settle();
    expect(instance.state).toBe('busy');
    // The one that the call was lent, the other, and each twice.
    for (const it of [one, two, one, two]) await it[Symbol.asyncDispose]();
    await settle();
    expect(instance.state).toBe('busy');
    open(9);
    expect(await slow).toBe(9);
    expect(await next).toBe(2);
    expect((await rejectionOf(one.quick())).code).toBe('argument');
  });

  it('that is disposed of while its instance waits, which then fails, is let go', async () => {
    const { call, open, fail } = gate<number>();
    const instance = await make({ wait: call });
    const made = instance.exports.Counter.create(1);
    await settle();
    open(1);
    const counter = await made;
    const slow = rejectionOf(counter.slow());
    await settle();
    await counter[Symbol.asyncDispose]();
    fail(new Error('offline'));
    const error = await slow;
    expect(error.code).toBe('import-failed');
    await settle();
    await expectPoisoned(instance, error, () => counter.quick());
  });

  it('is refused to the import that its own method waits for', async () => {
    let counter: any;
    let refused: Promise<unknown> | undefined;
    const { exports } = await make({
      wait: async (n: number) => {
        if (counter !== undefined) refused = rejectionOf(counter.quick());
        await settle();
        return n;
      },
    });
    counter = await exports.Counter.create(3);
    expect(await counter.slow()).toBe(3);
    expect(await refused).toMatchObject({ code: 'reentrant' });
  });

  it('has calls that wait end with a signal: methods, constructor, static functions', async () => {
    const { call, calls, open } = gate<number>();
    const { exports } = await make({ wait: call });
    const made = exports.Counter.create(1);
    await settle();
    open(1);
    const counter = await made;
    const slow = counter.slow();
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const waiting = [
      () => withOptions(counter, options).quick(),
      () => withOptions(counter, options).slow(),
      () => withOptions(counter.quick, options).call(counter),
      () => withOptions(exports.Counter.create, options)(1),
      () => withOptions(exports.Counter.end, options)(counter),
    ].map((make) => rejectionOf(make()));
    controller.abort(new Error('enough'));
    for (const error of await Promise.all(waiting)) {
      expect(error).toMatchObject({ code: 'cancelled', cause: { message: 'enough' } });
    }
    open(1);
    expect(await slow).toBe(1);
    expect(await withOptions(counter, {}).quick()).toBe(1);
    expect(calls).toHaveLength(2);
  });
});
