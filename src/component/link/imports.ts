import { hatchwayError, quote } from '../../errors/index.js';
import {
  camelCase,
  compatibilityKey,
  type FunctionName,
  parseFunctionName,
  parseInterfaceId,
  pascalCase,
  printFunction,
  resourceOf,
  shown,
  type TypeDefinition,
} from '../../wit/index.js';
import type { ComponentShape, Entity } from '../analyze/index.js';
import type { HostCallable } from '../call/index.js';
import { type ComponentInstance, HostResource, type RuntimeResource } from '../instance/index.js';
import { NO_TYPE, type RuntimeEntity } from './entities.js';

/** What the app gives to an instance: its implementations by interface id or by plain name. */
export type HostImports = Readonly<Record<string, unknown>>;

/** What a component imports, with the names under which the app may offer it: prepared once for all instances. */
export type Wanted =
  | WantedFunction
  | { readonly kind: 'resource'; readonly name: string; readonly key: string; readonly root: TypeDefinition }
  | { readonly kind: 'type'; readonly name: string }
  | WantedInterface
  | { readonly kind: 'other'; readonly name: string; readonly what: string };

interface WantedFunction {
  readonly kind: 'func';
  readonly name: string;
  /** The name with its interface's. */
  readonly path: string;
  readonly parsed: FunctionName;
  readonly key: string;
  /** The class of the resource it belongs to. */
  readonly resourceKey: string | undefined;
  readonly entity: Entity & { kind: 'func' };
}

interface WantedInterface {
  readonly kind: 'interface';
  readonly name: string;
  readonly track: string;
  /** The id without its version, or the plain name in camelCase. */
  readonly bare: string;
  readonly members: readonly Wanted[];
  /** An interface of types alone asks nothing of the app. */
  readonly required: boolean;
}

export function wantedImports(shape: ComponentShape): Wanted[] {
  return [...shape.imports].map(([name, entity]) => wanted(name, entity, undefined));
}

function wanted(name: string, entity: Entity, owner: string | undefined): Wanted {
  switch (entity.kind) {
    case 'func': {
      const parsed = parseFunctionName(name);
      return {
        kind: 'func',
        name,
        path: owner === undefined ? name : `${owner}.${name}`,
        parsed,
        key: camelCase(parsed.name),
        resourceKey: parsed.resource === undefined ? undefined : pascalCase(parsed.resource),
        entity,
      };
    }
    case 'type':
      if (entity.entry.kind !== 'resource') return { kind: 'type', name };
      return { kind: 'resource', name, key: pascalCase(name), root: resourceOf(entity.entry.definition) };
    case 'instance': {
      if (owner !== undefined) return { kind: 'other', name, what: 'instance inside an instance' };
      const members = [...entity.shape.exports].map(([itemName, item]) => wanted(itemName, item, name));
      const id = parseInterfaceId(name);
      const bare = id === undefined ? camelCase(name) : `${id.package}/${id.name}`;
      const required = members.some((it) => it.kind === 'func' || it.kind === 'other');
      return { kind: 'interface', name, track: compatibilityKey(name), bare, members, required };
    }
    default:
      return { kind: 'other', name, what: entity.kind };
  }
}

const NO_PATHS: ReadonlySet<string> = new Set();

/**
 * The paths of the functions that are declared to answer with promises.
 * @param names `ns:pkg/iface#func`, with the version or without, or the plain name of a function; `true` for all.
 * @throws HatchwayError `option` for a name that is no imported function.
 */
export function asynchronousPaths(imports: readonly Wanted[], names: readonly string[] | true): ReadonlySet<string> {
  if (names !== true && names.length === 0) return NO_PATHS;
  const paths = new Map<string, string>();
  for (const it of imports) {
    if (it.kind === 'func') paths.set(it.name, it.path);
    if (it.kind !== 'interface') continue;
    for (const member of it.members) {
      if (member.kind !== 'func') continue;
      paths.set(`${it.bare}#${member.name}`, member.path);
      paths.set(`${it.name}#${member.name}`, member.path);
    }
  }
  if (names === true) return new Set(paths.values());
  const unknown = names.find((name) => !paths.has(name));
  if (unknown === undefined) return new Set(names.map((name) => paths.get(name)!));
  throw hatchwayError('option', `the plugin imports no function ${quote(unknown)}`, {
    mend: `Its imports: ${[...new Set(paths.keys())].map((name) => quote(name)).join(', ') || 'none'}.`,
  });
}

/**
 * Finds the app's implementation of every import, for one instance.
 * @throws HatchwayError `missing-import` with every import that is missing or of the wrong kind, at once.
 */
