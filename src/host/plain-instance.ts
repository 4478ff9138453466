import { type Adapt, checkValue, type HostImports, type Namespace } from '../component/index.js';
import { argumentError, type HatchwayError, hatchwayError, isComponentError, quote } from '../errors/index.js';
import { findImplementation, interfaceObject, missingExports } from '../proxy/index.js';
import {
  camelCase,
  type FunctionItem,
  type HandleType,
  parseFunctionName,
  parseInterfaceId,
  pascalCase,
  resolve,
  resourceOf,
  type TypeDefinition,
  type ValueType,
  type World,
} from '../wit/index.js';
import type { Backing, InstanceState } from './instance.js';
import type { PlainPlugin, PlainPluginFactory } from './plain.js';
import { plainImports } from './plain-imports.js';
import { Claims, type Face, Handle, handleOf, makeClass, type PlainResource } from './plain-resources.js';
import { copyValue, hasHandles } from './plain-values.js';

type Callable = (...args: any[]) => any;

/** What a plain instance is given. */
interface Given {
  readonly imports: HostImports;
  /** The imports that answer with promises. */
  readonly async: readonly string[] | true;
}

/**
 * A plain object behind the same face as a guest. It is code of the app: it is not sandboxed, and what it throws is its
 * own failure. Values are checked and copied in both directions, so that it cannot do what a guest could not.
 */
export class PlainInstance implements Backing {
  #state: InstanceState = 'idle';
  failure: Error | undefined;
  #onFailure: (() => void) | undefined;
  collected = 0;
  readonly async: Namespace;
  readonly #sync: Namespace | undefined;
  readonly #resources = new Map<TypeDefinition, PlainResource>();
  readonly #adapt: Record<Face, Adapt>;
  /** Resources the app disposed of while a call was under way. */
  #disposals: Handle[] = [];
  /** Whether it may answer with promises. */
  readonly #waits: boolean;
  #onAppHandle: (type: HandleType, value: unknown, path: string) => unknown;

