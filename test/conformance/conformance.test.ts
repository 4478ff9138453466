/** Every implementation of the conformance world against every row of the table, by both faces. */
import { beforeAll, describe, it } from 'vitest';
import { rustInstallLine } from '../../guests/rust/toolchain.js';
import { conformanceWorld, LANGUAGES } from './languages.js';
import { conformanceRows } from './rows.js';
import { FACES, type Face, type Subject, subjectsOf } from './subject.js';

const world = await conformanceWorld();
const groups = conformanceRows(world);

for (const language of LANGUAGES) {
  const { name, missing } = language;
  const title = missing === undefined ? name : `${name} [${missing}; ${rustInstallLine}]`;
  describe.skipIf(missing !== undefined)(title, () => {
    let subjectBy: (face: Face) => Promise<Subject>;
    beforeAll(async () => {
      subjectBy = subjectsOf(await language.load(world));
    });
    for (const group of groups) {
      describe(group.name, () => {
        for (const row of group.rows) {
          it.each(FACES)(`${row.name} (%s)`, async (face) => row.check(await subjectBy(face)));
        }
      });
    }
  });
}
