/** Calls that an instance can never answer, because it waits for whoever makes them, and those that only look alike. */
import { describe, expect, it } from 'vitest';
import { type Instance, withOptions } from '../../src/host/index.js';
import { instantiate } from '../component/support.js';
import { caller, deferred, gate, rejectionOf, settle } from './support.js';

type Get = (n: number) => unknown;

/** An instance whose import `get` is found when it is called, so that instances can refer to one another. */
function instance(imports: { get: Get }, name: string): Promise<Instance> {
  return caller({ get: (n) => imports.get(n) }, name);
}

describe('a call from inside the chain that an instance waits for is refused', () => {
  const says = /the instance waits for the very code that calls it\. Call another instance/;

  it.each([
    ['at once', 0],
    ['after it waited', 1],
    ['after it waited for long', 5],
  ])('directly, by the import: %s', async (_when, turns) => {
    const self: { get: Get } = { get: () => 0 };
    const a = await instance(self, 'a');
    const refused: unknown[] = [];
    self.get = async (n) => {
      for (let i = 0; i < turns; i++) await settle();
      refused.push(await rejectionOf(a.exports.calls.quick(n)));
      return 5;
    };
    expect(await a.exports.calls.getTwice(1)).toBe(10);
    // Also where the guest has waited in between.
    expect(refused).toEqual([
      expect.objectContaining({ code: 'reentrant', instance: 'a', message: expect.stringMatching(says) }),
      expect.objectContaining({ code: 'reentrant', instance: 'a', message: expect.stringMatching(says) }),
    ]);
    expect(a.state).toBe('idle');
  });

  it('through another instance', async () => {
    const [toB, toA]: { get: Get }[] = [{ get: () => 0 }, { get: () => 0 }];
    const [a, b] = [await instance(toB!, 'a'), await instance(toA!, 'b')];
    toB!.get = (n) => b.exports.calls.get(n);
    toA!.get = async (n) => {
      const error = await rejectionOf(a.exports.calls.quick(n));
      expect(error).toMatchObject({ code: 'reentrant', instance: 'a' });
      return 7;
    };
    expect(await a.exports.calls.get(1)).toBe(7);
    expect([a.state, b.state]).toEqual(['idle', 'idle']);
  });

  it('through another instance, while unrelated calls wait their turn and succeed', async () => {
    const [toB, toA]: { get: Get }[] = [{ get: () => 0 }, { get: () => 0 }];
    const [a, b] = [await instance(toB!, 'a'), await instance(toA!, 'b')];
    const reached = deferred<void>();
    const go = deferred<void>();
    toB!.get = (n) => b.exports.calls.get(n);
    toA!.get = async (n) => {
      reached.resolve();
      await go.promise;
      return (await rejectionOf(a.exports.calls.quick(n))).code === 'reentrant' ? 1 : 0;
    };
    const chain = a.exports.calls.get(1);
    await reached.promise;
    const unrelated = [a.exports.calls.quick(10), b.exports.calls.quick(20), a.exports.calls.quick(30)];
    await settle();
    go.resolve();
    expect(await chain).toBe(1);
    expect(await Promise.all(unrelated)).toEqual([11, 21, 31]);
  });

  it('through an instance that does not wait', async () => {
    const wat = `(component
      (import "ask" (func $ask (result u32)))
      (core func $ask' (canon lower (func $ask)))
      (core module $M (import "" "ask" (func $ask (result i32))) (func (export "f") (result i32) (call $ask)))
      (core instance $m (instantiate $M (with "" (instance (export "ask" (func $ask'))))))
      (func (export "f") (result u32) (canon lift (core func $m "f"))))`;
    const self: { get: Get } = { get: () => 0 };
    const a = await instance(self, 'a');
    let inner: Promise<unknown> | undefined;
    const plain = await instantiate(wat, {
      ask: () => {
        inner = rejectionOf(a.exports.calls.quick(1));
        return 3;
      },
    });
    self.get = () => plain.exports.f();
    expect(await a.exports.calls.get(1)).toBe(3);
    expect(await inner).toMatchObject({ code: 'reentrant', instance: 'a' });
  });

  it('though its call had to wait in a queue', async () => {
    const toA: { get: Get } = { get: () => 0 };
    const { call, open } = gate<number>();
    const b = await instance(toA, 'b');
    const a = await instance(
      {
        get: async (n) =>
          n === 1
            ? call()
            : ((await rejectionOf(b.exports.calls.quick(n))) as { code: string }).code === 'reentrant'
              ? 1
              : 0,
      },
      'a',
    );
    const unrelated = a.exports.calls.get(1);
    toA.get = () => a.exports.calls.get(2);
    // b waits for a, whose call waits behind the unrelated one, and then calls b.
    const chain = b.exports.calls.get(2);
    await settle();
    open(9);
    expect(await unrelated).toBe(9);
    expect(await chain).toBe(1);
  });
});

