/** Calls of an instance that waits: their order, their bound, their cancellation, and what ends them all. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { withOptions } from '../../src/host/index.js';
import { caller, failureOf, gate, rejectionOf, settle } from './support.js';

/** An instance with one call that waits until `open` is called. */
async function waiting() {
  const { calls, call, open, fail } = gate<number>();
  const instance = await caller({ get: call });
  const first: Promise<number> = instance.exports.calls.get(0);
  await settle();
  expect(calls).toEqual([[0]]);
  return { instance, exports: instance.exports, first, calls, open, fail };
}

describe('calls while one waits', () => {
  it('run after it, one at a time, in the order in which they were made', async () => {
    const { exports, first, calls, open } = await waiting();
    const order: string[] = [];
    const note = (name: string) => (value: unknown) => order.push(`${name} ${value}`);
    const all = [
      first.then(note('first')),
      exports.calls.quick(1).then(note('quick')),
      exports.calls.get(1).then(note('second')),
      exports.calls.find(2).then(note('find')),
      exports.calls.text('x').then(note('text')),
      exports.calls.get(2).then(note('third')),
    ];
    await settle();
    expect(calls).toEqual([[0]]);
    for (const n of [10, 20, 30]) {
      open(n);
      await settle();
    }
    await Promise.all(all);
    expect(order).toEqual(['first 10', 'quick 2', 'second 20', 'find 2', 'text x', 'third 30']);
    expect(calls).toEqual([[0], [1], [2]]);
  });

  it('may be a thousand; the next is refused, and a place that is free again is taken', async () => {
    const { exports, first, open } = await waiting();
    const thousand = Array.from({ length: 1000 }, (_, i) => exports.calls.quick(i));
    const error = await rejectionOf(exports.calls.quick(1000));
    expect(error.code).toBe('exhausted');
    expect(error.message).toContain('1000 calls are waiting for the instance');
    open(7);
    expect(await first).toBe(7);
    expect(await Promise.all(thousand)).toEqual(thousand.map((_, i) => i + 1));
    expect(await exports.calls.quick(1)).toBe(2);
  });

  it('see wrong arguments when their turn comes, and do not disturb the others', async () => {
    const { instance, exports, open } = await waiting();
    const wrong = rejectionOf(exports.calls.quick('1'));
    const right = exports.calls.quick(1);
    open(1);
    expect(await wrong).toMatchObject({ code: 'argument', path: 'n' });
    expect(await right).toBe(2);
    expect(instance.state).toBe('idle');
  });

  it('answer `poisoned` when it fails, each with the first failure as its cause', async () => {
    const { instance, exports, first, calls, fail } = await waiting();
    const later = [exports.calls.get(1), exports.calls.quick(1), exports.calls.text('a')].map(rejectionOf);
    fail(new Error('offline'));
    const error = await rejectionOf(first);
    expect(error.code).toBe('import-failed');
    for (const it of await Promise.all(later)) expect(it).toMatchObject({ code: 'poisoned', cause: error });
    expect(instance.state).toBe('poisoned');
    expect(calls).toEqual([[0]]);
  });

  it('keep the asynchronous context of their caller', async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const { call, open } = gate<number>();
    const { exports } = await caller({
      get: (n) => {
        seen.push([n, context.getStore()]);
        return call(n);
      },
      note: (n) => seen.push([n, context.getStore()]),
    });
    const all = ['a', 'b', 'c'].map((name, i) => context.run(name, () => exports.calls.noteAround(i * 10)));
    for (let i = 0; i < 3; i++) {
      await settle();
      open(i);
    }
    await Promise.all(all);
    expect(seen).toEqual(['a', 'b', 'c'].flatMap((name, i) => [0, 0, 1].map((n) => [i * 10 + n, name])));
  });
});

