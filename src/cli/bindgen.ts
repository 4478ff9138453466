import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Argument, Command } from 'commander';
import {
  type GeneratedBytes,
  type GeneratedFile,
  generateAs,
  generateGo,
  generateNode,
  generateTs,
} from '../bindgen/index.js';
import { hatchwayError, quote } from '../errors/index.js';
import { type EncodedWorld, encodeWorld } from '../toolchain/index.js';
import { type Streams, styled } from './streams.js';

interface BindgenOptions {
  wit: string;
  world?: string;
  out: string;
  json?: boolean;
}

/** What is generated for each language. */
const LANGUAGES: ReadonlyMap<string, (world: EncodedWorld) => (GeneratedFile | GeneratedBytes)[]> = new Map([
  ['ts', ({ world, encoded }: EncodedWorld) => generateTs(world, encoded)],
  ['as', ({ world }: EncodedWorld) => generateAs(world)],
  ['go', ({ world, encoded }: EncodedWorld) => generateGo(world, encoded)],
  ['node', ({ world, encoded }: EncodedWorld) => generateNode(world, encoded)],
]);

/** `hatchway bindgen`: source text for a world, in the language of an app or of a plugin. */
export function bindgenCommand({ stdout }: Streams): Command {
  return new Command('bindgen')
    .description(
      'Write a world as source files: ts for apps that load its plugins; for plugins as (AssemblyScript), node and go (native).',
    )
    .addArgument(new Argument('<language>', 'the language').choices([...LANGUAGES.keys()]))
    .requiredOption('--wit <path>', 'a .wit file, or a folder of them with what they need in deps/')
    .option('--world <name>', 'which world, where there are several')
    .requiredOption('--out <folder>', 'where the files are written; others in it stay as they are')
    .option('--json', 'print one JSON object, also where something is wrong')
    .addHelpText(
      'after',
      `
Examples:
  $ hatchway bindgen ts --wit wit --world filter-plugin --out src/plugins
  wrote src/plugins/filter-plugin.ts
  $ hatchway bindgen as --wit wit --world filter-plugin --out shout/generated`,
    )
    .action(async (language: string, options: BindgenOptions) => {
      const { wit, world, out, json } = options;
      const encoded = await encodeWorld({ wit, ...(world !== undefined && { world }) });
      const written = await writeFiles(LANGUAGES.get(language)!(encoded), out);
      if (json) {
        const { package: id, name } = encoded.world;
        stdout.write(`${JSON.stringify({ world: { package: id, name }, files: written }, null, 2)}\n`);
        return;
      }
      for (const { path, changed } of written) {
        stdout.write(changed ? `wrote ${path}\n` : styled(stdout, 'dim', `${path} is up to date\n`));
      }
    });
}

interface WrittenFile {
  readonly path: string;
  /** Whether the file was another before, or none. */
  readonly changed: boolean;
}

async function writeFiles(files: readonly (GeneratedFile | GeneratedBytes)[], out: string): Promise<WrittenFile[]> {
  const written: WrittenFile[] = [];
  for (const file of files) {
    const { path } = file;
    const bytes = 'text' in file ? Buffer.from(file.text) : file.bytes;
    const target = join(out, ...path.split('/'));
    try {
      await mkdir(dirname(target), { recursive: true });
      const changed = !(await readIfThere(target))?.equals(bytes);
      // Whoever watches the file is told of changes only.
      if (changed) await writeFile(target, bytes);
      written.push({ path: target, changed });
    } catch (cause) {
      throw hatchwayError('option', `cannot write ${quote(target, 200)}: ${(cause as Error).message}`, { cause });
    }
  }
  return written;
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
