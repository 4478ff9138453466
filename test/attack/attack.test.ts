import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GrantsOption } from '../../src/grants/index.js';
import { noC } from '../setup/c.js';
import { probePath } from '../setup/probe.js';
import { expectSection } from '../setup/section.js';
import { NOTHING, REFUSED, type Row, TOPICS } from './attempts.js';
import { type Outcome, type Runtime, runtimes } from './runtimes.js';
import { Scratch, SECRET } from './scratch.js';
import { AttackTable } from './table.js';

const RUNTIMES = runtimes(probePath);
const names = [...new Set(RUNTIMES.map(({ name }) => name))];
const table = new AttackTable(TOPICS, names);
let asked = 0;

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
});
afterEach(() => scratch.remove());

/** The grant of a row, of the scratch folder. */
function inScratch(grant: GrantsOption): GrantsOption {
  const { read, write, ...others } = grant;
  const place = (mappings: typeof read) =>
    mappings && Object.fromEntries(Object.entries(mappings).map(([guest, host]) => [guest, join(scratch.path, host)]));
  return {
    ...others,
    ...(read !== undefined && { read: place(read) }),
    ...(write !== undefined && { write: place(write) }),
  };
}

/** Tries a row, and sees that nothing outside of the folder was told or changed. */
async function attack(runtime: Runtime, row: Row, grants: GrantsOption): Promise<Outcome> {
  const before = scratch.outside();
  const outcome = await runtime.attack(row.attempt, inScratch(grants));
  expect(outcome.answer).not.toContain(SECRET);
  expect(outcome.answer).not.toContain(scratch.path);
  expect(scratch.outside()).toBe(before);
  return outcome;
}

/** Whether a runtime is to try a row. */
function concerns({ attempt, only }: Row, { name, by }: Runtime): boolean {
  return by.includes(attempt.by) && (only === undefined || only === name);
}

const kinds = ({ denials }: Outcome) => denials.map(({ kind }) => kind);

for (const runtime of RUNTIMES) {
  describe.skipIf(runtime.by.includes('files') && noC !== undefined)(`${runtime.name}, ${runtime.by}`, () => {
    for (const topic of TOPICS) {
      const rows = topic.rows.filter((row) => concerns(row, runtime));
      if (rows.length === 0) continue;
      describe(topic.name, () => {
        it.each(rows.map((row) => [row.what, row] as const))('%s', async (_, row) => {
          asked++;
          const refused = await attack(runtime, row, REFUSED.get(topic) ?? NOTHING);
          expect(refused.answer).toBe(row.refused);
          expect(kinds(refused)).toEqual(row.denials?.refused ?? []);
          for (const { grantWith, rule } of refused.denials) expect([grantWith, rule]).not.toContain('');
          if (row.grant !== undefined) {
            const granted = await attack(runtime, row, row.grant);
            expect(granted.answer).toBe(row.granted);
            if (row.denials?.granted !== undefined) expect(kinds(granted)).toEqual(row.denials.granted);
          }
          table.held(row, runtime.name);
        });
      });
    }
  });
}

it('docs/security.md says what came of it', ({ skip }) => {
  skip(noC !== undefined, noC);
  const all = RUNTIMES.flatMap((runtime) => TOPICS.flatMap(({ rows }) => rows.filter((row) => concerns(row, runtime))));
  skip(asked < all.length, 'only some of the rows were asked for');
  const legend = names.map((name, i) => `${i + 1}. ${name}`).join('\n');
  expectSection('docs/security.md', 'attacks', `${table.print()}\n\nHolds on:\n\n${legend}`);
});
