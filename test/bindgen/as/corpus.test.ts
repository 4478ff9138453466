/** AssemblyScript of worlds: it compiles without a word, and what it is given comes back. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contains } from '../../../src/bindgen/as/types.js';
import { createHost } from '../../../src/index.js';
import { encodeWorld } from '../../../src/toolchain/index.js';
import {
  camelCase,
  type FunctionItem,
  parseFunctionName,
  pascalCase,
  type ValueType,
  type World,
} from '../../../src/wit/index.js';
import { arbitraryValue } from '../../arbitrary/types.js';
import { autoPlugin, echoedParam } from './auto-plugin.js';
import { compileProject } from './project.js';

const corpus = fileURLToPath(new URL('../corpus/', import.meta.url));
const packages = (await readdir(corpus)).filter((name) => name.endsWith('.wit')).sort();
const host = await createHost();

describe.each(packages)('%s', (name) => {
  test('compiles without a warning, and gives back what it was given', async () => {
    const text = await readFile(join(corpus, name), 'utf8');
    const called = name.slice(0, -'.wit'.length);
    // The one world of the file, or the one that is called like it.
    const choice = text.includes(`world ${called} {`) ? { world: called } : {};
    const { world, witSource, worldName } = await encodeWorld({ wit: join(corpus, name), ...choice });
    const report = await compileProject(world, witSource, autoPlugin(world), { world: worldName });
    expect(report).toEqual({ component: expect.any(Uint8Array), diagnostics: [] });
    const plugin = await host.load(report.component!, { world });
    const instance = await plugin.instantiate({ imports: importsOf(world) });
    await giveAndTake(world, instance.sync);
  });
});

/** Every exported function that answers one of its arguments, with random arguments. */
async function giveAndTake(world: World, exports: any): Promise<void> {
  for (const [scope, item] of functionsOf(world.exports)) {
    const echoed = echoedParam(item);
    // Where an export is called `of`, the host's own function of that name hides it.
    if (echoed === undefined || item.name.startsWith('[') || item.name === 'of' || hasHandles(item)) continue;
    const face = scope === undefined ? exports : exports[scope];
    const args = fc.tuple(...item.type.params.map((param) => arbitraryValue(param.type)));
    const answers = fc.property(args, (values) => {
      expect(face[camelCase(item.name)](...values)).toEqual(values[echoed]);
    });
    fc.assert(answers, { numRuns: 20 });
  }
}

function hasHandles({ type }: FunctionItem): boolean {
  const all: ValueType[] = type.params.map((param) => param.type);
  return all.some((one) => contains(one, ({ kind }) => kind === 'own' || kind === 'borrow'));
}

function* functionsOf(items: World['imports']): Generator<[scope: string | undefined, FunctionItem]> {
  for (const item of items) {
    if (item.kind === 'function') yield [undefined, item.function];
    else if (item.kind === 'interface') for (const one of item.interface.functions) yield [item.name, one];
  }
}

/** An app for any world, whose functions answer an argument too. */
function importsOf(world: World): any {
  const imports: Record<string, any> = {};
  for (const item of world.imports) {
    if (item.kind === 'type' && item.definition.type.kind === 'resource') imports[pascalCase(item.name)] = class {};
    if (item.kind !== 'interface') continue;
    const scope: Record<string, any> = {};
    imports[item.name] = scope;
    for (const { name, type } of item.interface.types) if (type.kind === 'resource') scope[pascalCase(name)] = class {};
  }
  for (const [scope, item] of functionsOf(world.imports)) {
    const { kind, resource, name } = parseFunctionName(item.name);
    if (kind === 'constructor') continue;
    const target = scope === undefined ? imports : imports[scope];
    const echoed = echoedParam(item);
    const owner = resource === undefined ? target : target[pascalCase(resource)];
    const place = kind === 'method' ? owner.prototype : owner;
    // `this` is no argument.
    const value = (...args: unknown[]) => args[(echoed ?? 0) - (kind === 'method' ? 1 : 0)];
    Object.defineProperty(place, camelCase(name), { value });
  }
  return imports;
}
