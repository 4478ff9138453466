import { identifier } from './label.js';
import type { Interface, TypeDefinition, ValueType, World } from './model.js';
import type { TypeContext } from './print-type.js';
import { type Text, unsayable } from './text.js';
import { definitionsIn } from './walk.js';

/** What a definition belongs to: the id of an interface, whose copies in one world are one in WIT, else the owner itself. */
export type OwnerKey = string | Interface | World;

export function ownerKey(owner: Interface | World): OwnerKey {
  return 'id' in owner && owner.id !== undefined ? owner.id : owner;
}

/**
 * The names inside one block of WIT text, an interface or a world: which of its definitions are declared there, which are
 * brought in by `use`, and how any definition is called there.
 */
export class Scope {
  /** The definitions to declare, in order. */
  readonly declared: TypeDefinition[] = [];
  /** `use id.{name as local}`: by id, the names and what they are called here. */
  readonly uses = new Map<string, { name: string; local: string }[]>();
  /** What the text of types here is made with. */
  readonly context: TypeContext;
  readonly #key: OwnerKey;
  readonly #own: ReadonlySet<string>;
  /** Every name of the block: WIT has one namespace for types and functions. */
  readonly #taken: Set<string>;
  /** By `id`, the local name of each name used from there. */
  readonly #used = new Map<string, Map<string, string>>();

  constructor(key: OwnerKey, { types, functions }: Pick<Interface, 'types' | 'functions'>, text: Text) {
    this.#key = key;
    this.#own = new Set(types.map((definition) => definition.name));
    this.#taken = new Set([...this.#own, ...functions.map((item) => item.name)]);
    this.context = {
      nameOf: (definition) => this.#nameOf(definition),
      label: identifier,
      anonymous: (type) => {
        throw unsayable(`a ${type.kind} that has no name`, type.kind);
      },
      tooDeep: () => {
        throw unsayable('a type nested more than 100 deep', '…');
      },
      grown: (length) => text.grown(length),
    };
    for (const definition of types) {
      const foreign = definition.type.kind === 'reference' && this.#foreign(definition.type.definition);
      if (foreign) this.#use(foreign.id, foreign.definition.name, definition.name);
      else this.declared.push(definition);
    }
  }

  /** Makes sure that what `types` name can be named here. A component may use a definition of another interface without
   * giving it a name of its own; WIT must `use` it. */
  reach(types: Iterable<ValueType>): void {
    const seen = new Set<ValueType>();
    for (const type of types) {
      for (const definition of definitionsIn(type, seen as Set<never>)) {
        const foreign = this.#foreign(definition);
        if (!foreign || this.#used.get(foreign.id)?.has(foreign.definition.name)) continue;
        let local = foreign.definition.name;
        for (let n = 2; this.#taken.has(local); n++) local = `${foreign.definition.name}-n${n}`;
        this.#use(foreign.id, foreign.definition.name, local);
      }
    }
  }

  #use(id: string, name: string, local: string): void {
    this.#taken.add(local);
    const list = this.uses.get(id);
    if (list === undefined) this.uses.set(id, [{ name, local }]);
    else list.push({ name, local });
    let used = this.#used.get(id);
    if (used === undefined) {
      used = new Map();
      this.#used.set(id, used);
    }
    if (!used.has(name)) used.set(name, local);
  }

  /** The definition of another interface that `definition` is or stands for; `undefined` if it is named here, or if no other
   * interface has it. */
  #foreign(definition: TypeDefinition): { id: string; definition: TypeDefinition } | undefined {
    const { key, definition: last } = this.#named(definition);
    return typeof key === 'string' && key !== this.#key ? { id: key, definition: last } : undefined;
  }

  /** What `definition` is called here; `undefined` if it has no name that reaches this block, and needs none. */
  #nameOf(definition: TypeDefinition): string | undefined {
    const { key, definition: last } = this.#named(definition);
    if (key === this.#key) {
      if (!this.#own.has(last.name)) throw unsayable('a type that its owner does not have', last.name);
      return identifier(last.name);
    }
    if (typeof key === 'string') return identifier(this.#used.get(key)!.get(last.name)!);
    // Of the world, or of an interface without an id: no `use` reaches it.
    if (last.type.kind === 'resource')
      throw unsayable('the use of a resource of a world or an unnamed interface', last.name);
    return undefined;
  }

  /** The first of a definition and those it is an alias of that this block or an interface with an id has; else the last. */
  #named(definition: TypeDefinition): { key?: OwnerKey | undefined; definition: TypeDefinition } {
    for (let current = definition; ; current = current.type.definition) {
      const key = current.owner && ownerKey(current.owner);
      if (key === this.#key || typeof key === 'string' || current.type.kind !== 'reference')
        return { key, definition: current };
    }
  }
}
