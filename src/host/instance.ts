import type {
  Adapt,
  InstanceLimits as GuestLimits,
  HostImports,
  InstanceUsage,
  Namespace,
} from '../component/index.js';
import { type Denial, HatchwayError, hatchwayError, isComponentError } from '../errors/index.js';
import { type GrantsOption, type Layer, parseAppGrants } from '../grants/index.js';
import type { Traffic } from '../session/index.js';
import type { AsyncImports } from '../typed/index.js';
import { asWaiting, isWaitedForBy } from './chain.js';
import { callTimeout } from './limits.js';
import { Output } from './output.js';
import { type CallOptions, CallQueue } from './queue.js';
import type { Sandbox, SandboxOptions } from './sandbox.js';
import { registerOptioned } from './with-options.js';

/** What an instance can be: see `Instance.state`. */
export type InstanceState = 'idle' | 'busy' | 'poisoned' | 'disposed';

/** How an instance is made. `Imports` is what the app has to implement, where the plugin was loaded with a typed world. */
export interface InstantiateOptions<Imports = any> extends SandboxOptions {
  /** For errors. Default: the plugin's name. */
  readonly name?: string;
  /** The app's implementations, by interface id (the version may be left out) or by function name. Default: none. */
  readonly imports?: 0 extends 1 & Imports ? HostImports : Imports | AsyncImports<Imports>;
  /**
   * Imports that return promises: `ns:pkg/iface#func`, or `true` for all. Needs an engine with promise integration (Node 24);
   * such an instance has no `sync`. Default: none.
   */
  readonly async?: readonly string[] | true;
  /**
   * What the instance may do. Default: what the plugin requests and a policy that names it allows, else nothing.
   * @example { read: { '/config': './conf' }, env: { LANG: 'C' } }
   */
  readonly grants?: GrantsOption | Layer;
  /** What a native plugin is configured with. Default: nothing. */
  readonly config?: Readonly<Record<string, string>>;
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
  /** What a guest has taken. */
  readonly usage?: InstanceUsage;
  /** Has a listener called at the first failure. */
  onFailure?(listener: () => void): void;
  dispose(): void;
  /** Settles when nothing is left of it, after `dispose`. */
  readonly ended?: Promise<void>;
  /** Settles when a program has given a sign of life. */
  ping?(): Promise<void>;
  /** How it is sent what it is sent. */
  traffic?(traffic: Traffic): void;
  /** It runs elsewhere: it queues its calls itself, and its grants cannot be changed. */
  readonly isNative?: true;
}

/** What is around a running copy. */
export type Surroundings = Pick<Sandbox, 'stdout' | 'stderr' | 'permissions' | 'end'>;

/** What an instance has taken so far. Of an object that implements a world, only `collectedResources` is known. */
export interface Usage extends InstanceUsage {
  /** Resources that nobody disposed of before they were collected. */
  readonly collectedResources: number;
}

