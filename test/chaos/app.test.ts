/** An app that ends, in whatever way, takes its native plugins with it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Plugins, until } from './support.js';

let plugins: Plugins;
beforeAll(async () => {
  plugins = await Plugins.make();
});
afterAll(() => plugins.remove());

const app = fileURLToPath(new URL('./app.ts', import.meta.url));

/** Starts an app, and waits until it says how far it is. */
async function start(folder: string, stage: string, said: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--no-warnings', '--import', 'tsx', app, folder, stage], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(child.stdout!)) if (line === said) break;
  return child;
}

/** The plugin's process: the app's own command line names its folder, too. */
const pluginsOf = (folder: string) =>
  plugins.running().filter((pid) => plugins.commandOf(pid).includes(`${folder}/main.mjs`));

describe('an app that is killed', () => {
  it.each([
    ['while a program says nothing', 'never answers', 'starting', 'starting'],
    ['while a plugin serves', 'nothing', 'serving', 'serving'],
    ['while a plugin answers a call', 'ignores cancel', 'in a call', 'calling'],
    ['and has a plugin that does not listen', 'hangs on stop', 'serving', 'serving'],
  ])('%s takes it with it', async (_, mode, stage, said) => {
    const folder = plugins.misbehaving(mode);
    const child = await start(folder, stage, said);
    await until(() => pluginsOf(folder).length === 1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await until(() => pluginsOf(folder).length === 0);
  });
});

it('an app that has nothing left to do ends, and its plugins with it', async () => {
  const folder = plugins.misbehaving('nothing');
  const child = await start(folder, 'ends', 'serving');
  expect(await once(child, 'exit')).toEqual([0, null]);
  await until(() => pluginsOf(folder).length === 0);
});
