import { hatchwayError, quote } from '../../errors/index.js';
import {
  camelCase,
  type FunctionItem,
  type Interface,
  parseFunctionName,
  parseInterfaceId,
  pascalCase,
  printFunction,
  type World,
} from '../../wit/index.js';
import { Descriptions } from './describe.js';
import type { ClassMember } from './guest.js';

/** Modules that stand between a plugin and its component's glue. */
export interface Wrapper {
  /** The module that the glue calls: it exports what the world does. */
  readonly entry: string;
  /** What authors import instead of an import of the world: texts of modules, by the name that is imported. */
  readonly imports: ReadonlyMap<string, { readonly file: string; readonly text: string; readonly names: readonly string[] }>;
  /** The types, as a module that all others import. */
  readonly checks: string;
}

/** What an author exports for a world, and under which names. */
export interface WantedExport {
  /** The names it may have, the usual one first. */
  readonly names: readonly string[];
  readonly interface?: Interface;
  readonly function?: FunctionItem;
}

/** The exports a plugin's module must have: an object for each interface, a function for each of the world's own. */
export function wantedExports(world: World): WantedExport[] {
  const short = (name: string) => camelCase(parseInterfaceId(name)?.name ?? name);
  const shorts = world.exports.map((item) => short(item.name));
  return world.exports.flatMap((item): WantedExport[] => {
    const name = short(item.name);
    const isOnly = shorts.filter((one) => one === name).length === 1;
    if (item.kind === 'function') return [{ names: [camelCase(item.name)], function: item.function }];
    if (item.kind !== 'interface' || item.interface.functions.length === 0) return [];
    return [{ names: isOnly ? [name, item.name] : [item.name], interface: item.interface }];
  });
}

/**
 * The modules around an author's own. `plugin` is what imports the author's module, and `exported` are the names that it has.
 * @throws HatchwayError `unsupported` for what plugins in JavaScript cannot have.
 */
export function wrap(world: World, plugin: string, exported: readonly string[], checks: string): Wrapper {
  const types = new Descriptions();
  const imports = importModules(world, types, checks);
  const lines = [
    `import * as plugin from ${literal(plugin)};`,
    `import { exported, exportedClass, need } from ${literal(checks)};`,
  ];
  for (const [i, wanted] of wantedExports(world).entries()) {
    const name = wanted.names.find((one) => exported.includes(one)) ?? wanted.names[0]!;
    const glueName = wanted.names.at(-1)!;
    if (wanted.function !== undefined) {
      lines.push(`const e${i} = ${exportedFunction(types, wanted.function, 'plugin', '', name)};`);
    } else {
      lines.push(`const o${i} = plugin[${literal(name)}];`);
      lines.push(`const e${i} = {`, ...exportedInterface(types, wanted.interface!, `o${i}`, name), '};');
    }
    lines.push(`export { e${i} as ${literal(glueName)} };`);
  }
  return { entry: `${lines.join('\n')}\n`, imports, checks: checksModule(types) };
}

function exportedFunction(types: Descriptions, item: FunctionItem, owner: string, path: string, name: string): string {
  const full = path === '' ? name : `${path}.${name}`;
  const found = `need(${owner}, ${literal(full)}, ${literal(name)}, ${literal(printFunction(item))})`;
  return `exported(${literal(types.function(item, path))}, ${found})`;
}

function* exportedInterface(types: Descriptions, { functions }: Interface, owner: string, path: string): Generator<string> {
  for (const item of functions) {
    if (parseFunctionName(item.name).kind !== 'free') continue;
    const name = camelCase(item.name);
    yield `  ${literal(name)}: ${exportedFunction(types, item, owner, path, name)},`;
  }
  for (const [name, { key, members }] of resourcesOf(types, functions, path)) {
    const className = `${path}.${name}`;
    const found = `need(${owner}, ${literal(className)}, ${literal(name)}, "a class")`;
    yield `  ${literal(name)}: exportedClass(${literal(key)}, ${found}, ${literal(members)}),`;
  }
}

interface Members {
  readonly key: string;
  readonly members: ClassMember[];
}

/** The resources that functions belong to, by the names of their classes. */
function resourcesOf(types: Descriptions, functions: readonly FunctionItem[], path: string): Map<string, Members> {
  const found = new Map<string, Members>();
  for (const item of functions) {
    const { kind, resource, name } = parseFunctionName(item.name);
    if (kind === 'free') continue;
    const className = pascalCase(resource!);
    let members = found.get(className);
    if (members === undefined) {
      members = { key: keyOf(types, item, functions, resource!), members: [] };
      found.set(className, members);
    }
    members.members.push([kind, camelCase(name), types.function(item, path)]);
  }
  return found;
}

/** A resource is told by its definition, which any of its functions that has one of it names. */
function keyOf(types: Descriptions, item: FunctionItem, functions: readonly FunctionItem[], resource: string): string {
  for (const one of [item, ...functions]) {
    const parsed = parseFunctionName(one.name);
    if (parsed.resource !== resource) continue;
    const type = parsed.kind === 'method' ? one.type.params[0]!.type : parsed.kind === 'constructor' ? one.type.result : undefined;
    if (type?.kind === 'own' || type?.kind === 'borrow') return types.resource(type.resource);
  }
  return `other ${resource}`;
}

function importModules(world: World, types: Descriptions, checks: string): Wrapper['imports'] {
  const modules = new Map<string, { file: string; text: string; names: string[] }>();
  for (const [i, item] of world.imports.entries()) {
    const lines = [`import { imported, importedClass } from ${literal(checks)};`];
    const names: string[] = [];
    if (item.kind === 'function') {
      lines.push(`import real from ${literal(item.name)};`);
      lines.push(`export default imported(${literal(types.function(item.function, ''))}, real);`);
      names.push('default');
    } else if (item.kind === 'interface' && item.interface.functions.length > 0) {
      const path = camelCase(parseInterfaceId(item.name)?.name ?? item.name);
      lines.push(`import * as real from ${literal(item.name)};`);
      const add = (name: string, value: string) => {
        lines.push(`const i${names.length} = ${value};`, `export { i${names.length} as ${literal(name)} };`);
        names.push(name);
      };
      for (const one of item.interface.functions) {
        if (parseFunctionName(one.name).kind !== 'free') continue;
        const name = camelCase(one.name);
        add(name, `imported(${literal(types.function(one, path))}, real[${literal(name)}])`);
      }
      for (const [name, { key, members }] of resourcesOf(types, item.interface.functions, path)) {
        add(name, `importedClass(${literal(key)}, real[${literal(name)}], ${literal(members)})`);
      }
    } else if (item.kind === 'other') {
      throw hatchwayError('unsupported', `plugins in JavaScript cannot import a ${item.what}: ${quote(item.name)}`);
    } else continue;
    modules.set(item.name, { file: `imports-${i}.js`, text: `${lines.join('\n')}\n`, names });
  }
  return modules;
}

function checksModule({ types }: Descriptions): string {
  return [
    "import { createChecks, need } from './guest.js';",
    `const checks = createChecks(${literal(types)}, new Map());`,
    'export const { exported, imported, importedClass, exportedClass } = checks;',
    'export { need };',
    '',
  ].join('\n');
}

/** JSON is JavaScript, also with the line separators that it once was not. */
function literal(value: unknown): string {
  return JSON.stringify(value);
}
