/** What an instance costs: to make, and to have the first call of an unknown component. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { coreModules, jco } from '../artifacts.js';
import { asyncLoop, loop, type Subject } from '../measure.js';
import type { Row } from '../row.js';
import { firstMessage, freshBytes, mute } from '../subjects/mute.js';

export const instanceRows: Row[] = [
  {
    id: 'instantiate',
    title: 'instantiate, of a component that is loaded',
    pairwise: true,
    subjects: [
      {
        name: 'raw',
        prepare: async () => {
          const { rawInstance, rawModule } = await import('../subjects/glue.js');
          return loop('sum += f(x).add(i, 1) & 1;', rawInstance, rawModule());
        },
      },
      {
        name: 'hatchway',
        prepare: async () => {
          const { instance, plugin, syncFace } = await import('../subjects/hatchway.js');
          const loaded = await plugin();
          const once = async (i: number) => {
            const made = await instance(loaded);
            const answer = syncFace(made).add(i, 1);
            made.dispose();
            return answer;
          };
          return asyncLoop('sum += (await f(i)) & 1;', once);
        },
      },
      jcoInstances('1.35'),
      jcoInstances('1.10'),
      {
        name: 'Extism',
        prepare: async () => {
          const { extismModule, extismPlugin } = await import('../subjects/extism.js');
          const module = await extismModule();
          const once = async () => {
            const made = await extismPlugin(module);
            await made.call('add', new Uint8Array(8));
            await made.close();
            return 1;
          };
          return asyncLoop('sum += await f();', once);
        },
      },
    ],
    goals: [{ of: 'hatchway', against: 'raw', atMost: 1.5 }],
  },
  {
    id: 'first-call',
    title: 'bytes to first call, of a component not seen before',
    subjects: [
      {
        name: 'raw',
        prepare: async () => {
          const core = coreModules(await mute())[0]!;
          const once = () => {
            const { exports } = new WebAssembly.Instance(new WebAssembly.Module(freshBytes(core)));
            (exports._initialize as () => void)();
            const apply = exports['hatchway:relay/filter@0.1.0#apply'] as (...flat: number[]) => number;
            return apply(0, 0, 0, 0, 0, 0, 1, 0, 0) & 1;
          };
          return loop('sum += f();', once);
        },
      },
      {
        name: 'hatchway',
        prepare: async () => {
          const { createHost } = await import('hatchway');
          const host = await createHost();
          const bytes = await mute();
          const once = async () => {
            const plugin = await host.load(freshBytes(bytes));
            const instance = await plugin.instantiate();
            const { filter } = instance.sync as unknown as { filter: { apply(message: object): object } };
            filter.apply(firstMessage);
            instance.dispose();
            return 1;
          };
          return asyncLoop('sum += await f();', once);
        },
      },
      jcoFirstCall('1.35'),
      jcoFirstCall('1.10'),
    ],
  },
];

function jcoInstances(version: '1.35' | '1.10'): Subject {
  return {
    name: `jco ${version}`,
    prepare: async () => {
      const { jcoInstantiate } = await import('../subjects/jco.js');
      return loop('sum += f().add(i, 1) & 1;', await jcoInstantiate(version));
    },
  };
}

/** Transpile, write out, import, call: there is no shorter way from bytes to a call. */
function jcoFirstCall(version: '1.35' | '1.10'): Subject {
  return {
    name: `jco ${version}`,
    prepare: async () => {
      const { transpile } = await import(pathToFileURL(jco(version)).href);
      const bytes = await mute();
      const once = async () => {
        const folder = await mkdtemp(join(tmpdir(), 'hatchway-bench-'));
        const { files } = await transpile(freshBytes(bytes), { name: 'mute', instantiation: { tag: 'sync' } });
        for (const [name, contents] of files) if (!name.includes('/')) await writeFile(join(folder, name), contents);
        const core = new Map<string, Uint8Array<ArrayBuffer>>(files);
        const { instantiate } = await import(pathToFileURL(join(folder, 'mute.js')).href);
        instantiate((name: string) => new WebAssembly.Module(core.get(name)!), {}).filter.apply(firstMessage);
        await rm(folder, { recursive: true });
        return 1;
      };
      return asyncLoop('sum += await f();', once);
    },
  };
}
