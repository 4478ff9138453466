/** Pools: bounded, fair, and no caller finds what another left behind. */
import { describe, expect, it } from 'vitest';
import type { Instance, Pool } from '../../src/index.js';
import { failureOf, load, rejectionOf } from '../component/support.js';

/** `keep` writes a number into every page and a global, `find` says how many it finds anywhere. */
const plugin = await load(`(component
  (import "made" (func $made))
  (core func $made (canon lower (func $made)))
  (core module $M
    (import "" "made" (func $made))
    (func $start (call $made)) (start $start)
    (memory (export "memory") 2)
    (global $g (mut i32) (i32.const 0))
    (func (export "keep") (param i32)
      (global.set $g (local.get 0)) (drop (memory.grow (i32.const 2)))
      (memory.fill (i32.const 0) (local.get 0) (i32.mul (memory.size) (i32.const 65536))))
    (func (export "find") (param i32) (result i32) (local $i i32) (local $n i32)
      (drop (memory.grow (i32.const 2)))
      (local.set $n (i32.eq (global.get $g) (local.get 0)))
      (loop $l
        (local.set $n (i32.add (local.get $n) (i32.eq (i32.load8_u (local.get $i)) (local.get 0))))
        (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.mul (memory.size) (i32.const 65536)))))
      (local.get $n))
    (func (export "trap") unreachable))
  (core instance $m (instantiate $M (with "" (instance (export "made" (func $made))))))
  (func (export "keep") (param "secret" u32) (canon lift (core func $m "keep")))
  (func (export "find") (param "secret" u32) (result u32) (canon lift (core func $m "find")))
  (func (export "trap") (canon lift (core func $m "trap"))))`);

const SECRET = 0x5a;

/** A pool, and how many instances were made for it. */
async function makePool(size: number, max: number) {
  const seen = { made: 0 };
  const imports = { made: () => void seen.made++ };
  return { pool: await plugin.pool({ size, max, imports }), seen };
}

/** Until what happens in the background has happened. */
const settle = (pool: Pool, ready: number) => expect.poll(() => pool.counts.ready).toBe(ready);

describe('a pool', () => {
  it('hands out no instance twice, whatever its user did with it', async () => {
    const { pool, seen } = await makePool(2, 3);
    const known = new Set<Instance>();
    for (let i = 0; i < 20; i++) {
      await pool.use(async (instance) => {
        expect(known.has(instance)).toBe(false);
        known.add(instance);
        expect(instance.state).toBe('idle');
        expect(await instance.exports.find(SECRET)).toBe(0);
        await instance.exports.keep(SECRET);
        expect(await instance.exports.find(SECRET)).toBeGreaterThan(4 * 65_536);
        if (i % 3 === 0) await rejectionOf(instance.exports.trap());
      });
    }
    for (const instance of known) expect(['disposed', 'poisoned']).toContain(instance.state);
    for (const instance of known) failureOf(() => instance.sync.find(SECRET));
    await settle(pool, 2);
    expect(seen.made).toBe(22);
  });

  it('has as many ready as it was told, and others at hand without making them', async () => {
    const { pool, seen } = await makePool(3, 10);
    expect(pool.counts).toEqual({ ready: 3, used: 0, waiting: 0 });
    const [a, b] = await Promise.all([pool.acquire(), pool.acquire()]);
    expect(seen.made).toBe(3);
    expect(pool.counts).toMatchObject({ ready: 1, used: 2 });
    await settle(pool, 3);
    expect(seen.made).toBe(5);
    a.dispose();
    b.dispose();
    expect(pool.counts).toEqual({ ready: 3, used: 0, waiting: 0 });
  });

  it('has no more than it may, and serves those that wait in their order', async () => {
    const { pool, seen } = await makePool(1, 2);
    const held = [await pool.acquire(), await pool.acquire()];
    const order: number[] = [];
    const waiting = [1, 2, 3, 4].map(async (n) => {
      await using instance = await pool.acquire();
      order.push(n);
      await instance.exports.find(n);
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([seen.made, pool.counts]).toEqual([2, { ready: 0, used: 2, waiting: 4 }]);
    // One that traps is at its end as well.
    failureOf(() => held[0]!.sync.trap());
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3, 4]);
    expect(pool.counts.used).toBe(1);
    held[1]!.dispose();
    held[1]!.dispose();
    expect(pool.counts.used).toBe(0);
  });

  it('lets nobody wait whose signal says so, nor more than a thousand', async () => {
    const { pool } = await makePool(0, 1);
    const held = await pool.acquire();
    const controller = new AbortController();
    const first = rejectionOf(pool.acquire({ signal: controller.signal }));
    const others = Array.from({ length: 999 }, () => pool.acquire().then((instance) => instance.dispose()));
    expect((await rejectionOf(pool.acquire())).code).toBe('exhausted');
    controller.abort(new Error('enough'));
    expect(await first).toMatchObject({ code: 'cancelled', plugin: 'guest' });
    expect((await rejectionOf(pool.acquire({ signal: controller.signal }))).code).toBe('cancelled');
    expect(pool.counts.waiting).toBe(999);
    held.dispose();
    await Promise.all(others);
  });

  it('is at its end when it is disposed; what is in use goes on', async () => {
    const { pool } = await makePool(2, 2);
    const used = [await pool.acquire(), await pool.acquire()];
    const waiting = rejectionOf(pool.acquire());
    await pool[Symbol.asyncDispose]();
    expect((await waiting).code).toBe('disposed');
    expect((await rejectionOf(pool.acquire())).code).toBe('disposed');
    expect(await used[0]!.exports.find(SECRET)).toBe(0);
    for (const instance of used) instance.dispose();
    expect(pool.counts).toEqual({ ready: 0, used: 0, waiting: 0 });
  });

  it('says what an instance cannot be made for, and goes on when it can', async () => {
    let fails = true;
    const imports = {
      made: () => {
        if (fails) throw new Error('not now');
      },
    };
    expect((await rejectionOf(plugin.pool({ size: 1, imports }))).code).toBe('import-failed');
    fails = false;
    const pool = await plugin.pool({ size: 1, max: 1, imports });
    fails = true;
    await pool.use(() => {});
    expect((await rejectionOf(pool.acquire())).code).toBe('import-failed');
    fails = false;
    expect(await pool.use((instance) => instance.state)).toBe('idle');
  });

  it.each([
    [{ size: 3, max: 2 }, /a pool of at most 2 cannot keep 3 ready/],
    [{ size: 1.5 }, /"size" of pool is not a whole number/],
    [{ max: 0 }, /"max" of pool is not a whole number/],
    [{ sise: 1 }, /"sise" of instantiate does not exist/],
  ])('refuses %j', async (options, message) => {
    const error = await rejectionOf(plugin.pool({ imports: { made: () => {} }, ...options } as never));
    expect(error).toMatchObject({ code: 'option' });
    expect(error.message).toMatch(message);
  });
});
