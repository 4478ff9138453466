/** What it costs a guest that it can be stopped: as it is, and rewritten for each way of stopping. */
import { Component } from '../../src/component/index.js';
import {
  type Interruption,
  RESERVED_MODULE,
  type RewritePolicy,
  rewriteModule,
  supplyMemories,
} from '../../src/limits/rewrite/index.js';
import {
  type Deadlines,
  EpochDeadlines,
  ExactFuel,
  FuelBudget,
  FuelDeadlines,
} from '../../src/limits/watchdog/index.js';
import { engineComponent } from '../artifacts.js';
import { type Batch, type Effort, loop, median, time } from '../measure.js';
import type { Figure, Result } from '../row.js';
import { KERNELS, type Kernel } from './kernels.js';

/** How many times longer, at most: the geometric mean over all kernels. Exact fuel is asked for by those who need it. */
const GOALS: Readonly<Record<Interruption, number | undefined>> = {
  epoch: 1.08,
  fuel: 1.25,
  'exact-fuel': undefined,
};

type Run = (size: number) => number;

async function bytesOf({ wat }: Kernel): Promise<Uint8Array> {
  const { parse } = await import('@bytecodealliance/jco');
  return parse(`(module ${wat})`);
}

function given(interruption: Interruption): Readonly<Record<string, unknown>> {
  if (interruption === 'epoch') return { flag: new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }) };
  return interruption === 'fuel' ? new FuelDeadlines().imports : new ExactFuel(1n << 62n, () => false).imports;
}

function rewrittenRun(bytes: Uint8Array, policy: RewritePolicy): Run {
  const rewritten = rewriteModule(bytes, policy);
  const own = { ...supplyMemories(rewritten.memories), ...given(policy.interruption) };
  const module = new WebAssembly.Module(rewritten.bytes);
  const imports = { [RESERVED_MODULE]: own } as WebAssembly.Imports;
  return new WebAssembly.Instance(module, imports).exports.run as Run;
}

function batch(run: Run, size: number): Batch {
  return loop('sum = (sum + f(x)) | 0;', run, size);
}

/** What is done, as it is and in each way of stopping it; the answers have to be the same. */
interface Work {
  readonly name: string;
  readonly size: number;
  /** `undefined`: as it is. */
  run(interruption: Interruption | undefined): Promise<Run>;
}

export function overheadRow(effort: Effort): Promise<Result> {
  const works = KERNELS.map((kernel): Work => {
    const { name, size } = kernel;
    return {
      ...{ name, size },
      run: async (interruption) => {
        const bytes = await bytesOf(kernel);
        if (interruption !== undefined) return rewrittenRun(bytes, { interruption });
        return new WebAssembly.Instance(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>)).exports.run as Run;
      },
    };
  });
  return overhead('limits', `interruptible guests, ${KERNELS.length} kernels`, works, effort);
}

/** The work inside of a JavaScript engine, by its name and size. */
const ENGINE_WORK: readonly (readonly [string, number])[] = [
  ['numbers', 5_000],
  ['objects', 300],
  ['text', 100],
  ['patterns', 50],
];

/** A plugin in JavaScript: an engine of 12 MB that interprets it. */
export function engineRow(effort: Effort): Promise<Result> {
  const made = new Map<Interruption | undefined, Promise<Record<string, Run>>>();
  const exportsOf = (interruption: Interruption | undefined) => {
    if (!made.has(interruption)) made.set(interruption, engineExports(interruption));
    return made.get(interruption)!;
  };
  const works = ENGINE_WORK.map(([name, size]): Work => {
    return { name, size, run: async (interruption) => (await exportsOf(interruption))[name]! };
  });
  return overhead('engine', 'interruptible guests, JavaScript in an engine', works, effort, 3_000);
}

async function engineExports(interruption: Interruption | undefined): Promise<Record<string, Run>> {
  const component = await Component.load(engineComponent(), interruption);
  const nothing = { enter() {}, leave: () => false, expired: () => false, poll: () => false };
  const limits = { timeout: Number.POSITIVE_INFINITY, maxMemoryPages: 4_096 };
  const deadlines = interruption === undefined ? { ...nothing, imports: {} } : deadlinesOf(interruption);
  const instance = component.instantiate({}, {}, (callable) => callable, [], { ...limits, deadlines });
  return instance.sync as Record<string, Run>;
}

function deadlinesOf(interruption: Interruption): Deadlines {
  if (interruption === 'epoch') return new EpochDeadlines();
  return interruption === 'fuel' ? new FuelDeadlines() : new FuelBudget(Number.MAX_SAFE_INTEGER, new FuelDeadlines());
}

/** @param warmUp milliseconds that each takes before it is timed: large functions are optimised late */
async function overhead(
  id: string,
  title: string,
  works: readonly Work[],
  effort: Effort,
  warmUp = 0,
): Promise<Result> {
  const interruptions = Object.keys(GOALS) as Interruption[];
  const figures: Figure[] = [];
  const ratios = new Map<Interruption, number[]>(interruptions.map((it) => [it, []]));
  for (const { name: work, size, run } of works) {
    const raw = await run(undefined);
    const prepared = (one: Run) => {
      for (const end = performance.now() + warmUp; performance.now() < end; ) one(size);
      return batch(one, size);
    };
    const [base, ...others] = await time(
      [
        { name: work, prepare: async () => prepared(raw) },
        ...interruptions.map((interruption) => ({
          name: interruption,
          prepare: async () => {
            const rewritten = await run(interruption);
            if (rewritten(size) !== raw(size)) throw new Error('another answer than the original');
            return prepared(rewritten);
          },
        })),
      ],
      effort,
    );
    figures.push({ subject: work, value: median(base!.rounds!), ratio: 1 });
    others.forEach(({ name, rounds, unavailable }) => {
      const subject = `${work}: ${name}`;
      if (rounds === undefined) {
        figures.push({ subject, unavailable: unavailable ?? '' });
        return;
      }
      const ratio = median(rounds.map((value, round) => value / base!.rounds![round]!));
      ratios.get(name as Interruption)!.push(ratio);
      figures.push({ subject, value: median(rounds), ratio });
    });
  }
  return {
    id,
    title,
    unit: 'ns',
    figures,
    goals: interruptions.map((interruption) => {
      const goal = GOALS[interruption];
      const all = ratios.get(interruption)!;
      const text = `${interruption}: geometric mean${goal === undefined ? '' : ` ≤ ${goal}× as they are`}`;
      if (all.length < works.length) return { text };
      const measured = Math.exp(all.reduce((sum, ratio) => sum + Math.log(ratio), 0) / all.length);
      return goal === undefined ? { text, measured } : { text, measured, met: measured <= goal };
    }),
  };
}
