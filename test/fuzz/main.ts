/**
 * `npm run fuzz [-- [SECONDS] [--inputs N] [--seed S] [--exercise-one N] [--wasmtime-one N]]`: a long run, with a line of
 * figures every minute. What broke a rule is printed with its bytes; the exit code says whether anything did.
 */
import { parseArgs } from 'node:util';
import { wasmtimePath } from '../setup/wasmtime.js';
import { type FuzzReport, fuzz } from './fuzz.js';
import { provideReference } from './reference.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: 'string' },
    seed: { type: 'string' },
    'exercise-one': { type: 'string', default: '10' },
    'wasmtime-one': { type: 'string', default: '20' },
  },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
const started = performance.now();
/** What broke a rule is told at once, up to so many times. */
const MOST_SHOWN = 30;
let told = 0;
let next = started + 60_000;

const line = ({ inputs, valid, exercised, calls, compared, slowest, broken }: FuzzReport) => {
  const seconds = (performance.now() - started) / 1000;
  return `${inputs} inputs (${Math.round(inputs / seconds)}/s), ${valid} valid, ${exercised} instantiated, ${calls} calls, ${compared} compared with wasmtime, slowest ${Math.round(slowest)} ms, ${broken.length} broken`;
};

const report = await fuzz({
  inputs: Number(values.inputs ?? Number.POSITIVE_INFINITY),
  seconds: Number(positionals[0] ?? (values.inputs === undefined ? 60 : Number.POSITIVE_INFINITY)),
  seed,
  reference: provideReference(),
  wasmtime: wasmtimePath(),
  exerciseOne: Number(values['exercise-one']),
  wasmtimeOne: Number(values['wasmtime-one']),
  progress: (so) => {
    for (; told < Math.min(so.broken.length, MOST_SHOWN); told++) {
      const { turn, what, bytes } = so.broken[told]!;
      console.log(`turn ${turn}: ${what}\n${bytes}`);
    }
    if (performance.now() < next) return;
    next += 60_000;
    console.log(line(so));
  },
});
console.log(`seed ${seed}: ${line(report)}`);
console.log('calls came to', report.outcomes);
console.log('disagreements with a reason', report.reasons);
process.exitCode = report.broken.length > 0 ? 1 : 0;
