import { shown } from './label.js';
import type { FunctionItem, Interface, World, WorldItem } from './model.js';
import { compatibilityKey, parseFunctionName, parseInterfaceId } from './names.js';
import { printFunction } from './print-line.js';
import { byName, reasonText, TypeComparison } from './type-comparison.js';

/** One way in which a plugin's world is not the app's. */
export interface Difference {
  /** What differs: `export ns:pkg/iface.func`, `import ns:pkg/iface`. */
  readonly path: string;
  readonly kind: DifferenceKind;
  /** The whole sentence, in WIT terms; begins with `path`. Names in it are safe to show. */
  readonly message: string;
}

/**
 * | kind | when |
 * |---|---|
 * | `missing` | the app expects an export that the plugin does not have |
 * | `not-offered` | the plugin imports what the app does not offer |
 * | `mismatch` | both have it, with another type |
 */
export type DifferenceKind = 'missing' | 'not-offered' | 'mismatch';

export interface CompareOptions {
  /** Whether the host itself offers an import of this name, whatever the app's world says of it. Default: none. */
  readonly offered?: (name: string) => boolean;
}

/** The differences that are kept; of the rest only the number is told, as a plugin can have as many as it likes. */
const MAX_DIFFERENCES = 1000;

class Differences {
  readonly #kept: Difference[] = [];
  #left = 0;

