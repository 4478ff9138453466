/** Calls through the asynchronous face: their order, their options, their end. */
import { describe, expect, it } from 'vitest';
import { type HatchwayError, type Instance, withOptions } from '../../src/index.js';
import { failureOf, instantiate, rejectionOf } from '../component/support.js';

/** `f` answers its argument, after it asked the app about it; a resource does the same. */
const WAT = `(component
  (import "ask" (func $ask (param "n" u32)))
  (core func $ask' (canon lower (func $ask)))
  (type $box' (resource (rep i32)))
  (core func $new (canon resource.new $box'))
  (core module $M
    (import "" "ask" (func $ask (param i32)))
    (import "" "new" (func $new (param i32) (result i32)))
    (func (export "f") (param i32) (result i32) (call $ask (local.get 0)) (local.get 0))
    (func (export "trap") unreachable)
    (func (export "make") (param i32) (result i32) (call $new (local.get 0))))
  (core instance $m (instantiate $M (with "" (instance (export "ask" (func $ask')) (export "new" (func $new))))))
  (func $f (param "n" u32) (result u32) (canon lift (core func $m "f")))
  (func $make (param "n" u32) (result (own $box')) (canon lift (core func $m "make")))
  (func $get (param "self" (borrow $box')) (result u32) (canon lift (core func $m "f")))
  (component $S
    (import "b" (type $b' (sub resource)))
    (import "make" (func $make (param "n" u32) (result (own $b'))))
    (import "get" (func $get (param "self" (borrow $b')) (result u32)))
    (import "f" (func $f (param "n" u32) (result u32)))
    (export $b "box" (type $b'))
    (export "[constructor]box" (func $make) (func (param "n" u32) (result (own $b))))
    (export "[method]box.get" (func $get) (func (param "self" (borrow $b)) (result u32)))
    (export "f" (func $f)))
  (instance $s (instantiate $S (with "b" (type $box')) (with "make" (func $make)) (with "get" (func $get)) (with "f" (func $f))))
  (export "demo:a/boxes" (instance $s))
  (func (export "trap") (canon lift (core func $m "trap")))
  (export "f" (func $f)))`;

const make = (ask: (n: number) => void = () => {}): Promise<Instance> => instantiate(WAT, { ask });

