import { argumentError } from '../errors/index.js';

export type Face = 'sync' | 'async';
type Callable = (...args: any[]) => any;

/** A resource that a plain object defines: its class, and the classes under which the app sees its objects. */
export interface PlainResource {
  /** In PascalCase. */
  readonly name: string;
  readonly implementation: abstract new (...args: any[]) => object;
  readonly classes: Record<Face, HandleClass>;
  /** Objects the app holds. */
  readonly out: WeakSet<object>;
  /** Ends an object for the app: at once, or after the call under way. */
  dispose(handle: Handle): void;
  /** Nobody disposed of it before it was collected. */
  collected(): void;
}

/** An object of a plain plugin that the app holds. The wrappers of both faces share it. */
export class Handle {
  live = true;
  /** Calls under way that were lent the object. */
  lends = 0;
  wrappers = 0;

  constructor(
    readonly resource: PlainResource,
    readonly target: object,
  ) {
    resource.out.add(target);
  }

  /** The app no longer has it. */
  release(): void {
    this.live = false;
    this.resource.out.delete(this.target);
    backstop.unregister(this);
  }
}

const backstop = new FinalizationRegistry<Handle>((handle) => {
  if (!handle.live || --handle.wrappers > 0) return;
  handle.resource.collected();
  try {
    handle.resource.dispose(handle);
  } catch {
    // The instance is poisoned and says so at its next use; nobody waits for this disposal.
  }
});

/** The base of the classes under which the app sees objects of plain plugins. Its private state is the brand. */
class Wrapper {
  readonly #handle: Handle;

  constructor(handle: Handle) {
    this.#handle = handle;
    handle.wrappers++;
    backstop.register(this, handle, handle);
  }

  [Symbol.dispose](): void {
    if (this.#handle.live) this.#handle.resource.dispose(this.#handle);
  }

  static handleOf(value: unknown): Handle | undefined {
    return typeof value === 'object' && value !== null && #handle in value ? value.#handle : undefined;
  }
}

export type HandleClass = new (...args: any[]) => Wrapper;
export const handleOf = Wrapper.handleOf;

/** How the members of a class are called; methods get the object as their first argument. */
export interface Members {
  readonly construct: Callable | undefined;
  readonly methods: ReadonlyMap<string, Callable>;
  readonly statics: ReadonlyMap<string, Callable>;
}

/** The class of a face; the asynchronous one has `create` in place of a constructor. */
export function makeClass(name: string, face: Face, { construct, methods, statics }: Members): HandleClass {
  const type = face === 'sync' ? syncClass(construct) : asyncClass();
  Object.defineProperty(type, 'name', { value: name });
  for (const [key, method] of methods) {
    hide(type.prototype, key === 'constructor' ? 'constructor_' : key, function (this: unknown, ...args: unknown[]) {
      return method(this, ...args);
    });
  }
  if (face === 'async' && construct !== undefined) hide(type, 'create', construct);
  for (const [key, callable] of statics) hide(type, Object.hasOwn(type, key) ? `${key}_` : key, callable);
  return type;
}

function hide(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, configurable: true });
}

function syncClass(construct: Callable | undefined): HandleClass {
  const handleFor = (args: readonly unknown[]): Handle => {
    if (args[0] instanceof Handle) return args[0];
    if (construct === undefined) throw new TypeError('this resource has no constructor');
    return handleOf(construct(...args))!;
  };
  return class extends Wrapper {
    constructor(...args: unknown[]) {
      super(handleFor(args));
    }
  };
}

function asyncClass(): HandleClass {
  return class extends Wrapper {
    constructor(handle: Handle) {
      if (!(handle instanceof Handle))
        throw new TypeError('a resource of the asynchronous face is made with `await Resource.create(…)`');
      super(handle);
    }

    async [Symbol.asyncDispose](): Promise<void> {
      this[Symbol.dispose]();
    }
  };
}

/**
 * The resources that one call takes, as they are checked: what is given away cannot be in a call twice.
 */
export class Claims {
  readonly #claimed = new Map<Handle, boolean>();

  /** @throws TypeError if the app cannot hand this over. */
  take(resource: PlainResource, own: boolean, value: unknown, path: string): void {
    const handle = handleOf(value);
    if (handle === undefined) throw argumentError(path, 'a resource of this plugin instance', value);
    if (handle.resource !== resource) throw argumentError(path, 'a resource of this type and plugin instance', value);
    if (!handle.live) throw argumentError(path, 'a resource that was neither disposed nor given away', value);
    if (own && handle.lends !== 0) throw argumentError(path, 'a resource that no call is using', value);
    const before = this.#claimed.get(handle);
    if (before !== undefined && (before || own))
      throw argumentError(path, 'a resource that this call does not give away elsewhere', value);
    this.#claimed.set(handle, own);
  }

  /** The call starts: what is given away is no longer the app's, what is lent stays until the call ends. */
  start(): void {
    for (const [handle, own] of this.#claimed) {
      if (own) handle.release();
      else handle.lends++;
    }
  }

  end(): void {
    for (const [handle, own] of this.#claimed) if (!own) handle.lends--;
  }
}
