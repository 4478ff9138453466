import { FUEL, TICK } from '../rewrite/index.js';
import { checkCovered, type Deadlines, MAX_NESTED, PRECISE_BELOW } from './deadlines.js';
import { asReference } from './tick.js';

/** Fuel between two looks at the clock: what lasts about a quarter of a millisecond is found by doubling and halving. */
const LEAST = 1 << 16;
const MOST = 1 << 21;
const SOON = 0.125;
const LATE = 0.375;

/** Has guests ask for fuel and looks at the clock then: nothing but this thread is needed. */
export class FuelDeadlines implements Deadlines {
  readonly imports;
  readonly #fuel = new WebAssembly.Global({ value: 'i32', mutable: true }, 0);
  #grant = LEAST;
  #last = 0;
  /** Whether the time since the last look was all the guest's. */
  #continuous = false;
  #depth = 0;
  readonly #timeouts = new Float64Array(MAX_NESTED);
  /** By the clock; not a number until it is first looked at. */
  readonly #deadlines = new Float64Array(MAX_NESTED);

  constructor() {
    this.imports = { [FUEL]: this.#fuel, [TICK]: asReference(() => this.#tick()) };
  }

  enter(timeout: number): void {
    const depth = this.#depth;
    if (depth >= MAX_NESTED) {
      checkCovered(timeout, this.#timeouts);
      this.#depth = depth + 1;
      return;
    }
    this.#timeouts[depth] = timeout;
    // The clock costs more than a short call: for long timeouts it may as well start at the first look.
    this.#deadlines[depth] = timeout < PRECISE_BELOW ? performance.now() + timeout : Number.NaN;
    this.#continuous = false;
    this.#depth = depth + 1;
  }

  leave(): boolean {
    const depth = --this.#depth;
    return depth < MAX_NESTED && this.#deadlines[depth] === PASSED;
  }

  expired(): boolean {
    return this.#passed(performance.now());
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
      if (Number.isNaN(deadline)) this.#deadlines[i] = now + this.#timeouts[i]!;
      else if (now >= deadline) {
        this.#deadlines[i] = PASSED;
        passed = true;
      }
    }
    return passed;
  }
}

const PASSED = Number.NEGATIVE_INFINITY;
