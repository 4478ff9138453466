/** Mutated and generated components against decoding, validating, linking and calling, beside what the reference says of them. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCorpus } from './corpus.js';
import type { Exercise } from './exercise.js';
import { Exerciser } from './exerciser.js';
import { generate } from './generate.js';
import { type Judgement, judge } from './judge.js';
import { mutate } from './mutate.js';
import { Random } from './random.js';
import { Reference } from './reference.js';
import { agree, reasonFor } from './rules.js';

export interface FuzzOptions {
  readonly inputs: number;
  readonly seconds?: number;
  readonly seed: number;
  /** The program of the reference; without it nothing is compared. */
  readonly reference?: string | undefined;
  /** wasmtime's command line, asked for the answers of some that were generated. */
  readonly wasmtime?: string | undefined;
  /** Of how many that are valid one is instantiated. */
  readonly exerciseOne: number;
  /** Of how many that were generated and instantiated one is asked of wasmtime. */
  readonly wasmtimeOne?: number;
  readonly progress?: (report: FuzzReport) => void;
}

export interface Broken {
  readonly turn: number;
  readonly what: string;
  readonly bytes: string;
}

export interface FuzzReport {
  inputs: number;
  valid: number;
  exercised: number;
  calls: number;
  /** Calls by what they came to: `answer`, or the code. */
  readonly outcomes: Record<string, number>;
  compared: number;
  /** Disagreements with the reference that have a reason, by reason. */
  readonly reasons: Record<string, number>;
  /** Milliseconds of the input that took longest to judge. */
  slowest: number;
  readonly broken: Broken[];
}

/** Milliseconds that judging one may take. */
const HANG = 1000;
/** Inputs that are being looked at at a time: the reference is another process. */
const BATCH = 64;
/** What was accepted is mutated further, up to so many; the corpus stays. */
const POOL = 2000;

export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const report: FuzzReport = {
    inputs: 0,
    valid: 0,
    exercised: 0,
    calls: 0,
    outcomes: {},
    compared: 0,
    reasons: {},
    slowest: 0,
    broken: [],
  };
  const corpus = await readCorpus();
  const pool = [...corpus];
  const reference = options.reference === undefined ? undefined : new Reference(options.reference);
  const exerciser = new Exerciser();
  const end = performance.now() + (options.seconds ?? Number.POSITIVE_INFINITY) * 1000;
  try {
    while (report.inputs < options.inputs && performance.now() < end) {
      const batch = Array.from({ length: Math.min(BATCH, options.inputs - report.inputs) }, (_, i) => {
        const turn = report.inputs + i;
        return { turn, ...input(new Random(options.seed + turn), turn, corpus, pool) };
      });
      const judged = batch.map((it) => ({
        ...it,
        ours: judgeAndNote(it, report),
        theirs: reference?.validate(it.bytes),
      }));
      for (const { turn, bytes, generated, ours, theirs } of judged) {
        const verdict = await theirs;
        if (verdict !== undefined && !agree(ours, verdict)) {
          const reason = reasonFor(bytes, ours, verdict);
          if (reason === undefined)
            note(
              report,
              turn,
              bytes,
              `hatchway: ${ours.error?.message ?? 'valid'}; the reference: ${verdict.error ?? 'valid'}`,
            );
          else count(report.reasons, reason);
        }
        if (ours.error !== undefined || ours.foreign !== undefined || ours.engine) continue;
        report.valid++;
        if (bytes.length < 5000) {
          if (pool.length < POOL) pool.push(bytes);
          else pool[corpus.length + (turn % (POOL - corpus.length))] = bytes;
        }
        if (report.valid % options.exerciseOne !== 0) continue;
        const exercise = await exerciser.run(bytes);
        report.exercised++;
        noteExercise(report, turn, bytes, exercise);
        if (generated && options.wasmtime !== undefined && report.exercised % (options.wasmtimeOne ?? 1) === 0) {
          await compare(report, turn, bytes, exercise, options.wasmtime);
        }
      }
      report.inputs += batch.length;
      options.progress?.(report);
    }
  } finally {
    exerciser.close();
    await reference?.close();
  }
  return report;
}

function input(random: Random, turn: number, corpus: readonly Uint8Array[], pool: readonly Uint8Array[]) {
  if (turn < corpus.length) return { bytes: corpus[turn]!, generated: false };
  if (random.once(16)) return { bytes: generate(random).bytes, generated: true };
  const source = random.once(4) ? generate(random).bytes : random.pick(pool);
  return { bytes: mutate(source, random.pick(pool), random), generated: false };
}

const note = (report: FuzzReport, turn: number, bytes: Uint8Array, what: string) =>
  report.broken.push({ turn, what, bytes: Buffer.from(bytes).toString('hex') });
const count = (counts: Record<string, number>, key: string) => {
  counts[key] = (counts[key] ?? 0) + 1;
};

function judgeAndNote({ turn, bytes }: { turn: number; bytes: Uint8Array }, report: FuzzReport): Judgement {
  const ours = judge(bytes);
  report.slowest = Math.max(report.slowest, ours.milliseconds);
  if (ours.milliseconds > HANG) note(report, turn, bytes, `it took ${Math.round(ours.milliseconds)} ms`);
  if (ours.foreign !== undefined) note(report, turn, bytes, ours.foreign);
  return ours;
}

function noteExercise(report: FuzzReport, turn: number, bytes: Uint8Array, exercise: Exercise): void {
  if (exercise.broken !== undefined) note(report, turn, bytes, exercise.broken);
  if (exercise.code !== undefined) count(report.outcomes, `not instantiated: ${exercise.code}`);
  for (const { code } of Object.values(exercise.calls)) {
    report.calls++;
    count(report.outcomes, code ?? 'answer');
  }
}

/** Asks wasmtime for what the first function answers: the same text, or a trap where ours trapped. */
async function compare(
  report: FuzzReport,
  turn: number,
  bytes: Uint8Array,
  { calls }: Exercise,
  wasmtime: string,
): Promise<void> {
  const ours = calls.f0;
  // What has no text in the command line's syntax cannot be compared by it.
  if (ours === undefined || ours.code === 'exhausted') return;
  const folder = mkdtempSync(join(tmpdir(), 'hatchway-fuzz-'));
  try {
    const path = join(folder, 'input.wasm');
    writeFileSync(path, bytes);
    const theirs = await new Promise<{ failed: boolean; stdout: string; stderr: string }>((resolve) => {
      execFile(wasmtime, ['run', '--invoke', 'f0()', path], (error, stdout, stderr) =>
        resolve({ failed: error !== null, stdout, stderr }),
      );
    });
    report.compared++;
    const same = ours.answer === undefined ? theirs.failed : !theirs.failed && theirs.stdout === `${ours.answer}\n`;
    if (!same)
      note(
        report,
        turn,
        bytes,
        `hatchway: ${ours.answer ?? ours.code}; wasmtime: ${theirs.failed ? theirs.stderr : theirs.stdout}`,
      );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
