/** What it costs a guest that it can be stopped: kernels as they are, and rewritten for each way of stopping. */
import {
  type Interruption,
  RESERVED_MODULE,
  type RewritePolicy,
  rewriteModule,
  supplyMemories,
} from '../../src/limits/rewrite/index.js';
import { ExactFuel, FuelDeadlines } from '../../src/limits/watchdog/index.js';
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

export async function overheadRow(effort: Effort): Promise<Result> {
  const interruptions = Object.keys(GOALS) as Interruption[];
  const figures: Figure[] = [];
  const ratios = new Map<Interruption, number[]>(interruptions.map((it) => [it, []]));
  for (const kernel of KERNELS) {
    const bytes = await bytesOf(kernel);
    const raw = new WebAssembly.Instance(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>)).exports.run as Run;
    const [base, ...others] = await time(
      [
        { name: kernel.name, prepare: async () => batch(raw, kernel.size) },
        ...interruptions.map((interruption) => ({
          name: interruption,
          prepare: async () => {
            const run = rewrittenRun(bytes, { interruption });
            if (run(kernel.size) !== raw(kernel.size)) throw new Error('another answer than the original');
            return batch(run, kernel.size);
          },
        })),
      ],
      effort,
    );
    figures.push({ subject: kernel.name, value: median(base!.rounds!), ratio: 1 });
    others.forEach(({ name, rounds, unavailable }) => {
      const subject = `${kernel.name}: ${name}`;
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
    id: 'limits',
    title: `interruptible guests, ${KERNELS.length} kernels`,
    unit: 'ns',
    figures,
    goals: interruptions.map((interruption) => {
      const goal = GOALS[interruption];
      const all = ratios.get(interruption)!;
      const text = `${interruption}: geometric mean${goal === undefined ? '' : ` ≤ ${goal}× as they are`}`;
      if (all.length < KERNELS.length) return { text };
      const measured = Math.exp(all.reduce((sum, ratio) => sum + Math.log(ratio), 0) / all.length);
      return goal === undefined ? { text, measured } : { text, measured, met: measured <= goal };
    }),
  };
}
