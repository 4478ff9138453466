import type { Deadlines } from './deadlines.js';
import { ExactFuel } from './exact-fuel.js';

/** Deadlines for the modules of one instance, each of whose calls may also execute no more than so many instructions. */
export class FuelBudget implements Deadlines {
  readonly imports;
  readonly #fuel: ExactFuel;
  #spent = 0;
  #running = false;

  constructor(
    /** Instructions for each call; a whole number, 1 or more. */
    readonly budget: number,
    private readonly deadlines: Deadlines,
  ) {
    this.#fuel = new ExactFuel(BigInt(budget), () => deadlines.expired());
    this.imports = this.#fuel.imports;
  }

  enter(timeout: number): void {
    this.deadlines.enter(timeout);
    this.#fuel.refill();
    this.#running = true;
  }

  leave(): boolean {
    this.#spent += Number(this.#fuel.used);
    this.#running = false;
    return this.deadlines.leave();
  }

  expired(): boolean {
    return this.deadlines.expired();
  }

  poll(): boolean {
    return this.deadlines.poll();
  }

  /** Whether the call under way, or else the last one, needed more. */
  get exhausted(): boolean {
    return this.#fuel.exhausted;
  }

  /** Instructions that all calls so far have taken. */
  get spent(): number {
    return this.#spent + (this.#running ? Number(this.#fuel.used) : 0);
  }
}