describe('a signal', () => {
  const ways: [of: string, call: (exports: any, signal: AbortSignal) => Promise<unknown>][] = [
    ['a function', (exports, signal) => withOptions(exports.calls.quick, { signal })(1)],
    ['an interface', (exports, signal) => withOptions(exports.calls, { signal }).quick(1)],
  ];

  it.each(ways)('takes a call that waits out of the queue: with %s', async (_of, call) => {
    const { instance, exports, first, open } = await waiting();
    const reason = new Error('enough');
    const controller = new AbortController();
    const before = exports.calls.quick(10);
    const gone = call(exports, controller.signal);
    const after = exports.calls.quick(20);
    controller.abort(reason);
    const error = await rejectionOf(gone);
    expect(error).toMatchObject({ code: 'cancelled', cause: reason });
    expect(error.message).toContain('the call was cancelled before it started');
    // At once, not when its turn comes.
    expect(instance.state).toBe('busy');
    open(1);
    expect(await Promise.all([first, before, after])).toEqual([1, 11, 21]);
  });

  it.each(ways)('that was aborted before keeps the call from the queue: with %s', async (_of, call) => {
    const { exports, first, open } = await waiting();
    expect((await rejectionOf(call(exports, AbortSignal.abort()))).code).toBe('cancelled');
    open(1);
    expect(await first).toBe(1);
  });

  it('does not stop a call that runs', async () => {
    const { call, calls, open } = gate<number>();
    const { exports } = await caller({ get: call });
    const controller = new AbortController();
    const answer = withOptions(exports.calls.get, { signal: controller.signal })(1);
    await settle();
    controller.abort();
    open(5);
    expect(await answer).toBe(5);
    expect(calls).toEqual([[1]]);
  });

  it('does not touch a call that has started after it waited, nor those behind it', async () => {
    const { exports, first, open } = await waiting();
    const controller = new AbortController();
    const second = withOptions(exports.calls.get, { signal: controller.signal })(1);
    const third = exports.calls.quick(1);
    open(5);
    await settle();
    controller.abort();
    await settle();
    open(6);
    expect(await Promise.all([first, second, third])).toEqual([5, 6, 2]);
  });

  it('gives the place in the queue back', async () => {
    const { exports, first, open } = await waiting();
    const controller = new AbortController();
    const gone = Array.from({ length: 500 }, () => {
      return rejectionOf(withOptions(exports.calls.quick, { signal: controller.signal })(1));
    });
    const kept = Array.from({ length: 500 }, (_, i) => exports.calls.quick(i));
    controller.abort();
    for (const error of await Promise.all(gone)) expect(error.code).toBe('cancelled');
    const more = Array.from({ length: 500 }, (_, i) => exports.calls.quick(i));
    expect((await rejectionOf(exports.calls.quick(1))).code).toBe('exhausted');
    open(1);
    await first;
    expect(await Promise.all([...kept, ...more])).toHaveLength(1000);
  });
});

describe('disposing of an instance', () => {
  it('that waits is refused, and changes nothing', async () => {
    const { instance, exports, first, open } = await waiting();
    const later = exports.calls.quick(1);
    expect(failureOf(() => instance.dispose()).code).toBe('reentrant');
    expect((await rejectionOf(instance[Symbol.asyncDispose]())).code).toBe('reentrant');
    open(5);
    expect(await Promise.all([first, later])).toEqual([5, 2]);
    instance.dispose();
    expect((await rejectionOf(exports.calls.quick(1))).code).toBe('disposed');
  });

  it('between two calls fails those that wait', async () => {
    const { instance, exports, first, open } = await waiting();
    const later = [exports.calls.quick(1), exports.calls.get(1)].map(rejectionOf);
    open(5);
    while (instance.state === 'busy') await null;
    instance.dispose();
    expect(await first).toBe(5);
    for (const error of await Promise.all(later)) expect(error.code).toBe('disposed');
    expect(instance.state).toBe('disposed');
  });

  it('that is poisoned works', async () => {
    const { instance, first, fail } = await waiting();
    fail(new Error('offline'));
    await rejectionOf(first);
    instance.dispose();
    expect(instance.state).toBe('disposed');
  });
});
