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
 * Where the flag is. Not at the start of a page: processors that guess by its low bits where in their cache an address is
 * would mix the flag up with whatever the guest has at the start of a page, which made a loop over a table take 1.5 times as long.
 */
export const FLAG_ADDRESS = 10_688;

/**
 * A check that finds fuel this far below zero traps without asking: the host could not be called, for want of stack, and a
 * guest that catches that goes on where the next question fails too.
 */
const FLOOR = -4_000_000;

/**
 * The code of checks in a function with loops, where fuel is counted. What loops cost is added up in a local, which costs next to nothing, and only
 * when that is more than some bound it is paid, and the check made. What remains is paid when the function is left; an
 * exception leaves it unpaid, but handlers cost more.
 *
 * The call that asks for fuel must not stand in the loop: engines would keep the loop's values in memory for its sake, which
 * makes tight loops take up to four times as long. So loops are wrapped, and left for it:
 *
 *     (block $done (loop $again (block $asking (loop … (br_if $asking …) …) (br $done)) … (br $again)) unreachable)
 */
export interface LoopCode {
  readonly before: readonly number[];
  /** After the cost: of a loop's header; of what is only charged. */
  readonly after: readonly number[];
  readonly charged: readonly number[];
  /** After the cost, of the header of a loop that is wrapped. */
  readonly leaving: readonly number[];
  /** After such a loop, around what the counter is set to: the header adds its cost once more, and must come out at 0. */
  readonly ending: readonly number[];
  readonly ended: readonly number[];
  readonly leave: readonly number[];
  readonly declaration: readonly number[];
  /** Whether a cost stands between `before` and `after`. */
  readonly counts: boolean;
}

/** The code of a check that charges a cost, a signed integer between the two; in epoch mode there is none. */
export interface FixedCode {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly counts: boolean;
}

/** The code of a check: `before`, the cost as a signed integer, `after`. In epoch mode `after` is all of it. */
export class CheckCode implements FixedCode {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly counts: boolean;
  readonly #wide: boolean;
  readonly #global: readonly number[];
  readonly #refuel: readonly number[];

  constructor(layout: CheckLayout) {
    this.counts = layout.interruption !== 'epoch';
    this.#wide = layout.interruption === 'exact-fuel';
    this.#global = unsigned(layout.global);
    this.#refuel = unsigned(layout.refuel);
    const global = this.#global;
    if (this.counts) {
      this.before = [0x23, ...global, this.#const];
      this.after = [this.#wide ? 0x7d : 0x6b, 0x24, ...global, ...this.#settle];
    } else {
      this.before = [];
      const place = layout.memory === 0 ? [0x02] : [0x42, ...unsigned(layout.memory)];
      const offset = unsigned(FLAG_ADDRESS);
      // i32.load of the flag; if: unreachable. Whatever the guest catches, it does not catch that.
      this.after = [0x41, 0x00, 0x28, ...place, ...offset, 0x04, 0x40, 0x00, 0x0b];
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

  /** The same with a local to keep the fuel in: one load less. It is of no use to functions with loops, which count in it. */
  inLocal(local: number): FixedCode {
    const index = unsigned(local);
    const wide = this.#wide;
    const subtract = [wide ? 0x7d : 0x6b, 0x22, ...index, 0x24, ...this.#global];
    const isGone = [0x20, ...index, this.#const, 0x00, wide ? 0x53 : 0x48];
    return { before: this.before, after: [...subtract, ...isGone, ...this.#ask], counts: true };
  }

  /** The code of functions with loops, which have a counter in this local; without one every check is of the other kind. */
  loop(local: number | undefined, most: number): LoopCode {
    if (local === undefined)
      return {
        ...{ before: this.before, after: this.after, charged: this.after, counts: this.counts },
        ...{ leaving: [], ending: [], ended: [], leave: [], declaration: [] },
      };
    const wide = this.#wide;
    const index = unsigned(local);
    const paid = [0x23, ...this.#global, 0x20, ...index, wide ? 0x7d : 0x6b, 0x24, ...this.#global];
    const pay = [...paid, this.#const, 0x00, 0x21, ...index];
    const count = [wide ? 0x7c : 0x6a, 0x22, ...index, wide ? 0x42 : 0x41, ...signed(most), wide ? 0x55 : 0x4a];
    return {
      before: [0x20, ...index, this.#const],
      after: [...count, 0x04, 0x40, ...pay, ...this.#settle, 0x0b],
      leaving: [...count, 0x0d, 0x01],
      // br to the end of the outer block; end; pay; br to the loop around; end; unreachable; end
      ending: [0x0c, 0x02, 0x0b, ...paid, this.#const],
      ended: [0x21, ...index, ...this.#settle, 0x0c, 0x00, 0x0b, 0x00, 0x0b],
      charged: [wide ? 0x7c : 0x6a, 0x21, ...index],
      leave: pay,
      declaration: [0x01, wide ? 0x7e : 0x7f],
      counts: true,
    };
  }

  get #const(): number {
    return this.#wide ? 0x42 : 0x41;
  }

  #below(bound: number): number[] {
    return [0x23, ...this.#global, this.#const, ...signed(bound), this.#wide ? 0x53 : 0x48];
  }

  get #settle(): number[] {
    return [...this.#below(0), ...this.#ask];
  }

  get #ask(): number[] {
    return [0x04, 0x40, ...this.trapBelow(FLOOR), 0x10, ...this.#refuel, 0x0b];
  }
}
