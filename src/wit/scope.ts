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
    for (let current = definition; ; current = current.type.definition) {
      const key = current.owner && ownerKey(current.owner);
      if (key === this.#key) return undefined;
      if (typeof key === 'string') return { id: key, definition: current };
      if (current.type.kind !== 'reference') return undefined;
    }
  }

  #nameOf(definition: TypeDefinition): string | undefined {
    for (let current = definition; ; current = current.type.definition) {
      const key = current.owner && ownerKey(current.owner);
      if (key === this.#key && this.#own.has(current.name)) return identifier(current.name);
      if (typeof key === 'string') {
        const local = this.#used.get(key)?.get(current.name);
        if (local === undefined) throw unsayable('a type of another interface here', current.name);
        return identifier(local);
      }
      if (current.type.kind === 'reference') continue;
      // Of the world, or of an interface without an id: no `use` reaches it. What needs no name is spelt out instead.
      if (current.type.kind === 'resource')
        throw unsayable('the use of a resource of a world or an unnamed interface', current.name);
      return undefined;
    }
  }
}
