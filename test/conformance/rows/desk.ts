import { expect } from 'vitest';
import type { Row } from '../rows.js';
import type { Running } from '../subject.js';
import { expectRefused } from './outcome.js';

/** A row about tickets, for an app that has seen none yet. */
function row(name: string, check: (running: Running) => Promise<void>): Row {
  return {
    name,
    async check({ shared }) {
      shared.app.clear();
      shared.app.found.clear();
      await check(shared);
      expect(shared.instance.state).toBe('idle');
    },
  };
}

export const deskRows: readonly Row[] = [
  row('made by the plugin, asked, and dropped once', async ({ exports, app }) => {
    expect(await exports.desk.nameOfNew('a 🦜')).toBe('a 🦜');
    expect(app.made).toHaveLength(1);
    expect(app.dropped).toEqual(app.made);
  }),
  row('made and given to the app: not dropped', async ({ exports, app }) => {
    expect(await exports.desk.handInNew('a')).toBe('in: a');
    expect(app.made).toHaveLength(1);
    expect(app.handedIn[0]).toBe(app.made[0]);
    expect(app.dropped).toEqual([]);
  }),
  row('made, lent to the app, and dropped once', async ({ exports, app }) => {
    expect(await exports.desk.inspectNew('a')).toBe('seen: a');
    expect(app.inspected[0]).toBe(app.made[0]);
    expect(app.dropped).toHaveLength(1);
    expect(app.dropped[0]).toBe(app.made[0]);
  }),
  row('given to the plugin and back: the same object', async ({ exports, app }) => {
    const ticket = new app.Ticket('a');
    expect(await exports.desk.pass(ticket)).toBe(ticket);
    expect(await exports.desk.pass(ticket)).toBe(ticket);
    expect(app.dropped).toEqual([]);
  }),
  row('lent to the plugin: not dropped', async ({ exports, app }) => {
    const ticket = new app.Ticket('a');
    expect([await exports.desk.look(ticket), await exports.desk.look(ticket)]).toEqual(['a', 'a']);
    expect(app.dropped).toEqual([]);
  }),
  row('found by the app: the same object, or nothing', async ({ exports, app }) => {
    const ticket = new app.Ticket('a');
    app.found.set('a', ticket);
    expect(await exports.desk.find('a')).toBe(ticket);
    expect(await exports.desk.find('b')).toBeUndefined();
    expect(app.dropped).toEqual([]);
  }),
  row('kept by the plugin over calls, and given back', async ({ exports, app }) => {
    const ticket = new app.Ticket('a');
    expect(await exports.desk.giveBack()).toBeUndefined();
    expect(await exports.desk.keep(ticket)).toBeUndefined();
    expect(await exports.desk.nameOfNew('b')).toBe('b');
    expect(await exports.desk.giveBack()).toBe(ticket);
    expect(await exports.desk.giveBack()).toBeUndefined();
    expect(app.dropped).not.toContain(ticket);
  }),
  row('replaced by another: dropped once', async ({ exports, app }) => {
    const [a, b] = [new app.Ticket('a'), new app.Ticket('b')];
    await exports.desk.keep(a);
    await exports.desk.keep(b);
    expect(app.dropped).toHaveLength(1);
    expect(app.dropped[0]).toBe(a);
    expect(await exports.desk.giveBack()).toBe(b);
    expect(app.dropped).toHaveLength(1);
  }),
  row('a hundred in turn are each dropped once', async ({ exports, app }) => {
    for (let i = 0; i < 100; i++) await exports.desk.inspectNew(`${i}`);
    expect(new Set(app.dropped).size).toBe(100);
    expect(app.dropped).toHaveLength(100);
    expect(new Set(app.made)).toEqual(new Set(app.dropped));
  }),
  row('what is no ticket is refused', async (running) => {
    const { desk } = running.exports;
    for (const value of [undefined, null, 'a', {}, { name: () => 'a' }]) {
      await expectRefused(running, () => desk.pass(value), 'ticket');
      await expectRefused(running, () => desk.look(value), 'ticket');
      await expectRefused(running, () => desk.keep(value), 'ticket');
    }
    expect(await desk.giveBack()).toBeUndefined();
  }),
];