const NOTHING_TAKEN: InstanceUsage = { calls: 0, memory: 0, peakMemory: 0, hostBytes: 0 };

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
  /** Its permissions and its output; none where it imports nothing of WASI and no option asked for it. */
  readonly #sandbox: Surroundings | undefined;
  /** What bounds its guests, where they can be stopped. */
  readonly #limits: GuestLimits | undefined;
  readonly #onEnd: (() => void)[] = [];
  readonly name: string;
  readonly plugin: string;

  /** @internal */
  constructor(
    { plugin, instance }: { readonly plugin: string; readonly instance: string },
    waits: boolean,
    make: (adapt: Adapt) => Backing,
    sandbox?: Surroundings,
    limits?: GuestLimits,
  ) {
    this.plugin = plugin;
    this.name = instance;
    this.#waits = waits;
    this.#sandbox = sandbox;
    this.#limits = limits;
    this.#queue = new CallQueue({ plugin, instance });
    this.#backing = make((callable) => this.#adapt(callable));
    if (sandbox !== undefined) this.onEnd(() => sandbox.end());
  }

  /** @internal Asks for a sign of life; at once where it runs on this thread. */
  async ping(): Promise<void> {
    await this.#backing.ping?.();
  }

  /** @internal Has `listener` called when the instance is poisoned or disposed, once or twice. It must not throw. */
  onEnd(listener: () => void): void {
    if (this.#onEnd.push(listener) > 1) return;
    const listeners = this.#onEnd;
    this.#backing.onFailure?.(() => {
      for (const listener of listeners) listener();
    });
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

  /** What the instance has taken so far. */
  get usage(): Usage {
    const { usage = NOTHING_TAKEN, collected } = this.#backing;
    return { ...usage, collectedResources: collected };
  }

  /** What the guest writes to its standard output, as `stdout` asked to have it. */
  get stdout(): Output {
    return this.#sandbox?.stdout ?? new Output(this.#describe, 'stdout');
  }

  /** What the guest writes to its standard error, as `stderr` asked to have it. */
  get stderr(): Output {
    return this.#sandbox?.stderr ?? new Output(this.#describe, 'stderr');
  }

  /** What the instance asked for and was refused, each once; the first 100. */
  get denials(): readonly Denial[] {
    return this.#sandbox?.permissions.denials ?? [];
  }

  /**
   * Takes grants back. Holds from the guest's next use on, also for files that it has open.
   * @param target a guest path or a variable's name. Default: everything of the kind.
   * @example instance.revoke('write', '/data')
   */
  revoke(kind: 'read' | 'write' | 'env' | 'clocks' | 'random', target?: string): void {
    this.#checkGrantsChange();
    this.#sandbox?.permissions.revoke(kind, target);
  }

  /**
   * Takes back what `grants` does not name; a word that it is silent on stays as it is. Holds from the guest's next use on, also
   * for files that it has open.
   * @throws HatchwayError `grants` where it names what the instance does not have; nothing is taken back then.
   * @example instance.narrow({ read: ['/config'], write: false })
   */
  narrow(grants: GrantsOption): void {
    this.#checkGrantsChange();
    if (this.#sandbox !== undefined) this.#sandbox.permissions.narrow(grants);
    // An instance that uses nothing of the host has nothing to lose; what cannot be read is an error all the same.
    else parseAppGrants(grants);
  }

  /**
   * Says how what a native plugin's instance is sent leaves from now on, beside what others of the same process are sent: its streams,
   * and calls and answers of more than 64 KiB. Shorter ones leave at once, and do not count.
   * @throws HatchwayError `option` for values that cannot be, `unsupported` for an instance that runs in this process.
   * @example instance.traffic({ priority: 4, bytesPerSecond: 1_000_000 })
   */
  traffic(traffic: Traffic): void {
    if (this.#backing.traffic === undefined)
      throw hatchwayError('unsupported', 'nothing is sent to an instance that runs in this process', this.#describe);
    this.#backing.traffic(traffic);
  }

  /**
   * Runs the plugin as a program: calls its export `wasi:cli/run`, once.
   * @returns the exit code: what the guest exited with, 0 where it ended well and 1 where it ended with an error.
   * @throws HatchwayError `not-found` where it is no program; whatever a call can fail with.
   * @example process.exitCode = await instance.run()
   */
  async run(): Promise<number> {
    const exports = this.#backing.async as Record<string, { run?: () => Promise<unknown> }>;
    const name = Object.keys(exports).find((key) => /^wasi:cli\/run(@0\.2\.|$)/.test(key));
    if (name === undefined) {
      throw hatchwayError('not-found', 'it is not a program: it does not export wasi:cli/run', {
        ...this.#describe,
        mend: 'Call one of its functions.',
      });
    }
    try {
      await exports[name]!.run!();
      return 0;
    } catch (error) {
      if (isComponentError(error)) return 1;
      if (error instanceof HatchwayError && error.code === 'exited') return error.exitCode!;
      throw error;
    }
  }

  /**
   * Ends the instance. Calls that wait fail with `disposed`; so does every later one.
   * @throws HatchwayError `reentrant` while a call is under way, also one that waits in an import.
   */
  dispose(): void {
    this.#backing.dispose();
    for (const listener of this.#onEnd) listener();
    this.#queue.close(() => hatchwayError('disposed', 'the instance was disposed', this.#describe));
  }

  /** The same; waits for a native program to end, if this was its last instance. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.dispose();
    await this.#backing.ended;
  }

  #checkGrantsChange(): void {
    if (!this.#backing.isNative) return;
    throw hatchwayError('unsupported', 'what a native program was started with cannot be taken back', {
      ...this.#describe,
      mend: 'Dispose of the instance, and make one with fewer grants.',
    });
  }

  get #describe(): { plugin: string; instance: string } {
    return { plugin: this.plugin, instance: this.name };
  }

  /** A function of the asynchronous face: through the queue, with options where some are given. */
  #adapt(callable: (...args: any[]) => unknown): (...args: any[]) => Promise<unknown> {
    const make = (options: CallOptions) => {
      const instance = this;
      const within = options.timeout === undefined ? undefined : this.#within(options.timeout);
      if (within !== undefined) {
        return function (this: unknown, ...args: unknown[]): Promise<unknown> {
          return instance.#call(() => within(() => callable.apply(this, args)), options);
        };
      }
      return function (this: unknown, ...args: unknown[]): Promise<unknown> {
        return instance.#call(() => callable.apply(this, args), options);
      };
    };
    return registerOptioned(make({}), make);
  }

  /** Has a call that does not wait take no longer than `timeout`. */
  #within(timeout: number | string): (call: () => unknown) => unknown {
    const wrong = (what: string, mend: string) => hatchwayError('option', what, { ...this.#describe, mend });
    const limits = this.#limits;
    if (this.#waits)
      throw wrong('a call that may wait in an import has no timeout', 'Make the imports synchronous, or use `signal`.');
    if (limits === undefined)
      throw wrong('nothing stops what is not a guest', 'Leave `timeout` away, or load a component.');
    const milliseconds = callTimeout(timeout, limits.timeout, this.#describe);
    return (call) => {
      const { timeout: usual } = limits;
      limits.timeout = milliseconds;
      try {
        return call();
      } finally {
        limits.timeout = usual;
      }
    };
  }

  #call(call: () => unknown, options: CallOptions): Promise<unknown> {
    if (!this.#waits) return this.#queue.run(call, options);
    if (isWaitedForBy(this)) {
      const what = 'the instance waits for the very code that calls it';
      return Promise.reject(
        hatchwayError('reentrant', what, {
          ...this.#describe,
          mend: 'Call another instance of the plugin, or call after the import has answered.',
        }),
      );
    }
    return this.#queue.run(() => asWaiting(this, call), options);
  }
}
