import { AsyncResource } from 'node:async_hooks';
import { hatchwayError } from '../errors/index.js';

/** Calls that may wait for one instance. */
export const MAX_WAITING = 1000;

/** How one call is made. */
export interface CallOptions {
  /** Ends the wait of a call that has not started; one that runs is not stopped. */
  readonly signal?: AbortSignal;
  /**
   * What the call may take, from its start: milliseconds, or a duration such as `'50ms'`; no more than the instance's own limit.
   * Default: the instance's limit.
   */
  readonly timeout?: number | string;
}

interface Waiting {
  start(): void;
  fail(error: unknown): void;
}

/** The calls of one instance, one at a time, in order. */
export class CallQueue {
  #running = false;
  readonly #waiting: Waiting[] = [];

  constructor(private readonly describe: { plugin?: string; instance?: string }) {}

  /**
   * Runs a call once those before it have ended; at once where none is. A call that answers without a promise ends at once.
   * @throws (rejects) HatchwayError `exhausted` where too many wait; `cancelled` where the signal was aborted first.
   */
  run<T>(call: () => T | Promise<T>, options: CallOptions): Promise<T> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(this.#cancelled(signal));
    if (!this.#running) return this.#start(call);
    if (this.#waiting.length >= MAX_WAITING) {
      const error = hatchwayError('exhausted', `${MAX_WAITING} calls are waiting for the instance`, {
        ...this.describe,
        mend: 'Wait for answers before calling again, or use more instances.',
      });
      return Promise.reject(error);
    }
    // It will be started by the end of another call, which is no business of its caller: it keeps its caller's context.
    const inContext = AsyncResource.bind(call);
    return new Promise<T>((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        reject(this.#cancelled(signal!));
      };
      const entry: Waiting = {
        start: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve(this.#start(inContext));
        },
        fail: (error) => {
          signal?.removeEventListener('abort', onAbort);
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(entry);
    });
  }

  /** Fails every call that waits. */
  close(error: () => unknown): void {
    for (const entry of this.#waiting.splice(0)) entry.fail(error());
  }

  async #start<T>(call: () => T | Promise<T>): Promise<T> {
    this.#running = true;
    try {
      const answer = call();
      return answer instanceof Promise ? await answer : answer;
    } finally {
      this.#running = false;
      this.#waiting.shift()?.start();
    }
  }

  #cancelled(signal: AbortSignal) {
    return hatchwayError('cancelled', 'the call was cancelled before it started', {
      ...this.describe,
      cause: signal.reason,
    });
  }
}
