import { identifier, isLabel, packagePath, shown } from './label.js';
import type { FunctionItem, Interface, TypeDefinition, World, WorldItem } from './model.js';
import { parseInterfaceId } from './names.js';
import { type Block, functionLine, interfacePath, printBlock } from './print-block.js';
import { printFunction } from './print-line.js';
import { ownerKey, Scope } from './scope.js';
import { Text, unsayable } from './text.js';
import { byName, TypeComparison } from './type-comparison.js';
import { interfacesOf, typesOfFunction } from './walk.js';

/**
 * The WIT text of a world and of everything it needs, doc comments included: its own package first, every other package as a
 * `package ns:pkg { … }` block. Parsed again it gives the same world. What WIT has no words for (an imported core module, a
 * function on types that no name reaches) is a comment at the end of its block.
 *
 * An interface that a world both imports and exports is one interface in WIT: it is printed once, with what either side has.
 * Where the two sides disagree the import's is printed and the other noted.
 *
 * @throws HatchwayError `invalid` for a name WIT cannot spell, `unsupported` for a type it cannot, `exhausted` for a text of
 * more than 16 Mi characters.
 * @example console.log(printWorld(plugin.world))
 */
export function printWorld(world: World): string {
  const text = new Text();
  const packages = byPackage(world);
  text.line(`package ${packagePath(world.package)};`);
  const own = packages.get(world.package) ?? [];
  packages.delete(world.package);
  for (const one of own) {
    if (one.name === world.name) throw unsayable('an interface named like a world of its package', one.name);
    text.line('');
    printInterface(one, text);
  }
  text.line('');
  text.docs(world.docs);
  text.block(`world ${identifier(world.name)}`, () => printWorldItems(world, text));
  for (const [name, interfaces] of packages) {
    text.line('');
    text.block(`package ${packagePath(name)}`, () => {
      for (const one of interfaces) {
        text.gap();
        printInterface(one, text);
      }
    });
  }
  return text.toString();
}

interface NamedInterface extends Block {
  readonly id: string;
  readonly name: string;
  readonly docs?: string | undefined;
}

function byPackage(world: World): Map<string, NamedInterface[]> {
  const packages = new Map<string, NamedInterface[]>();
  const comparison = new TypeComparison(byName);
  for (const [id, copies] of interfacesOf(world)) {
    const { package: base, name, version } = parseInterfaceId(id) ?? { package: id, name: id };
    const owner = version === undefined ? base : `${base}@${version}`;
    const one = {
      id,
      name,
      package: owner,
      docs: copies.find((copy) => copy.docs)?.docs,
      ...union(copies, comparison),
    };
    const list = packages.get(owner);
    if (list === undefined) packages.set(owner, [one]);
    else list.push(one);
  }
  return packages;
}

/** All that the copies of one interface have. */
function union(
  copies: readonly Interface[],
  comparison = new TypeComparison(byName),
): Pick<Block, 'types' | 'functions' | 'notes'> {
  const types = new Map<string, TypeDefinition>();
  const functions = new Map<string, FunctionItem>();
  const notes: string[] = [];
  for (const copy of copies) {
    for (const definition of copy.types) {
      const other = types.get(definition.name);
      if (other === undefined) types.set(definition.name, definition);
      else if (comparison.definitionBodies(other.type, definition.type).length > 0)
        notes.push(`exported otherwise: type ${shown(definition.name)}`);
    }
    for (const item of copy.functions) {
      const other = functions.get(item.name);
      if (other === undefined) functions.set(item.name, item);
      else if (comparison.functions(other.type, item.type).length > 0)
        notes.push(`exported otherwise: ${printFunction(item)}`);
    }
  }
  return { types: [...types.values()], functions: [...functions.values()], notes };
}

function printInterface(one: NamedInterface, text: Text): void {
  text.docs(one.docs);
  text.block(`interface ${identifier(one.name)}`, () => {
    printBlock(new Scope(one.id, one, text), one, text);
    text.notes(one.notes);
  });
}

/** Imports before exports, and in each the interfaces, then the types, then the functions: the order in which WIT is encoded. */
function printWorldItems(world: World, text: Text): void {
  const notes: string[] = [];
  const block: Block = {
    package: world.package,
    ...worldTypes(world, notes),
    functions: functionsOf(world.imports),
    notes,
  };
  const scope = new Scope(ownerKey(world), block, text);
  const exported = functionsOf(world.exports);
  for (const item of exported) scope.reach(typesOfFunction(item));

  for (const item of world.imports) printInterfaceItem('import', item, block, text);
  printBlock(scope, block, text, 'import ');
  text.gap();
  for (const item of world.exports) printInterfaceItem('export', item, block, text);
  for (const item of exported) {
    const line = functionLine(item, scope, block, 'export ');
    if (line === undefined) continue;
    text.docs(item.docs);
    text.line(line);
  }
  text.notes(notes);
}

/** The types of a world. WIT has imported ones only; what a component exports of its own accord counts as those, but for
 * resources: no import could give them. */
function worldTypes(world: World, notes: string[]): Pick<Block, 'types'> {
  const types = new Map<string, TypeDefinition>();
  const comparison = new TypeComparison(byName);
  const differs = (a: TypeDefinition, b: TypeDefinition) => comparison.definitionBodies(a.type, b.type).length > 0;
  for (const item of world.imports) if (item.kind === 'type') types.set(item.name, item.definition);
  for (const item of world.exports) {
    if (item.kind !== 'type') continue;
    const other = types.get(item.name);
    const own = item.definition.type.kind === 'resource';
    if (own || (other !== undefined && differs(other, item.definition))) {
      notes.push(`export type ${shown(item.name)}`);
    } else if (other === undefined) types.set(item.name, item.definition);
  }
  return { types: [...types.values()] };
}

function functionsOf(items: readonly WorldItem[]): FunctionItem[] {
  return items.flatMap((item) => (item.kind === 'function' ? [item.function] : []));
}

function printInterfaceItem(keyword: 'import' | 'export', item: WorldItem, block: Block, text: Text): void {
  if (item.kind === 'other') block.notes.push(`${keyword} ${item.what} ${shown(item.name)}`);
  if (item.kind !== 'interface') return;
  const { id } = item.interface;
  if (id !== undefined && (id === item.name || isLabel(item.name))) {
    text.docs(item.docs);
    const path = interfacePath(id, block.package);
    // Under a plain name it is an instance of its own that implements the interface (WIT.md, "Item: world").
    text.line(id === item.name ? `${keyword} ${path};` : `${keyword} ${identifier(item.name)}: ${path};`);
  } else if (id === undefined && isLabel(item.name)) {
    text.docs(item.docs ?? item.interface.docs);
    text.block(`${keyword} ${identifier(item.name)}: interface`, () => {
      const inner: Block = { ...union([item.interface]), package: block.package };
      printBlock(new Scope(item.interface, inner, text), inner, text);
      text.notes(inner.notes);
    });
  } else {
    block.notes.push(`${keyword} interface ${shown(item.name)}`);
  }
}
