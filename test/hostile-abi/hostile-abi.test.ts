import { describe, it } from 'vitest';
import { expectSection } from '../setup/section.js';
import { CALLS } from './calls.js';
import { contain, containStart, expectMemoryReturned } from './contain.js';
import { HANDLES } from './handles.js';
import { LIFTING } from './lifting.js';
import { LOWERING } from './lowering.js';
import type { Row } from './row.js';
import { STACKS } from './stack.js';
import { printTables } from './table.js';

const TOPICS = [...LIFTING, ...LOWERING, ...CALLS, ...HANDLES, ...STACKS];
const tried = new Set<Row>();

describe.each(TOPICS)('$name', ({ rows }) => {
  const guests = rows.flatMap((row) =>
    Object.entries(row.guests).map(([way, guest]) => ({ what: row.what, way, row, guest })),
  );
  it.each(guests)('$what, by $way', async ({ row, guest }) => {
    tried.add(row);
    await (row.starts ? containStart(guest) : contain(guest));
  });

  // What the host and the instances take is the same on every way.
  const taking = rows
    .filter((row) => row.takesMemory)
    .map(({ what, guests }) => [what, Object.values(guests)[0]!] as const);
  if (taking.length > 0) it.each(taking)('%s: the memory comes back', (_what, guest) => expectMemoryReturned(guest));
});

it('docs/security.md says what came of it', ({ skip }) => {
  skip(tried.size < TOPICS.flatMap(({ rows }) => rows).length, 'only some of the rows were asked for');
  expectSection('docs/security.md', 'hostile values', printTables(TOPICS));
});
