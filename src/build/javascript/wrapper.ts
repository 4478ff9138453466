import { TRAP_REPORT } from '../../component/index.js';
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
import type { Descriptions } from './describe.js';
import type { ClassMember } from './guest/index.js';

/** A module that authors import instead of an import of the world: it checks what they pass. */
export interface ImportModule {
  /** The world's name for it. */
  readonly name: string;
  readonly file: string;
  readonly text: string;
  /** What it exports. */
  readonly names: readonly string[];
}

export const CHECKS = 'checks.js';

/** The folder of `guest/`, built: the same beside the modules that are made here. */
export const GUEST = 'guest';

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
 * The module that the component's glue calls: it exports what the world does.
 * @param plugin the author's module, and `names` what it exports.
 * @throws HatchwayError `unsupported` for what plugins in JavaScript cannot have.
 */
export function entryModule(world: World, types: Descriptions, plugin: string, names: readonly string[]): string {
  const lines = [
    `import * as plugin from ${literal(plugin)};`,
    `import { exported, exportedClass, need, object } from './${CHECKS}';`,
  ];
  for (const [i, wanted] of wantedExports(world).entries()) {
    const name = wanted.names.find((one) => names.includes(one)) ?? wanted.names[0]!;
    if (wanted.function !== undefined) {
      lines.push(`const e${i} = ${exportedFunction(types, wanted.function, 'plugin', '', name)};`);
    } else {
      lines.push(`const o${i} = object(plugin, ${literal(name)});`);
      lines.push(`const e${i} = {`, ...exportedInterface(types, wanted.interface!, `o${i}`, name), '};');
    }
    lines.push(`export { e${i} as ${literal(wanted.names.at(-1))} };`);
  }
  return `${lines.join('\n')}\n`;
}

function exportedFunction(types: Descriptions, item: FunctionItem, owner: string, path: string, name: string): string {
  const full = path === '' ? name : `${path}.${name}`;
  const found = `need(${owner}, ${literal(full)}, ${literal(name)}, ${literal(printFunction(item))})`;
  return `exported(${literal(types.function(item, path))}, ${found})`;
}

function* exportedInterface(types: Descriptions, described: Interface, owner: string, path: string): Generator<string> {
  for (const item of described.functions) {
    if (parseFunctionName(item.name).kind !== 'free') continue;
    const name = camelCase(item.name);
    yield `  ${literal(name)}: ${exportedFunction(types, item, owner, path, name)},`;
  }
  for (const [name, { key, members }] of resourcesOf(types, described, path)) {
    const className = `${path}.${name}`;
    const found = `need(${owner}, ${literal(className)}, ${literal(name)}, "a class")`;
    yield `  ${literal(name)}: exportedClass(${literal(key)}, ${found}, ${literal(members)}),`;
  }
}

interface Members {
  readonly key: string;
  readonly members: ClassMember[];
}

/** The resources of an interface and their functions, by the names of their classes. */
function resourcesOf(
  types: Descriptions,
  { types: definitions, functions }: Interface,
  path: string,
): Map<string, Members> {
  const found = new Map<string, Members>();
  for (const definition of definitions) {
    if (definition.type.kind !== 'resource') continue;
    found.set(pascalCase(definition.name), { key: types.resource(definition), members: [] });
  }
  for (const item of functions) {
    const { kind, resource, name } = parseFunctionName(item.name);
    if (kind !== 'free')
      found.get(pascalCase(resource!))?.members.push([kind, camelCase(name), types.function(item, path)]);
  }
  return found;
}

/** The modules of a world's imports. */
export function importModules(world: World, types: Descriptions): ImportModule[] {
  const modules: ImportModule[] = [];
  for (const [i, item] of world.imports.entries()) {
    const lines = [`import { imported, importedClass } from './${CHECKS}';`];
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
      for (const [name, { key, members }] of resourcesOf(types, item.interface, path)) {
        add(name, `importedClass(${literal(key)}, real[${literal(name)}], ${literal(members)})`);
      }
    } else if (item.kind === 'other') {
      throw hatchwayError('unsupported', `plugins in JavaScript cannot import a ${item.what}: ${quote(item.name)}`);
    } else continue;
    modules.push({ name: item.name, file: `imports-${i}.js`, text: `${lines.join('\n')}\n`, names });
  }
  return modules;
}

/** The checks of all types that the other modules mention; made last. */
export function checksModule({ types }: Descriptions): string {
  return [
    `import { createChecks, createReport } from './${GUEST}/index.js';`,
    `const report = createReport(${literal(TRAP_REPORT.marker)}, ${TRAP_REPORT.size});`,
    `const checks = createChecks(${literal(types)}, report);`,
    'export const { exported, imported, importedClass, exportedClass } = checks;',
    `export { need, object } from './${GUEST}/index.js';`,
    '',
  ].join('\n');
}

/** JSON is JavaScript, also with the line separators that it once was not. */
function literal(value: unknown): string {
  return JSON.stringify(value);
}
