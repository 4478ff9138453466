/** The worlds of `test/bindgen/corpus` as TypeScript. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generateTs } from '../../../src/bindgen/index.js';
import { decodeWorld } from '../../../src/component/index.js';
import { carriedWorld, withDocs } from '../../../src/toolchain/section.js';
import { packageDocs } from '../../../src/toolchain/wit-docs.js';
import { readWitFiles, type WitText } from '../../../src/toolchain/wit-files.js';
import { combine } from '../../../src/toolchain/wit-source.js';
import { encodeWit } from '../../wit/encode.js';

const folder = fileURLToPath(new URL('../corpus/', import.meta.url));

export const corpus: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.wit'))
  .map((name) => name.slice(0, -'.wit'.length));

/** A file of the corpus has one world, or one that is called like the file. */
export async function generateFromCorpus(name: string): Promise<string> {
  const files = await readWitFiles(`${folder}${name}.wit`);
  return generate(files.root[0]!, name);
}

/** The one world of a text, without a child process. */
export function generateFrom(text: string): Promise<string> {
  return generate({ path: 'test.wit', text });
}

async function generate(file: WitText, preferred?: string): Promise<string> {
  const source = combine({ root: [file], dependencies: [] });
  const worlds = source.main.blocks.filter(({ kind }) => kind === 'world').map((it) => it.name);
  const name = worlds.length === 1 ? worlds[0]! : preferred!;
  const encoded = carriedWorld(await encodeWit(source.text, name));
  const world = decodeWorld(withDocs(encoded, packageDocs(source.main)));
  return generateTs(world, encoded)[0]!.text;
}
