import { type FunctionType, partsOf, resolve, type TypeDefinition, type ValueType } from '../../wit/index.js';
import type { Entity, TypeEntry } from './entities.js';
import type { Direction } from './extern-names.js';
import type { Budget, Reporter } from './scope.js';

/**
 * The types of a component or component type that those outside can name (Explainer.md, "External Visibility of Types").
 * Records, variants, enums, flags and resources in the type of an import or export must have been imported or exported
 * themselves before; an export may name what was imported, too.
 */
export class Visibility {
  /** What has a name, and anonymous types whose parts all have: what is seen stays seen. */
  readonly #seen = { import: new Set<object>(), export: new Set<object>() };

  constructor(private readonly budget: Budget) {}

  /** Refuses an import or export that speaks of types without a name, and gives its own types theirs. */
  add(direction: Direction, entity: Entity, report: Reporter): void {
    const seen = this.#seen[direction];
    this.budget.spend(report);
    switch (entity.kind) {
      case 'type':
        if (!this.#entry(entity.entry, seen, report)) this.#refuse('type', direction, report);
        this.#name(entity.entry, direction);
        return;
      case 'instance':
        for (const inner of entity.shape.exports.values()) this.add(direction, inner, report);
        return;
      case 'func':
        if (!this.#func(entity.type, seen)) this.#refuse('function', direction, report);
        return;
      default:
        // Components and modules stand for themselves: their types are checked where they are made.
        return;
    }
  }

  #refuse(what: string, direction: Direction, report: Reporter): never {
    report(`the ${direction} is a ${what} that needs a type which is not ${direction}ed before it`);
  }

  #name(entry: TypeEntry, direction: Direction): void {
    const key = entry.kind === 'value' ? keyOf(entry.type) : entry.kind === 'resource' ? entry.definition : undefined;
    if (key === undefined) return;
    this.#seen[direction].add(key);
    if (direction === 'import') this.#seen.export.add(key);
  }

  /** Whether the parts of a type that gets a name have names. */
  #entry(entry: TypeEntry, seen: Set<object>, report: Reporter): boolean {
    switch (entry.kind) {
      case 'value':
        return this.#parts(resolve(entry.type), seen);
      case 'function':
        return this.#func(entry.type, seen);
      case 'instance':
        for (const inner of entry.shape.exports.values()) {
          this.budget.spend(report);
          if (inner.kind === 'func' && !this.#func(inner.type, seen)) return false;
          if (inner.kind === 'type' && !this.#entry(inner.entry, seen, report)) return false;
          if (inner.kind === 'instance' && !this.#entry(inner, seen, report)) return false;
        }
        return true;
      default:
        return true;
    }
  }

  #func({ params, result }: FunctionType, seen: Set<object>): boolean {
    return params.every(({ type }) => this.#value(type, seen)) && (result === undefined || this.#value(result, seen));
  }

  #value(type: ValueType, seen: Set<object>): boolean {
    const key = keyOf(type);
    if (seen.has(key)) return true;
    const resolved = resolve(type);
    switch (resolved.kind) {
      case 'record':
      case 'variant':
      case 'enum':
      case 'flags':
        return false;
      default:
        if (!this.#parts(resolved, seen)) return false;
        seen.add(key);
        return true;
    }
  }

  #parts(type: ReturnType<typeof resolve>, seen: Set<object>): boolean {
    if (type.kind === 'own' || type.kind === 'borrow') return seen.has(type.resource);
    return partsOf(type).every((part) => this.#value(part, seen));
  }
}

/** A type is known by its name, or by itself where it has none. */
function keyOf(type: ValueType): ValueType | TypeDefinition {
  return type.kind === 'reference' ? type.definition : type;
}
