/**
 * Every implementation of the conformance world against every row of the table, by both faces. What came of it is in
 * `docs/conformance.md`: `UPDATE=1` writes it, otherwise it must say the same.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { conformanceWorld, LANGUAGES } from '../conformance/languages.js';
import { readPage, writePage } from '../setup/conformance-page.js';
import { KNOWN } from './known.js';
import { Matrix } from './matrix.js';
import { conformanceRows } from './rows.js';
import { FACES, type Face, type Subject, subjectsOf } from './subject.js';

const world = await conformanceWorld();
const groups = conformanceRows(world);
const matrix = new Matrix(
  groups,
  LANGUAGES.map(({ name, faces = FACES }) => ({ name, faces })),
);

for (const { name: language, missing, faces = FACES, load } of LANGUAGES) {
  describe.skipIf(missing !== undefined)(missing === undefined ? language : `${language} [${missing}]`, () => {
    const known = (row: string) =>
      KNOWN.filter((it) => it.language === language && (it.rows === 'all' || it.rows.includes(row)));
    let subjectBy: (face: Face) => Promise<Subject>;
    beforeAll(async () => {
      const find = (row: string, args: readonly unknown[]) =>
        known(row).find(({ concerns }) => concerns !== 'all' && concerns(args));
      const spared = {
        has: (row: string, args: readonly unknown[]) => find(row, args) !== undefined,
        note(row: string, args: readonly unknown[]) {
          const found = find(row, args);
          if (found !== undefined) matrix.note(row, language, found.reason);
          return found;
        },
      };
      subjectBy = subjectsOf(await load(world), spared, faces);
    });
    for (const group of groups) {
      describe(group.name, () => {
        for (const row of group.rows) {
          const failing = known(row.name).find(({ concerns }) => concerns === 'all');
          it.each(faces)(`${row.name} (%s)`, async (face) => {
            const check = matrix.fill(row.name, language, face, async () => row.check(await subjectBy(face)));
            if (failing === undefined) return check;
            matrix.note(row.name, language, failing.reason);
            await expect(check, 'this is known to fail, and does not').rejects.toThrow();
          });
        }
      });
    }
  });
}

it('docs/conformance.md says what came of it', ({ skip }) => {
  const missing = LANGUAGES.find((it) => it.missing !== undefined)?.missing;
  skip(missing !== undefined, missing);
  skip(!matrix.complete, 'only some of the rows were asked for');
  // What no row shows any more does not stay in the list.
  expect([...matrix.reasons].sort()).toEqual(KNOWN.map((it) => it.reason).sort());
  const text = matrix.print();
  if (process.env.UPDATE) writePage({ rows: text });
  expect(readPage().rows).toBe(text);
});
