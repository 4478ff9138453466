import { allocate, Violation } from '../wire/index.js';
import type { IncomingBytes } from './streams.js';

/** A message of which more is to come. Its memory is taken when its turn comes, and the rest granted then. */
export class Assembly {
  bytes: Uint8Array;
  filled: number;
  granted = 0;

  constructor(
    readonly type: number,
    readonly id: number,
    readonly total: number,
    first: Uint8Array,
  ) {
    this.bytes = first;
    this.filled = first.length;
  }

  get complete(): boolean {
    return this.filled === this.total;
  }

  /** Takes memory for all of it; gives what the peer may send. */
  start(): number {
    const whole = allocate(this.total);
    whole.set(this.bytes);
    this.bytes = whole;
    this.granted = this.total - this.filled;
    return this.granted;
  }

  /** Judges a frame before its bytes come.
   * @throws Violation */
  expect(length: number): void {
    if (length > this.granted) throw new Violation('window', `${length} bytes, and ${this.granted} were granted`);
    this.granted -= length;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    this.bytes.set(bytes.subarray(start, end), this.filled);
    this.filled += end - start;
  }
}

/** Long messages under way. Each has memory for all of itself or none, so that none waits for another for ever. */
export class Assemblies {
  readonly #byId = new Map<number, Assembly>();
  readonly #waiting = new Set<Assembly>();
  #left: number;

  constructor(
    private readonly budget: number,
    private readonly grant: (id: number, bytes: number) => void,
  ) {
    this.#left = budget;
  }

  get(id: number): Assembly | undefined {
    return this.#byId.get(id);
  }

  add(assembly: Assembly): void {
    this.#byId.set(assembly.id, assembly);
    this.#waiting.add(assembly);
    this.#advance();
  }

  remove(assembly: Assembly): void {
    if (!this.#byId.delete(assembly.id)) return;
    if (this.#waiting.delete(assembly)) return;
    this.#left += assembly.total;
    this.#advance();
  }

  clear(): void {
    this.#byId.clear();
    this.#waiting.clear();
  }

  #advance(): void {
    for (const next of this.#waiting) {
      // One that is larger than the whole budget has it alone.
      if (next.total > this.#left && this.#left < this.budget) return;
      this.#waiting.delete(next);
      this.#left -= next.total;
      this.grant(next.id, next.start());
    }
  }
}

/** The least that is worth granting a stream, in bytes. */
const LEAST = 16 * 1024;

/** Memory for streams of bytes, lent to them as windows: what all peers' bytes together may take here. */
export class StreamBudget {
  #left: number;
  #waiting: IncomingBytes[] = [];

  constructor(
    budget: number,
    private readonly window: number,
  ) {
    this.#left = budget;
  }

  request(stream: IncomingBytes): void {
    if (this.#left < LEAST) {
      this.#waiting.push(stream);
      return;
    }
    const bytes = Math.max(LEAST, Math.min(this.window, this.#left >> 2));
    this.#left -= bytes;
    stream.granted(bytes);
  }

  giveBack(bytes: number): void {
    this.#left += bytes;
    while (this.#waiting.length > 0 && this.#left >= LEAST) {
      const next = this.#waiting.shift()!;
      if (next.ended === undefined) this.request(next);
    }
  }
}
