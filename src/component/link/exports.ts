import { argumentError } from '../../errors/index.js';
import { camelCase, parseFunctionName, pascalCase } from '../../wit/index.js';
import { type HostFace, plainObject } from '../abi/index.js';
import type { HostCallable } from '../call/index.js';
import {
  GuestResource,
  isWrapper,
  type RuntimeResource,
  Wrapper,
  type WrapperClass,
  WrapperState,
  wrapperState,
} from '../instance/index.js';
import type { RuntimeEntity, RuntimeFunction, RuntimeInstance, RuntimeType } from './entities.js';
import type { ExportName } from './export-names.js';
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

/** The exports of one instance as the app sees them, by either face. */
export class Faces {
  #members: ReadonlyMap<RuntimeResource, ResourceMembers> | undefined;

  constructor(
    private readonly names: readonly ExportName[],
    private readonly exports: () => Exports,
    private readonly adapt: Record<HostFace, Adapt>,
    /** Whether calls may wait, and so answer with promises. */
    private readonly asynchronous: boolean,
  ) {}

  /** All exports by their names, with `of`, which gives a resource of the other face the methods of this one. */
  build(face: HostFace): Namespace {
    const result = new plainObject();
    this.#define(result, this.names, this.exports(), face);
    const of = (value: unknown) => this.#convert(value, face);
    return Object.defineProperty(result, 'of', { value: of });
  }

  #convert(value: unknown, face: HostFace): unknown {
    if (!isWrapper(value)) throw argumentError('of', 'a resource of this plugin instance', value);
    const state = wrapperState(value);
    // Wrappers are made by guest resources only.
    return new ((state.resource as GuestResource).classOf(face))(state);
  }

  #define(target: Namespace, names: readonly ExportName[], exports: Exports, face: HostFace): void {
    for (const it of names) {
      const entity = exports.get(it.name)!;
      if (it.kind === 'func') {
        target[it.key] = this.#callable(entity as RuntimeFunction, face, it.name);
      } else if (it.kind === 'interface') {
        const inner = new plainObject();
        this.#define(inner, it.members, (entity as RuntimeInstance).exports, face);
        target[it.name] = inner;
        if (it.short !== undefined) target[it.short] = inner;
      } else {
        const { resource } = entity as RuntimeType;
        // Making a class is dear, and a resource of the app has none of ours.
        if (!(resource instanceof GuestResource)) continue;
        Object.defineProperty(target, it.key, { get: () => resource.classOf(face), enumerable: true });
      }
    }
  }

  #callable(func: RuntimeFunction, face: HostFace, name: string): HostCallable {
    return this.adapt[face](callableOf(func, face, this.asynchronous), name);
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
    const adapt = this.adapt[face];
    const callable = lazyCallable(() => callableOf(func, face, this.asynchronous));
    const key = camelCase(name);
    if (kind === 'method') {
      // The adapter gets the method itself, `this` included, so that it knows what the app holds.
      const method = function (this: unknown, ...args: unknown[]) {
        return callable(this, ...args);
      };
      hide(type.prototype, key === 'constructor' ? 'constructor_' : key, adapt(method, name));
    } else if (kind === 'constructor') {
      if (face === 'async') hide(type, 'create', adapt(callable, name));
    } else {
      const taken = key === 'prototype' || (key === 'create' && face === 'async');
      hide(type, taken ? `${key}_` : key, adapt(callable, name));
    }
  }
}

function hide(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, configurable: true });
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