describe('calls', () => {
  it('that a running call brings about wait for it, and run in order', async () => {
    const order: string[] = [];
    const later: Promise<unknown>[] = [];
    const instance: Instance = await make((n) => {
      order.push(`begin ${n}`);
      if (n === 0) {
        for (const next of [1, 2, 3]) later.push(instance.exports.f(next));
        expect(instance.state).toBe('busy');
      }
      order.push(`end ${n}`);
    });
    expect(await instance.exports.f(0)).toBe(0);
    expect(await Promise.all(later)).toEqual([1, 2, 3]);
    expect(order).toEqual([0, 1, 2, 3].flatMap((n) => [`begin ${n}`, `end ${n}`]));
  });

  it('that wait are at most a thousand', async () => {
    const later: Promise<unknown>[] = [];
    const instance: Instance = await make((n) => {
      if (n === 0) for (let i = 1; i <= 1001; i++) later.push(instance.exports.f(i));
    });
    const settled = instance.exports.f(0).then(() => Promise.allSettled(later));
    const results = (await settled) as PromiseSettledResult<unknown>[];
    expect(results.slice(0, 1000).every((it) => it.status === 'fulfilled')).toBe(true);
    const { reason } = results[1000] as PromiseRejectedResult;
    expect(reason).toMatchObject({ code: 'exhausted', plugin: 'guest' });
    expect(reason.message).toMatch(
      /1000 calls are waiting for the instance\. Wait for answers before calling again, or use more instances\.$/,
    );
    expect(instance.state).toBe('idle');
  });

  it('that wait for one that fails are answered `poisoned`', async () => {
    const later: Promise<unknown>[] = [];
    const instance: Instance = await make((n) => {
      if (n !== 0) return;
      later.push(instance.exports.f(1), instance.exports.f(2));
      throw new Error('no');
    });
    const first = await rejectionOf(instance.exports.f(0));
    expect(first.code).toBe('import-failed');
    for (const promise of later) expect(await rejectionOf(promise)).toMatchObject({ code: 'poisoned', cause: first });
  });

  it('of the synchronous face while another waits are refused, not queued', async () => {
    const codes: unknown[] = [];
    const instance: Instance = await make(() => {
      try {
        instance.sync.trap();
      } catch (error) {
        codes.push((error as HatchwayError).code);
      }
    });
    await instance.exports.f(1);
    expect(codes).toEqual(['reentrant']);
  });

  it('give promises always, whatever the arguments', async () => {
    const { exports } = await make();
    const promise = exports.f('x');
    expect(promise).toBeInstanceOf(Promise);
    expect(await rejectionOf(promise)).toMatchObject({ code: 'argument', path: 'n' });
  });

  it('do not start with a signal that is aborted, by function, interface or resource', async () => {
    let asked = 0;
    const { exports, state } = await make(() => void asked++);
    const box = await exports.boxes.Box.create(5);
    const reason = new Error('enough');
    const options = { signal: AbortSignal.abort(reason) };
    for (const call of [
      () => withOptions(exports.f, options)(1),
      () => withOptions(exports.boxes, options).f(1),
      () => (withOptions(box, options) as any).get(),
    ]) {
      const error = await rejectionOf(call());
      expect(error).toMatchObject({ code: 'cancelled', cause: reason, plugin: 'guest' });
      expect(error.message).toMatch(/: the call was cancelled before it started$/);
    }
    expect([asked, state]).toEqual([0, 'idle']);
    const live = { signal: new AbortController().signal };
    expect(await withOptions(exports.f, live)(1)).toBe(1);
    expect(await withOptions(exports.boxes, live).f(2)).toBe(2);
    expect(await (withOptions(box, live) as any).get()).toBe(5);
    expect(await withOptions(exports.f, {})(3)).toBe(3);
  });

  it('that wait end with their signal; one that runs does not', async () => {
    const controller = new AbortController();
    const later: Promise<unknown>[] = [];
    const instance: Instance = await make((n) => {
      if (n !== 0) return;
      const f = withOptions(instance.exports.f, { signal: controller.signal });
      later.push(f(1), instance.exports.f(2), f(3));
      controller.abort(new Error('enough'));
    });
    expect(await withOptions(instance.exports.f, { signal: controller.signal })(0)).toBe(0);
    const [first, second, third] = await Promise.allSettled(later);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'cancelled', cause: { message: 'enough' } } });
    expect(second).toEqual({ status: 'fulfilled', value: 2 });
    expect(third).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } });
    expect(await instance.exports.f(9)).toBe(9);
  });

  it('with options that do not exist, or of what is no function of an instance, are errors', async () => {
    const { exports, sync } = await make();
    expect(failureOf(() => withOptions(exports.f, { sginal: 1 } as never)).message).toMatch(
      /^the option "sginal" of withOptions does not exist\. Known options: /,
    );
    expect(failureOf(() => withOptions(exports.f, { timeout: 'soon' })).message).toContain('soon');
    for (const target of [
      sync.f,
      sync.boxes,
      {},
      () => {},
      new Date(),
      [],
      Object.create(null),
      new sync.boxes.Box(1),
    ]) {
      const error = failureOf(() => withOptions(target as never, {}));
      expect(error.code).toBe('option');
      expect(error.message).toMatch(/The synchronous face has no options\.$/);
    }
  });
});

describe('an instance', () => {
  it('that is disposed of refuses every call, of both faces', async () => {
    const instance = await make();
    const box = new instance.sync.boxes.Box(1);
    instance.dispose();
    instance.dispose();
    expect(instance.state).toBe('disposed');
    expect(failureOf(() => instance.sync.f(1)).code).toBe('disposed');
    expect(failureOf(() => instance.sync.boxes.f(1)).code).toBe('disposed');
    expect(failureOf(() => box.get()).code).toBe('disposed');
    expect(failureOf(() => new instance.sync.boxes.Box(1)).code).toBe('disposed');
    expect((await rejectionOf(instance.exports.f(1))).code).toBe('disposed');
    box[Symbol.dispose]();
  });

  it('ends with `await using`', async () => {
    let kept: Instance;
    {
      await using instance = await make();
      kept = instance;
      expect(await instance.exports.f(1)).toBe(1);
    }
    expect(kept.state).toBe('disposed');
  });

  it('says why it is poisoned', async () => {
    const instance = await make();
    expect(instance.failure).toBe(undefined);
    const error = await rejectionOf(instance.exports.trap());
    expect([instance.state, instance.failure]).toEqual(['poisoned', error]);
    expect(error).toMatchObject({ code: 'trap', plugin: 'guest', instance: 'guest' });
    expect(error.cause).toBeInstanceOf(WebAssembly.RuntimeError);
  });

  it('does not notice what happens to another of the same plugin', async () => {
    const [a, b] = [await make(), await make()];
    await rejectionOf(a.exports.trap());
    expect(await b.exports.f(1)).toBe(1);
    a.dispose();
    expect(b.sync.f(2)).toBe(2);
  });
});
