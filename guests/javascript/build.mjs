/**
 * Builds a JavaScript plugin into a component: `node build.mjs PLUGIN.js WIT-FILE WORLD OUT.wasm`. A program of its own,
 * because the componentizer needs 780 MB, and a failure inside it leaves it unusable.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { componentize } from '@bytecodealliance/componentize-js';
import { encodeWorld } from '../../dist/toolchain/index.js';

const [source, wit, worldName, out] = process.argv.slice(2);
const { witSource } = await encodeWorld({ wit, world: worldName });
const { component } = await componentize(await readFile(source, 'utf8'), witSource, {
  worldName,
  // A plugin gets what its world says and nothing of WASI; the clock then stands still and Math.random() repeats. What uses WASI
  // itself has what its engine does with it.
  disableFeatures: /\bwasi:/.test(witSource) ? [] : ['stdio', 'random', 'clocks', 'http', 'fetch-event'],
});
await writeFile(out, component);
