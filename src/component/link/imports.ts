import { hatchwayError, quote } from '../../errors/index.js';
import {
  camelCase,
  compatibilityKey,
  parseFunctionName,
  parseInterfaceId,
  pascalCase,
  printFunction,
  resourceOf,
  type TypeDefinition,
} from '../../wit/index.js';
import type { ComponentShape, Entity, InstanceShape } from '../analyze/index.js';
import type { HostCallable } from '../call/index.js';
import { type ComponentInstance, HostResource, type InstanceName, type RuntimeResource } from '../instance/index.js';
import type { RuntimeEntity } from './entities.js';
import type { ImportResolver } from './instantiate.js';

/** What the app gives to an instance: its implementations by interface id or by plain name. */
export type HostImports = Readonly<Record<string, unknown>>;

type HostClass = abstract new (...args: never[]) => object;

/**
 * Finds the app's implementation of every import of a component.
 * @throws HatchwayError `missing-import` with every import that is missing or of the wrong kind, at once.
 */
export function resolveImports(shape: ComponentShape, imports: HostImports, name: InstanceName): ImportResolver {
  const offered = new Offer(imports);
  const found = new Map<string, Found>();
  const missing: string[] = [];
  for (const [importName, entity] of shape.imports) {
    const result = find(importName, entity, offered, missing);
    if (result !== undefined) found.set(importName, result);
  }
  if (missing.length > 0) {
    throw hatchwayError('missing-import', 'the app does not offer what the plugin imports', {
      ...name,
      differences: missing,
      mend: 'Pass implementations in `imports`, by interface id or by function name.',
    });
  }
  const resources = new Map<TypeDefinition, RuntimeResource>();
  return (step, instance) => bind(step.name, step.entity, found.get(step.name)!, { instance, resources });
}

/** The app's offer, by exact name and by the version track of interfaces. */
class Offer {
  readonly #tracks = new Map<string, string>();

  constructor(private readonly imports: HostImports) {
    for (const key of Object.keys(imports)) this.#tracks.set(compatibilityKey(key), key);
  }

  interface(name: string): unknown {
    const key = this.#tracks.get(compatibilityKey(name));
    if (key !== undefined) return own(this.imports, key);
    const id = parseInterfaceId(name);
    if (id === undefined) return own(this.imports, name) ?? own(this.imports, camelCase(name));
    return own(this.imports, `${id.package}/${id.name}`);
  }

  plain(name: string): unknown {
    return own(this.imports, name) ?? own(this.imports, camelCase(name));
  }

  resource(name: string): unknown {
    return own(this.imports, pascalCase(name)) ?? own(this.imports, name);
  }
}

/** An own member, or one of a class or module namespace: never one of `Object.prototype`. */
function own(object: unknown, key: string): unknown {
  if ((typeof object !== 'object' && typeof object !== 'function') || object === null) return undefined;
  for (
    let it: object | null = object;
    it !== null && it !== Object.prototype && it !== Function.prototype;
    it = Object.getPrototypeOf(it)
  ) {
    if (Object.hasOwn(it, key)) return (object as Record<string, unknown>)[key];
  }
  return undefined;
}

type Found =
  | { readonly kind: 'func'; readonly call: HostCallable }
  | { readonly kind: 'resource'; readonly class: HostClass | undefined }
  | { readonly kind: 'type' }
  | { readonly kind: 'instance'; readonly members: ReadonlyMap<string, Found> };

function find(name: string, entity: Entity, offer: Offer, missing: string[]): Found | undefined {
  switch (entity.kind) {
    case 'func': {
      const target = member(
        name,
        (key) => offer.plain(key),
        (key) => offer.resource(key),
      );
      if (typeof target === 'function') return { kind: 'func', call: target as HostCallable };
      missing.push(describeFunction('import', name, entity, target));
      return undefined;
    }
    case 'type':
      return findType(entity, offer.resource(name));
    case 'instance': {
      const given = offer.interface(name);
      // An interface of types alone asks nothing of the app.
      if (given === undefined && ![...entity.shape.exports.values()].some((it) => it.kind === 'func')) {
        return findInstance(name, entity.shape, {}, missing);
      }
      if ((typeof given !== 'object' && typeof given !== 'function') || given === null) {
        missing.push(`import ${name}: the interface is missing`);
        return undefined;
      }
      return findInstance(name, entity.shape, given, missing);
    }
    default:
      missing.push(`import ${quote(name)}: a host cannot offer a ${entity.kind}`);
      return undefined;
  }
}

