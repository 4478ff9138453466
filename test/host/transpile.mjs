/** node transpile.mjs COMPONENT FOLDER [async|sync]: what `jco transpile [--instantiation MODE]` writes. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transpile } from '@bytecodealliance/jco';

const [component, folder, instantiation] = process.argv.slice(2);
const options = { name: 'plugin', ...(instantiation && { instantiation }) };
const { files } = await transpile(await readFile(component), options);
for (const [name, bytes] of Object.entries(files)) {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}
await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
