import fc from 'fast-check';
import { expect } from 'vitest';
import { FAILING, NOT_FOUND, UNKNOWN } from '../app.js';
import type { Row } from '../rows.js';
import { CHAIN } from '../subject.js';
import { ECHOED } from '../values.js';
import { expectError, expectOfEach, expectPoisoned } from './outcome.js';

const options = [[undefined], [0n], [2n ** 64n - 1n]];

export const callbackRows: readonly Row[] = [
  byHost('mixedByHost', 'echoMixed', ECHOED['echo-mixed']!),
  byHost('shapeByHost', 'echoShape', ECHOED['echo-shape']!),
  byHost('stringsByHost', 'echoStrings', ECHOED['echo-strings']!),
  byHost('optionByHost', 'echoOption', options),
  {
    name: 'an error of the app is handed on',
    async check({ shared: { exports, app, instance } }) {
      app.clear();
      const { evenByHost } = exports.callbacks;
      expect(await evenByHost(4)).toBe(4);
      await expectError(() => evenByHost(5), { tag: 'out-of-range', val: 5 });
      await expectError(() => evenByHost(NOT_FOUND), { tag: 'not-found', val: 'thirteen' });
      await expectError(() => evenByHost(UNKNOWN), { tag: 'unknown' });
      expect(app.calls.map(([, value]) => value)).toEqual([4, 5, NOT_FOUND, UNKNOWN]);
      expect(instance.state).toBe('idle');
    },
  },
  {
    name: 'what is no error of its type poisons the instance',
    async check({ fresh }) {
      const broken = await fresh();
      await expectPoisoned(broken, 'import-failed', () => broken.exports.callbacks.evenByHost(FAILING));
    },
  },
  {
    name: 'a wrong answer of the app poisons the instance',
    async check({ fresh }) {
      const broken = await fresh();
      broken.app.descend = () => 'three' as never;
      await expectPoisoned(broken, 'import-failed', () => broken.exports.callbacks.descend(4));
    },
  },
  {
    name: 'an instance cannot be entered from inside its own call',
    async check({ fresh }) {
      const running = await fresh();
      running.app.descend = (depth) => running.descend(depth);
      await expectPoisoned(running, 'import-failed', () => running.exports.callbacks.descend(2));
      expect(running.instance.failure?.cause).toMatchObject({ code: 'reentrant' });
    },
  },
  {
    name: `descends through ${CHAIN} instances`,
    async check({ chain }) {
      const { exports } = await chain();
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: CHAIN }), async (depth) => {
          expect(await exports.callbacks.descend(depth)).toBe(depth);
        }),
        { numRuns: 5, examples: [[0], [1], [CHAIN]] },
      );
    },
  },
];

function byHost(func: string, seenAs: string, values: readonly (readonly unknown[])[]): Row {
  return {
    name: func,
    check: (subject) =>
      expectOfEach(subject, func, values, async ({ exports, app }, [value]) => {
        app.clear();
        expect(await exports.callbacks[func](value)).toEqual(value);
        expect(app.calls).toEqual([[seenAs, value]]);
      }),
  };
}
