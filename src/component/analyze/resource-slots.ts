import { resourceOf, type TypeDefinition } from '../../wit/index.js';
import type { Entity } from './entities.js';
import type { ResourceBinding } from './plan.js';
import type { Reporter } from './scope.js';

/** The resources a component can name, each with its place in an instance's `resources`. */
export class ResourceSlots {
  readonly #slots = new Map<TypeDefinition, number>();
  #count = 0;

  get all(): ReadonlyMap<TypeDefinition, number> {
    return this.#slots;
  }

  /** The place of a resource, a new one if it has none yet. `root` is what `resourceOf` gives. */
  take(root: TypeDefinition): number {
    let slot = this.#slots.get(root);
    if (slot === undefined) {
      slot = this.#count++;
      this.#slots.set(root, slot);
    }
    return slot;
  }

  of(definition: TypeDefinition, report: Reporter): number {
    const slot = this.#slots.get(resourceOf(definition));
    if (slot === undefined) report('the resource is not known to this component');
    return slot;
  }

  /** Gives a resource the place of another, which it is at run time although its type says nothing of that. */
  share(root: TypeDefinition, other: TypeDefinition, report: Reporter): void {
    this.#slots.set(root, this.of(other, report));
  }

  /** Gives a place to each resource that an instance brings and that has none yet, and says where it is found. */
  bind(exports: ReadonlyMap<string, Entity>, path: readonly string[] = []): ResourceBinding[] {
    const bindings: ResourceBinding[] = [];
    for (const [name, entity] of exports) {
      if (entity.kind === 'instance') bindings.push(...this.bind(entity.shape.exports, [...path, name]));
      if (entity.kind !== 'type' || entity.entry.kind !== 'resource') continue;
      const root = resourceOf(entity.entry.definition);
      if (!this.#slots.has(root)) bindings.push({ path: [...path, name], slot: this.take(root) });
    }
    return bindings;
  }
}
