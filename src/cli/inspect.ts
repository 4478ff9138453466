import { createHash } from 'node:crypto';
import { Command } from 'commander';
import { quote } from '../errors/index.js';
import { createHost } from '../host/index.js';
import { printFunction, printWorld, type World, type WorldItem } from '../wit/index.js';
import { readPluginFile } from './plugin-file.js';
import { sizeText } from './size.js';
import { type Streams, styled } from './streams.js';

interface InspectOptions {
  json?: boolean;
}

/** Types alone ask nothing of the app. */
function asksSomething(item: WorldItem): boolean {
  if (item.kind === 'interface') return item.interface.functions.length > 0;
  return item.kind !== 'type';
}

/** `hatchway inspect`: what a plugin is and needs, found without running any of it. */
export function inspectCommand({ stdout }: Streams): Command {
  return new Command('inspect')
    .description('Print the world of a plugin as WIT, with its size, digest and what it needs. Runs nothing.')
    .argument('<plugin>', 'a WebAssembly component')
    .option('--json', 'print one JSON object, also where something is wrong')
    .addHelpText(
      'after',
      `
Examples:
  $ hatchway inspect shapes.wasm > shapes.wit
  $ hatchway inspect shapes.wasm --json | jq -r .sha256`,
    )
    .action(async (path: string, { json }: InspectOptions) => {
      const file = await inspectFile(path);
      if (json) {
        stdout.write(`${JSON.stringify(asJson(file), null, 2)}\n`);
        return;
      }
      stdout.write(`${styled(stdout, 'dim', summary(file))}\n\n${printWorld(file.world).trimEnd()}\n`);
    });
}

interface InspectedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly world: World;
}

async function inspectFile(path: string): Promise<InspectedFile> {
  const bytes = await readPluginFile(path);
  const host = await createHost();
  const { world } = await host.load(bytes, { name: path });
  return { path, bytes, world };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** As WIT comments, so that what is printed is WIT from its first line on. */
function summary({ path, bytes, world }: InspectedFile): string {
  const needs = world.imports.filter(asksSomething).map((item) => shown(item.name));
  return [
    `// ${quote(path, 400)}, ${sizeText(bytes.length)}`,
    `// sha256 ${sha256(bytes)}`,
    needs.length === 0 ? '// needs nothing' : `// needs ${needs.join('\n//       ')}`,
  ].join('\n');
}

/** A name as it is, unless it has characters that no name of WIT has. */
function shown(name: string): string {
  return /^[\w:/@.+-]+$/.test(name) ? name : quote(name);
}

function asJson({ path, bytes, world }: InspectedFile): object {
  return {
    path,
    size: bytes.length,
    sha256: sha256(bytes),
    imports: world.imports.map(itemAsJson),
    exports: world.exports.map(itemAsJson),
    wit: printWorld(world),
  };
}

/** Functions by their external names (`[method]counter.add`), with their signatures for people. */
function itemAsJson(item: WorldItem): object {
  const { kind, name } = item;
  switch (item.kind) {
    case 'function':
      return { kind, name, signature: printFunction(item.function) };
    case 'interface': {
      const functions = item.interface.functions.map((each) => ({ name: each.name, signature: printFunction(each) }));
      return { kind, name, functions, types: item.interface.types.map((type) => type.name) };
    }
    case 'other':
      return { kind: item.what, name };
    default:
      return { kind, name };
  }
}
