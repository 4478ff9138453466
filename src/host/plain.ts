import { type Adapt, checkValue, type HostImports, type Namespace } from '../component/index.js';
import { argumentError, hatchwayError, isComponentError, quote } from '../errors/index.js';
import {
  camelCase,
  type FunctionItem,
  parseFunctionName,
  parseInterfaceId,
  pascalCase,
  resolve,
  type ValueType,
  type World,
} from '../wit/index.js';
import type { Backing, InstanceState } from './instance.js';

/** An object that implements the exports of a world: interfaces by short name or id, functions in camelCase. */
export type PlainPlugin = Readonly<Record<string, unknown>>;
/** The same, made anew for each instance, which gets the app's imports. */
export type PlainPluginFactory = (imports: HostImports) => PlainPlugin;

type Callable = (...args: any[]) => any;

/** What a plain object lacks of a world's exports, in WIT terms. */
export function missingExports(world: World, plugin: PlainPlugin): string[] {
  const missing: string[] = [];
  for (const item of world.exports) {
    if (item.kind === 'interface') {
      const object = interfaceObject(plugin, item.name);
      if (object === undefined) missing.push(`export ${item.name}: the interface is missing`);
      else for (const func of item.interface.functions) checkFunction(object, func, `export ${item.name}.`, missing);
    } else if (item.kind === 'function') {
      checkFunction(plugin, item.function, 'export ', missing);
    }
  }
  return missing;
}

function interfaceObject(plugin: PlainPlugin, name: string): PlainPlugin | undefined {
  const short = camelCase(parseInterfaceId(name)?.name ?? name);
  const object = member(plugin, name) ?? member(plugin, short);
  return typeof object === 'object' && object !== null ? (object as PlainPlugin) : undefined;
}

/** A member, but none that every object has: `to-string` is not implemented by being an object. */
function member(object: PlainPlugin, key: string): unknown {
  const value = object[key];
  return value === (Object.prototype as unknown as PlainPlugin)[key] ? undefined : value;
}

function checkFunction(object: PlainPlugin, func: FunctionItem, prefix: string, missing: string[]): void {
  const { kind, resource, name } = parseFunctionName(func.name);
  const owner = kind === 'free' ? object : (member(object, pascalCase(resource!)) as PlainPlugin | undefined);
  const target = owner && (kind === 'free' || kind === 'static') ? member(owner, camelCase(name)) : owner;
  if (typeof target !== 'function') missing.push(`${prefix}${func.name} is missing`);
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

/**
 * A plain object behind the same face as a guest. It is code of the app: it is not sandboxed, and what it throws is its
 * own failure. Values are checked in both directions, so that it cannot do what a guest could not.
 */
export class PlainInstance implements Backing {
  #state: InstanceState = 'idle';
  failure: Error | undefined;
  readonly collected = 0;
  readonly sync: Namespace;
  readonly async: Namespace;

  constructor(
    world: World,
    plugin: PlainPlugin,
    private readonly name: { plugin: string; instance: string },
    adapt: Adapt,
  ) {
    this.sync = this.#build(world, plugin, (callable) => callable);
    this.async = this.#build(world, plugin, adapt);
  }

  get state(): InstanceState {
    return this.#state;
  }

  dispose(): void {
    if (this.#state === 'busy') throw this.#refuse();
    this.#state = 'disposed';
  }

  #build(world: World, plugin: PlainPlugin, adapt: Adapt): Namespace {
    const result: Namespace = Object.create(null);
    for (const item of world.exports) {
      if (item.kind === 'function') {
        result[camelCase(item.name)] = adapt(this.#callable(plugin, item.function), item.name);
      } else if (item.kind === 'interface') {
        const source = interfaceObject(plugin, item.name)!;
        const inner: Namespace = Object.create(null);
        for (const func of item.interface.functions) {
          if (parseFunctionName(func.name).kind === 'free')
            inner[camelCase(func.name)] = adapt(this.#callable(source, func), func.name);
        }
        for (const type of item.interface.types) {
          if (type.type.kind === 'resource') inner[pascalCase(type.name)] = source[pascalCase(type.name)];
        }
        result[item.name] = Object.freeze(inner);
        const short = camelCase(parseInterfaceId(item.name)?.name ?? item.name);
        if (!(short in result)) result[short] = result[item.name];
      }
    }
    return Object.freeze(result);
  }

  #callable(owner: PlainPlugin, func: FunctionItem): Callable {
    const target = owner[camelCase(func.name)] as Callable;
    const { params, result } = func.type;
    const resolved = result && resolve(result);
    return (...args) => {
      if (this.#state !== 'idle') throw this.#refuse();
      for (const [i, param] of params.entries()) checkValue(param.name, param.type, args[i]);
      this.#state = 'busy';
      let value: unknown;
      try {
        value = target.apply(owner, args);
        if (value instanceof Promise) throw argumentError('the result', 'a value, not a promise', value);
        if (resolved?.kind !== 'result') {
          if (result) checkValue('the result', result, value);
        } else if (resolved.ok) {
          checkValue('the result', resolved.ok, value);
        }
      } catch (error) {
        const declared = resolved?.kind === 'result' && isComponentError(error);
        const fault = declared ? payloadFault(resolved.error, error.payload) : { cause: error };
        if (fault === undefined) {
          this.#state = 'idle';
          throw error;
        }
        const { cause } = fault;
        const what = `${quote(func.name)} failed: ${cause instanceof Error ? cause.message : 'it threw'}`;
        this.#state = 'poisoned';
        this.failure = hatchwayError('trap', what, { ...this.name, cause });
        throw this.failure;
      }
      this.#state = 'idle';
      return value;
    };
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
