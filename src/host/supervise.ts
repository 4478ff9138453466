import { setTimeout as wait } from 'node:timers/promises';
import { HatchwayError, hatchwayError } from '../errors/index.js';
import { parseDuration } from '../grants/index.js';
import type { Instance, InstantiateOptions } from './instance.js';
import { checkOptions } from './options.js';

/** What happens to a supervised instance. */
export type SupervisionEvent =
  | { readonly kind: 'started'; readonly instance: string /** 1 for the first. */; readonly attempt: number }
  | { readonly kind: 'failed'; readonly instance: string; readonly error: Error }
  | { readonly kind: 'restarting'; readonly instance: string /** Milliseconds from now. */; readonly delay: number }
  | { readonly kind: 'gave-up'; readonly instance: string; readonly error: Error };

/** When a new instance takes the place of one that failed. */
export interface RestartOptions {
  /** How long to wait after the first failure; twice as long after each further one. Default: 100 ms. */
  readonly backoff?: number | string;
  /** The longest wait. Default: 10 s. */
  readonly maxBackoff?: number | string;
  /** Failures within `within` after which there is no further one. 0 or more. Default: 5. */
  readonly limit?: number;
  /** Default: 1 minute. */
  readonly within?: number | string;
}

/** How an instance that nobody calls is known to be well. */
export interface HealthOptions {
  /** Default: 10 s. */
  readonly every?: number | string;
  /** How long the answer may take. Default: 5 s. */
  readonly timeout?: number | string;
  /** Asks the instance something; what it throws is a failure. Default: a native program is asked for a sign of life. */
  readonly check?: (instance: Instance) => Promise<unknown>;
}

/** How an instance is kept, and made. */
export interface SuperviseOptions<Imports = any> extends InstantiateOptions<Imports> {
  readonly restart?: RestartOptions;
  /** Default: none. */
  readonly health?: HealthOptions;
  /** Is told what happens. It must not throw. */
  readonly onEvent?: (event: SupervisionEvent) => void;
}

/** What a supervised instance can be. */
export type SupervisedState = 'running' | 'restarting' | 'gave-up' | 'disposed';

interface Complete {
  readonly backoff: number;
  readonly maxBackoff: number;
  readonly limit: number;
  readonly within: number;
  readonly health:
    | { readonly every: number; readonly timeout: number; readonly check: HealthOptions['check'] }
    | undefined;
  readonly onEvent: (event: SupervisionEvent) => void;
}

/**
 * An instance that is made anew when it fails: whatever it remembered is gone then. Calls are made again by nobody; one that
 * failed has failed.
 * @example
 * await using shout = await plugin.supervise({ imports, restart: { limit: 3 }, onEvent: (event) => console.error(event) });
 * await shout.use((instance) => instance.exports.filter.apply(message));
 */
export class Supervised<Exports = any, SyncExports = any> implements AsyncDisposable {
  #state: SupervisedState = 'restarting';
  #instance: Instance | undefined;
  /** Settles with the next instance, or fails where there is none to come. */
  #next: Promise<Instance>;
  readonly #failures: number[] = [];
  #attempt = 0;
  #error: HatchwayError | undefined;
  readonly #ends = new AbortController();
  #health: NodeJS.Timeout | undefined;

  private constructor(
    private readonly names: { readonly plugin: string; readonly instance: string },
    private readonly make: () => Promise<Instance>,
    private readonly options: Complete,
  ) {
    this.#next = this.#start();
    this.#next.catch(() => {});
  }

  /**
   * @internal
   * @param instantiate with the options that are not the supervision's
   */
  static async create(
    plugin: string,
    instantiate: (options: InstantiateOptions) => Promise<Instance>,
    { restart = {}, health, onEvent = () => {}, ...options }: SuperviseOptions = {},
  ): Promise<Supervised> {
    checkOptions('restart', restart, ['backoff', 'maxBackoff', 'limit', 'within']);
    if (health !== undefined) checkOptions('health', health, ['every', 'timeout', 'check']);
    const names = { plugin, instance: options.name ?? plugin };
    const supervised = new Supervised(names, () => instantiate(options), {
      backoff: parseDuration(restart.backoff ?? 100),
      maxBackoff: parseDuration(restart.maxBackoff ?? '10s'),
      limit: restart.limit ?? 5,
      within: parseDuration(restart.within ?? '1m'),
      health: health && {
        every: parseDuration(health.every ?? '10s'),
        timeout: parseDuration(health.timeout ?? '5s'),
        check: health.check,
      },
      onEvent,
    });
    // What is wrong with the options, or with the plugin itself, is said now.
    await supervised.#next;
    return supervised;
  }

