/** What a call costs: into the guest, out of it, and by what it carries. */
import { asyncLoop, loop, type Subject } from '../measure.js';
import type { Row } from '../row.js';
import { type Calls, item } from '../subjects/calls.js';
import type { ExtismCalls } from '../subjects/extism.js';

const ticks = 1000;
const ascii = 'sixteen of ASCII';
const accented = 'héllo wörld ünï';
const kilobyte = new Uint8Array(1024).fill(7);
const megabyte = new Uint8Array(1024 * 1024).fill(7);

export const callRows: Row[] = [
  {
    id: 'add',
    title: 'call: add(s32, s32)',
    subjects: subjects('raw', 'sum = (sum + f.add(i, 7)) | 0;', (run) => [
      run.hatchway(),
      asyncHatchway(),
      run.jco('1.35'),
      run.jco('1.10'),
      extism('sum = (sum + (await f.add(i, 7))) | 0;'),
    ]),
    goals: [
      { of: 'hatchway', against: 'raw', atMost: 3 },
      { of: 'hatchway', against: 'jco 1.35', fasterBy: 100 },
    ],
  },
  {
    id: 'host',
    title: 'call out of the guest: tick(s32)',
    times: ticks,
    subjects: subjects('raw', `sum = (sum + f.callHost(${ticks})) | 0;`, (run) => [
      // The stack guard of imports is large, and takes the engine hundreds of milliseconds to optimise beside.
      { ...run.hatchway(), warmUp: 2_000 },
      run.jco('1.35'),
      run.jco('1.10'),
      extism(`sum = (sum + (await f.callHost(${ticks}))) | 0;`),
    ]),
    goals: [{ of: 'hatchway', against: 'raw', atMost: 3 }],
  },
  ...(
    [
      ['string', '16 bytes of ASCII', ascii],
      ['string-utf8', '15 characters, not all ASCII', accented],
    ] as const
  ).map(
    ([id, what, text]): Row => ({
      id,
      title: `string echo: ${what}`,
      subjects: subjects(
        'glue',
        'sum += f.echoString(x).length;',
        (run) => [
          ...(text === ascii ? [run.glue('glue, character by character', 'sum += f.echoShortString(x).length;')] : []),
          run.hatchway(),
          run.jco('1.35'),
          run.jco('1.10'),
          extism('sum += (await f.echoString(x)).length;', text),
        ],
        text,
      ),
      goals: [{ of: 'hatchway', against: 'glue', atMost: 1.3 }],
    }),
  ),
  ...(
    [
      ['kilobyte', '1 KiB', kilobyte],
      ['megabyte', '1 MiB', megabyte],
    ] as const
  ).map(
    ([id, what, bytes]): Row => ({
      id,
      title: `list<u8> echo: ${what}`,
      subjects: subjects(
        'glue',
        'sum += f.echoBytes(x).length;',
        (run) => [
          run.hatchway(),
          run.jco('1.35'),
          run.jco('1.10'),
          extism('sum += (await f.echoBytes(x)).length;', bytes),
        ],
        bytes,
      ),
    }),
  ),
  {
    id: 'record',
    title: 'record echo: nested, with a list of strings',
    subjects: subjects(
      'glue',
      'sum += f.items.echoItem(x).tags.length;',
      (run) => [run.hatchway(), run.jco('1.35'), run.jco('1.10')],
      item,
    ),
  },
];

interface Runs {
  glue(name: string, body: string): Subject;
  hatchway(): Subject;
  jco(version: '1.35' | '1.10'): Subject;
}

/** The core module by hand, then the others, all with one loop body. */
function subjects(base: string, body: string, others: (run: Runs) => Subject[], x?: unknown): Subject[] {
  const calls = (name: string, load: () => Promise<Calls>, other = body): Subject => ({
    name,
    prepare: async () => loop(other, await load(), x),
  });
  const byHand = async () => {
    const { glue, rawInstance, rawModule } = await import('../subjects/glue.js');
    return glue(rawInstance(rawModule()));
  };
  const run: Runs = {
    glue: (name, other) => calls(name, byHand, other),
    hatchway: () =>
      calls('hatchway', async () => {
        const { instance, syncFace } = await import('../subjects/hatchway.js');
        return syncFace(await instance());
      }),
    jco: (version) =>
      calls(`jco ${version}`, async () =>
        (await import('../subjects/jco.js')).jcoInstantiate(version).then((f) => f()),
      ),
  };
  return [run.glue(base, body), ...others(run)];
}

function asyncHatchway(): Subject {
  return {
    name: 'hatchway, async face',
    prepare: async () => {
      const { asyncFace, instance } = await import('../subjects/hatchway.js');
      return asyncLoop('sum = (sum + (await f.add(i, 7))) | 0;', asyncFace(await instance()));
    },
  };
}

function extism(body: string, x?: unknown): Subject {
  let calls: ExtismCalls | undefined;
  return {
    name: 'Extism',
    prepare: async () => {
      calls = await (await import('../subjects/extism.js')).extism();
      return asyncLoop(body, calls, x);
    },
    after: () => calls?.reset(),
  };
}
