import { afterAll, describe, expect, it } from 'vitest';
import { asFlags, type Given, givenBy, makeHost, NOTHING, resolveSaid, type Said } from './fixture.js';
import { type Row, RULES } from './rules.js';

const host = makeHost();
afterAll(() => host.remove());

/** One row in each form in which it can be said. */
function formsOf(row: Row): readonly (readonly [form: string, said: Said])[] {
  if ('said' in row) return [['as it stands', row.said]];
  const flags = asFlags(row.grants);
  const forms: [string, Said][] = [
    ['in the options of the app', { app: row.grants }],
    ['in a policy', { policy: row.grants }],
  ];
  if (flags !== undefined && !row.error) forms.push(['as flags', { flags }]);
  return forms;
}

for (const { rule, rows } of RULES) {
  describe(rule, () => {
    const cases = rows.flatMap((row) => formsOf(row).map(([form, said]) => ({ ...row, form, said })));
    it.each(cases)('$what ($form)', ({ said, gives, error, warns = [] }) => {
      if (error !== undefined) {
        const message = messageOf(() => resolveSaid(said, host.root));
        for (const part of error) expect(message).toContain(part);
        return;
      }
      const grants = resolveSaid(said, host.root);
      expect(givenBy(grants, host.root)).toEqual({ ...NOTHING, ...(gives as Given) });
      expect(grants.warnings).toHaveLength(warns.length);
      for (const part of warns) expect(grants.warnings.join('\n')).toContain(part);
    });
  });
}

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toMatchObject({ name: 'HatchwayError', code: 'grants' });
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}
