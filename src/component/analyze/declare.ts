import { quote } from '../../errors/index.js';
import type { TypeDefinition } from '../../wit/index.js';
import type { AliasDefinition, Declaration, ExternName, ExternTypeUse, TypeBody } from '../binary/index.js';
import { coreTypeEntry } from './core-types.js';
import type { ComponentShape, Entity, InstanceShape, TypeEntry } from './entities.js';
import { Externs } from './externs.js';
import { speaksOfResources } from './free-resources.js';
import { at, type Reporter, reporter, Scope } from './scope.js';
import { freshen, freshInstance } from './substitute.js';
import { definedType, functionType, reference } from './values.js';

/** A `deftype` of the type section, resources excepted. */
export function typeEntry(scope: Scope, raw: TypeBody, report: Reporter): TypeEntry {
  switch (raw.kind) {
    case 'function':
      return { kind: 'function', type: functionType(scope, raw, report) };
    case 'component':
      return { kind: 'component', shape: componentType(scope, raw.declarations) };
    case 'instance':
      return { kind: 'instance', shape: instanceType(scope, raw.declarations) };
    case 'resource':
      return report('a resource cannot be defined inside a type');
    default:
      return { kind: 'value', type: definedType(scope, raw, report) };
  }
}

function instanceType(parent: Scope, declarations: readonly Declaration[]): InstanceShape {
  const scope = new Scope('instance type', parent);
  const exports = new Externs('export');
  for (const declaration of declarations) declare(scope, declaration, exports, exports);
  return { exports: exports.entities, declared: scope.declared };
}

function componentType(parent: Scope, declarations: readonly Declaration[]): ComponentShape {
  const scope = new Scope('component type', parent);
  const imports = new Externs('import');
  const exports = new Externs('export');
  for (const declaration of declarations) declare(scope, declaration, imports, exports);
  return { imports: imports.entities, exports: exports.entities, declared: scope.declared };
}

function declare(scope: Scope, declaration: Declaration, imports: Externs, exports: Externs): void {
  const report = reporter(declaration.offset, 'type');
  switch (declaration.kind) {
    case 'core type':
      scope.coreTypes.push(coreTypeEntry(scope, declaration.type, report));
      return;
    case 'type':
      scope.types.push(typeEntry(scope, declaration.type, report));
      return;
    case 'alias':
      return declareAlias(scope, declaration, report);
    case 'import':
      externEntity(scope, imports, declaration, declaration.type, report);
      return;
    case 'export declaration':
      externEntity(scope, exports, declaration, declaration.type, report);
      return;
  }
}

function declareAlias(scope: Scope, alias: AliasDefinition, report: Reporter): void {
  if (alias.target === 'outer') {
    const { scope: outer, crosses } = scope.outer(alias.count, report);
    if (alias.sort === 'core type') scope.coreTypes.push(at(outer.coreTypes, alias.index, 'core type', report));
    else if (alias.sort === 'type') scope.types.push(outerType(outer, alias.index, crosses, report));
    else report(`a type cannot alias an outer ${alias.sort}`);
    return;
  }
  if (alias.target !== 'export' || (alias.sort !== 'type' && alias.sort !== 'instance'))
    report('a type can alias types and instances only');
  pushEntity(scope, exportOf(at(scope.instances, alias.instance, 'instance', report), alias.name, alias.sort, report));
}

/** A type of an outer scope. Resources do not cross the boundary of a component, nor do types that speak of them. */
export function outerType(outer: Scope, index: number, crosses: boolean, report: Reporter): TypeEntry {
  const entry = at(outer.types, index, 'type', report);
  if (crosses && speaksOfResources(entry, outer.budget, report))
    report('a resource cannot be aliased across the boundary of a component');
  return entry;
}

