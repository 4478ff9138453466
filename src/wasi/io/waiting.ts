import { type ErrorCode, hatchwayError, InstanceEnd } from '../../errors/index.js';

/** Nobody notifies this cell: waiting on it is sleeping. */
const NOTHING = new Int32Array(new SharedArrayBuffer(4));
/** The longest sleep of one step, in milliseconds. */
const MAX_STEP = 60_000;

const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

/**
 * The waiting of one instance. A guest that waits holds the thread and with it the event loop, so what it may wait in total,
 * until the event loop turns again, is bounded.
 */
export class Waiting {
  #left: number;
  #counting = false;

  /** @param limit milliseconds in total that a call may wait; `Infinity` for no limit. */
  constructor(
    private readonly name: { readonly plugin: string; readonly instance: string },
    private readonly limit: number,
    /** The instance's monotonic clock, in nanoseconds. */
    readonly now: () => bigint,
  ) {
    this.#left = limit;
  }

  /**
   * Sleeps until a moment of the monotonic clock.
   * @throws InstanceEnd where that is longer than the instance may wait.
   */
  until(moment: bigint): void {
    const wait = moment - this.now();
    if (wait <= 0n) return;
    const milliseconds = Number(wait / NANOSECONDS_PER_MILLISECOND) + 1;
    this.#take(milliseconds);
    this.#sleep(moment, milliseconds);
  }

  /** Sleeps for a step while something outside gets ready, such as a terminal. */
  step(milliseconds: number): void {
    this.#take(milliseconds);
    Atomics.wait(NOTHING, 0, 0, milliseconds);
  }

  /** What ends the instance with an error of this name. */
  end(code: ErrorCode, what: string, mend?: string): InstanceEnd {
    return new InstanceEnd(hatchwayError(code, what, { ...this.name, ...(mend === undefined ? {} : { mend }) }));
  }

  #sleep(moment: bigint, milliseconds: number): void {
    const began = performance.now();
    for (;;) {
      const left = milliseconds - (performance.now() - began);
      if (left <= 0) return;
      Atomics.wait(NOTHING, 0, 0, Math.min(left, MAX_STEP));
      if (this.now() >= moment) return;
    }
  }

  #take(milliseconds: number): void {
    if (!this.#counting) {
      this.#counting = true;
      // Runs when the call is over: a microtask has to wait for the guest as everything else has.
      queueMicrotask(() => {
        this.#counting = false;
        this.#left = this.limit;
      });
    }
    if (milliseconds > this.#left) {
      throw this.end(
        'exhausted',
        `the guest wants to wait for ${milliseconds} ms while it holds the thread; ${this.#left} of ${this.limit} ms are left to this call`,
        'Raise `limits: { waiting }`, or let the app wait and call again.',
      );
    }
    this.#left -= milliseconds;
  }
}
