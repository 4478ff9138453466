import { partsOf, resolve, resourceOf, type TypeDefinition, type ValueType } from '../../wit/index.js';
import type { ComponentShape, Entity, InstanceShape, TypeEntry } from './entities.js';
import type { Budget, Reporter } from './scope.js';
import { measure } from './values.js';

/** Whether a type speaks of resources that it does not bring itself, as the types of components and instances can. */
export function speaksOfResources(entry: TypeEntry, budget: Budget, report: Reporter): boolean {
  return new Search(budget, report).entry(entry);
}

class Search {
  /** The resources of the types around what is looked at. */
  readonly #bound = new Set<TypeDefinition>();
  /** Types that were found to speak of none but those: the set only grows, so that stays true. */
  readonly #clear = new Set<object>();

  constructor(
    private readonly budget: Budget,
    private readonly report: Reporter,
  ) {}

  entry(entry: TypeEntry): boolean {
    switch (entry.kind) {
      case 'value':
        return this.#value(entry.type);
      case 'resource':
        return this.#resource(entry.definition);
      case 'function':
        return [...entry.type.params.map((it) => it.type), entry.type.result].some((it) => it && this.#value(it));
      case 'component':
      case 'instance':
        return this.#shape(entry.shape);
    }
  }

  #entity(entity: Entity): boolean {
    switch (entity.kind) {
      case 'func':
        return this.entry({ kind: 'function', type: entity.type });
      case 'type':
        return this.entry(entity.entry);
      case 'instance':
      case 'component':
        return this.#shape(entity.shape);
      case 'core module':
        return false;
    }
  }

  #shape(shape: InstanceShape | ComponentShape): boolean {
    if (this.#clear.has(shape)) return false;
    for (const it of shape.declared) if (it.type.kind === 'resource') this.#bound.add(it);
    const imports = 'imports' in shape ? [...shape.imports.values()] : [];
    if ([...imports, ...shape.exports.values()].some((it) => this.#entity(it))) return true;
    this.#clear.add(shape);
    return false;
  }

  #resource(definition: TypeDefinition): boolean {
    return !this.#bound.has(resourceOf(definition));
  }

  #value(type: ValueType): boolean {
    this.budget.spend(this.report);
    const resolved = resolve(type);
    if (!measure(resolved).handles || this.#clear.has(resolved)) return false;
    if (resolved.kind === 'own' || resolved.kind === 'borrow') return this.#resource(resolved.resource);
    if (partsOf(resolved).some((it) => this.#value(it))) return true;
    this.#clear.add(resolved);
    return false;
  }
}
