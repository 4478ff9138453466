/**
 * Builds a JavaScript plugin into a component: `node build.mjs PLUGIN.js WIT-FILE WORLD OUT.wasm`. A program of its own,
 * because the componentizer needs 780 MB, and a failure inside it leaves it unusable.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { componentize } from '@bytecodealliance/componentize-js';

const [source, wit, worldName, out] = process.argv.slice(2);
const { component } = await componentize(await readFile(source, 'utf8'), await readFile(wit, 'utf8'), {
  worldName,
  // The plugin gets what its world says and nothing of WASI; the clock then stands still and Math.random() repeats.
  disableFeatures: ['stdio', 'random', 'clocks', 'http', 'fetch-event'],
});
await writeFile(out, component);
