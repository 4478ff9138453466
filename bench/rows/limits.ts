/** What limits cost a call and an instance, beside what else there is to stop a guest: `vm`, and a worker. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createContext, Script } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { createHost, type Instance, type Plugin } from 'hatchway';
import { asyncLoop, type Effort, loop, median, type Subject } from '../measure.js';
import type { Result, Row } from '../row.js';
import { imports, plugin, syncFace } from '../subjects/hatchway.js';

const CALL = 'sum = (sum + f.add(i, 7)) | 0;';

/** The export itself, which nothing stops. */
async function rawAdd(): Promise<(a: number, b: number) => number> {
  const { rawInstance, rawModule } = await import('../subjects/glue.js');
  return rawInstance(await rawModule()).add;
}

const withTimeout = (name: string, timeout: number | false): Subject => ({
  name,
  prepare: async () => {
    const made = await (await plugin()).instantiate({ imports, limits: { timeout } });
    return loop(CALL, syncFace(made));
  },
});

/** One message there and one back for each call; the worker can be ended at any time. */
function worker(): Subject {
  let thread: Worker | undefined;
  return {
    name: 'a worker, 5 s',
    prepare: async () => {
      const source = `require('node:worker_threads').parentPort.on('message', function (i) { this.postMessage((i + 7) | 0) })`;
      thread = new Worker(source, { eval: true });
      thread.unref();
      const call = (i: number) =>
        new Promise<number>((resolve, reject) => {
          const timer = setTimeout(reject, 5_000);
          thread!.once('message', (answer: number) => {
            clearTimeout(timer);
            resolve(answer);
          });
          thread!.postMessage(i);
        });
      await call(1);
      return asyncLoop('sum = (sum + (await f(i))) | 0;', call);
    },
  };
}

/** A component with a function that answers and one that traps. */
async function trapping(): Promise<Plugin> {
  const { parse } = await import('@bytecodealliance/jco');
  const bytes = await parse(`(component
    (core module $M (memory 1) (func (export "fine")) (func (export "trap") unreachable))
    (core instance $m (instantiate $M))
    (func (export "fine") (canon lift (core func $m "fine"))) (func (export "trap") (canon lift (core func $m "trap"))))`);
  return (await createHost()).load(bytes);
}

export const limitRows: Row[] = [
  {
    id: 'stoppable',
    title: 'call that can be stopped: add(s32, s32)',
    subjects: [
      withTimeout('hatchway, 5 s, the default', 5_000),
      withTimeout('hatchway, 100 ms', 100),
      withTimeout('hatchway, no timeout', false),
      {
        name: "vm's timeout, 5 s",
        prepare: async () => {
          const context = createContext({ add: await rawAdd(), i: 0 });
          const script = new Script('add(i, 7)');
          return loop('x.i = i; sum = (sum + f.runInContext(x, { timeout: 5000 })) | 0;', script, context);
        },
      },
      worker(),
    ],
    goals: [
      { of: 'hatchway, 5 s, the default', against: "vm's timeout, 5 s", fasterBy: 20 },
      { of: 'hatchway, 5 s, the default', against: 'a worker, 5 s', fasterBy: 20 },
      { of: 'hatchway, 100 ms', against: "vm's timeout, 5 s", fasterBy: 20 },
    ],
  },
  {
    id: 'replace',
    title: 'an instance for one call',
    subjects: [
      {
        name: 'that answers, and is disposed of',
        prepare: async () => {
          const made = await trapping();
          const once = async () => {
            const instance = await made.instantiate();
            instance.sync.fine();
            instance.dispose();
            return 1;
          };
          return asyncLoop('sum += await f();', once);
        },
      },
      {
        name: 'that traps',
        prepare: async () => {
          const made = await trapping();
          const once = async () => {
            const instance = await made.instantiate();
            try {
              instance.sync.trap();
            } catch {
              return 1;
            }
            throw new Error('it did not trap');
          };
          return asyncLoop('sum += await f();', once);
        },
      },
    ],
    goals: [{ of: 'that traps', against: 'that answers, and is disposed of', atMost: 2 }],
  },
];

/** What it takes to get an instance that is ready; the time it takes to make the next one is not in it. */
export async function poolRow({ rounds }: Effort): Promise<Result> {
  const size = 50;
  const made = await trapping();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await using pool = await made.pool({ size, max: 2 * size });
    const instances: Instance[] = [];
    const started = process.hrtime.bigint();
    for (let i = 0; i < size; i++) instances.push(await pool.acquire());
    times.push(Number(process.hrtime.bigint() - started) / size);
    for (const instance of instances) instance.dispose();
  }
  const value = median(times);
  return {
    id: 'pool',
    title: 'an instance from a pool that has one ready',
    unit: 'ns',
    figures: [{ subject: 'acquire', value, ratio: 1 }],
    goals: [{ text: 'acquire ≤ 5 µs', measured: value / 1_000, unit: 'µs', met: value <= 5_000 }],
  };
}

/** How long after its deadline each guest of the attack table is stopped, through components. */
export async function latenessRow(): Promise<Result> {
  const main = fileURLToPath(new URL('../../test/limits/components/main.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--import', 'tsx', main]);
  const outcomes = stdout
    .trim()
    .split('\n')
    .map((line): { error?: string; late: number } => JSON.parse(line))
    .filter(({ error }) => error === 'timeout')
    .map(({ late }) => late * 1e6);
  const most = Math.max(...outcomes);
  return {
    id: 'lateness',
    title: `guests that do not stop, after their deadline (${outcomes.length} attacks)`,
    unit: 'ns',
    figures: [
      { subject: 'median', value: median(outcomes), ratio: 1 },
      { subject: 'most', value: most, ratio: most / median(outcomes) },
    ],
    goals: [{ text: 'most ≤ 10 ms', measured: most / 1e6, unit: 'ms', met: most <= 1e7 }],
  };
}
