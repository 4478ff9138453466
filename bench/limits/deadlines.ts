/** What a deadline costs a call: the export as it is, and with each kind around it. */
import { EpochDeadlines, engineInterruption, FuelDeadlines } from '../../src/limits/watchdog/index.js';
import { type Effort, loop, type Subject } from '../measure.js';
import { type Result, type Row, runRow } from '../row.js';

async function addExport(): Promise<(a: number, b: number) => number> {
  const { parse } = await import('@bytecodealliance/jco');
  const bytes = await parse(
    '(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))',
  );
  const module = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  return new WebAssembly.Instance(module).exports.add as (a: number, b: number) => number;
}

const CALL = 'sum = (sum + f(i, 7)) | 0;';
const GUARDED = `x.enter(TIMEOUT); try { ${CALL} } finally { x.leave(); }`;

function guarded(name: string, timeout: number): Subject {
  return {
    name,
    prepare: async () => {
      const deadlines = engineInterruption() === 'epoch' ? new EpochDeadlines() : new FuelDeadlines();
      // The first call waits for the thread that watches to have started.
      deadlines.enter(timeout);
      deadlines.leave();
      return loop(GUARDED.replace('TIMEOUT', `${timeout}`), await addExport(), deadlines);
    },
  };
}

const row: Row = {
  id: 'deadline',
  title: 'call with a deadline: add(i32, i32)',
  subjects: [
    { name: 'raw', prepare: async () => loop(CALL, await addExport()) },
    guarded('5 s, the default', 5_000),
    guarded('100 ms, precise', 100),
  ],
};

/** Nanoseconds that a deadline adds. */
const GOALS = [
  { subject: '5 s, the default', most: 10 },
  { subject: '100 ms, precise', most: 150 },
];

export async function deadlineRow(effort: Effort): Promise<Result> {
  const result = await runRow(row, effort);
  const value = (name: string) => result.figures.find(({ subject }) => subject === name)?.value;
  return {
    ...result,
    goals: GOALS.map(({ subject, most }) => {
      const [raw, with_] = [value('raw'), value(subject)];
      const text = `${subject} ≤ raw + ${most} ns`;
      if (raw === undefined || with_ === undefined) return { text };
      return { text, measured: with_ - raw, unit: 'ns', met: with_ - raw <= most };
    }),
  };
}
