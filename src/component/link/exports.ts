import { argumentError, hatchwayError, quote } from '../../errors/index.js';
import { camelCase, parseFunctionName, parseInterfaceId, pascalCase } from '../../wit/index.js';
import { type HostFace, plainObject } from '../abi/index.js';
import type { HostCallable } from '../call/index.js';
import {
  type GuestResource,
  isWrapper,
  type RuntimeResource,
  Wrapper,
  type WrapperClass,
  WrapperState,
  wrapperState,
} from '../instance/index.js';
import type { RuntimeEntity, RuntimeFunction } from './entities.js';
import { callableOf } from './instantiate.js';

/** Functions by JavaScript name, resources as classes. No inherited members. */
export type Namespace = Record<string, unknown>;

/** How a face's callables are made of synchronous ones. */
export type Adapt = (callable: HostCallable, name: string) => HostCallable;

type Exports = ReadonlyMap<string, RuntimeEntity>;

interface Member {
  readonly kind: 'constructor' | 'method' | 'static';
  readonly name: string;
  readonly func: RuntimeFunction;
}

interface ResourceMembers {
  readonly name: string;
  readonly members: Member[];
}

/** The exports of one instance as the app sees them, by either face; each part is made when it is first used. */
export class Faces {
  #members: ReadonlyMap<RuntimeResource, ResourceMembers> | undefined;
  readonly #adapt: Record<HostFace, Adapt>;

  constructor(
    private readonly exports: () => Exports,
    adapt: Record<HostFace, Adapt>,
    /** Whether calls may wait, and so answer with promises. */
    private readonly asynchronous: boolean,
  ) {
    this.#adapt = adapt;
  }

  /** All exports by their names, with `of`, which gives a resource of the other face the methods of this one. */
  build(face: HostFace): Namespace {
    const exports = this.exports();
    const result = new plainObject();
    this.#defineMembers(result, exports, face);
    const short = shortNames(exports);
    for (const [name, entity] of exports) {
      if (entity.kind !== 'instance') continue;
      const get = lazily(() => {
        const inner = new plainObject();
        this.#defineMembers(inner, entity.exports, face);
        return Object.freeze(inner);
      });
      Object.defineProperty(result, name, { get, enumerable: true });
      const alias = short.get(name);
      if (alias !== undefined && !(alias in result)) Object.defineProperty(result, alias, { get, enumerable: true });
    }
    Object.defineProperty(result, 'of', { value: (value: unknown) => this.#convert(value, face) });
    return Object.freeze(result);
  }

  #convert(value: unknown, face: HostFace): unknown {
    if (!isWrapper(value)) throw argumentError('of', 'a resource of this plugin instance', value);
    const state = wrapperState(value);
    return new (state.resource.classOf(face))(state);
  }

  #defineMembers(target: Namespace, exports: Exports, face: HostFace): void {
    for (const [name, entity] of exports) {
      if (entity.kind === 'type' && entity.resource !== undefined) {
        const resource = entity.resource as Partial<GuestResource>;
        if (resource.classOf === undefined) continue;
        define(target, pascalCase(name), () => (entity.resource as GuestResource).classOf(face));
      } else if ((entity.kind === 'guest' || entity.kind === 'host') && parseFunctionName(name).kind === 'free') {
        const key = camelCase(name);
        target[key === 'of' ? 'of_' : key] = this.#callable(entity, face, name);
      }
    }
  }

  #callable(func: RuntimeFunction, face: HostFace, name: string): HostCallable {
    return this.#adapt[face](callableOf(func, face, this.asynchronous), name);
  }

  /** The class under which the app sees a guest's resource. */
  makeClass(resource: GuestResource, face: HostFace): WrapperClass {
    this.#members ??= collectMembers(this.exports());
    const { name, members } = this.#members.get(resource) ?? { name: 'resource', members: [] };
    const type = face === 'sync' ? syncClass(this.#construct(members)) : asyncClass();
    Object.defineProperty(type, 'name', { value: pascalCase(name) });
    for (const member of members) this.#defineMember(type, member, face);
    return type;
  }

  #construct(members: readonly Member[]): HostCallable | undefined {
    const member = members.find((it) => it.kind === 'constructor');
    return member && lazyCallable(() => this.#callable(member.func, 'sync', member.name));
  }

  #defineMember(type: WrapperClass, { kind, name, func }: Member, face: HostFace): void {
    const callable = lazyCallable(() => this.#callable(func, face, name));
    const key = camelCase(name);
    if (kind === 'method') {
      hide(type.prototype, key === 'constructor' ? 'constructor_' : key, function (this: unknown, ...args: unknown[]) {
        return callable(this, ...args);
      });
    } else if (kind === 'constructor') {
      if (face === 'async') hide(type, 'create', callable);
    } else {
      const taken = key === 'prototype' || (key === 'create' && face === 'async');
      hide(type, taken ? `${key}_` : key, callable);
    }
  }
}

