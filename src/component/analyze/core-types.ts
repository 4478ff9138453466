/** Types of core WebAssembly that a component defines itself. */
import { quote } from '../../errors/index.js';
import type {
  CoreDeclaration,
  CoreFunctionType,
  CoreLimits,
  CoreTypeDefinition,
  CoreTypeUse,
} from '../binary/index.js';
import { importKey } from './core-subtyping.js';
import type { CoreItem, CoreTypeEntry } from './entities.js';
import { at, type Reporter, type Scope } from './scope.js';

/** Entries of a table at most, as engines and the reference have it. */
const MAX_TABLE_ENTRIES = 10_000_000;

/** A `core:type`; the types that a module type takes from outer scopes are looked up here, where it stands. */
export function coreTypeEntry(scope: Scope, raw: CoreTypeDefinition['type'], report: Reporter): CoreTypeEntry {
  if (raw.kind !== 'module') return raw;
  const types = moduleTypes(scope, raw.types, report);
  const item = (it: CoreDeclaration) => coreItem(types, it, report);
  const imports = raw.imports.map((it) => ({ module: it.module, name: it.name, item: item(it) }));
  checkModuleNames(imports, raw.exports, report);
  return {
    kind: 'module',
    shape: { imports, exports: new Map(raw.exports.map((it) => [it.name, item(it)])) },
  };
}

function moduleTypes(scope: Scope, uses: readonly CoreTypeUse[], report: Reporter): CoreTypeEntry[] {
  const types: CoreTypeEntry[] = [];
  for (const use of uses) {
    if (use.kind !== 'outer') {
      types.push(use);
      continue;
    }
    // The innermost of the scopes it counts is the module type itself.
    const space = use.count === 0 ? types : scope.outer(use.count - 1, report).scope.coreTypes;
    const type = at(space, use.index, 'core type', report);
    if (type.kind === 'module') report(`core type ${use.index} is a module type, which no module can refer to`);
    types.push(type);
  }
  return types;
}

function coreItem(
  types: readonly CoreTypeEntry[],
  { type, types: known }: CoreDeclaration,
  report: Reporter,
): CoreItem {
  switch (type.sort) {
    case 'func':
    case 'tag': {
      if (type.type >= known) report(`core type ${type.type} does not exist: there are ${known}`);
      const signature = at(types, type.type, 'core type', report);
      if (signature.kind !== 'function') report(`core type ${type.type} is not a function type`);
      if (type.sort === 'tag') checkTag(signature, report);
      return { sort: type.sort, signature };
    }
    case 'memory':
      checkLimits(type.limits, type.limits.wide ? 2 ** 48 : 2 ** 32 / type.pageSize, report);
      if (type.pageSize !== 1 && type.pageSize !== 0x1_0000) report('a page of a memory has 1 byte or 65536');
      return { sort: 'memory', type };
    case 'table':
      checkLimits(type.limits, MAX_TABLE_ENTRIES, report);
      return { sort: 'table', type };
    case 'global':
      return { sort: 'global', type };
  }
}

function checkTag({ results }: CoreFunctionType, report: Reporter): void {
  if (results.length > 0) report('a tag has no results');
}

function checkLimits({ minimum, maximum, shared }: CoreLimits, most: number, report: Reporter): void {
  if (minimum > most) report(`a minimum of ${minimum} is over the limit of ${most}`);
  if (maximum !== undefined && maximum < minimum) report(`the minimum ${minimum} is more than the maximum ${maximum}`);
  if (shared && maximum === undefined) report('what is shared needs a maximum');
}

/** What a module imports differs in its pair of names, what it exports in its name. The engine takes imports that do not. */
export function checkModuleNames(
  imports: readonly { readonly module: string; readonly name: string }[],
  exports: readonly { readonly name: string }[],
  report: Reporter,
): void {
  const imported = new Set<string>();
  for (const it of imports) {
    if (imported.has(importKey(it))) report(`a core module imports ${quote(it.module)} ${quote(it.name)} twice`);
    imported.add(importKey(it));
  }
  const exported = new Set<string>();
  for (const { name } of exports) {
    if (exported.has(name)) report(`a core module exports ${quote(name)} twice`);
    exported.add(name);
  }
}
