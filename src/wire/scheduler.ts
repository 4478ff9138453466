import { MAX_BODY } from './protocol.js';

/**
 * Who sends next. Sources with bytes to send take turns; a turn is as long as the source's weight, and a source with a
 * rate waits where it is ahead of it. Weights and rates may change at any time.
 */
export const QUANTUM = 4096;
export const DEFAULT_WEIGHT = 16;
export const MAX_WEIGHT = 256;
/** Bytes of the least turn: enough for a frame to be worth its header. Who has shorter ones waits until they add up. */
const LEAST = 1024;

/** What a stream or an instance may send. */
export class Share {
  #weight = DEFAULT_WEIGHT;
  #rate = 0;
  /** What may go at once; less than 0 where more went than was allowed. */
  #tokens = 0;
  /** When that was so; NaN while there is no rate. */
  #filled = Number.NaN;

  /** Turns relative to others: 1 to 256. Default 16. */
  get weight(): number {
    return this.#weight;
  }

  set weight(value: number) {
    if (!Number.isInteger(value) || value < 1 || value > MAX_WEIGHT)
      throw new RangeError(`a weight is from 1 to ${MAX_WEIGHT}`);
    this.#weight = value;
  }

  /** Bytes a second; 0, the default, is no bound. */
  get rate(): number {
    return this.#rate;
  }

  set rate(value: number) {
    if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) throw new RangeError('a rate is at least 0');
    this.#rate = value;
    if (value === 0) this.#filled = Number.NaN;
    else this.#tokens = Math.min(this.#tokens, this.#burst);
  }

  /** What may go at once after a pause: a tenth of a second's worth, and enough for a frame. */
  get #burst(): number {
    return Math.max(this.#rate / 10, LEAST);
  }

  /** How many bytes may go now. `now` in milliseconds. */
  allowance(now: number): number {
    const rate = this.#rate;
    if (rate === 0) return Number.MAX_SAFE_INTEGER;
    if (Number.isNaN(this.#filled)) this.#tokens = this.#burst;
    else this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#filled) * rate) / 1000);
    this.#filled = now;
    // Slow ones send twenty times a second, not a few bytes each time that somebody looks.
    return this.#tokens < Math.min(LEAST, rate / 20) ? 0 : Math.floor(this.#tokens);
  }

  spend(bytes: number): void {
    if (this.#rate !== 0) this.#tokens -= bytes;
  }
}

export interface Source {
  readonly shares: readonly Share[];
  /** Sends up to `limit` bytes; gives how many. 0 where it has nothing to send or no credit for it. */
  send(limit: number): number;
  /** What is left of its turn, in bytes. The scheduler's. */
  deficit: number;
  /** Whether the scheduler has it. The scheduler's. */
  queued: boolean;
}

export class Scheduler {
  /** In the order of their turns. Who is ahead of a rate keeps its place, and what is left of its turn. */
  readonly #sources: Source[] = [];

  /** Something to send, or new credit for it. */
  add(source: Source): void {
    if (source.queued) return;
    source.queued = true;
    this.#sources.push(source);
  }

  get size(): number {
    return this.#sources.length;
  }

  /** Lets sources send up to about `budget` bytes. Gives whether some are left: for the next time, or ahead of their rate. */
  run(budget: number, now: number): boolean {
    const sources = this.#sources;
    let left = budget;
    /** Whose turn it is: who had one before stands at the end again. */
    let at = 0;
    const ahead: Source[] = [];
    while (left > 0 && at < sources.length) {
      const source = sources[at]!;
      let weight = 1;
      let allowance = left;
      for (const share of source.shares) {
        weight *= share.weight / DEFAULT_WEIGHT;
        allowance = Math.min(allowance, share.allowance(now));
      }
      if (allowance <= 0) {
        ahead.push(source);
        at++;
        continue;
      }
      // Who is alone makes nobody wait: its turn is a whole frame.
      const alone = sources.length - at + ahead.length === 1;
      if (source.deficit < LEAST) source.deficit += alone ? MAX_BODY : weight * QUANTUM;
      if (source.deficit >= LEAST) {
        const sent = source.send(Math.min(allowance, Math.floor(source.deficit)));
        if (sent === 0) {
          source.deficit = 0;
          source.queued = false;
          at++;
          continue;
        }
        source.deficit -= sent;
        left -= sent;
        for (const share of source.shares) share.spend(sent);
      }
      if (source.deficit < LEAST && !alone) {
        sources.push(source);
        at++;
      }
    }
    if (at > 0) sources.splice(0, at, ...ahead);
    return sources.length > 0;
  }
}
