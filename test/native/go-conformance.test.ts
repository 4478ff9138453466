/** The conformance table against the plugin in Go. */
import { beforeAll, it } from 'vitest';
import { createHost } from '../../src/index.js';
import { conformanceWorld } from '../conformance/languages.js';
import { conformanceRows } from '../conformance/rows.js';
import { type Subject, subjectsOf } from '../conformance/subject.js';
import { describeWithGo, goGuest } from './go-guests.js';

const world = await conformanceWorld();

describeWithGo('the conformance world in Go', () => {
  let subject: () => Promise<Subject>;
  beforeAll(async () => {
    const folder = await goGuest('conformance', 'wit/conformance.wit', 'conformance');
    const host = await createHost();
    const plugin = await host.load(folder, { world, run: true, sandbox: 'off' });
    const by = subjectsOf(plugin, { has: () => false, note: () => undefined }, ['async']);
    subject = () => by('async');
  });

  for (const { name, rows } of conformanceRows(world)) {
    it.each(rows.map((row) => [row.name, row] as const))(`${name}: %s`, async (_, row) => {
      await row.check(await subject());
    });
  }
});
