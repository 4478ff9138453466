/**
 * A message relay with plugins: `tsx relay.ts [PLUGIN-FOLDER] < messages.jsonl`.
 *
 * Each line of the input is a message. Each plugin is a WebAssembly component that implements `filter` of
 * `wit/relay.wit`, in whatever language: a plugin passes a message on, changes it, or drops it. It can call the relay's
 * `log`, and nothing else: no files, no network, no clock.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ComponentError, createHost, type Instance } from 'hatchway';

interface Message {
  id: string;
  title: string;
  body: string;
  priority: 'low' | 'normal' | 'high' | 'urgent';
  labels: string[];
}

interface Filter {
  apply(message: Message): Promise<Message | undefined>;
}

/** A plugin's words may hold what moves the cursor or rewrites the screen: show them escaped. */
const show = (text: string) => JSON.stringify(text);

const folder = process.argv[2] ?? fileURLToPath(new URL('../../build/guests', import.meta.url));
const host = await createHost();
const plugins: { name: string; instance: Instance; filter: Filter }[] = [];
for (const file of (await readdir(folder, { recursive: true })).sort()) {
  if (!file.endsWith('.wasm')) continue;
  const plugin = await host.load(join(folder, file), { name: file });
  const instance = await plugin.instantiate({
    imports: {
      'hatchway:relay/log': {
        write: (level: string, line: string) => console.log(`      ${file} says (${level}): ${show(line)}`),
      },
    },
  });
  plugins.push({ name: file, instance, filter: instance.exports.filter });
}
console.log(`${plugins.length} plugins: ${plugins.map(({ name }) => name).join(', ')}`);

for await (const line of createInterface({ input: process.stdin })) {
  const message = await relay(JSON.parse(line));
  if (message !== undefined) console.log(`  => ${show(message.title)}: ${show(message.body)}`);
}

/** Passes a message through every plugin; `undefined` when one of them drops it. */
async function relay(message: Message): Promise<Message | undefined> {
  console.log(`\n${message.id}: ${show(message.title)}`);
  let current = message;
  const working = plugins.filter(({ instance }) => instance.state !== 'poisoned');
  for (const { name, instance, filter } of working) {
    try {
      const answer = await filter.apply(current);
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
