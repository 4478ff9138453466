/** What instances may take and have taken: the timeout of one call, the figures, the budget of a host. */
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createHost, type Instance, withOptions } from '../../src/index.js';
import { assemble, failureOf, load, rejectionOf } from '../component/support.js';

const MEBIBYTE = 1 << 20;

/** One memory of a page, or of more from the start; functions that loop, answer, grow, and hand over a text. */
const wat = (pages = 1) => `(component
  (core module $M
    (memory (export "memory") ${pages})
    (func (export "spin") (loop $l (br $l)))
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "trap") unreachable)
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "text") (result i32) (i32.store (i32.const 8) (i32.const 1024)) (i32.store (i32.const 12) (i32.const 1000)) (i32.const 8)))
  (core instance $m (instantiate $M))
  (alias core export $m "memory" (core memory $memory))
  (func (export "spin") (canon lift (core func $m "spin")))
  (func (export "trap") (canon lift (core func $m "trap")))
  (func (export "add") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $m "add")))
  (func (export "grow") (param "pages" u32) (result s32) (canon lift (core func $m "grow")))
  (func (export "text") (result string) (canon lift (core func $m "text") (memory $memory))))`;

const plugin = await load(wat());
const bytes = await assemble(wat());

describe('the timeout of one call', () => {
  it('stops that call, and the limit of the instance holds for the others', async () => {
    const instance = await plugin.instantiate({ limits: { timeout: '100ms' } });
    expect(await withOptions(instance.exports.add, { timeout: '50ms' })(1, 2)).toBe(3);
    const other = await plugin.instantiate({ limits: { timeout: '100ms' } });
    const first = await rejectionOf(withOptions(instance.exports.spin, { timeout: '20ms' })());
    expect(first).toMatchObject({ code: 'timeout', plugin: 'guest' });
    expect(first.message).toContain('longer than its limit of 20 ms');
    expect(instance.state).toBe('poisoned');
    await withOptions(other.exports, { timeout: 30 }).add(1, 2);
    expect((await rejectionOf(other.exports.spin())).message).toContain('longer than its limit of 100 ms');
  });

  it.each([
    ['more than the instance may take', { timeout: '6s' }, /timeout is more than the 5000 ms/],
    ['none at all', { timeout: 0 }, /with a timeout of 0 nothing could run/],
    ['no duration', { timeout: 'soon' }, /"soon" is not a duration/],
    ['no limit', { timeout: false as never }, /is not a duration/],
  ])('is refused if it is %s', async (_, options, message) => {
    const { exports } = await plugin.instantiate();
    const error = failureOf(() => withOptions(exports.add, options));
    expect(error).toMatchObject({ code: 'option' });
    expect(error.message).toMatch(message);
  });

  it('may be anything where the instance has no limit', async () => {
    const { exports } = await plugin.instantiate({ limits: { timeout: false } });
    expect((await rejectionOf(withOptions(exports.spin, { timeout: 20 })())).code).toBe('timeout');
  });

  it('is refused for what is no guest', async () => {
    const nothing = () => 0;
    const object = { add: nothing, spin: nothing, trap: nothing, grow: nothing, text: nothing };
    const { exports } = await (await (await createHost()).load(object, { world: plugin.world })).instantiate();
    const error = failureOf(() => withOptions(exports.add, { timeout: 20 }));
    expect(error.message).toContain('nothing stops what is not a guest');
  });
});

describe('usage', () => {
  it('counts calls, memory and what was handed over', async () => {
    const instance = await plugin.instantiate({ limits: { memory: '1Mi' } });
    const page = 65_536;
    expect(instance.usage).toEqual({ calls: 0, memory: page, peakMemory: page, hostBytes: 0, collectedResources: 0 });
    const { sync } = instance;
    for (let i = 0; i < 10; i++) sync.add(i, 1);
    await instance.exports.add(1, 2);
    expect([sync.grow(3), sync.grow(100)]).toEqual([1, -1]);
    expect(instance.usage).toMatchObject({ calls: 13, memory: 4 * page, hostBytes: 0 });
    sync.text();
    sync.text();
    const { hostBytes } = instance.usage;
    expect(hostBytes).toBeGreaterThanOrEqual(2_000);
    expect(hostBytes).toBeLessThan(10_000);
    failureOf(() => sync.trap());
    expect(instance.usage).toMatchObject({ calls: 16, memory: 0, peakMemory: 4 * page, hostBytes });
  });
});

