/**
 * Builds an AssemblyScript plugin into a component: `node build.mjs PLUGIN.ts WIT-FILE WORLD OUT.wasm`. Its bindings are
 * generated from the WIT; they are not on disk. To read them, or for an editor: `hatchway bindgen as`.
 */
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { generateAs } from '../../dist/bindgen/as/index.js';
import { buildAssemblyScript } from '../../dist/build/assemblyscript/index.js';
import { encodeWorld } from '../../dist/toolchain/index.js';

const [source, wit, worldName, out] = process.argv.slice(2);
const { world, witSource } = await encodeWorld({ wit, world: worldName });
const files = generateAs(world).map(({ path, text }) => ({ path: `bindings/${path}`, text }));
const { component, diagnostics } = await buildAssemblyScript({
  ...{ folder: dirname(source), entry: 'bindings/component.ts', files, witSource, world: worldName },
});
for (const { severity, file, line, column, message } of diagnostics) {
  console.error(`${file}:${line}:${column}: ${severity}: ${message}`);
}
if (component === undefined) process.exit(1);
await writeFile(out, component);
