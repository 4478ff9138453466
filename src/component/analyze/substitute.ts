import type { FunctionType, TypeDefinition, ValueType } from '../../wit/index.js';
import type { ComponentShape, Entity, InstanceShape, TypeEntry } from './entities.js';
import type { Budget, Reporter } from './scope.js';

/**
 * Rewrites types with some of their definitions replaced: a component's imports by what it was given, the definitions of
 * an instance type by those of one instance. What does not change keeps its identity; everything is visited once.
 */
export class Substitution {
  readonly #types = new Map<ValueType, ValueType>();
  readonly #definitions: Map<TypeDefinition, TypeDefinition>;

  constructor(
    definitions: ReadonlyMap<TypeDefinition, TypeDefinition>,
    private readonly budget: Budget,
    private readonly report: Reporter,
  ) {
    this.#definitions = new Map(definitions);
  }

  definition(definition: TypeDefinition): TypeDefinition {
    const known = this.#definitions.get(definition);
    if (known !== undefined) return known;
    if (definition.type.kind === 'resource') return definition;
    const type = this.value(definition.type);
    const result = type === definition.type ? definition : { ...definition, type };
    this.#definitions.set(definition, result);
    return result;
  }

  /** Gives a definition a new identity, unless it is replaced already. */
  renew(definition: TypeDefinition): void {
    if (this.#definitions.has(definition)) return;
    const type = definition.type.kind === 'resource' ? definition.type : this.value(definition.type);
    this.#definitions.set(definition, { ...definition, type });
  }

  value(type: ValueType): ValueType {
    const known = this.#types.get(type);
    if (known !== undefined) return known;
    this.budget.spend(this.report);
    const result = this.#rewrite(type);
    this.#types.set(type, result);
    return result;
  }

  #optional(type: ValueType | undefined): ValueType | undefined {
    return type && this.value(type);
  }

  #rewrite(type: ValueType): ValueType {
    switch (type.kind) {
      case 'reference': {
        const definition = this.definition(type.definition);
        return definition === type.definition ? type : { kind: 'reference', definition };
      }
      case 'own':
      case 'borrow': {
        const resource = this.definition(type.resource);
        return resource === type.resource ? type : { kind: type.kind, resource };
      }
      case 'list': {
        const element = this.value(type.element);
        return element === type.element ? type : { ...type, element };
      }
      case 'map': {
        const key = this.value(type.key);
        const value = this.value(type.value);
        return key === type.key && value === type.value ? type : { ...type, key, value };
      }
      case 'tuple': {
        const items = type.items.map((item) => this.value(item));
        return items.every((item, i) => item === type.items[i]) ? type : { ...type, items };
      }
      case 'record': {
        const fields = type.fields.map((field) => ({ ...field, type: this.value(field.type) }));
        return fields.every((field, i) => field.type === type.fields[i]!.type) ? type : { ...type, fields };
      }
      case 'variant': {
        const cases = type.cases.map((it) => (it.type === undefined ? it : { ...it, type: this.value(it.type) }));
        return cases.every((it, i) => it.type === type.cases[i]!.type) ? type : { ...type, cases };
      }
      case 'option': {
        const some = this.value(type.some);
        return some === type.some ? type : { ...type, some };
      }
      case 'result': {
        const ok = this.#optional(type.ok);
        const error = this.#optional(type.error);
        if (ok === type.ok && error === type.error) return type;
        return { kind: 'result', ...(ok ? { ok } : {}), ...(error ? { error } : {}) };
      }
      case 'stream':
      case 'future': {
        const element = this.#optional(type.element);
        return element === type.element || element === undefined ? type : { ...type, element };
      }
      default:
        return type;
    }
  }

  function(type: FunctionType): FunctionType {
    const params = type.params.map((param) => ({ ...param, type: this.value(param.type) }));
    const result = this.#optional(type.result);
    if (result === type.result && params.every((param, i) => param.type === type.params[i]!.type)) return type;
    return { async: type.async, params, ...(result ? { result } : {}) };
  }

  entry(entry: TypeEntry): TypeEntry {
    switch (entry.kind) {
      case 'value':
        return { kind: 'value', type: this.value(entry.type) };
      case 'resource':
        return { kind: 'resource', definition: this.definition(entry.definition) };
      case 'function':
        return { kind: 'function', type: this.function(entry.type) };
      case 'component':
        return { kind: 'component', shape: this.component(entry.shape) };
      case 'instance':
        return { kind: 'instance', shape: this.instance(entry.shape) };
    }
  }

  entity(entity: Entity): Entity {
    this.budget.spend(this.report);
    switch (entity.kind) {
      case 'func':
        return { kind: 'func', type: this.function(entity.type) };
      case 'type':
        return { kind: 'type', entry: this.entry(entity.entry) };
      case 'instance':
        return { kind: 'instance', shape: this.instance(entity.shape) };
      case 'component':
        return { kind: 'component', shape: this.component(entity.shape) };
      case 'core module':
        return entity;
    }
  }

  exports(exports: ReadonlyMap<string, Entity>): Map<string, Entity> {
    const result = new Map<string, Entity>();
    for (const [name, entity] of exports) result.set(name, this.entity(entity));
    return result;
  }

  instance(shape: InstanceShape): InstanceShape {
    return { exports: this.exports(shape.exports), declared: shape.declared.map((it) => this.definition(it)) };
  }

  component(shape: ComponentShape): ComponentShape {
    return {
      imports: this.exports(shape.imports),
      exports: this.exports(shape.exports),
      declared: shape.declared.map((it) => this.definition(it)),
    };
  }
}

/** The instance type with definitions of its own: what one import or one export of that type is. */
export function freshInstance(shape: InstanceShape, budget: Budget, report: Reporter): InstanceShape {
  if (shape.declared.length === 0) return shape;
  return freshen(shape.declared, new Map(), budget, report).instance(shape);
}

/**
 * A substitution that gives every definition of `declared` a new identity, except those `bindings` already replaces. They
 * come in order, so that later ones may refer to earlier ones.
 */
export function freshen(
  declared: readonly TypeDefinition[],
  bindings: ReadonlyMap<TypeDefinition, TypeDefinition>,
  budget: Budget,
  report: Reporter,
): Substitution {
  const fresh = new Substitution(bindings, budget, report);
  for (const definition of declared) fresh.renew(definition);
  return fresh;
}