  /**
   * @throws HatchwayError `world-mismatch` with all that the object lacks; `missing-import`; `option`.
   */
  constructor(
    world: World,
    source: PlainPlugin | PlainPluginFactory,
    { imports, async }: Given,
    private readonly name: { plugin: string; instance: string },
    adapt: Adapt,
  ) {
    this.#waits = async === true || async.length > 0;
    this.#adapt = { sync: (callable) => callable, async: adapt };
    // An object that is there already cannot be given imports.
    const offered = typeof source === 'function' ? imports : undefined;
    const found = plainImports(world, offered, { name, fail: (error) => this.#fail(error) }, async);
    this.#onAppHandle = found.onHandle;
    const plugin = typeof source === 'function' ? source(found.namespace) : source;
    const differences = missingExports(world, plugin);
    if (differences.length > 0)
      throw hatchwayError('world-mismatch', 'the object does not implement the world', { ...name, differences });
    this.async = this.#build(world, plugin, 'async');
    this.#sync = this.#waits ? undefined : this.#build(world, plugin, 'sync');
  }

  get sync(): Namespace {
    if (this.#sync !== undefined) return this.#sync;
    throw hatchwayError('option', 'an instance with asynchronous imports has no synchronous exports', {
      ...this.name,
      mend: 'Use `exports`, or make the imports synchronous.',
    });
  }

  get state(): InstanceState {
    return this.#state;
  }

  dispose(): void {
    if (this.#state === 'busy') throw this.#refuse();
    this.#state = 'disposed';
  }

  #build(world: World, plugin: PlainPlugin, face: Face): Namespace {
    const result: Namespace = Object.create(null);
    const functions = world.exports.flatMap((it) => (it.kind === 'function' ? it.function : []));
    const types = world.exports.flatMap((it) => (it.kind === 'type' ? it.definition : []));
    this.#define(result, plugin, functions, types, face);
    for (const item of world.exports) {
      if (item.kind !== 'interface') continue;
      const inner: Namespace = Object.create(null);
      const { functions, types } = item.interface;
      this.#define(inner, interfaceObject(plugin, item.name)!, functions, types, face);
      result[item.name] = Object.freeze(inner);
      const short = camelCase(parseInterfaceId(item.name)?.name ?? item.name);
      if (!(short in result)) result[short] = result[item.name];
    }
    Object.defineProperty(result, 'of', { value: (value: unknown) => this.#convert(value, face) });
    return Object.freeze(result);
  }

  /** A resource of the other face with the methods of this one. */
  #convert(value: unknown, face: Face): unknown {
    const handle = handleOf(value);
    if (handle === undefined) throw argumentError('of', 'a resource of this plugin instance', value);
    return new handle.resource.classes[face](handle);
  }

  #define(
    target: Namespace,
    source: PlainPlugin,
    functions: readonly FunctionItem[],
    types: readonly TypeDefinition[],
    face: Face,
  ): void {
    for (const definition of types) {
      const key = pascalCase(definition.name);
      if (definition.type.kind === 'resource') {
        const own = functions.filter((it) => parseFunctionName(it.name).resource === definition.name);
        target[key] = this.#class(definition, key, source, own, face);
      } else if (definition.type.kind === 'reference') {
        const known = this.#resources.get(resourceOf(definition));
        if (known !== undefined) target[key] = known.classes[face];
      }
    }
    for (const func of functions) {
      if (parseFunctionName(func.name).kind === 'free')
        target[camelCase(func.name)] = this.#adapt[face](this.#callable(source, func, face), func.name);
    }
  }

  #class(
    definition: TypeDefinition,
    name: string,
    source: PlainPlugin,
    functions: readonly FunctionItem[],
    face: Face,
  ) {
    let resource = this.#resources.get(definition);
    if (resource === undefined) {
      resource = {
        name,
        implementation: source[name] as never,
        classes: Object.create(null),
        out: new WeakSet(),
        dispose: (handle) => this.#end(handle),
        collected: () => this.collected++,
      };
      this.#resources.set(definition, resource);
    }
    const members = { construct: undefined as Callable | undefined, methods: new Map(), statics: new Map() };
    for (const func of functions) {
      const { kind, name: own } = parseFunctionName(func.name);
      const callable = this.#adapt[face](this.#callable(source, func, face), func.name);
      if (kind === 'constructor') members.construct = callable;
      else (kind === 'method' ? members.methods : members.statics).set(camelCase(own), callable);
    }
    resource.classes[face] = makeClass(name, face, members);
    return resource.classes[face];
  }

  #callable(source: PlainPlugin, func: FunctionItem, face: Face): Callable {
    const target = findImplementation(source, func)!;
    const { params, result } = func.type;
    const resolved = result && resolve(result);
    const throws = resolved?.kind === 'result';
    const answer = throws ? resolved.ok : result;
    const finish = (claims: Claims, value: unknown) => {
      try {
        claims.end();
        if (!this.#waits && value instanceof Promise)
          throw argumentError('the result', 'a value, not a promise', value);
        if (answer !== undefined) {
          checkValue('the result', answer, value);
          value = copyValue(answer, value, 'the result', (type, it, path) => this.#handOut(type, it, path, face));
        } else value = undefined;
      } catch (cause) {
        throw this.#broke(func, cause);
      }
      this.#endCall();
      return value;
    };
    const failed = (claims: Claims, error: unknown): unknown => {
      claims.end();
      if (!throws || !isComponentError(error)) return this.#broke(func, error);
      const fault = payloadFault(resolved.error, error.payload);
      if (fault !== undefined) return this.#broke(func, fault.cause);
      try {
        this.#endCall();
      } catch (cause) {
        return cause;
      }
      return error;
    };
    return (...args) => {
      if (this.#state !== 'idle') throw this.#refuse();
      const claims = this.#check(params, args);
      // Checking reads the app's objects, whose getters may have used the instance.
      if (this.#state !== 'idle') throw this.#refuse();
      const given = params.map(({ name, type }, i) =>
        copyValue(type, args[i], name, (handle, it) =>
          this.#resources.has(resourceOf(handle.resource)) ? handleOf(it)!.target : it,
        ),
      );
      claims.start();
      this.#state = 'busy';
      let value: unknown;
      try {
        value = target(...given);
      } catch (error) {
        throw failed(claims, error);
      }
      if (!this.#waits || !(value instanceof Promise)) return finish(claims, value);
      return value.then(
        (it) => finish(claims, it),
        (error) => {
          throw failed(claims, error);
        },
      );
    };
  }

  /** Checks what a call is given, before anything of the object runs. */
  #check(params: FunctionItem['type']['params'], args: readonly unknown[]): Claims {
    const claims = new Claims();
    for (const [i, { name, type }] of params.entries()) {
      checkValue(name, type, args[i]);
      if (!hasHandles(type)) continue;
      copyValue(type, args[i], name, (handle, value, path) => {
        const resource = this.#resources.get(resourceOf(handle.resource));
        if (resource === undefined) return this.#onAppHandle(handle, value, path);
        claims.take(resource, handle.kind === 'own', value, path);
        return undefined;
      });
    }
    return claims;
  }

  /** A resource that the object answers with, as the app sees it. */
  #handOut(type: HandleType, value: unknown, path: string, face: Face): unknown {
    const resource = this.#resources.get(resourceOf(type.resource));
    if (resource === undefined) return this.#onAppHandle(type, value, path);
    if (!(value instanceof resource.implementation))
      throw argumentError(path, `an object of the class ${resource.name}`, value);
    if (resource.out.has(value))
      throw argumentError(path, `a ${resource.name} that the app does not have already`, value);
    return new resource.classes[face](new Handle(resource, value));
  }

  /** Ends a resource for the app: now, or when the call under way is over. */
  #end(handle: Handle): void {
    if (this.#state === 'busy') {
      if (!this.#disposals.includes(handle)) this.#disposals.push(handle);
      return;
    }
    handle.release();
    if (this.#state !== 'idle') return;
    this.#state = 'busy';
    try {
      (handle.target as Partial<Disposable>)[Symbol.dispose]?.();
    } catch (cause) {
      throw this.#fail(this.#trap(`${handle.resource.name}[Symbol.dispose]`, cause));
    }
    this.#state = 'idle';
  }

  #endCall(): void {
    // An import that failed is not undone by whoever caught that.
    if (this.#state !== 'busy') throw this.failure ?? this.#refuse();
    this.#state = 'idle';
    const waiting = this.#disposals;
    this.#disposals = [];
    for (const handle of waiting) if (handle.live) this.#end(handle);
  }

  /** The failure of a call: the first one, if an import had failed before. */
  #broke(func: FunctionItem, cause: unknown): Error {
    return this.#fail(this.#trap(quote(func.name), cause));
  }

  #trap(what: string, cause: unknown): HatchwayError {
    const why = cause instanceof Error ? cause.message : 'it threw';
    return hatchwayError('trap', `${what} failed: ${why}`, { ...this.name, cause });
  }

  onFailure(listener: () => void): void {
    this.#onFailure = listener;
  }

  #fail<E extends Error>(error: E): E {
    this.#state = 'poisoned';
    if (this.failure === undefined) {
      this.failure = error;
      this.#onFailure?.();
    }
    return this.failure as E;
  }

  #refuse() {
    if (this.#state === 'disposed') return hatchwayError('disposed', 'the instance was disposed', this.name);
    if (this.#state === 'poisoned') {
      return hatchwayError('poisoned', 'the instance failed before and cannot be used again', {
        ...this.name,
        cause: this.failure,
      });
    }
    return hatchwayError('reentrant', 'the instance is running and cannot be entered again', this.name);
  }
}

/** What is wrong with the payload of an error that the object answered with. */
function payloadFault(type: ValueType | undefined, payload: unknown): { cause: unknown } | undefined {
  try {
    if (type !== undefined) checkValue('the error', type, payload);
    return undefined;
  } catch (cause) {
    return { cause };
  }
}
