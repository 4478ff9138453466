import { basename } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { quote } from '../errors/index.js';
import { type GrantFlags, type GrantKind, parseFlags, printExplanation } from '../grants/index.js';
import { printFunction, printWorld, shown, type WorldItem } from '../wit/index.js';
import { addGrantOptions } from './grant-options.js';
import { grantLines, grantsAsJson } from './grants-text.js';
import { type Inspection, inspectPlugin } from './inspection.js';
import { shortPath } from './short-path.js';
import { sizeText } from './size.js';
import { type Streams, styled } from './streams.js';

interface InspectOptions extends GrantFlags {
  json?: boolean;
  policy?: string;
  instance?: string;
  explain?: readonly Question[];
}

/** What is asked with `--explain`. */
interface Question {
  readonly kind: GrantKind;
  readonly target: string;
}

const WITH_TARGET: readonly GrantKind[] = ['read', 'write', 'env'];
const WITHOUT_TARGET: readonly GrantKind[] = ['clocks', 'random', 'run', 'http', 'net'];

/** `hatchway inspect`: what a plugin is, needs, asks for and gets, found without running any of it. */
export function inspectCommand({ stdout }: Streams): Command {
  const command = new Command('inspect')
    .description('Print the world of a plugin as WIT, with what it could use, requests and is granted. Runs nothing.')
    .argument('<plugin>', 'a WebAssembly component, a module for WASI preview 1, or a folder with a plugin.json')
    .option('--json', 'print one JSON object, also where something is wrong')
    .option('--explain <kind:target>', 'print why something is allowed or refused, instead of the WIT', question)
    .option('--instance <name>', "which of the policy's instances is meant");
  return addGrantOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ hatchway inspect shapes.wasm > shapes.wit
  $ hatchway inspect plugins/weather --policy hatchway.policy.json
  $ hatchway inspect plugins/weather --policy hatchway.policy.json --explain read:/config/x --explain env:KEY
  $ hatchway inspect shapes.wasm --json | jq -r .sha256`,
    )
    .action(async (path: string, options: InspectOptions) => {
      const { json, policy, instance, explain = [] } = options;
      const found = await inspectPlugin(path, { policy, instance, flags: parseFlags(options) });
      const explanations = explain.map(({ kind, target }) => found.grants.explain(kind, target));
      if (json) {
        const answers = explain.length === 0 ? {} : { explanations };
        stdout.write(`${JSON.stringify({ ...asJson(found), ...answers }, null, 2)}\n`);
      } else if (explain.length > 0) {
        stdout.write(`${explanations.map(printExplanation).join('\n\n')}\n`);
      } else {
        stdout.write(`${styled(stdout, 'dim', summary(found))}\n\n${printWorld(found.world).trimEnd()}\n`);
      }
    });
}

/** `read:/config/x`, `env:NAME`, `clocks`. */
function question(text: string, others: readonly Question[] = []): Question[] {
  const colon = text.indexOf(':');
  const kind = (colon < 0 ? text : text.slice(0, colon)) as GrantKind;
  const target = colon < 0 ? '' : text.slice(colon + 1);
  if (WITH_TARGET.includes(kind)) {
    if (target === '')
      throw new InvalidArgumentError(`Say of what, as in ${kind}:${kind === 'env' ? 'NAME' : '/config'}.`);
    if (kind !== 'env' && !target.startsWith('/')) {
      throw new InvalidArgumentError(`A path is as the plugin sees it, and starts with "/": ${kind}:/config.`);
    }
  } else if (!WITHOUT_TARGET.includes(kind)) {
    throw new InvalidArgumentError(
      `Ask for ${[...WITH_TARGET.map((it) => `${it}:TARGET`), ...WITHOUT_TARGET].join(', ')}.`,
    );
  }
  return [...others, { kind, target }];
}

/** Types alone ask nothing of the app. */
function asksSomething(item: WorldItem): boolean {
  if (item.kind === 'interface') return item.interface.functions.length > 0;
  return item.kind !== 'type';
}

/** As WIT comments, so that what is printed is WIT from its first line on. */
function summary(found: Inspection): string {
  const { path, size, sha256, manifest, needs, program } = found;
  const imports = needs.imports.filter(asksSomething).map((item) => shown(item.name));
  const lines = [
    `${quote(manifest === undefined ? path : shortPath(path), 400)}, ${sizeText(size)}`,
    `sha256 ${sha256}`,
  ];
  if (manifest !== undefined) lines.push(`says it is ${shown(manifest.id)} ${shown(manifest.version)}`);
  if (program !== undefined) {
    const command = [
      program.interpreter && basename(program.interpreter),
      basename(program.path),
      ...(program.args ?? []),
    ];
    lines.push(
      `is a native program: ${quote(command.filter((it) => it !== undefined).join(' '), 300)}, without a sandbox`,
    );
  }
  if (manifest?.description !== undefined) lines.push(`  ${quote(manifest.description, 300)}`);
  lines.push(
    ...(imports.length === 0 ? ['needs nothing of the app'] : listed('needs ', imports)),
    ...grantLines(found),
  );
  return lines.map((line) => `// ${line}`).join('\n');
}

/** A word, and one item a line after it. */
function listed(word: string, items: readonly string[]): string[] {
  return items.map((item, i) => `${i === 0 ? word : ' '.repeat(word.length)}${item}`);
}

function asJson(found: Inspection): object {
  const { path, size, sha256, manifest, world, program } = found;
  return {
    path,
    size,
    sha256,
    ...(manifest && { id: manifest.id, version: manifest.version, description: manifest.description }),
    runtime: program === undefined ? 'wasm' : 'native',
    imports: world.imports.map(itemAsJson),
    exports: world.exports.map(itemAsJson),
    ...grantsAsJson(found),
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
