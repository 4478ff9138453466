/** What fails through jco's code fails through ours, and is the same kind of failure. */
import { beforeAll, describe, expect, it } from 'vitest';
import { ComponentError } from '../../src/errors/index.js';
import * as m from '../wit/build.js';
import { type Instantiate, translateWithJco } from './jco.js';
import { loadWithHatchway } from './ours.js';
import { outcomeOf } from './outcome.js';
import { GUEST, HOST, relayComponent } from './relay.js';

/** The relay's functions: `f0` answers with a u8, `f1` with a result of two. */
const TYPES = [m.u8, m.result(m.u8, m.u8)];
const ok = { tag: 'ok', val: 1 };

const fail = (error: Error) => (): unknown => {
  throw error;
};

type Row = [name: string, called: string, value: unknown, answer: () => unknown, outcome: string];
const rows: Row[] = [
  ['the error of a result reaches the caller', 'f1', ok, fail(new ComponentError(7)), 'error 7'],
  ['the value of a result reaches the caller', 'f1', ok, () => 7, 'returns 7'],
  ['any other exception of an import is thrown', 'f0', 1, fail(new Error('no')), 'throws'],
  ['so it is where a result could say it', 'f1', ok, fail(new Error('no')), 'throws'],
  ['a value of the wrong type from an import is one', 'f0', 1, () => 1n, 'throws'],
];

describe.each([
  ['jco', translateWithJco],
  ['ours', loadWithHatchway],
] as const)('with %s', (_, load) => {
  let instantiate: Instantiate;
  beforeAll(async () => {
    instantiate = await load(await relayComponent(TYPES));
  });

  it.each(rows)('%s', async (_name, name, value, answer, outcome) => {
    const exports = await instantiate({ [HOST]: { f0: answer, f1: answer } });
    expect(outcomeOf(() => exports[GUEST][name](value))).toBe(outcome);
  });

  it('a missing import is refused', async () => {
    await expect(instantiate({ [HOST]: { f0: () => 1 } })).rejects.toThrow();
  });
});