/** The export `name` of an instance, which must be of that sort. */
export function exportOf(shape: InstanceShape, name: string, sort: string, report: Reporter): Entity {
  const entity = shape.exports.get(name);
  if (entity === undefined) report(`the instance does not export ${quote(name)}`);
  if (entity.kind !== sort) report(`the export ${quote(name)} is a ${entity.kind}, not a ${sort}`);
  return entity;
}

/** Appends to the index space of the entity's sort, and gives the index. */
export function pushEntity(scope: Scope, entity: Entity): number {
  switch (entity.kind) {
    case 'func':
      return scope.funcs.push(entity.type) - 1;
    case 'type':
      return scope.types.push(entity.entry) - 1;
    case 'instance':
      return scope.instances.push(entity.shape) - 1;
    case 'component':
      return scope.components.push(entity.shape) - 1;
    case 'core module':
      return scope.modules.push(entity.shape) - 1;
  }
}

/** What an import or export of a given type is; it takes its place in the index space. */
export function externEntity(
  scope: Scope,
  externs: Externs,
  external: ExternName,
  use: ExternTypeUse,
  report: Reporter,
): { entity: Entity; at: number } {
  const entity = ascribe(scope, external.name, use, report);
  return { entity, at: addExtern(scope, externs, external, entity, report) };
}

/** Takes an import or export into its scope, if it may be there, and gives its index. */
export function addExtern(
  scope: Scope,
  externs: Externs,
  external: ExternName,
  entity: Entity,
  report: Reporter,
): number {
  externs.add(external, entity, report);
  scope.visibility?.add(externs.direction, entity, report);
  return pushEntity(scope, entity);
}

/** The entity a type says, without a place in the index space. */
export function ascribe(scope: Scope, name: string, use: ExternTypeUse, report: Reporter): Entity {
  switch (use.sort) {
    case 'func': {
      const entry = at(scope.types, use.type, 'type', report);
      if (entry.kind !== 'function') report(`type ${use.type} is not a function type`);
      return { kind: 'func', type: entry.type };
    }
    case 'instance': {
      const entry = at(scope.types, use.type, 'type', report);
      if (entry.kind !== 'instance') report(`type ${use.type} is not an instance type`);
      const shape = freshInstance(entry.shape, scope.budget, report);
      scope.declared.push(...shape.declared);
      return { kind: 'instance', shape };
    }
    case 'component': {
      const entry = at(scope.types, use.type, 'type', report);
      if (entry.kind !== 'component') report(`type ${use.type} is not a component type`);
      return {
        kind: 'component',
        shape: freshen(entry.shape.declared, new Map(), scope.budget, report).component(entry.shape),
      };
    }
    case 'core module': {
      const type = at(scope.coreTypes, use.type, 'core type', report);
      if (type.kind !== 'module') report(`core type ${use.type} is not a module type`);
      return { kind: 'core module', shape: type.shape };
    }
    case 'value':
      return report('values cannot be imported or exported yet');
    case 'type':
      return { kind: 'type', entry: namedType(scope, name, use.equal, report) };
  }
}

/** A type gets a name: a definition of its own that refers to what it names, or a resource of its own. */
export function namedType(scope: Scope, name: string, equal: number | undefined, report: Reporter): TypeEntry {
  if (equal === undefined) {
    const definition: TypeDefinition = { name, type: { kind: 'resource' } };
    scope.declared.push(definition);
    return { kind: 'resource', definition };
  }
  return named(scope, name, at(scope.types, equal, 'type', report), report);
}

export function named(scope: Scope, name: string, entry: TypeEntry, report: Reporter): TypeEntry {
  if (entry.kind === 'value') {
    const definition: TypeDefinition = { name, type: entry.type };
    scope.declared.push(definition);
    return { kind: 'value', type: reference(definition, report) };
  }
  if (entry.kind === 'resource') {
    const definition: TypeDefinition = { name, type: { kind: 'reference', definition: entry.definition } };
    reference(definition, report);
    scope.declared.push(definition);
    return { kind: 'resource', definition };
  }
  return entry;
}
