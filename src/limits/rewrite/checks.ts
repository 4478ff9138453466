import type { Interruption } from './policy.js';
import { signed, unsigned } from './writer.js';

/** Where a rewritten module has what its checks use. */
export interface CheckLayout {
  readonly interruption: Interruption;
  /** Of the flag. */
  readonly memory: number;
  /** Of the fuel. */
  readonly global: number;
  /** The function that asks the host for more fuel. */
  readonly refuel: number;
}

/**
 * A check that finds fuel this far below zero traps without asking: the host could not be called, for want of stack, and a
 * guest that catches that goes on where the next question fails too.
 */
const FLOOR = -4_000_000;

/** The code of a check: `before`, the cost as a signed integer, `after`. In epoch mode `after` is all of it. */
export class CheckCode {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly counts: boolean;
  readonly #wide: boolean;
  readonly #global: readonly number[];

  constructor(layout: CheckLayout) {
    this.counts = layout.interruption !== 'epoch';
    this.#wide = layout.interruption === 'exact-fuel';
    this.#global = unsigned(layout.global);
    const global = this.#global;
    if (this.counts) {
      this.before = [0x23, ...global, this.#const];
      this.after = [this.#wide ? 0x7d : 0x6b, 0x24, ...global, ...this.#settle(layout.refuel)];
    } else {
      this.before = [];
      const place = layout.memory === 0 ? [0x02] : [0x42, ...unsigned(layout.memory)];
      // i32.load of the flag; if: unreachable. Whatever the guest catches, it does not catch that.
      this.after = [0x41, 0x00, 0x28, ...place, 0x00, 0x04, 0x40, 0x00, 0x0b];
    }
  }

  /** A check that charges `cost`. */
  fixed(cost: number): number[] {
    return this.counts ? [...this.before, ...signed(cost), ...this.after] : [...this.after];
  }

  /** A check that charges what the code `amount` gives, an i32 that is not negative. */
  computed(amount: readonly number[]): number[] {
    if (!this.counts) return [...this.after];
    return [0x23, ...this.#global, ...amount, ...(this.#wide ? [0xad] : []), ...this.after];
  }

  /** Traps if the fuel is below `bound`. */
  trapBelow(bound: number): number[] {
    return [...this.#below(bound), 0x04, 0x40, 0x00, 0x0b];
  }

  get #const(): number {
    return this.#wide ? 0x42 : 0x41;
  }

  #below(bound: number): number[] {
    return [0x23, ...this.#global, this.#const, ...signed(bound), this.#wide ? 0x53 : 0x48];
  }

  #settle(refuel: number): number[] {
    return [...this.#below(0), 0x04, 0x40, ...this.trapBelow(FLOOR), 0x10, ...unsigned(refuel), 0x0b];
  }
}
