import { expect } from 'vitest';
import type { Row } from '../rows.js';
import type { Running, Subject } from '../subject.js';
import { expectRefused, failure } from './outcome.js';

/** A row about counters of the shared instance, after which as many exist as before. */
function row(name: string, check: (running: Running, subject: Subject) => Promise<void>): Row {
  return {
    name,
    async check(subject) {
      const { alive } = subject.shared.exports.counters;
      const before = await alive();
      await check(subject.shared, subject);
      expect(await alive()).toBe(before);
    },
  };
}

const dispose = (...counters: Disposable[]) => {
  for (const it of counters) it[Symbol.dispose]();
};

/** What every use of a counter that is gone must be refused with. */
async function expectGone(running: Running, counter: any): Promise<void> {
  const { counters } = running.exports;
  const other = await running.counter(1);
  await expectRefused(running, () => counter.value(), 'self');
  await expectRefused(running, () => counters.equal(other, counter), 'right');
  await expectRefused(running, () => counters.total([other, counter]), 'counters[1]');
  expect((await failure(() => counter.value())).message).toContain('neither disposed nor given away');
  // What it was refused together with is as it was.
  expect(await other.value()).toBe(1);
  dispose(other);
}

export const counterRows: readonly Row[] = [
  row('constructed, with methods', async ({ counter, exports }) => {
    const it = await counter(5);
    expect(it).toBeInstanceOf(exports.counters.Counter);
    expect([await it.value(), await it.add(3), await it.value()]).toEqual([5, 8, 8]);
    expect(await it.add(2 ** 32 - 1)).toBe(7);
    dispose(it);
  }),
  row('each has its own state', async ({ counter }) => {
    const [a, b] = [await counter(1), await counter(2)];
    await a.add(10);
    expect([await a.value(), await b.value()]).toEqual([11, 2]);
    dispose(a, b);
  }),
  row('a method that answers another', async ({ counter, exports }) => {
    const it = await counter(5);
    const copy = await it.copy();
    await copy.add(1);
    expect([copy === it, await it.value(), await copy.value()]).toEqual([false, 5, 6]);
    expect(copy).toBeInstanceOf(exports.counters.Counter);
    dispose(it, copy);
  }),
  row('a static function to which two are given away', async (running) => {
    const { counter, exports } = running;
    const [a, b] = [await counter(5), await counter(7)];
    const sum = await exports.counters.Counter.merge(a, b);
    expect(await sum.value()).toBe(12);
    await expectGone(running, a);
    await expectGone(running, b);
    dispose(sum);
  }),
  row('two that are lent', async ({ counter, exports }) => {
    const [a, b] = [await counter(5), await counter(5)];
    expect(await exports.counters.equal(a, b)).toBe(true);
    await b.add(1);
    expect([await exports.counters.equal(a, b), await exports.counters.equal(a, a)]).toEqual([false, true]);
    dispose(a, b);
  }),
  row('a list of new ones', async ({ exports }) => {
    const all = await exports.counters.make(5);
    const values: number[] = [];
    for (const it of all) values.push(await it.value());
    expect(values).toEqual([0, 1, 2, 3, 4]);
    dispose(...all);
    expect(await exports.counters.make(0)).toEqual([]);
  }),
  row('a list that is given away', async (running) => {
    const { exports } = running;
    const all = await exports.counters.make(4);
    expect(await exports.counters.total(all)).toBe(6);
    for (const it of all) await expectGone(running, it);
    expect(await exports.counters.total([])).toBe(0);
  }),
  row('as many exist as were made and not ended', async ({ counter, exports }) => {
    const { alive, make, total, Counter } = exports.counters;
    const before = await alive();
    const count = async () => (await alive()) - before;
    const one = await counter(1);
    const three = await make(3);
    expect(await count()).toBe(4);
    const copy = await one.copy();
    expect(await count()).toBe(5);
    const merged = await Counter.merge(one, copy);
    expect(await count()).toBe(4);
    dispose(merged);
    expect(await count()).toBe(3);
    await total(three);
    expect(await count()).toBe(0);
  }),
  row('disposed of once, and refused after', async (running) => {
    const { alive } = running.exports.counters;
    const before = await alive();
    const it = await running.counter(5);
    dispose(it, it);
    expect(await alive()).toBe(before);
    await expectGone(running, it);
    dispose(it);
    expect(await alive()).toBe(before);
  }),
  row('one cannot be given away twice in a call', async (running) => {
    const { counter, exports } = running;
    const it = await counter(5);
    await expectRefused(running, () => exports.counters.Counter.merge(it, it), 'right');
    await expectRefused(running, () => exports.counters.total([it, it]), 'counters[1]');
    expect(await it.value()).toBe(5);
    dispose(it);
  }),
  row('one of another instance is refused', async (running, { other }) => {
    const stranger = await other.counter(5);
    const { counters } = running.exports;
    await expectRefused(running, () => counters.total([stranger]), 'counters[0]');
    await expectRefused(running, () => counters.equal(stranger, stranger), 'left');
    expect(await stranger.value()).toBe(5);
    dispose(stranger);
  }),
  row('what is no counter is refused', async (running) => {
    const { counters } = running.exports;
    for (const value of [undefined, null, 1, {}, { value: () => 1 }, Object.create(counters.Counter.prototype)]) {
      await expectRefused(running, () => counters.total([value]), 'counters[0]');
      await expectRefused(running, () => counters.Counter.prototype.value.call(value), 'self');
    }
    await expectRefused(running, () => running.counter(-1), 'start');
  }),
  {
    name: 'each face has one of the other',
    async check({ faces, shared: { instance, counter, exports } }) {
      const it = await counter(5);
      if (!faces.includes('sync')) {
        expect(() => instance.sync).toThrow(expect.objectContaining({ code: 'option' }));
        expect(instance.exports.of(it)).toBe(it);
        return dispose(it);
      }
      const sync = instance.sync.of(it);
      const async = instance.exports.of(it);
      expect([sync.add(1), await async.add(1), await it.value()]).toEqual([6, 7, 7]);
      dispose(async);
      expect((await failure(() => sync.value())).code).toBe('argument');
      expect((await failure(() => exports.of({}))).code).toBe('argument');
    },
  },
];
