import type { Waiting } from './waiting.js';

/**
 * Something a guest can wait for (`wasi:io/poll`). An instance holds its thread while it waits, so a pollable is ready, or
 * becomes so at a moment that is known, or never does.
 */
export class Pollable {
  /**
   * @param moment when it becomes ready, in nanoseconds of the instance's monotonic clock: 0 for what is ready, `undefined` for
   * what waiting does not make so.
   */
  constructor(
    private readonly waiting: Waiting,
    readonly moment: () => bigint | undefined,
  ) {}

  ready(): boolean {
    const moment = this.moment();
    return moment !== undefined && moment <= this.waiting.now();
  }

  block(): void {
    poll(this.waiting, [this]);
  }
}

const READY = () => 0n;

/** A pollable for what never makes a guest wait. */
export function readyPollable(waiting: Waiting): Pollable {
  return new Pollable(waiting, READY);
}

/** Pollables in one list. */
const MAX_POLLABLES = 100_000;

/**
 * `wasi:io/poll.poll`: the indices of what is ready, after waiting until something is.
 * @throws InstanceEnd for an empty or too long list, as the interface asks for, and where waiting would never end.
 */
export function poll(waiting: Waiting, pollables: readonly Pollable[]): Uint32Array {
  if (pollables.length === 0) throw waiting.end('trap', 'the guest polls an empty list');
  if (pollables.length > MAX_POLLABLES) {
    throw waiting.end('exhausted', `the guest polls ${pollables.length} pollables; the limit is ${MAX_POLLABLES}`);
  }
  for (;;) {
    const now = waiting.now();
    const ready: number[] = [];
    let next: bigint | undefined;
    for (const [index, pollable] of pollables.entries()) {
      const moment = pollable.moment();
      if (moment === undefined) continue;
      if (moment <= now) ready.push(index);
      else if (next === undefined || moment < next) next = moment;
    }
    if (ready.length > 0) return Uint32Array.from(ready);
    if (next === undefined) throw waiting.end('trap', 'the guest waits for what never becomes ready');
    waiting.until(next);
  }
}
