import { hatchwayError } from '../errors/index.js';
import type { Instance, InstantiateOptions } from './instance.js';
import { checkOptions } from './options.js';
import { MAX_WAITING } from './queue.js';

/** How a pool is kept, and how its instances are made. */
export interface PoolOptions<Imports = any> extends InstantiateOptions<Imports> {
  /** Instances that are kept ready. 0 to `max`. Default: 1. */
  readonly size?: number;
  /** Instances that there are at once, in use and ready. 1 or more. Default: 10, or `size` if that is more. */
  readonly max?: number;
}

interface Waiting {
  resolve(instance: Instance): void;
  reject(error: unknown): void;
}

/**
 * Instances of one plugin with one set of grants, imports and limits, made before they are needed. Each is handed out once
 * and never again: what one caller left in its memory no other gets to see. What is kept warm is the plugin's compiled modules,
 * and instances that nobody has used.
 * @example
 * await using pool = await plugin.pool({ size: 4, max: 16, imports });
 * const shouted = await pool.use((shout) => shout.exports.filter.apply(message));
 */
export class Pool<Exports = any, SyncExports = any> implements AsyncDisposable {
  readonly #ready: Instance[] = [];
  readonly #waiting: Waiting[] = [];
  /** Handed out and not at their end; in the making. */
  #used = 0;
  #making = 0;
  #refilling = false;
  #disposed = false;
  readonly #lost = new FinalizationRegistry<() => void>((ended) => ended());

  private constructor(
    private readonly name: string,
    private readonly make: () => Promise<Instance>,
    private readonly size: number,
    private readonly max: number,
  ) {}

  /**
   * @internal
   * @param instantiate with the options that are not the pool's
   */
  static async create(
    name: string,
    instantiate: (options: InstantiateOptions) => Promise<Instance>,
    { size = 1, max = Math.max(10, size), ...options }: PoolOptions = {},
  ): Promise<Pool> {
    checkOptions('pool', { size, max }, ['size', 'max']);
    if (size > max) {
      throw hatchwayError('option', `a pool of at most ${max} cannot keep ${size} ready`, { plugin: name });
    }
    const pool = new Pool(name, () => instantiate(options), size, max);
    // What is wrong with the options is said now.
    pool.#ready.push(await pool.make());
    try {
      while (pool.#ready.length < size) pool.#ready.push(await pool.make());
    } catch (error) {
      await pool[Symbol.asyncDispose]();
      throw error;
    }
    if (size === 0) pool.#ready.pop()!.dispose();
    return pool;
  }

  /** How many there are: `ready` to be used, `used`, and callers `waiting` for one. */
  get counts(): { readonly ready: number; readonly used: number; readonly waiting: number } {
    return { ready: this.#ready.length, used: this.#used, waiting: this.#waiting.length };
  }

  /**
   * An instance that nobody has used. It goes back by being disposed of (`await using` does), which ends it, and counts as used
   * until it is disposed or poisoned, or nobody can reach it.
   * @throws (rejects) HatchwayError `exhausted` where too many wait, `disposed`, `cancelled` where the signal was aborted first;
   * what `instantiate` fails with.
   * @example await using shout = await pool.acquire()
   */
  async acquire(options: { readonly signal?: AbortSignal } = {}): Promise<Instance<Exports, SyncExports>> {
    checkOptions('acquire', options, ['signal']);
    const { signal } = options;
    if (this.#disposed) throw this.#end();
    if (signal?.aborted) throw this.#cancelled(signal);
    const ready = this.#waiting.length === 0 ? this.#ready.pop() : undefined;
    if (ready !== undefined) return this.#handOut(ready);
    if (this.#waiting.length >= MAX_WAITING) {
      throw hatchwayError('exhausted', `${MAX_WAITING} callers are waiting for an instance of the pool`, {
        plugin: this.name,
        mend: 'Wait for answers before asking again, or raise `max`.',
      });
    }
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        reject(this.#cancelled(signal!));
      };
      const entry: Waiting = {
        resolve: (instance) => {
          signal?.removeEventListener('abort', onAbort);
          resolve(instance);
        },
        reject: (error) => {
          signal?.removeEventListener('abort', onAbort);
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(entry);
      this.#fill();
    });
  }

  /**
   * Has `use` use an instance, which is at its end when the promise has come to something.
   * @throws (rejects) as `acquire` does, and with what `use` fails with
   */
  async use<T>(
    use: (instance: Instance<Exports, SyncExports>) => T | Promise<T>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<T> {
    const instance = await this.acquire(options);
    try {
      return await use(instance);
    } finally {
      instance.dispose();
    }
  }

  /** Ends the pool: callers that wait fail with `disposed`. Instances that are in use are not ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    for (const instance of this.#ready.splice(0)) instance.dispose();
    for (const entry of this.#waiting.splice(0)) entry.reject(this.#end());
  }

  #handOut(instance: Instance): Instance {
    this.#used++;
    let used = true;
    const ended = () => {
      if (!used) return;
      used = false;
      this.#used--;
      this.#fill();
    };
    instance.onEnd(ended);
    this.#lost.register(instance, ended);
    this.#refill();
    return instance;
  }

  /** Later, so that nobody waits for instances that are for others. */
  #refill(): void {
    if (this.#refilling) return;
    this.#refilling = true;
    setImmediate(() => {
      this.#refilling = false;
      this.#fill();
    });
  }

  /** Makes what is asked for, or to be ready, as far as there may be more. */
  #fill(): void {
    while (!this.#disposed && this.#used + this.#making + this.#ready.length < this.max) {
      if (this.#ready.length + this.#making >= this.size + this.#waiting.length) return;
      this.#making++;
      this.make().then(
        (instance) => {
          this.#making--;
          this.#made(instance);
        },
        (error: unknown) => {
          this.#making--;
          // Where nobody waits, the next who asks finds out.
          this.#waiting.shift()?.reject(error);
          if (this.#waiting.length > 0) this.#fill();
        },
      );
    }
  }

  #made(instance: Instance): void {
    if (this.#disposed) {
      instance.dispose();
      return;
    }
    const first = this.#waiting.shift();
    if (first === undefined) this.#ready.push(instance);
    else first.resolve(this.#handOut(instance));
  }

  #end() {
    return hatchwayError('disposed', 'the pool was disposed', { plugin: this.name });
  }

  #cancelled(signal: AbortSignal) {
    return hatchwayError('cancelled', 'the wait for an instance was cancelled', {
      plugin: this.name,
      cause: signal.reason,
    });
  }
}