export function resolveImports(
  imports: readonly Wanted[],
  offered: HostImports,
  root: ComponentInstance,
): ReadonlyMap<string, RuntimeEntity> {
  const resolution = new Resolution(offered, root);
  const found = new Map<string, RuntimeEntity>();
  for (const it of imports) found.set(it.name, resolution.find(it));
  if (resolution.missing.length > 0) {
    throw hatchwayError('missing-import', 'the app does not offer what the plugin imports', {
      ...root.name,
      differences: resolution.missing,
      mend: 'Pass implementations in `imports`, by interface id or by function name.',
    });
  }
  return found;
}

/** Looks up the imports of one instance. */
export class Resolution {
  readonly missing: string[] = [];
  /** One resource that several interfaces use is one at run time. */
  readonly #resources = new Map<TypeDefinition, RuntimeResource>();
  #tracks: Map<string, string> | undefined;

  constructor(
    private readonly offered: HostImports,
    private readonly root: ComponentInstance,
  ) {}

  find(it: Wanted): RuntimeEntity {
    if (it.kind === 'interface') return this.#interface(it);
    return this.#member(it, this.offered, false);
  }

  #interface(it: WantedInterface): RuntimeEntity {
    const given = this.#offeredInterface(it) ?? (it.required ? undefined : {});
    const exports = new Map<string, RuntimeEntity>();
    if ((typeof given !== 'object' && typeof given !== 'function') || given === null) {
      this.missing.push(`import ${shown(it.name)}: the interface is missing`);
    } else {
      for (const member of it.members) exports.set(member.name, this.#member(member, given, true));
    }
    return { kind: 'instance', exports };
  }

  /** By its very name, by a compatible version, by its name without a version. */
  #offeredInterface(it: WantedInterface): unknown {
    const { offered } = this;
    const exact = own(offered, it.name);
    if (exact !== undefined) return exact;
    this.#tracks ??= new Map(Object.keys(offered).map((key) => [compatibilityKey(key), key]));
    const compatible = this.#tracks.get(it.track);
    return compatible === undefined ? own(offered, it.bare) : own(offered, compatible);
  }

  /** `bound`: whether functions are called as methods of what they were found in. */
  #member(it: Wanted, given: object, bound: boolean): RuntimeEntity {
    switch (it.kind) {
      case 'type':
        return NO_TYPE;
      case 'resource':
        return { kind: 'type', resource: this.#resource(it, own(given, it.key) ?? own(given, it.name)) };
      case 'func': {
        const target = findFunction(it, given, bound);
        if (typeof target === 'function') {
          return { kind: 'host', type: it.entity.type, name: it.path, implementation: target as HostCallable };
        }
        const owner = it.path === it.name ? '' : `${shown(it.path.slice(0, -it.name.length - 1))}.`;
        const text = printFunction({ name: it.name, type: it.entity.type });
        this.missing.push(`import ${owner}${text} ${target === undefined ? 'is missing' : 'is not a function'}`);
        return NO_TYPE;
      }
      default:
        this.missing.push(`import ${quote(it.name)}: a host cannot offer a ${it.kind === 'other' ? it.what : it.kind}`);
        return NO_TYPE;
    }
  }

  #resource(it: Wanted & { kind: 'resource' }, given: unknown): RuntimeResource {
    let resource = this.#resources.get(it.root);
    if (resource === undefined) {
      resource = new HostResource(this.root, it.key, typeof given === 'function' ? (given as never) : undefined);
      this.#resources.set(it.root, resource);
    }
    return resource;
  }
}

/** An own member, or one of a class or module namespace: never one of `Object.prototype`. */
function own(object: object, key: string): unknown {
  for (
    let it: object | null = object;
    it !== null && it !== Object.prototype && it !== Function.prototype;
    it = Object.getPrototypeOf(it)
  ) {
    if (Object.hasOwn(it, key)) return (object as Record<string, unknown>)[key];
  }
  return undefined;
}

/** The app's function for an external name: a plain one, or what the class of a resource has. */
function findFunction(it: WantedFunction, given: object, bound: boolean): unknown {
  const { parsed, key, resourceKey } = it;
  if (resourceKey === undefined) {
    const target = own(given, key) ?? own(given, it.name);
    return typeof target === 'function' && bound ? target.bind(given) : target;
  }
  const type = own(given, resourceKey) ?? own(given, parsed.resource!);
  if (typeof type !== 'function') return type;
  // An arrow function is no class: it has no prototype to find methods on.
  if (typeof type.prototype !== 'object' || type.prototype === null) return null;
  switch (parsed.kind) {
    case 'constructor':
      return (...args: unknown[]) => new (type as new (...args: unknown[]) => object)(...args);
    case 'static': {
      const target = own(type, key);
      return typeof target === 'function' ? target.bind(type) : target;
    }
    default: {
      const target = own(type.prototype as object, key);
      if (typeof target !== 'function') return target;
      return (self: Record<string, HostCallable>, ...args: unknown[]) => self[key]!(...args);
    }
  }
}
