import { FUEL, TICK } from '../rewrite/index.js';
import { checkCovered, type Deadlines, MAX_NESTED, PRECISE_BELOW } from './deadlines.js';
import { asReference } from './tick.js';

/** Fuel between two looks at the clock: what lasts about a quarter of a millisecond is found by doubling and halving. */
const LEAST = 1 << 16;
const MOST = 1 << 21;
const SOON = 0.125;
const LATE = 0.375;
/** Returns of host functions between two looks, at most. */
const MOST_RETURNS = 16;
/** In the place of a deadline. */
const PASSED = 0;

/** Has guests ask for fuel and looks at the clock then: nothing but this thread is needed. */
export class FuelDeadlines implements Deadlines {
  readonly imports;
  readonly #fuel = new WebAssembly.Global({ value: 'i32', mutable: true }, 0);
  #grant = LEAST;
  #last = 0;
  /** Whether the time since the last look was all the guest's. */
  #continuous = false;
  #depth = 0;
  /** By the clock; until it is first looked at the timeout, negated. */
  readonly #deadlines = new Float64Array(MAX_NESTED);
  /** Returns of host functions between two looks, and how many are left. */
  #between = 1;
  #returns = 1;
  #polled = 0;

  constructor() {
    this.imports = { [FUEL]: this.#fuel, [TICK]: asReference(() => this.#tick()) };
  }

  enter(timeout: number): void {
    const depth = this.#depth;
    // The clock costs more than a short call: for long timeouts it may as well start at the first look.
    if (timeout >= PRECISE_BELOW && depth < MAX_NESTED) this.#deadlines[depth] = -timeout;
    else if (depth < MAX_NESTED) this.#deadlines[depth] = performance.now() + timeout;
    else checkCovered(timeout, this.#deadlines.map(Math.abs));
    this.#continuous = false;
    this.#depth = depth + 1;
  }

  leave(): boolean {
    const depth = this.#depth - 1;
    this.#depth = depth;
    return depth < MAX_NESTED && this.#deadlines[depth] === PASSED;
  }

  expired(): boolean {
    return this.#passed(performance.now());
  }

  poll(): boolean {
    if (--this.#returns > 0) return false;
    const now = performance.now();
    const elapsed = now - this.#polled;
    this.#polled = now;
    if (elapsed < SOON && this.#between < MOST_RETURNS) this.#between *= 2;
    else if (elapsed > LATE) this.#between = 1;
    this.#returns = this.#between;
    return this.#passed(now);
  }

  #tick(): void {
    const now = performance.now();
    if (this.#passed(now)) return;
    const elapsed = now - this.#last;
    if (this.#continuous) {
      if (elapsed < SOON && this.#grant < MOST) this.#grant *= 2;
      else if (elapsed > LATE && this.#grant > LEAST) this.#grant /= 2;
    }
    this.#last = now;
    this.#continuous = true;
    this.#fuel.value = this.#grant;
  }

  /** Notes which deadlines have passed. */
  #passed(now: number): boolean {
    let passed = false;
    const used = Math.min(this.#depth, MAX_NESTED);
    for (let i = 0; i < used; i++) {
      const deadline = this.#deadlines[i]!;
      if (deadline < 0) this.#deadlines[i] = now - deadline;
      else if (now >= deadline) {
        this.#deadlines[i] = PASSED;
        passed = true;
      }
    }
    return passed;
  }
}
