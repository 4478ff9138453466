import type { FunctionTable, RemoteFunction } from '../session/index.js';
import {
  type FunctionItem,
  pascalCase,
  printFunction,
  resourceOf,
  type TypeDefinition,
  type World,
  type WorldItem,
} from '../wit/index.js';
import { findImplementation, interfaceObject, type Members, member, offeredInterface } from './implementation.js';

/** A function that implements one of WIT: called with what that takes, a method with its object first. */
export type LocalFunction = (...args: any[]) => unknown;

/** The class of a resource, where one was given: then only its objects pass for the resource. */
export interface LocalClass {
  readonly name: string;
  readonly implementation: unknown;
}

/** What an object implements of a world. */
export interface LocalFunctions {
  /** By the number of the function in the table. */
  readonly functions: readonly LocalFunction[];
  readonly classes: ReadonlyMap<TypeDefinition, LocalClass>;
  /** What is missing, in WIT terms; then some functions are, too. */
  readonly missing: readonly string[];
}

/** The exports of a world, as an object of a plugin implements them. */
export function implementExports(world: World, table: FunctionTable, plugin: Members): LocalFunctions {
  return implement(world.exports, table.exports, plugin, (name) => interfaceObject(plugin, name), 'export');
}

/** The imports of a world, as an app offers them. */
export function implementImports(world: World, table: FunctionTable, offered: Members): LocalFunctions {
  return implement(world.imports, table.imports, offered, (name) => offeredInterface(offered, name), 'import');
}

function implement(
  items: readonly WorldItem[],
  table: readonly RemoteFunction[],
  root: Members,
  find: (name: string) => Members | undefined,
  direction: 'export' | 'import',
): LocalFunctions {
  const byItem = new Map<FunctionItem, LocalFunction>();
  const classes = new Map<TypeDefinition, LocalClass>();
  const missing: string[] = [];
  const add = (owner: Members, item: FunctionItem, path: string) => {
    const found = findImplementation(owner, item);
    if (found === undefined) missing.push(`${direction} ${path}: ${printFunction(item)} is missing`);
    else byItem.set(item, found);
  };
  for (const item of items) {
    if (item.kind === 'function') add(root, item.function, item.name);
    if (item.kind !== 'interface') continue;
    const owner = find(item.name);
    for (const definition of item.interface.types) {
      if (resourceOf(definition).type.kind === 'resource') addClass(definition, owner, classes);
    }
    if (owner === undefined) {
      if (item.interface.functions.length > 0) missing.push(`${direction} ${item.name}: the interface is missing`);
      continue;
    }
    for (const func of item.interface.functions) add(owner, func, `${item.name}#${func.name}`);
  }
  return { functions: table.map((it) => byItem.get(it.item)!), classes, missing };
}

function addClass(definition: TypeDefinition, owner: Members | undefined, classes: Map<TypeDefinition, LocalClass>) {
  const root = resourceOf(definition);
  const name = pascalCase(definition.name);
  const implementation = (owner && member(owner, name)) ?? classes.get(root)?.implementation;
  classes.set(root, { name, implementation });
}

/** Why an object is none of a resource of this side: what was expected. */
export function refusalOf(
  classes: LocalFunctions['classes'],
  definition: TypeDefinition,
  value: object,
): string | undefined {
  const known = classes.get(definition);
  if (known === undefined) return undefined;
  const { name, implementation } = known;
  if (typeof implementation === 'function' && !(value instanceof implementation))
    return `an object of the class ${name} that was given`;
  return undefined;
}
