import { argumentError } from '../errors/index.js';
import { type RemoteFunction, RemoteResource } from '../session/index.js';
import {
  camelCase,
  type FunctionItem,
  parseFunctionName,
  parseInterfaceId,
  pascalCase,
  resourceOf,
  type TypeDefinition,
  type WorldItem,
} from '../wit/index.js';

type Callable = (...args: any[]) => Promise<unknown>;

/** Makes what calls a function of the peer; a method gets its object as `this`. */
export type AdaptRemote = (fn: RemoteFunction, isMethod: boolean) => Callable;

export type RemoteNamespace = Readonly<Record<string, any>>;

/** The base of the classes of the peer's resources. Its private state is the brand: nothing else passes for one. */
class Wrapper {
  readonly #remote: RemoteResource;

  constructor(remote: RemoteResource) {
    if (!(remote instanceof RemoteResource))
      throw new TypeError('a resource of the asynchronous face is made with `await Resource.create(…)`');
    this.#remote = remote;
    if (remote.owned) collected.register(this, remote, remote);
  }

  [Symbol.dispose](): void {
    const remote = this.#remote;
    collected.unregister(remote);
    remote.drop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
  }

  static remoteOf(value: unknown): RemoteResource | undefined {
    return typeof value === 'object' && value !== null && #remote in value ? value.#remote : undefined;
  }
}

/** Nobody disposed of them: the peer is told all the same. */
const collected = new FinalizationRegistry<RemoteResource>((remote) => remote.drop());

/** The resource of the peer behind an object that this side's code has. */
export const remoteOf = Wrapper.remoteOf;

type WrapperClass = new (remote: RemoteResource) => Wrapper;

/** The classes under which the code of one instance sees the peer's resources. */
export class RemoteClasses {
  readonly #classes = new Map<TypeDefinition, WrapperClass>();

  /** The class of a resource, made when it is first asked for. */
  of(definition: TypeDefinition): WrapperClass {
    const root = resourceOf(definition);
    let found = this.#classes.get(root);
    if (found === undefined) {
      found = class extends Wrapper {};
      Object.defineProperty(found, 'name', { value: pascalCase(root.name) });
      this.#classes.set(root, found);
    }
    return found;
  }

  wrap(remote: RemoteResource): object {
    return new (this.of(remote.definition))(remote);
  }
}

/**
 * What the peer offers: interfaces by their full and short names, functions in camelCase, resources as classes whose methods
 * answer with promises. Two interfaces of one short name have their full names only.
 */
export function remoteNamespace(
  items: readonly WorldItem[],
  functions: readonly RemoteFunction[],
  classes: RemoteClasses,
  adapt: AdaptRemote,
): RemoteNamespace {
  const byItem = new Map(functions.map((fn) => [fn.item, fn]));
  const call = (item: FunctionItem) => adapt(byItem.get(item)!, parseFunctionName(item.name).kind === 'method');
  const root: Record<string, unknown> = Object.create(null);
  const own = items.flatMap((it) => (it.kind === 'function' ? [it.function] : []));
  const types = items.flatMap((it) => (it.kind === 'type' ? [it.definition] : []));
  define(root, own, classes, types, call);
  const shorts = new Map<string, string>();
  for (const item of items) {
    if (item.kind !== 'interface') continue;
    const inner: Record<string, unknown> = Object.create(null);
    define(inner, item.interface.functions, classes, item.interface.types, call);
    root[item.name] = Object.freeze(inner);
    const id = parseInterfaceId(item.name);
    if (id !== undefined) root[`${id.package}/${id.name}`] ??= inner;
    const short = camelCase(id?.name ?? item.name);
    shorts.set(short, shorts.has(short) || short in root ? '' : item.name);
  }
  for (const [short, name] of shorts) if (name !== '') root[short] = root[name];
  Object.defineProperty(root, 'of', { value: of });
  return Object.freeze(root);
}

/** There is one face only. */
function of(value: unknown): unknown {
  if (remoteOf(value) === undefined) throw argumentError('of', 'a resource of this plugin instance', value);
  return value;
}

function define(
  target: Record<string, unknown>,
  functions: readonly FunctionItem[],
  classes: RemoteClasses,
  types: readonly TypeDefinition[],
  call: (item: FunctionItem) => Callable,
): void {
  for (const definition of types) {
    if (resourceOf(definition).type.kind !== 'resource') continue;
    const type = classes.of(definition);
    target[pascalCase(definition.name)] = type;
    for (const func of functions) {
      const { kind, resource, name } = parseFunctionName(func.name);
      if (resource === definition.name) addMember(type, kind, camelCase(name), call(func));
    }
  }
  for (const func of functions) {
    if (parseFunctionName(func.name).kind === 'free') target[camelCase(func.name)] = call(func);
  }
}

function addMember(type: WrapperClass, kind: string, key: string, callable: Callable): void {
  if (kind === 'constructor') return hide(type, 'create', callable);
  if (kind === 'static') return hide(type, Object.hasOwn(type, key) ? `${key}_` : key, callable);
  hide(type.prototype, key === 'constructor' ? 'constructor_' : key, callable);
}

function hide(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, configurable: true });
}
