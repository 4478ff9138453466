/**
 * Runs the specification's scripts: `npm run spec -- DIR`, where DIR has `.wast` files, or what `wasm-tools json-from-wast`
 * makes of them. `--record REVISION` writes the result into `docs/conformance.md`.
 */
import { parseArgs } from 'node:util';
import { writePage } from '../setup/conformance-page.js';
import { count, printReport, printSection } from './report.js';
import { type Outcome, runScript } from './run.js';
import { loadScripts } from './script.js';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { record: { type: 'string' } } });
const [folder] = positionals;
if (folder === undefined) {
  console.error('usage: npm run spec -- DIR [--record REVISION]');
  process.exit(2);
}
const outcomes: Outcome[] = [];
for (const script of await loadScripts(folder)) outcomes.push(...(await runScript(script)));
if (values.record !== undefined)
  writePage({ scripts: printSection({ outcomes, revision: values.record, date: new Date() }) });
console.log(printReport(outcomes));
process.exitCode = outcomes.length === 0 || count(outcomes).failed > 0 ? 1 : 0;
