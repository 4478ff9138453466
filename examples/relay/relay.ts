/**
 * A message relay with plugins: `tsx relay.ts [--native] [--policy FILE] [PLUGIN-FOLDER] < messages.jsonl`.
 *
 * Each line of the input is a message. Every plugin in the folder implements `filter` of `wit/relay.wit`, in whatever
 * language: a component, or, with `--native`, a program in a folder of its own that has a `plugin.json`, and that the policy lets
 * run. It passes a message on, changes it, or drops it. It can call the relay's `log`, and reach what the policy (`hatchway.policy.json`)
 * grants it, which is a folder for one of them. One that never returns is stopped, and one that breaks is left out from then on;
 * the report at the end says so. What is left is routed by one more plugin, an object of the relay's own.
 */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ComponentError, createHost, type HatchwayError, type Instance } from 'hatchway';
import { type Exports, filterPlugin, type Imports, type Message, type SyncExports } from './generated/filter-plugin.js';
import { routePlugin } from './generated/route-plugin.js';
import { byPriority } from './route.js';

/** A plugin's words may hold what moves the cursor or rewrites the screen: show them escaped. */
const show = (text: string) => JSON.stringify(text);
const imports = (plugin: string): Imports => ({
  'hatchway:relay/log': {
    write: (level, line) => console.log(`      ${plugin} says (${level}): ${show(line)}`),
  },
});

/** One that loops is stopped after a second, one that takes too much memory gets no more. */
const limits = { timeout: '1s', memory: '32Mi' };

const options = { native: { type: 'boolean' }, policy: { type: 'string' } } as const;
const { values, positionals } = parseArgs({ options, allowPositionals: true });
const folder = positionals[0] ?? fileURLToPath(new URL('../../build/guests', import.meta.url));
const host = await createHost({
  policy: values.policy ?? fileURLToPath(new URL('hatchway.policy.json', import.meta.url)),
});

const filters: Instance<Exports, SyncExports>[] = [];
for (const file of (await readdir(folder, { recursive: true })).sort()) {
  if (file.endsWith('.wasm') && basename(file) !== 'world.wasm') {
    const plugin = await host.load(join(folder, file), { name: file, world: filterPlugin });
    filters.push(await plugin.instantiate({ imports: imports(file), limits }));
  } else if (basename(file) === 'plugin.json' && values.native) {
    // A program can do whatever the person who starts the relay can: only they can say that it may.
    const name = dirname(file);
    const plugin = await host.load(join(folder, name), { name, world: filterPlugin, run: true, sandbox: 'off' });
    filters.push(await plugin.instantiate({ imports: imports(name), limits: { timeout: limits.timeout } }));
  }
}
console.log(`${filters.length} filters: ${filters.map(({ name }) => name).join(', ')}`);

const router = await host.load(byPriority, { name: 'by-priority', world: routePlugin });
const { route } = (await router.instantiate({ imports: imports('by-priority') })).exports;

for await (const line of createInterface({ input: process.stdin })) {
  const message = await filter(JSON.parse(line));
  if (message === undefined) continue;
  const channels = await route.channels(message);
  console.log(`  => ${channels.join(', ')}: ${show(message.title)}: ${show(message.body)}`);
}

for (const { denials } of filters) {
  for (const { plugin, kind, target, grantWith } of denials) {
    console.log(`\n${plugin} was refused ${kind} of ${show(target)}. To allow it, say\n  ${grantWith}`);
  }
}

for (const { name, state, failure, usage } of filters) {
  if (state !== 'poisoned') continue;
  const { code, mend } = failure as HatchwayError;
  console.log(
    `\n${name} failed (${code}) in its call number ${usage.calls}, with ${usage.peakMemory >> 20} MiB. ${mend ?? ''}`.trimEnd(),
  );
}

/** Passes a message through every filter; `undefined` when one of them drops it. */
async function filter(message: Message): Promise<Message | undefined> {
  console.log(`\n${message.id}: ${show(message.title)}`);
  let current = message;
  const working = filters.filter(({ state }) => state !== 'poisoned');
  for (const instance of working) {
    const { name } = instance;
    try {
      const answer = await instance.exports.filter.apply(current);
      if (answer === undefined) {
        console.log(`  -- dropped by ${name}`);
        return undefined;
      }
      for (const field of Object.keys(answer) as (keyof Message)[]) {
        if (String(answer[field]) !== String(current[field])) console.log(`  ${name} changed the ${field}`);
      }
      current = answer;
    } catch (error) {
      if (error instanceof ComponentError) {
        // The plugin's own answer: the error of its WIT result.
        console.log(`  -- refused by ${name}: ${show(String(error.payload))}`);
        return undefined;
      }
      if (instance.state !== 'poisoned') throw error;
      // It broke, and is not called again. The message goes on as it was, and the other plugins do not notice.
      console.log(`  ${name} failed: ${show((error as Error).message)}`);
    }
  }
  return current;
}