function findInstance(name: string, shape: InstanceShape, given: unknown, missing: string[]): Found {
  const members = new Map<string, Found>();
  for (const [itemName, entity] of shape.exports) {
    if (entity.kind === 'type') {
      members.set(itemName, findType(entity, own(given, pascalCase(itemName))));
    } else if (entity.kind === 'func') {
      const target = member(
        itemName,
        (key) => own(given, camelCase(key)) ?? own(given, key),
        (key) => own(given, pascalCase(key)),
        given,
      );
      if (typeof target === 'function') members.set(itemName, { kind: 'func', call: target as HostCallable });
      else missing.push(describeFunction(`import ${name}.`, itemName, entity, target));
    } else {
      missing.push(`import ${name}: a host cannot offer its ${entity.kind} ${quote(itemName)}`);
    }
  }
  return { kind: 'instance', members };
}

function findType(entity: Entity & { kind: 'type' }, given: unknown): Found {
  if (entity.entry.kind !== 'resource') return { kind: 'type' };
  return { kind: 'resource', class: typeof given === 'function' ? (given as unknown as HostClass) : undefined };
}

/** The app's function for an external name: a plain one, or what the class of a resource has. */
function member(
  name: string,
  plain: (key: string) => unknown,
  resource: (key: string) => unknown,
  receiver?: unknown,
): unknown {
  const parsed = parseFunctionName(name);
  if (parsed.kind === 'free') {
    const target = plain(name);
    return typeof target === 'function' && receiver !== undefined ? target.bind(receiver) : target;
  }
  const type = resource(parsed.resource!) as (new (...args: unknown[]) => object) | undefined;
  if (typeof type !== 'function') return type;
  const key = camelCase(parsed.name);
  switch (parsed.kind) {
    case 'constructor':
      return (...args: unknown[]) => new type(...args);
    case 'static': {
      const target = own(type, key);
      return typeof target === 'function' ? target.bind(type) : target;
    }
    default:
      if (typeof own(type.prototype, key) !== 'function') return own(type.prototype, key);
      return (self: Record<string, HostCallable>, ...args: unknown[]) => self[key]!(...args);
  }
}

function describeFunction(prefix: string, name: string, entity: Entity & { kind: 'func' }, target: unknown): string {
  const text = printFunction({ name, type: entity.type });
  const fault = target === undefined ? 'is missing' : 'is not a function';
  return `${prefix}${prefix.endsWith('.') ? '' : ' '}${text} ${fault}`;
}

interface Binding {
  readonly instance: ComponentInstance;
  /** One resource that several interfaces use is one at run time. */
  readonly resources: Map<TypeDefinition, RuntimeResource>;
}

function bind(name: string, entity: Entity, found: Found, binding: Binding): RuntimeEntity {
  switch (found.kind) {
    case 'func':
      return { kind: 'host', type: (entity as Entity & { kind: 'func' }).type, name, implementation: found.call };
    case 'type':
      return { kind: 'type', resource: undefined };
    case 'resource':
      return { kind: 'type', resource: bindResource(name, entity, found.class, binding) };
    case 'instance': {
      const exports = new Map<string, RuntimeEntity>();
      for (const [itemName, item] of (entity as Entity & { kind: 'instance' }).shape.exports) {
        const bound = bind(itemName, item, found.members.get(itemName)!, binding);
        exports.set(itemName, bound.kind === 'host' ? { ...bound, name: `${name}.${itemName}` } : bound);
      }
      return { kind: 'instance', exports };
    }
  }
}

function bindResource(
  name: string,
  entity: Entity,
  implementation: HostClass | undefined,
  binding: Binding,
): RuntimeResource {
  const { entry } = entity as Entity & { kind: 'type' };
  const root = resourceOf((entry as typeof entry & { kind: 'resource' }).definition);
  let resource = binding.resources.get(root);
  if (resource === undefined) {
    resource = new HostResource(binding.instance, pascalCase(name), implementation);
    binding.resources.set(root, resource);
  }
  return resource;
}
