/**
 * Makes one file of what a plugin of Node loads, in the place of its entry: a program that is started for a plugin waits for what it loads,
 * and a hundred modules take several times as long as one.
 */
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('../dist/plugin/', import.meta.url));
const bundle = join(folder, 'bundle.js');

await build({
  entryPoints: [join(folder, 'index.js')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
});
for (const file of readdirSync(folder))
  if (/\.js(\.map)?$/.test(file) && file !== 'bundle.js') rmSync(join(folder, file));
renameSync(bundle, join(folder, 'index.js'));