describe('fuel', () => {
  const limits = { fuel: 10_000 };

  it('is what a call took, the same every time', async () => {
    const took = [];
    for (let i = 0; i < 3; i++) {
      const { sync, usage } = await plugin.instantiate({ limits });
      expect(usage.fuel).toBe(0);
      const instance = await plugin.instantiate({ limits });
      instance.sync.add(i, 1);
      const { fuel } = instance.usage;
      instance.sync.add(i, 2);
      expect(instance.usage.fuel).toBe(2 * fuel!);
      took.push(fuel);
      sync.add(1, 1);
    }
    expect(took[0]).toBeGreaterThan(0);
    expect(new Set(took).size).toBe(1);
    expect((await plugin.instantiate()).usage).not.toHaveProperty('fuel');
  });

  it('stops a call that takes more, each with all of it', async () => {
    const instance = await plugin.instantiate({ limits });
    for (let i = 0; i < 5_000; i++) instance.sync.add(i, 1);
    expect(instance.usage.fuel).toBeGreaterThan(10_000);
    const error = failureOf(() => instance.sync.spin());
    expect(error).toMatchObject({ code: 'exhausted', plugin: 'guest' });
    expect(error.message).toContain('the call took more than its limit of 10000 instructions. Raise');
    expect(instance.state).toBe('poisoned');
    expect((await plugin.instantiate({ limits })).sync.add(1, 1)).toBe(2);
  });

  it('goes with a timeout, and whichever is over first stops the call', async () => {
    const soon = await plugin.instantiate({ limits: { fuel: Number.MAX_SAFE_INTEGER, timeout: 20 } });
    expect(failureOf(() => soon.sync.spin())).toMatchObject({ code: 'timeout' });
    const trapped = await plugin.instantiate({ limits });
    expect(failureOf(() => trapped.sync.trap())).toMatchObject({ code: 'trap' });
  });

  it('is counted in start functions, and below the calls of other components', async () => {
    const start = await load(`(component (core module $M (func $s (loop $l (br $l))) (start $s))
      (core instance (instantiate $M)))`);
    expect(await rejectionOf(start.instantiate({ limits }))).toMatchObject({ code: 'exhausted' });
    const inner = await load(`(component (component $I (core module $M (func (export "run") (loop $l (br $l))))
        (core instance $m (instantiate $M)) (func (export "run") (canon lift (core func $m "run"))))
      (instance $i (instantiate $I)) (alias export $i "run" (func $inner)) (core func $run (canon lower (func $inner)))
      (core module $M (import "" "run" (func $run)) (func (export "run") (call $run)))
      (core instance $m (instantiate $M (with "" (instance (export "run" (func $run))))))
      (func (export "run") (canon lift (core func $m "run"))))`);
    const { sync } = await inner.instantiate({ limits });
    expect(failureOf(() => sync.run())).toMatchObject({ code: 'exhausted' });
  });

  it.each([0, -1, 1.5, '1000', false])('is not %j', async (fuel) => {
    expect((await rejectionOf(plugin.instantiate({ limits: { fuel } as never }))).code).toBe('option');
  });
});

