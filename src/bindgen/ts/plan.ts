import { hatchwayError, quote } from '../../errors/index.js';
import {
  definitionsIn,
  equalTypes,
  type FunctionItem,
  type Interface,
  parseFunctionName,
  parseInterfaceId,
  resourceOf,
  type TypeDefinition,
  type ValueType,
  type World,
} from '../../wit/index.js';
import { assignNames, interfaceChoices, type Named, type Place, typeChoices } from './names.js';

/** A resource with its functions. */
export interface ResourcePlan {
  readonly definition: TypeDefinition;
  /** Whether the plugin implements it, or the app. */
  readonly guest: boolean;
  readonly functions: FunctionItem[];
}

/** An interface that becomes an object of functions and classes: or the world itself, with what it has at its top level. */
export interface InterfacePlan {
  readonly direction: 'import' | 'export';
  /** The world's name for it; the empty string for the world's own functions. */
  readonly name: string;
  readonly docs?: string;
  readonly types: readonly TypeDefinition[];
  readonly functions: readonly FunctionItem[];
  readonly resources: readonly ResourcePlan[];
}

/** What a world becomes: what there is to declare, and how each thing is called. */
export class Plan {
  readonly interfaces: InterfacePlan[] = [];
  /** The types to declare, each once, in the order of their mention. */
  readonly definitions: TypeDefinition[] = [];
  readonly #guests = new Set<TypeDefinition>();
  /** Of the copies of one type, the one that is declared. */
  readonly #canonical = new Map<TypeDefinition, TypeDefinition>();
  readonly #byPath = new Map<string, TypeDefinition>();
  readonly #faced = new Map<TypeDefinition, boolean>();
  readonly #typeNames = new Map<TypeDefinition, string>();
  readonly #interfaceNames = new Map<InterfacePlan, string>();
  readonly #places = new Map<TypeDefinition, Place>();

  constructor(
    readonly world: World,
    /** Whether what is called has a synchronous face, too. */
    readonly faces: 'both' | 'async' = 'both',
  ) {
    for (const direction of ['import', 'export'] as const) this.#collect(direction);
    for (const it of this.interfaces) {
      for (const definition of it.types) this.#declare(definition, it);
      for (const func of it.functions) this.#reach(func, it);
      for (const resource of it.resources) for (const func of resource.functions) this.#reach(func, it);
    }
    this.#name();
  }

  /** The name of a type's declaration; `undefined` for a type that has no name of its own. */
  typeName(definition: TypeDefinition): string | undefined {
    return this.#typeNames.get(this.declared(definition));
  }

  interfaceName(it: InterfacePlan): string {
    return this.#interfaceNames.get(it)!;
  }

  /** Whether the plugin implements the resource. */
  isGuest(definition: TypeDefinition): boolean {
    return this.#guests.has(resourceOf(definition));
  }

  /** Whether the type has resources of the plugin in it, which are others in each face. */
  isFaced(definition: TypeDefinition): boolean {
    if (this.faces === 'async') return false;
    const known = this.#faced.get(definition);
    if (known !== undefined) return known;
    const { type } = definition;
    const faced = type.kind === 'resource' ? this.isGuest(definition) : this.#hasGuest(type);
    this.#faced.set(definition, faced);
    return faced;
  }

  /** Whether an exported interface has the plugin's resources in it. */
  hasTwoFaces(it: InterfacePlan): boolean {
    if (this.faces === 'async') return false;
    if (it.resources.length > 0) return true;
    return it.functions.some(({ type: { params, result } }) =>
      [...params.map((param) => param.type), ...(result ? [result] : [])].some((type) => this.#hasGuest(type)),
    );
  }

  /** The definition that stands for this one in the file: a `use` is what it uses, a copy the first of its kind. */
  declared(definition: TypeDefinition): TypeDefinition {
    let current = definition;
    while (current.type.kind === 'reference' && current.type.definition.owner !== current.owner) {
      current = current.type.definition;
    }
    return this.#canonical.get(current) ?? current;
  }

  #collect(direction: 'import' | 'export'): void {
    const own: { types: TypeDefinition[]; functions: FunctionItem[] } = { types: [], functions: [] };
    for (const item of this.world[`${direction}s`]) {
      if (item.kind === 'function') own.functions.push(item.function);
      else if (item.kind === 'type') own.types.push(item.definition);
      else if (item.kind === 'interface') {
        const docs = item.interface.docs ?? item.docs;
        this.#add(direction, item.name, item.interface, docs);
      } else throw hatchwayError('unsupported', `the world has a ${item.what}, ${quote(item.name)}, which has no type`);
    }
    this.#add(direction, '', own, undefined);
  }

