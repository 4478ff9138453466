/** What an idle instance keeps in memory, beyond what its core module's bare instance keeps. */
import { median } from '../measure.js';
import type { Figure, Result } from '../row.js';

const instances = 200;
const goal = 50;

type Make = () => unknown;

const subjects: Record<string, () => Promise<Make>> = {
  raw: async () => {
    const { rawInstance, rawModule } = await import('../subjects/glue.js');
    const module = rawModule();
    return () => {
      const made = rawInstance(module);
      made.add(1, 2);
      return made;
    };
  },
  hatchway: async () => {
    const { instance, plugin, syncFace } = await import('../subjects/hatchway.js');
    const loaded = await plugin();
    return async () => {
      const made = await instance(loaded);
      syncFace(made).add(1, 2);
      return made;
    };
  },
  'jco 1.35': () => jco('1.35'),
  'jco 1.10': () => jco('1.10'),
};

async function jco(version: '1.35' | '1.10'): Promise<Make> {
  const make = await (await import('../subjects/jco.js')).jcoInstantiate(version);
  return () => {
    const made = make();
    made.add(1, 2);
    return made;
  };
}

export async function memoryRow(rounds: number): Promise<Result> {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  const measured = new Map<string, { make?: Make; unavailable?: string; rounds: number[] }>();
  for (const [name, prepare] of Object.entries(subjects)) {
    try {
      measured.set(name, { make: await prepare(), rounds: [] });
    } catch (error) {
      measured.set(name, { unavailable: (error as Error).message.split('\n')[0]!, rounds: [] });
    }
  }
  // The first round pays for what is made once.
  for (let round = 0; round <= rounds; round++) {
    for (const { make, rounds } of measured.values()) {
      if (make === undefined) continue;
      const kilobytes = await kept(make);
      if (round > 0) rounds.push(kilobytes);
    }
  }
  const raw = median(measured.get('raw')!.rounds);
  const figures = [...measured].map(([subject, { rounds, unavailable }]): Figure => {
    if (unavailable !== undefined) return { subject, unavailable };
    return { subject, value: median(rounds), ratio: median(rounds) / raw };
  });
  const ours = figures.find(({ subject }) => subject === 'hatchway')?.value;
  return {
    id: 'memory',
    title: 'memory of an idle instance',
    unit: 'KB',
    figures,
    goals: [
      {
        text: `hatchway ≤ raw + ${goal} KB`,
        ...(ours === undefined ? {} : { measured: ours - raw, met: ours - raw <= goal }),
      },
    ],
  };
}

/** Kilobytes that one of many instances keeps, on the heap and beside it. */
async function kept(make: Make): Promise<number> {
  const before = await used();
  const made: unknown[] = [];
  for (let i = 0; i < instances; i++) made.push(await make());
  const after = await used();
  return (after - before) / made.length / 1024;
}

async function used(): Promise<number> {
  // More than once, with a turn of the event loop between: what a finalizer lets go is collected by the next.
  for (let i = 0; i < 4; i++) {
    globalThis.gc!();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
