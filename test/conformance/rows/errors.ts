import { expect } from 'vitest';
import type { Row } from '../rows.js';
import { expectError, expectPoisoned, failure } from './outcome.js';

export const errorRows: readonly Row[] = [
  {
    name: 'a text as the error',
    async check({ shared: { exports, instance } }) {
      const { text } = exports.errors;
      expect(await text({ tag: 'ok', val: 7 })).toBe(7);
      for (const payload of ['no', '', '🦜']) await expectError(() => text({ tag: 'err', val: payload }), payload);
      expect(await text({ tag: 'ok', val: 0 })).toBe(0);
      expect(instance.state).toBe('idle');
    },
  },
  {
    name: 'an error without a payload, or a value',
    async check({ shared: { exports } }) {
      expect(typeof (await exports.errors.bare(false))).toBe('number');
      await expectError(() => exports.errors.bare(true), undefined);
    },
  },
  {
    name: 'nothing, or a problem of every kind',
    async check({ shared: { exports } }) {
      expect(await exports.errors.structured(undefined)).toBeUndefined();
      for (const problem of [
        { tag: 'not-found', val: 'ß' },
        { tag: 'out-of-range', val: 2 ** 32 - 1 },
        { tag: 'unknown' },
      ]) {
        await expectError(() => exports.errors.structured(problem), problem);
      }
    },
  },
  {
    name: 'nothing either way',
    async check({ shared: { exports } }) {
      expect(await exports.errors.empty(false)).toBeUndefined();
      await expectError(() => exports.errors.empty(true), undefined);
    },
  },
  {
    name: 'a trap poisons the instance, and no other',
    async check({ fresh, shared }) {
      const broken = await fresh();
      await expectPoisoned(broken, 'trap', () => broken.exports.errors.trap());
      expect(await shared.exports.echo.echoU8(1)).toBe(1);
    },
  },
  {
    name: 'a disposed instance refuses every call',
    async check({ fresh }) {
      const ended = await fresh();
      ended.instance.dispose();
      expect(await failure(() => ended.exports.echo.echoU8(1))).toMatchObject({ code: 'disposed' });
    },
  },
];