describe('the budget of a host', () => {
  const two = { limits: { memory: '32Mi' } };
  const exhausted = { code: 'exhausted', plugin: 'guest' };
  const within = async (limits: { memory?: string; instances?: number }) =>
    (await createHost({ limits })).load(bytes, { name: 'guest' });

  it('is what the memories of all instances may grow to', async () => {
    const plugin = await within({ memory: '100Mi' });
    const instances = [await plugin.instantiate(two), await plugin.instantiate(two), await plugin.instantiate(two)];
    const error = await rejectionOf(plugin.instantiate(two));
    expect(error).toMatchObject(exhausted);
    expect(error.message).toContain(
      `the host has no room for another instance: a memory of ${32 * MEBIBYTE} bytes is wanted, and ${4 * MEBIBYTE} of ${100 * MEBIBYTE} are left`,
    );
    expect(error.message).toContain('Dispose of instances');
    // A smaller one fits; and what could not be made took nothing.
    await plugin.instantiate({ limits: { memory: '4Mi' } });
    instances[0]!.dispose();
    await plugin.instantiate(two);
    expect(await rejectionOf(plugin.instantiate(two))).toMatchObject(exhausted);
    failureOf(() => instances[1]!.sync.trap());
    await plugin.instantiate(two);
    instances[1]!.dispose();
    expect(await rejectionOf(plugin.instantiate(two))).toMatchObject(exhausted);
  });

  it('is how many instances there are', async () => {
    const plugin = await within({ instances: 2 });
    const first = await plugin.instantiate();
    await plugin.instantiate();
    expect(await rejectionOf(plugin.instantiate())).toMatchObject(exhausted);
    first.dispose();
    first.dispose();
    await plugin.instantiate();
    expect(await rejectionOf(plugin.instantiate())).toMatchObject(exhausted);
  });

  it('is given back by what could not be made', async () => {
    const host = await createHost({ limits: { memory: '64Mi', instances: 1 } });
    const start = await host.load(
      await assemble(`(component (core module $M (memory 1) (func $s unreachable) (start $s))
        (core instance (instantiate $M)))`),
    );
    for (let i = 0; i < 3; i++) expect((await rejectionOf(start.instantiate())).code).toBe('trap');
    const plugin = await host.load(await assemble(wat(100)));
    for (let i = 0; i < 3; i++)
      expect((await rejectionOf(plugin.instantiate({ limits: { memory: '1Mi' } }))).code).toBe('exhausted');
    await plugin.instantiate();
  });

  it('is given back by what nobody can reach any more', async () => {
    const plugin = await within({ instances: 5 });
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    let made: Instance[] = [];
    for (let i = 0; i < 5; i++) made.push(await plugin.instantiate());
    expect(made.length).toBe(5);
    made = [];
    await expect
      .poll(
        async () => {
          gc();
          await sleep(5);
          return plugin.instantiate().then(
            (instance) => instance.state,
            () => 'none',
          );
        },
        { timeout: 20_000 },
      )
      .toBe('idle');
  });

  it('bounds a thousand instances at their caps', async () => {
    const plugin = await within({ memory: '256Mi' });
    const made: Instance[] = [];
    for (let i = 0; i < 1_000; i++) {
      const instance = await plugin.instantiate({ limits: { memory: '1Mi' } }).catch(() => undefined);
      if (instance === undefined) continue;
      made.push(instance);
      instance.sync.grow(15);
    }
    expect(made.length).toBe(256);
    expect(made.reduce((sum, { usage }) => sum + usage.memory, 0)).toBe(256 * MEBIBYTE);
  });

  it.each([
    ['a name that does not exist', { calls: 3 }],
    ['what is no size', { memory: 'much' }],
    ['no whole number', { instances: 1.5 }],
    ['none', { instances: 0 }],
  ])('is refused for %s', async (_, limits) => {
    expect((await rejectionOf(createHost({ limits: limits as never }))).code).toBe('option');
  });
});

describe('a program for preview 1', () => {
  const program = () => assemble('(module (memory (export "memory") 1) (func (export "_start")))');

  it('counts toward the budget of its host until it is disposed', async () => {
    const host = await createHost({ limits: { memory: '3Mi', instances: 2 } });
    const loaded = await host.load(await program());
    const first = await loaded.instantiate({ limits: { memory: '2Mi' } });
    expect((await rejectionOf(loaded.instantiate({ limits: { memory: '2Mi' } }))).code).toBe('exhausted');
    first.dispose();
    await using second = await loaded.instantiate({ limits: { memory: '2Mi' } });
    await using third = await loaded.instantiate({ limits: { memory: '1Mi' } });
    expect((await rejectionOf(loaded.instantiate({ limits: { memory: '1Mi' } }))).code).toBe('exhausted');
    expect([await second.run(), await third.run()]).toEqual([0, 0]);
  });

  it.each([
    [{ imports: {} }, /"imports" of instantiate does not exist/],
    [{ isolation: 'worker' }, /this isolation is not built yet/],
  ])('takes no %j', async (options, message) => {
    const loaded = await (await createHost()).load(await program());
    expect((await rejectionOf(loaded.instantiate(options as never))).message).toMatch(message);
  });
});
