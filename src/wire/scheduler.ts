import { MAX_BODY } from './protocol.js';

/**
 * Who sends next. Sources with bytes to send take turns; a turn is as long as the source's weight, and a source with a
 * rate waits where it is ahead of it. Weights and rates may change at any time.
 */
export const QUANTUM = 4096;
export const DEFAULT_WEIGHT = 16;

/** What a stream or an instance may send. */
export class Share {
  #weight = DEFAULT_WEIGHT;
  #rate = 0;
  #tokens = 0;
  #filled = 0;

  /** Turns relative to others: 1 to 256. Default 16. */
  get weight(): number {
    return this.#weight;
  }

  set weight(value: number) {
    if (!Number.isInteger(value) || value < 1 || value > 256) throw new RangeError('a weight is from 1 to 256');
    this.#weight = value;
  }

  /** Bytes a second; 0, the default, is no bound. */
  get rate(): number {
    return this.#rate;
  }

  set rate(value: number) {
    if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) throw new RangeError('a rate is at least 0');
    this.#rate = value;
    this.#tokens = Math.min(this.#tokens, this.#burst);
  }

  /** A tenth of a second's worth, and enough for a frame to be worth its header. */
  get #burst(): number {
    return Math.max(this.#rate / 10, 1024);
  }

  /** How many bytes may go now. `now` in milliseconds. */
  allowance(now: number): number {
    if (this.#rate === 0) return Number.MAX_SAFE_INTEGER;
    if (this.#filled === 0) this.#tokens = this.#burst;
    else this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#filled) * this.#rate) / 1000);
    this.#filled = now;
    return Math.floor(this.#tokens);
  }

  spend(bytes: number): void {
    if (this.#rate !== 0) this.#tokens -= bytes;
  }
}

export interface Source {
  readonly shares: readonly Share[];
  /** Sends up to `limit` bytes; gives how many. 0 where it has nothing to send or no credit for it. */
  send(limit: number): number;
  /** Left over from earlier turns. The scheduler's. */
  deficit: number;
  /** Whether the scheduler has it. The scheduler's. */
  queued: boolean;
}

export class Scheduler {
  #ring: Source[] = [];
  #next = 0;

  /** Something to send, or new credit for it. */
  add(source: Source): void {
    if (source.queued) return;
    source.queued = true;
    this.#ring.push(source);
  }

  get size(): number {
    return this.#ring.length;
  }

  /** Lets sources send up to about `budget` bytes. Gives whether some are left: for the next time, or ahead of their rate. */
  run(budget: number, now: number): boolean {
    let left = budget;
    let idle = 0;
    while (left > 0 && this.#ring.length > 0 && idle < this.#ring.length) {
      if (this.#next >= this.#ring.length) this.#next = 0;
      const source = this.#ring[this.#next]!;
      let weight = 1;
      let allowance = left;
      for (const share of source.shares) {
        weight *= share.weight / DEFAULT_WEIGHT;
        allowance = Math.min(allowance, share.allowance(now));
      }
      if (allowance <= 0) {
        idle++;
        this.#next++;
        continue;
      }
      // Who is alone makes nobody wait: its turn is a whole frame.
      source.deficit += this.#ring.length === 1 ? MAX_BODY : weight * QUANTUM;
      const wanted = Math.min(allowance, Math.max(1, Math.floor(source.deficit)));
      const sent = source.send(wanted);
      if (sent === 0) {
        source.deficit = 0;
        source.queued = false;
        this.#ring.splice(this.#next, 1);
        continue;
      }
      idle = 0;
      source.deficit = Math.max(0, source.deficit - sent);
      left -= sent;
      for (const share of source.shares) share.spend(sent);
      this.#next++;
    }
    return this.#ring.length > 0;
  }
}
