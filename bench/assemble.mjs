/**
 * Assembles what the rows run, into the folder given: the component of `calls.wat`, the Extism plugin, and what a
 * release of jco makes of a component. A program of its own, because its tools keep a lot of memory.
 * `node assemble.mjs components OUT` · `node assemble.mjs transpile GENERATOR.js COMPONENT.wasm OUT`
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [what, ...args] = process.argv.slice(2);
if (what === 'components') await components(args[0]);
else if (what === 'transpile') await transpile(...args);
else throw new Error(`unknown: ${what}`);

async function components(out) {
  const { componentEmbed, componentNew, parse } = await import('@bytecodealliance/jco');
  const text = (name) => readFile(new URL(`components/${name}`, import.meta.url), 'utf8');
  const embedded = await componentEmbed({
    binary: await parse(await text('calls.wat')),
    witSource: await text('calls.wit'),
    world: 'calls',
  });
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'calls.wasm'), await componentNew(embedded));
  await writeFile(join(out, 'extism.wasm'), await parse(await text('extism.wat')));
}

async function transpile(generator, component, out) {
  const { generate, transpile } = await import(pathToFileURL(generator).href);
  const { files } = await (generate ?? transpile)(await readFile(component), {
    name: 'component',
    instantiation: { tag: 'sync' },
    noTypescript: true,
    noNodejsCompat: false,
  });
  for (const [name, contents] of files) {
    await mkdir(dirname(join(out, name)), { recursive: true });
    await writeFile(join(out, name), contents);
  }
  await writeFile(join(out, 'package.json'), '{ "type": "module" }\n');
}
