/**
 * Builds a plugin in Go into a plugin folder: `node build.mjs FOLDER WIT-FILE WORLD OUT GO`. The folder of the plugin has its sources
 * and its plugin.json; OUT then has that, the world, and the program.
 */
import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [source, wit, world, out, go] = process.argv.slice(2);
const root = fileURLToPath(new URL('../..', import.meta.url));
await mkdir(dirname(out), { recursive: true });
const folder = await mkdtemp(`${out}.`);

function run(command, args, options) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args[0]} failed`);
}

try {
  await cp(source, folder, { recursive: true });
  const bindings = join(folder, world.replaceAll('-', ''));
  const bindgen = ['bindgen', 'go', '--wit', wit, '--world', world, '--out', bindings];
  run(process.execPath, [join(root, 'dist/cli/main.js'), ...bindgen]);
  const runtime = 'github.com/hatchway/hatchway/native/go';
  const lines = ['module guest', '', 'go 1.24', '', `require ${runtime} v0.0.0`, ''];
  lines.push(`replace ${runtime} => ${JSON.stringify(join(root, 'native/go'))}`, '');
  await writeFile(join(folder, 'go.mod'), lines.join('\n'));
  // Nothing is fetched: the only dependency is the one in this repository.
  const env = { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off', GOWORK: 'off' };
  run(go, ['build', '-trimpath', '-o', 'plugin', '.'], { cwd: folder, env });
  await rm(out, { recursive: true, force: true });
  await mkdir(out);
  await rename(join(folder, 'plugin.json'), join(out, 'plugin.json'));
  await rename(join(bindings, 'world.wasm'), join(out, 'world.wasm'));
  await rename(join(folder, 'plugin'), join(out, 'plugin'));
} finally {
  await rm(folder, { recursive: true, force: true });
}