  add(path: string, kind: DifferenceKind, message: string): void {
    if (this.#kept.length < MAX_DIFFERENCES) this.#kept.push({ path, kind, message });
    else this.#left++;
  }

  list(): Difference[] {
    if (this.#left === 0) return this.#kept;
    return [...this.#kept, { path: '', kind: 'mismatch', message: `and ${this.#left} more` }];
  }
}

/**
 * Every way in which `actual`, the world of a plugin, falls short of `expected`, the app's: what the app expects as an export
 * must be exported, what the plugin imports must be among the app's imports, each with an equal type. Nothing else counts: the
 * plugin may export more and import less. Interfaces meet by name, versions by semver; types by structure; resources by name.
 *
 * An interface that is imported for its value types alone is not asked for: at run time there is nothing to offer, and the
 * types are compared wherever a function has them.
 *
 * @returns none if the plugin fits; at most 1 000 and a last one that says how many more there are.
 * @example
 * for (const { message } of compareWorlds(appWorld, plugin.world)) console.error(message);
 */
export function compareWorlds(expected: World, actual: World, options: CompareOptions = {}): Difference[] {
  const differences = new Differences();
  const owners = new Map([...ownerNames(expected), ...ownerNames(actual)]);
  const types = new TypeComparison((resource) => {
    const owner = resource.owner && owners.get(resource.owner);
    return owner === undefined ? byName(resource) : `${owner}.${resource.name}`;
  });
  const exports = index(actual.exports);
  for (const wanted of expected.exports) {
    const given = exports.get(wanted.name) ?? exports.get(compatibilityKey(wanted.name));
    compareItem('export', wanted, given, types, differences);
  }
  const imports = index(expected.imports);
  for (const given of actual.imports) {
    if (options.offered?.(given.name)) continue;
    const wanted = imports.get(given.name) ?? imports.get(compatibilityKey(given.name));
    if (wanted === undefined && needsNothing(given)) continue;
    compareItem('import', wanted, given, types, differences, imports);
  }
  return differences.list();
}

type Side = 'import' | 'export';

/** Items by their names and by the names under which compatible versions meet; of several the first. */
function index(items: readonly WorldItem[]): Map<string, WorldItem> {
  const byName = new Map<string, WorldItem>();
  for (const item of items) byName.set(item.name, item);
  for (const item of items) {
    const key = compatibilityKey(item.name);
    if (!byName.has(key)) byName.set(key, item);
  }
  return byName;
}

/** What each owner of types is called, so that resources of both worlds can meet: `import a:b/c@1`, `export a:b/c@1`. */
function* ownerNames(world: World): Generator<[Interface | World, string]> {
  yield [world, 'world'];
  for (const side of ['import', 'export'] as const) {
    for (const item of world[`${side}s`]) {
      if (item.kind === 'interface') yield [item.interface, `${side} ${compatibilityKey(item.name)}`];
    }
  }
}

function compareItem(
  side: Side,
  wanted: WorldItem | undefined,
  given: WorldItem | undefined,
  types: TypeComparison,
  differences: Differences,
  offered?: ReadonlyMap<string, WorldItem>,
): void {
  const path = `${side} ${shown((given ?? wanted)!.name)}`;
  if (given === undefined) {
    if (!needsNothing(wanted!)) differences.add(path, 'missing', `${path} is missing${wantedAs(wanted!)}`);
    return;
  }
  if (wanted === undefined) {
    differences.add(path, 'not-offered', `${path} is not offered${otherVersion(given, offered)}`);
    return;
  }
  if (wanted.kind === 'interface' && given.kind === 'interface') {
    compareInterfaces(side, path, wanted.interface, given.interface, types, differences);
  } else if (wanted.kind === 'function' && given.kind === 'function') {
    compareFunctions(path, wanted.function, given.function, types, differences);
  } else if (what(wanted) !== what(given)) {
    mismatch(differences, path, `is ${what(given)}, expected ${what(wanted)}`);
  } else if (wanted.kind === 'type' && given.kind === 'type') {
    for (const reason of types.definitionBodies(wanted.definition.type, given.definition.type)) {
      mismatch(differences, path, reasonText(reason));
    }
  } else if (side === 'import' && given.kind === 'other') {
    // Equal in kind is all the model knows of them, and no host offers one.
    differences.add(path, 'not-offered', `${path} is ${what(given)}, which is not offered`);
  }
}

function compareInterfaces(
  side: Side,
  path: string,
  wanted: Interface,
  given: Interface,
  types: TypeComparison,
  differences: Differences,
): void {
  // Of an export the app may call every function it expects; of an import the plugin may call those it has.
  const [needed, there] = side === 'export' ? [wanted, given] : [given, wanted];
  const functions = new Map(there.functions.map((item) => [item.name, item]));
  const resources = new Set(resourceNames(there));
  for (const name of resourceNames(needed)) {
    if (!resources.has(name)) lack(side, `${path}.${shown(name)}`, 'resource', differences);
  }
  for (const item of needed.functions) {
    const other = functions.get(item.name);
    const inner = `${path}.${functionLabel(item)}`;
    if (other === undefined) lack(side, inner, printFunction(item), differences);
    else if (side === 'export') compareFunctions(inner, item, other, types, differences);
    else compareFunctions(inner, other, item, types, differences);
  }
}

function lack(side: Side, path: string, text: string, differences: Differences): void {
  if (side === 'export') differences.add(path, 'missing', `${path} is missing, expected ${text}`);
  else differences.add(path, 'not-offered', `${path} is not offered (${text})`);
}

function compareFunctions(
  path: string,
  wanted: FunctionItem,
  given: FunctionItem,
  types: TypeComparison,
  differences: Differences,
): void {
  for (const reason of types.functions(wanted.type, given.type)) mismatch(differences, path, reasonText(reason));
}

function mismatch(differences: Differences, path: string, text: string): void {
  // A sentence about the item itself follows its name directly, one about a part of it after a colon.
  const joint = /^(is|has|lacks|returns) /.test(text) ? ' ' : ': ';
  differences.add(path, 'mismatch', path + joint + text);
}

/** Whether an item is about value types alone, so that nothing need be there at run time. */
function needsNothing(item: WorldItem): boolean {
  if (item.kind === 'type') return item.definition.type.kind !== 'resource';
  return (
    item.kind === 'interface' &&
    item.interface.functions.length === 0 &&
    item.interface.types.every((definition) => definition.type.kind !== 'resource')
  );
}

function* resourceNames({ types }: Interface): Generator<string> {
  for (const { name, type } of types) if (type.kind === 'resource') yield name;
}

/** `add`, `counter.add`, `counter constructor`. */
function functionLabel({ name }: FunctionItem): string {
  const parsed = parseFunctionName(name);
  if (parsed.kind === 'constructor') return `${shown(parsed.name)} constructor`;
  return parsed.resource === undefined ? shown(parsed.name) : `${shown(parsed.resource)}.${shown(parsed.name)}`;
}

function what(item: WorldItem): string {
  switch (item.kind) {
    case 'interface':
      return 'an interface';
    case 'function':
      return 'a function';
    case 'type':
      return item.definition.type.kind === 'resource' ? 'a resource' : 'a type';
    case 'other':
      return `a ${item.what}`;
  }
}

function wantedAs(item: WorldItem): string {
  return item.kind === 'function' ? `, expected ${printFunction(item.function)}` : '';
}

/** Says so where the same interface is offered in a version that does not match. */
function otherVersion(given: WorldItem, offered: ReadonlyMap<string, WorldItem> | undefined): string {
  const id = parseInterfaceId(given.name);
  if (id === undefined || offered === undefined)
    return given.kind === 'function' ? ` (${printFunction(given.function)})` : '';
  for (const { name } of offered.values()) {
    const other = parseInterfaceId(name);
    if (other?.package === id.package && other.name === id.name) return `; ${shown(name)} is`;
  }
  return '';
}
