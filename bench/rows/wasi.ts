/** What WASI adds to making an instance. */
import type { Plugin } from 'hatchway';
import { asyncLoop } from '../measure.js';
import type { Row } from '../row.js';
import { allOfWasi } from '../subjects/wasi.js';

async function load(): Promise<Plugin> {
  const { createHost } = await import('hatchway');
  return (await createHost()).load(await allOfWasi());
}

export const wasiRows: Row[] = [
  {
    id: 'wasi-instantiate',
    title: 'instantiate, of a component that imports all of WASI 0.2',
    pairwise: true,
    subjects: [
      {
        name: 'stubs',
        prepare: async () => {
          const { stubs } = await import('../subjects/wasi.js');
          const plugin = await load();
          const imports = stubs(plugin.world);
          return asyncLoop('sum += await f();', async () => {
            (await plugin.instantiate({ imports })).dispose();
            return 1;
          });
        },
      },
      {
        name: 'hatchway',
        prepare: async () => {
          const plugin = await load();
          return asyncLoop('sum += await f();', async () => {
            (await plugin.instantiate()).dispose();
            return 1;
          });
        },
      },
      {
        name: 'with a folder and a variable',
        prepare: async () => {
          const plugin = await load();
          const grants = { read: { '/data': '/usr' }, env: { LANG: 'C' } };
          return asyncLoop('sum += await f();', async () => {
            (await plugin.instantiate({ grants })).dispose();
            return 1;
          });
        },
      },
    ],
    goals: [{ of: 'hatchway', against: 'stubs', atMost: 2 }],
  },
];
