/**
 * Builds an AssemblyScript plugin into a component: `node build.mjs PLUGIN.ts WIT-FILE WORLD OUT.wasm`. A program of its
 * own, because a component that is malformed leaves the encoder unusable.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { componentEmbed, componentNew } from '@bytecodealliance/jco';
import asc from 'assemblyscript/asc';

const [source, witFile, world, out] = process.argv.slice(2);
const witSource = await readFile(witFile, 'utf8');

// Paths relative to this folder: they become the names that rename.mjs looks functions up by.
const folder = fileURLToPath(new URL('.', import.meta.url));
let core;
const { error, stderr } = await asc.main(
  [
    ...[relative(folder, source), '--baseDir', folder, '--outFile', 'core.wasm', '-O'],
    // A collector, but none of its exports; the runtime is started by the component, and an abort is a trap.
    ...['--runtime', 'incremental', '--exportStart', '_initialize', '--use', 'abort='],
    ...['--transform', './rename.mjs'],
  ],
  {
    writeFile: (name, contents) => {
      if (name.endsWith('.wasm')) core = contents;
    },
  },
);
if (error) {
  console.error(stderr.toString() || error);
  process.exit(1);
}

const embedded = await componentEmbed({ binary: core, witSource, world, stringEncoding: 'utf16' });
await writeFile(out, await componentNew(embedded));
