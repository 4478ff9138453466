/**
 * `npm run bench [-- --only ROW[,ROW…]] [--quick] [--json]`: prints figures, the ratios they stand in, and the goals.
 * It asserts nothing; a figure of one run on one machine proves nothing.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { deadlineRow } from './limits/deadlines.js';
import { engineRow, overheadRow } from './limits/overhead.js';
import { rewritingRow } from './limits/rewriting.js';
import { markdown } from './report.js';
import { type Result, runRow } from './row.js';
import { assemblyScriptRows, assemblyScriptSizes } from './rows/assemblyscript.js';
import { buildRows } from './rows/builds.js';
import { callRows } from './rows/calls.js';
import { fileSystemRows } from './rows/filesystem.js';
import { instanceRows } from './rows/instances.js';
import { latenessRow, limitRows, poolRow } from './rows/limits.js';
import { memoryRow } from './rows/memory.js';
import { nativeRows } from './rows/native.js';
import { validationRow } from './rows/validation.js';
import { wasiRows } from './rows/wasi.js';
import { wireRows } from './rows/wire.js';

const { values } = parseArgs({
  options: { only: { type: 'string' }, quick: { type: 'boolean' }, json: { type: 'boolean' } },
});
const effort = values.quick ? { rounds: 7, turn: 5 } : { rounds: 21, turn: 20 };

const rows = new Map<string, () => Promise<Result>>();
const all = [callRows, instanceRows, assemblyScriptRows, wasiRows, fileSystemRows, limitRows, wireRows, nativeRows];
for (const row of all.flat()) rows.set(row.id, () => runRow(row, effort));
rows.set('as-size', assemblyScriptSizes);
let built: ReturnType<typeof buildRows> | undefined;
const builds = () => (built ??= buildRows(values.quick ? 1 : 5));
rows.set('build', async () => (await builds()).times);
rows.set('size', async () => (await builds()).sizes);
rows.set('limits', () => overheadRow(effort));
rows.set('engine', () => engineRow(effort));
rows.set('deadline', () => deadlineRow(effort));
rows.set('pool', () => poolRow(effort));
rows.set('lateness', latenessRow);
rows.set('rewrite', () => rewritingRow(effort));
rows.set('validation', () => validationRow(values.quick ? 1 : 3));
rows.set('memory', () => memoryRow(values.quick ? 3 : 7));

const only = values.only?.split(',') ?? [...rows.keys()];
const unknown = only.filter((id) => !rows.has(id));
if (unknown.length > 0) {
  console.error(`no such row: ${unknown.join(', ')}; there are ${[...rows.keys()].join(', ')}`);
  process.exit(1);
}

const results: Result[] = [];
for (const id of only) {
  console.error(`${id} …`);
  results.push(await rows.get(id)!());
}

const machine = `Node ${process.version}, V8 ${process.versions.v8}, ${cpus()[0]?.model ?? 'unknown processor'}`;
if (values.json) console.log(JSON.stringify({ machine, results }, null, 2));
else console.log(`${markdown(results)}\n\n${machine}. Medians of ${effort.rounds} rounds.`);