function hide(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, configurable: true });
}

/** A property whose value is made at its first use, and is a plain value from then on. */
function define(target: Namespace, key: string, make: () => unknown): void {
  Object.defineProperty(target, key, { get: lazily(make), enumerable: true });
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function lazyCallable(make: () => HostCallable): HostCallable {
  const get = lazily(make);
  return (...args: unknown[]) => get()(...args);
}

function syncClass(construct: HostCallable | undefined): WrapperClass {
  const stateFor = (args: readonly unknown[]): WrapperState => {
    if (args[0] instanceof WrapperState) return args[0];
    if (construct === undefined) throw new TypeError('this resource has no constructor');
    return wrapperState(construct(...args) as Wrapper);
  };
  return class extends Wrapper {
    constructor(...args: unknown[]) {
      super(stateFor(args));
    }
  } as WrapperClass;
}

function asyncClass(): WrapperClass {
  return class extends Wrapper {
    constructor(state: WrapperState) {
      if (!(state instanceof WrapperState))
        throw new TypeError('a resource of the asynchronous face is made with `await Resource.create(…)`');
      super(state);
    }

    async [Symbol.asyncDispose](): Promise<void> {
      this[Symbol.dispose]();
    }
  } as WrapperClass;
}

function collectMembers(exports: Exports): ReadonlyMap<RuntimeResource, ResourceMembers> {
  const found = new Map<RuntimeResource, ResourceMembers>();
  const visit = (level: Exports) => {
    for (const [name, entity] of level) {
      if (entity.kind === 'instance') visit(entity.exports);
      if (entity.kind === 'type' && entity.resource && !found.has(entity.resource))
        found.set(entity.resource, { name, members: [] });
      if (entity.kind !== 'guest' && entity.kind !== 'host') continue;
      const parsed = parseFunctionName(name);
      if (parsed.kind === 'free') continue;
      const owner = level.get(parsed.resource!);
      if (owner?.kind !== 'type' || owner.resource === undefined) continue;
      found.get(owner.resource)?.members.push({ kind: parsed.kind, name: parsed.name, func: entity });
    }
  };
  visit(exports);
  return found;
}

/** The short name of each interface whose short name is its own alone, and no function's or type's. */
function shortNames(exports: Exports): ReadonlyMap<string, string> {
  const owners = new Map<string, string[]>();
  for (const [name, entity] of exports) {
    if (entity.kind !== 'instance') continue;
    const key = camelCase(parseInterfaceId(name)?.name ?? name);
    owners.set(key, [...(owners.get(key) ?? []), name]);
  }
  const result = new Map<string, string>();
  for (const [key, names] of owners)
    if (names.length === 1 && key !== 'then' && key !== 'of' && key !== names[0]) result.set(names[0]!, key);
  return result;
}

/**
 * Refuses exports whose JavaScript names cannot be served: `then`, which would make `await` call the guest, and two that
 * come to the same name.
 * @throws HatchwayError `unsupported`
 */
export function checkExportNames(
  exports: ReadonlyMap<string, { readonly kind: string; readonly shape?: unknown }>,
): void {
  const seen = new Map<string, string>();
  for (const [name, entity] of exports) {
    if (entity.kind === 'instance') {
      checkExportNames((entity.shape as { exports: ReadonlyMap<string, { kind: string }> }).exports);
      continue;
    }
    if (entity.kind !== 'func') continue;
    const parsed = parseFunctionName(name);
    const key = camelCase(parsed.name);
    if (key === 'then') {
      throw hatchwayError('unsupported', `the export ${quote(name)} would make its owner a promise`, {
        mend: 'Rename it.',
      });
    }
    const full = `${parsed.kind === 'free' ? '' : parsed.resource}#${parsed.kind}#${key}`;
    const other = seen.get(full);
    if (other !== undefined) {
      throw hatchwayError('unsupported', `the exports ${quote(other)} and ${quote(name)} have one name in JavaScript`, {
        mend: 'Rename one.',
      });
    }
    seen.set(full, name);
  }
}