  #add(
    direction: InterfacePlan['direction'],
    name: string,
    { types, functions }: Pick<Interface, 'types' | 'functions'>,
    docs: string | undefined,
  ): void {
    const resources = new Map<string, ResourcePlan>();
    for (const definition of types) {
      if (definition.type.kind !== 'resource') continue;
      const guest = direction === 'export';
      if (guest) this.#guests.add(definition);
      resources.set(definition.name, { definition, guest, functions: [] });
    }
    const free: FunctionItem[] = [];
    for (const func of functions) {
      refuseAsync(func);
      const { kind, resource } = parseFunctionName(func.name);
      if (kind === 'free') free.push(func);
      else resources.get(resource!)?.functions.push(func);
    }
    this.interfaces.push({
      direction,
      name,
      types,
      functions: free,
      resources: [...resources.values()],
      ...(docs !== undefined && { docs }),
    });
  }

  /** Takes a definition, and before it all that it is made of, into the file. */
  #declare(definition: TypeDefinition, from: InterfacePlan): void {
    const declared = this.declared(definition);
    if (this.#places.has(declared)) return;
    const { type } = declared;
    const place = this.#placeOf(declared, from);
    const path = `${place.package}/${place.owner}.${declared.name}`;
    const twin = this.#byPath.get(path);
    if (twin !== undefined && !this.isFaced(declared) && !hasResource(declared) && equalTypes(twin.type, type)) {
      this.#canonical.set(declared, twin);
      return;
    }
    this.#byPath.set(path, declared);
    this.#places.set(declared, place);
    if (type.kind !== 'resource') for (const part of definitionsIn(type)) this.#declare(part, from);
    this.definitions.push(declared);
  }

  #reach(func: FunctionItem, from: InterfacePlan): void {
    for (const { type } of func.type.params) for (const part of definitionsIn(type)) this.#declare(part, from);
    if (func.type.result) for (const part of definitionsIn(func.type.result)) this.#declare(part, from);
  }

  #placeOf({ owner }: TypeDefinition, from: InterfacePlan): Place {
    const exported = this.world.exports.some((item) => item.kind === 'interface' && item.interface === owner);
    const direction = exported ? 'Exported' : 'Imported';
    if (owner !== undefined && 'package' in owner) return { direction, package: owner.package, owner: owner.name };
    if (owner?.id !== undefined) return { direction, ...interfacePlace(owner.id, this.world) };
    const item = [...this.world.imports, ...this.world.exports].find(
      (it) => it.kind === 'interface' && it.interface === owner,
    );
    return { direction, ...interfacePlace(item?.name ?? from.name, this.world) };
  }

  #hasGuest(type: ValueType): boolean {
    return [...definitionsIn(type)].some((part) => this.isFaced(part));
  }

  #name(): void {
    type Thing = Named & { readonly definition?: TypeDefinition; readonly interface?: InterfacePlan };
    const types = this.definitions.map((definition): Thing => {
      const place = this.#places.get(definition)!;
      const sync = this.isFaced(definition) ? ['Sync'] : [];
      const suffixes =
        definition.type.kind === 'resource' ? [...sync, 'Class', ...sync.map((it) => `${it}Class`)] : sync;
      return { definition, choices: typeChoices(definition.name, place), suffixes, yields: false };
    });
    const interfaces = this.interfaces
      .filter((it) => it.name !== '' && hasMembers(it))
      .map((it): Thing => {
        const direction = it.direction === 'import' ? 'Imported' : 'Exported';
        const choices = interfaceChoices({ direction, ...interfacePlace(it.name, this.world) });
        return {
          interface: it,
          choices,
          suffixes: it.direction === 'export' && this.hasTwoFaces(it) ? ['Sync'] : [],
          yields: true,
        };
      });
    for (const [thing, name] of assignNames([...types, ...interfaces])) {
      if (thing.definition) this.#typeNames.set(thing.definition, name);
      if (thing.interface) this.#interfaceNames.set(thing.interface, name);
    }
  }
}

/** Whether an interface has anything to call or to make: of types alone nothing is left in JavaScript. */
export function hasMembers(it: InterfacePlan): boolean {
  return it.functions.length > 0 || it.resources.length > 0;
}

function interfacePlace(name: string, world: World): Omit<Place, 'direction'> {
  const id = parseInterfaceId(name);
  if (id === undefined) return { owner: name === '' ? world.name : name };
  const version = id.version === undefined ? '' : `@${id.version}`;
  return { package: id.package + version, owner: id.name };
}

function hasResource({ type }: TypeDefinition): boolean {
  return type.kind === 'resource' || [...definitionsIn(type)].some(hasResource);
}

function refuseAsync({ name, type }: FunctionItem): void {
  if (!type.async) return;
  throw hatchwayError('unsupported', `${quote(name)} is an async func, which does not run yet`);
}
