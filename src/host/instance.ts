import type { Adapt, HostImports, Namespace } from '../component/index.js';
import { hatchwayError } from '../errors/index.js';
import { asWaiting, isWaitedForBy } from './chain.js';
import { type CallOptions, CallQueue } from './queue.js';
import type { AsyncImports } from './typed.js';
import { registerOptioned } from './with-options.js';

/** What an instance can be: see `Instance.state`. */
export type InstanceState = 'idle' | 'busy' | 'poisoned' | 'disposed';

/** How an instance is made. `Imports` is what the app has to implement, where the plugin was loaded with a typed world. */
export interface InstantiateOptions<Imports = any> {
  /** For errors. Default: the plugin's name. */
  readonly name?: string;
  /** The app's implementations, by interface id (the version may be left out) or by function name. Default: none. */
  readonly imports?: 0 extends 1 & Imports ? HostImports : Imports | AsyncImports<Imports>;
  /**
   * Imports that return promises: `ns:pkg/iface#func`, or `true` for all. Needs an engine with promise integration (Node 24);
   * such an instance has no `sync`. Default: none.
   */
  readonly async?: readonly string[] | true;
  /** Where it runs. Only `inline` is built: on the calling thread. */
  readonly isolation?: 'inline';
}

/** What the two ways of running a plugin here have in common. */
export interface Backing {
  readonly sync: Namespace;
  readonly async: Namespace;
  readonly state: InstanceState;
  readonly failure: Error | undefined;
  readonly collected: number;
  dispose(): void;
}

/**
 * One running copy of a plugin, whose exports have types where it was loaded with a typed world. Calls run one at a time, in order.
 * @example
 * await using shout = await plugin.instantiate({ imports });
 * await shout.exports.filter.apply(message);
 */
export class Instance<Exports = any, SyncExports = any> implements AsyncDisposable {
  readonly #backing: Backing;
  readonly #queue: CallQueue;
  /** Whether calls may wait in an import. */
  readonly #waits: boolean;
  readonly name: string;
  readonly plugin: string;

  /** @internal */
  constructor(plugin: string, name: string, waits: boolean, make: (adapt: Adapt) => Backing) {
    this.plugin = plugin;
    this.name = name;
    this.#waits = waits;
    this.#queue = new CallQueue({ plugin, instance: name });
    this.#backing = make((callable) => this.#adapt(callable));
  }

  /** The exports; every function returns a promise. An interface is reached by its short name and by its full id. */
  get exports(): Exports {
    return this.#backing.async as Exports;
  }

  /** The exports without promises, for calls that must cost next to nothing. */
  get sync(): SyncExports {
    return this.#backing.sync as SyncExports;
  }

  /** `poisoned` after any failure other than a declared error: such an instance answers with its first failure only. */
  get state(): InstanceState {
    return this.#backing.state;
  }

  /** Why the instance is poisoned. */
  get failure(): Error | undefined {
    return this.#backing.failure;
  }

  /** What the instance took so far. `collectedResources`: resources that nobody disposed of before they were collected. */
  get usage(): { readonly collectedResources: number } {
    return { collectedResources: this.#backing.collected };
  }

  /**
   * Ends the instance. Calls that wait fail with `disposed`; so does every later one.
   * @throws HatchwayError `reentrant` while a call is under way, also one that waits in an import.
   */
  dispose(): void {
    this.#backing.dispose();
    this.#queue.close(() =>
      hatchwayError('disposed', 'the instance was disposed', { plugin: this.plugin, instance: this.name }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.dispose();
  }

  /** A function of the asynchronous face: through the queue, with options where some are given. */
  #adapt(callable: (...args: any[]) => unknown): (...args: any[]) => Promise<unknown> {
    const make = (options: CallOptions) => {
      const instance = this;
      return function (this: unknown, ...args: unknown[]): Promise<unknown> {
        return instance.#call(() => callable.apply(this, args), options);
      };
    };
    return registerOptioned(make({}), make);
  }

  #call(call: () => unknown, options: CallOptions): Promise<unknown> {
    if (!this.#waits) return this.#queue.run(call, options);
    if (isWaitedForBy(this)) {
      const what = 'the instance waits for the very code that calls it';
      return Promise.reject(
        hatchwayError('reentrant', what, {
          plugin: this.plugin,
          instance: this.name,
          mend: 'Call another instance of the plugin, or call after the import has answered.',
        }),
      );
    }
    return this.#queue.run(() => asWaiting(this, call), options);
  }
}
