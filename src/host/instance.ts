import type { Adapt, HostImports, Namespace, Instance as Running } from '../component/index.js';
import { hatchwayError } from '../errors/index.js';
import { type CallOptions, CallQueue } from './queue.js';
import { registerOptioned } from './with-options.js';

/** What an instance can be: see `Instance.state`. */
export type InstanceState = 'idle' | 'busy' | 'poisoned' | 'disposed';

/** How an instance is made. */
export interface InstantiateOptions {
  /** For errors. Default: the plugin's name. */
  readonly name?: string;
  /** The app's implementations, by interface id (the version may be left out) or by function name. Default: none. */
  readonly imports?: HostImports;
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
 * One running copy of a plugin. Calls run one at a time, in order.
 * @example
 * await using shout = await plugin.instantiate({ imports });
 * await shout.exports.filter.apply(message);
 */
export class Instance implements AsyncDisposable {
  readonly #backing: Backing;
  readonly #queue: CallQueue;
  readonly name: string;
  readonly plugin: string;

  /** @internal */
  constructor(plugin: string, name: string, make: (adapt: Adapt) => Backing) {
    this.plugin = plugin;
    this.name = name;
    this.#queue = new CallQueue({ plugin, instance: name });
    this.#backing = make((callable) => this.#adapt(callable));
  }

  /** The exports; every function returns a promise. An interface is reached by its short name and by its full id. */
  get exports(): any {
    return this.#backing.async;
  }

  /** The exports without promises, for calls that must cost next to nothing. */
  get sync(): any {
    return this.#backing.sync;
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
   * @throws HatchwayError `reentrant` from inside one of its own calls.
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
    const queue = this.#queue;
    const call = (options: CallOptions) =>
      function (this: unknown, ...args: unknown[]) {
        return queue.run(() => callable.apply(this, args), options);
      };
    return registerOptioned(call({}), call);
  }
}

export type { Running };
