import fc from 'fast-check';
import { expect } from 'vitest';
import { camelCase, type FunctionItem, type Interface } from '../../../src/wit/index.js';
import { arbitraryValue } from '../../arbitrary/types.js';
import type { Row } from '../rows.js';
import type { Running, Subject } from '../subject.js';
import { ECHOED, mixed, point } from '../values.js';
import { expectOfEach, expectRefused } from './outcome.js';

/** Random calls of one function. */
const RUNS = 30;

/** Values that are none of the type: the function, its arguments, the path of what is wrong. */
const WRONG: readonly [func: string, args: readonly unknown[], path: string][] = [
  ['echoBool', [1], 'value'],
  ['echoU8', [256], 'value'],
  ['echoU8', [], 'value'],
  ['echoS8', [-129], 'value'],
  ['echoU16', [0.5], 'value'],
  ['echoS32', ['1'], 'value'],
  ['echoU64', [1], 'value'],
  ['echoS64', [2n ** 63n], 'value'],
  ['echoF64', [1n], 'value'],
  ['echoChar', ['ab'], 'value'],
  ['echoString', [1], 'value'],
  ['echoColour', ['pink'], 'value'],
  ['echoPoint', [{ x: 1 }], 'value.y'],
  ['echoMixed', [{ ...mixed, tags: ['a', 1] }], 'value.tags[1]'],
  ['echoMixed', [{ ...mixed, centre: { ...point, x: 2 ** 31 } }], 'value.centre.x'],
  ['echoShape', [{ tag: 'oval' }], 'value'],
  ['echoShape', [{ tag: 'circle', val: 'x' }], 'value.val'],
  ['echoTuple', [[1, 'a']], 'value'],
  ['echoBytes', ['bytes'], 'value'],
  ['echoStrings', [['a', undefined]], 'value[1]'],
  ['echoNestedOption', [{ tag: 'some', val: 'x' }], 'value.val'],
  ['echoResult', [[{ tag: 'err', val: 1 }, true]], 'value[0].val'],
];

export function echoRows(echo: Interface): Row[] {
  return [
    ...echo.functions.map((func): Row => ({ name: func.name, check: (subject) => echoes(subject, func) })),
    {
      name: 'an ill-formed string arrives well formed',
      async check({ shared: { exports } }) {
        expect(await exports.echo.echoString('a\ud800b\udc00')).toBe('a\ufffdb\ufffd');
      },
    },
    {
      name: 'what comes back is a copy',
      async check({ shared: { exports } }) {
        const bytes = new Uint8Array([1, 2]);
        const back = await exports.echo.echoBytes(bytes);
        const record = await exports.echo.echoPoint(point);
        expect([back === bytes, back.buffer === bytes.buffer, record === point]).toEqual([false, false, false]);
      },
    },
    {
      name: 'a wrong argument is refused before the plugin is called',
      async check({ shared }) {
        for (const [func, args, path] of WRONG)
          await expectRefused(shared, () => shared.exports.echo[func](...args), path);
      },
    },
  ];
}

async function echoes(subject: Subject, { name, type }: FunctionItem): Promise<void> {
  const { params } = type;
  const echo = async ({ exports }: Running, args: readonly unknown[]) => {
    const answer = await exports.echo[camelCase(name)](...args);
    // Several arguments come back as a tuple.
    expect(answer).toEqual(params.length === 1 ? args[0] : args);
  };
  expect(ECHOED[name]?.length).toBeGreaterThan(0);
  await expectOfEach(subject, name, ECHOED[name]!, echo);
  const random = fc
    .tuple(...params.map((it) => arbitraryValue(it.type)))
    .filter((args) => !subject.spared.has(name, args));
  await fc.assert(
    fc.asyncProperty(random, (args) => echo(subject.shared, args)),
    { numRuns: RUNS },
  );
}