describe('what is not such a chain is served', () => {
  it('many instances, one calling the next', async () => {
    const instances: Instance[] = [];
    for (let i = 0; i < 100; i++) {
      instances.push(
        await instance(
          { get: async (n) => (i === 0 ? n : (await instances[i - 1]!.exports.calls.get(n)) + 1) },
          `${i}`,
        ),
      );
    }
    const last = instances[99]!;
    expect(await Promise.all([last.exports.calls.get(0), last.exports.calls.get(1)])).toEqual([99, 100]);
  });

  it('two calls of one instance by one import of another', async () => {
    const b = await caller({}, 'b');
    const a = await caller({
      get: async (n) => {
        const answers = await Promise.all([b.exports.calls.get(n), b.exports.calls.get(n + 1)]);
        return answers[0] + answers[1];
      },
    });
    expect(await a.exports.calls.getTwice(1)).toBe(6);
  });

  it('what an import left behind, once the call has ended', async () => {
    const self: { get: Get } = { get: () => 0 };
    const go = deferred<void>();
    const a = await instance(self, 'a');
    let left: Promise<unknown> | undefined;
    self.get = (n) => {
      left ??= go.promise.then(() => a.exports.calls.quick(n));
      return n;
    };
    expect(await a.exports.calls.get(5)).toBe(5);
    go.resolve();
    expect(await left).toBe(6);
  });

  it('what an import left behind, though another call of the instance runs', async () => {
    const { call, open } = gate<number>();
    const go = deferred<void>();
    const self: { get: Get } = { get: () => 0 };
    const a = await instance(self, 'a');
    let left: Promise<unknown> | undefined;
    self.get = (n) => {
      left = go.promise.then(() => a.exports.calls.quick(n));
      return n;
    };
    await a.exports.calls.get(5);
    self.get = call;
    const second = a.exports.calls.get(6);
    await settle();
    go.resolve();
    await settle();
    open(8);
    expect(await second).toBe(8);
    expect(await left).toBe(6);
  });

  it('a call that waited behind one that someone else waits for', async () => {
    const toA: { get: Get } = { get: () => 0 };
    const { call, open } = gate<number>();
    const b = await instance(toA, 'b');
    const a = await instance({ get: (n) => (n === 1 ? call() : b.exports.calls.quick(n)) }, 'a');
    toA.get = () => a.exports.calls.get(1);
    const chain = b.exports.calls.get(1);
    await settle();
    // Starts when the call that b waits for has ended, and b has not yet noticed.
    const unrelated = a.exports.calls.get(2);
    open(9);
    expect(await chain).toBe(9);
    expect(await unrelated).toBe(3);
  });
});

describe('two chains that wait for one another across', () => {
  it('are not noticed, and end with a signal', async () => {
    const [toB, toA]: { get: Get }[] = [{ get: () => 0 }, { get: () => 0 }];
    const [a, b] = [await instance(toB!, 'a'), await instance(toA!, 'b')];
    const controller = new AbortController();
    toB!.get = async (n) => {
      await settle();
      const call = withOptions(b.exports.calls.quick, { signal: controller.signal });
      return (await rejectionOf(call(n))).code === 'cancelled' ? 1 : 0;
    };
    toA!.get = async (n) => {
      await settle();
      return a.exports.calls.quick(n);
    };
    const both = [a.exports.calls.get(10), b.exports.calls.get(20)];
    for (let i = 0; i < 5; i++) await settle();
    expect([a.state, b.state]).toEqual(['busy', 'busy']);
    controller.abort();
    expect(await Promise.all(both)).toEqual([1, 21]);
  });
});
