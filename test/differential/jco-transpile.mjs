/** node jco-transpile.mjs COMPONENT FOLDER: writes what jco makes of a component, to be instantiated synchronously. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transpile } from '@bytecodealliance/jco';

const [component, folder] = process.argv.slice(2);
const options = { name: 'out', instantiation: 'sync', noTypescript: true, base64Cutoff: 0, noNodejsCompat: true };
const { files } = await transpile(await readFile(component), options);
for (const [name, bytes] of Object.entries(files)) {
  const path = join(folder, name.endsWith('out.js') ? 'out.js' : name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}
await writeFile(join(folder, 'package.json'), '{"type":"module"}');
