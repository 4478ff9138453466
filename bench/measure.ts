/**
 * Times several ways of doing one thing against each other. Only ratios carry over from one machine to another, so all
 * subjects of a row take turns in one process, and a ratio is the median of the ratios of each round.
 */

/** Does the thing n times. */
export type Batch = (n: number) => unknown;

export interface Subject {
  readonly name: string;
  /** Gets ready to be timed; where that fails the row goes on without this subject, and says why. */
  prepare(): Promise<Batch>;
  /** Milliseconds that it runs before it is timed, where the engine optimises what it does late. Default: none. */
  readonly warmUp?: number;
  /** Runs after every batch, untimed. */
  after?(): unknown;
}

export interface Timing {
  readonly name: string;
  /** Nanoseconds for one, in each round; absent where the subject could not be prepared. */
  readonly rounds?: readonly number[];
  readonly unavailable?: string;
}

export interface Effort {
  /** How often each subject has its turn. */
  readonly rounds: number;
  /** Milliseconds that a turn takes, roughly. */
  readonly turn: number;
}

export async function time(subjects: readonly Subject[], effort: Effort): Promise<Timing[]> {
  const timings: Timing[] = [];
  const ready: { subject: Subject; batch: Batch; n: number; rounds: number[] }[] = [];
  for (const subject of subjects) {
    try {
      const batch = await subject.prepare();
      const n = await calibrate(subject, batch, effort.turn);
      for (const end = performance.now() + (subject.warmUp ?? 0); performance.now() < end; )
        await run(subject, batch, n);
      const rounds: number[] = [];
      timings.push({ name: subject.name, rounds });
      ready.push({ subject, batch, n, rounds });
    } catch (error) {
      timings.push({ name: subject.name, unavailable: (error as Error).message.split('\n')[0]! });
    }
  }
  for (let round = 0; round < effort.rounds; round++) {
    // Another subject goes first each round, lest one of them always runs in the other's wake.
    for (let i = 0; i < ready.length; i++) {
      const { subject, batch, n, rounds } = ready[(round + i) % ready.length]!;
      rounds.push((await run(subject, batch, n)) / n);
    }
  }
  return timings;
}

/** How many fill a turn, once the engine has optimised what it will. */
async function calibrate(subject: Subject, batch: Batch, turn: number): Promise<number> {
  let n = 1;
  let elapsed = await run(subject, batch, n);
  while (elapsed < (turn * 1e6) / 2) {
    n = Math.ceil(n * Math.min(10, (turn * 1e6) / Math.max(elapsed, 1)));
    elapsed = await run(subject, batch, n);
  }
  for (let i = 0; i < 3; i++) await run(subject, batch, n);
  return n;
}

async function run(subject: Subject, batch: Batch, n: number): Promise<number> {
  const started = process.hrtime.bigint();
  const result = batch(n);
  if (result instanceof Promise) await result;
  const elapsed = Number(process.hrtime.bigint() - started);
  await subject.after?.();
  return elapsed;
}

let loops = 0;

/**
 * A loop of its own for each subject: one that is shared is compiled once, for all of them, and the first subject's calls
 * would be fast where the second's are not. `body` uses `f`, `x` and `i`, and adds a number to `sum`.
 */
export function loop<F, X>(body: string, f: F, x?: X): Batch {
  const source = `/* ${loops++} */ return (n) => { let sum = 0; for (let i = 0; i < n; i++) { ${body} } return sum; }`;
  return new Function('f', 'x', source)(f, x);
}

/** As `loop`; `body` may await. */
export function asyncLoop<F, X>(body: string, f: F, x?: X): Batch {
  const source = `/* ${loops++} */ return async (n) => { let sum = 0; for (let i = 0; i < n; i++) { ${body} } return sum; }`;
  return new Function('f', 'x', source)(f, x);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
