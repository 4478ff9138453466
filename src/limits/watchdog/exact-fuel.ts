import { FUEL, TICK } from '../rewrite/index.js';
import { asReference } from './tick.js';

/** Granted at a time, so that deadlines are looked at in between. */
const SLICE = 1n << 18n;

/**
 * A budget of executed instructions, for all modules that import its `imports`: the same run takes the same, on every machine.
 * A guest that needs more traps, and `exhausted` says so.
 */
export class ExactFuel {
  readonly imports;
  readonly #fuel = new WebAssembly.Global({ value: 'i64', mutable: true }, 0n);
  /** What has not been granted yet. */
  #reserve: bigint;

  /**
   * @param budget what may be spent, 0 or more
   * @param expired whether a deadline has passed; the guest traps then too
   */
  constructor(
    readonly budget: bigint,
    expired: () => boolean,
  ) {
    this.#reserve = budget;
    const tick = () => {
      if (expired()) return;
      const wanted = SLICE - this.#fuel.value;
      const granted = wanted < this.#reserve ? wanted : this.#reserve;
      this.#reserve -= granted;
      this.#fuel.value += granted;
    };
    this.imports = { [FUEL]: this.#fuel, [TICK]: asReference(tick) };
  }

  /** Starts anew, with all of the budget. */
  refill(): void {
    this.#reserve = this.budget;
    this.#fuel.value = 0n;
  }

  /** What has been spent; more than the budget where the last block was too expensive. */
  get used(): bigint {
    return this.budget - this.#reserve - this.#fuel.value;
  }

  /** Whether a guest was refused. */
  get exhausted(): boolean {
    return this.#reserve === 0n && this.#fuel.value < 0n;
  }
}
