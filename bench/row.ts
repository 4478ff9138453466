/** A row: one thing, done by several subjects, and the goals set for it. */
import { type Effort, median, type Subject, type Timing, time } from './measure.js';

export interface Goal {
  /** A subject, and the one it is compared with. */
  readonly of: string;
  readonly against: string;
  /** The first takes at most so many times what the second takes; `fasterBy`: at least so many times less. */
  readonly atMost?: number;
  readonly fasterBy?: number;
}

export interface Row {
  readonly id: string;
  readonly title: string;
  /** The first subject is the one the others' ratios are taken against. */
  readonly subjects: readonly Subject[];
  /**
   * Each subject takes turns with the first alone, one pair after the other: what makes much garbage leaves it to whoever comes
   * next to collect, and what comes later in the list is not even loaded.
   */
  readonly pairwise?: true;
  /** Milliseconds of a turn, where a short one would time how it begins and ends. Default: what the run says. */
  readonly turn?: number;
  /** How many of what the title names one turn of a subject's loop does. Default 1. */
  readonly times?: number;
  readonly goals?: readonly Goal[];
}

export interface Figure {
  readonly subject: string;
  readonly value?: number;
  /** To the row's first subject. */
  readonly ratio?: number;
  readonly unavailable?: string;
}

export interface Result {
  readonly id: string;
  readonly title: string;
  readonly unit: 'ns' | 'KB';
  readonly figures: readonly Figure[];
  /** What was measured is a ratio, or for rows of sizes a size, unless it has a unit of its own. */
  readonly goals: readonly {
    readonly text: string;
    readonly measured?: number;
    readonly unit?: string;
    readonly met?: boolean;
  }[];
}

/** A timing, with that of the first subject beside it. */
interface PairTiming extends Timing {
  readonly base?: Timing;
}

export async function runRow(row: Row, usual: Effort): Promise<Result> {
  const effort = { ...usual, turn: row.turn ?? usual.turn };
  const timings: readonly PairTiming[] = row.pairwise
    ? await timePairs(row.subjects, effort)
    : await time(row.subjects, effort);
  const times = row.times ?? 1;
  return {
    id: row.id,
    title: row.title,
    unit: 'ns',
    figures: timings.map((timing) => ({
      subject: timing.name,
      ...(timing.rounds === undefined
        ? { unavailable: timing.unavailable ?? '' }
        : { value: median(timing.rounds) / times, ...ratioOf(timing, timing.base ?? timings[0]) }),
    })),
    goals: (row.goals ?? []).map(({ of, against, atMost, fasterBy }) => {
      const named = (name: string) => timings.find((timing) => timing.name === name);
      const subject = named(of);
      const beside = against === timings[0]!.name ? subject?.base : undefined;
      const { ratio } = ratioOf(subject, beside ?? named(against));
      const text =
        atMost === undefined ? `${of} ≥ ${fasterBy}× faster than ${against}` : `${of} ≤ ${atMost}× ${against}`;
      if (ratio === undefined) return { text };
      const measured = atMost === undefined ? 1 / ratio : ratio;
      return { text, measured, met: atMost === undefined ? measured >= fasterBy! : measured <= atMost };
    }),
  };
}

/** The first subject's timing is that of its first pair. */
async function timePairs([first, ...others]: readonly Subject[], effort: Effort): Promise<PairTiming[]> {
  const timings: PairTiming[] = [];
  for (const other of others) {
    const [base, timing] = await time([first!, other], effort);
    if (timings.length === 0) timings.push(base!);
    timings.push({ ...timing!, base: base! });
  }
  return timings;
}

function ratioOf(timing: Timing | undefined, base: Timing | undefined): { ratio?: number } {
  const rounds = timing?.rounds;
  const against = base?.rounds;
  if (rounds === undefined || against === undefined) return {};
  return { ratio: median(rounds.map((value, round) => value / against[round]!)) };
}