  get state(): SupervisedState {
    return this.#state;
  }

  /** Why there is no instance any more. */
  get failure(): Error | undefined {
    return this.#error;
  }

  /**
   * The instance; the next one, where it has failed.
   * @throws (rejects) HatchwayError `unavailable` where it was given up, `disposed`.
   */
  instance(): Promise<Instance<Exports, SyncExports>> {
    if (this.#error !== undefined) return Promise.reject(this.#error);
    return this.#instance === undefined ? this.#next : Promise.resolve(this.#instance);
  }

  /**
   * Calls the instance.
   * @throws (rejects) what the call fails with, and what `instance` does.
   */
  async use<T>(call: (instance: Instance<Exports, SyncExports>) => T | Promise<T>): Promise<T> {
    return call(await this.instance());
  }

  /** Ends the instance, and supervision. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === 'disposed') return;
    this.#state = 'disposed';
    this.#error = hatchwayError('disposed', 'supervision has ended', this.names);
    this.#ends.abort();
    clearInterval(this.#health);
    const instance = this.#instance;
    this.#instance = undefined;
    await instance?.[Symbol.asyncDispose]();
  }

  async #start(): Promise<Instance> {
    const instance = await this.make();
    if (this.#error !== undefined) {
      await instance[Symbol.asyncDispose]();
      throw this.#error;
    }
    this.#instance = instance;
    this.#state = 'running';
    this.options.onEvent({ kind: 'started', instance: this.names.instance, attempt: ++this.#attempt });
    instance.onEnd(() => this.#failed(instance, instance.failure));
    this.#watch(instance);
    return instance;
  }

  /** An instance failed, or was disposed of by somebody else. */
  #failed(instance: Instance, error: Error | undefined): void {
    if (this.#instance !== instance) return;
    this.#instance = undefined;
    clearInterval(this.#health);
    this.#restart(error ?? hatchwayError('disposed', 'the instance was disposed', this.names));
  }

  #restart(error: Error): void {
    const { instance } = this.names;
    const { limit, within, backoff, maxBackoff, onEvent } = this.options;
    onEvent({ kind: 'failed', instance, error });
    const now = performance.now();
    this.#failures.push(now);
    while (this.#failures[0]! < now - within) this.#failures.shift();
    if (this.#failures.length > limit) {
      this.#state = 'gave-up';
      this.#error = hatchwayError(
        'unavailable',
        `the instance failed ${this.#failures.length} times in ${within / 1000} s, and is not made again`,
        { ...this.names, cause: error },
      );
      this.#next = Promise.reject(this.#error);
      this.#next.catch(() => {});
      onEvent({ kind: 'gave-up', instance, error });
      return;
    }
    this.#state = 'restarting';
    const delay = Math.min(maxBackoff, backoff * 2 ** (this.#failures.length - 1));
    onEvent({ kind: 'restarting', instance, delay });
    this.#next = this.#later(delay);
    this.#next.catch(() => {});
  }

  async #later(delay: number): Promise<Instance> {
    try {
      await wait(delay, undefined, { signal: this.#ends.signal });
    } catch {
      throw this.#error!;
    }
    try {
      return await this.#start();
    } catch (error) {
      if (this.#error !== undefined) throw this.#error;
      // It cannot even be made: that is a failure like another. Whoever waits goes on waiting.
      this.#restart(error instanceof Error ? error : new HatchwayError('trap', String(error)));
      return this.#next;
    }
  }

  #watch(instance: Instance): void {
    const { health } = this.options;
    if (health === undefined) return;
    let asking = false;
    this.#health = setInterval(async () => {
      if (asking || this.#instance !== instance) return;
      asking = true;
      try {
        await within(health.check === undefined ? instance.ping() : health.check(instance), health.timeout);
      } catch (cause) {
        if (this.#instance !== instance) return;
        const error = hatchwayError('unavailable', 'the instance is not well', { ...this.names, cause });
        this.#failed(instance, error);
        if (instance.state !== 'busy') instance.dispose();
      } finally {
        asking = false;
      }
    }, health.every);
    this.#health.unref();
  }
}

async function within(answer: Promise<unknown>, timeout: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(hatchwayError('timeout', `no sign of life in ${timeout} ms`)), timeout);
  });
  try {
    await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
