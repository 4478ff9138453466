import { EXCEPTION } from './costs.js';
import { type Edits, NOTHING } from './edits.js';
import { BLOCK, type FrameKind, FUNCTION, IF, LOOP, type Placement } from './placement.js';

/**
 * A check at the head of each basic block that charges exactly what the block costs, so that what a run is charged depends on
 * nothing but what it executes. A block that costs nothing has none.
 */
export class ExactBlocks implements Placement {
  room: number;
  #dead = false;
  #cost = 0;
  /** The check of the block that is being walked. */
  #head = 0;
  #depth = 0;
  readonly #kind: number[] = [];
  /** Whether a branch leads to the frame's label. */
  readonly #reached: boolean[] = [];

  constructor(
    private readonly edits: Edits,
    private readonly maxStretch: number,
  ) {
    this.room = maxStretch;
  }

  begin(at: number): void {
    this.#depth = -1;
    this.#start(at);
    this.open(FUNCTION, at);
  }

  advance(cost: number): void {
    if (this.#dead) return;
    this.#cost += cost;
    this.room = this.maxStretch - this.#cost;
  }

  check(at: number): void {
    if (!this.#dead) this.#next(at);
  }

  open(kind: FrameKind, at: number): void {
    const depth = ++this.#depth;
    this.#kind[depth] = kind;
    this.#reached[depth] = false;
    if ((kind === LOOP || kind === IF) && !this.#dead) this.#next(at);
  }

  otherwise(at: number): void {
    this.#next(at);
  }

  handler(at: number): void {
    this.#next(at);
    this.advance(EXCEPTION);
  }

  close(at: number): void {
    const depth = this.#depth--;
    const kind = this.#kind[depth]!;
    if (depth === 0) this.#end();
    else if (kind === LOOP) return;
    else if (kind !== BLOCK || this.#reached[depth]!) this.#next(at);
  }

  branch(depth: number): void {
    this.#reached[this.#depth - depth] = true;
  }

  fallThrough(at: number): void {
    if (!this.#dead) this.#next(at);
  }

  leave(): void {}

  catchAt(depth: number): void {
    this.#reached[this.#depth - 1 - depth] = true;
  }

  mayThrow(): void {}

  stop(): void {
    this.#end();
    this.#dead = true;
    this.room = Number.POSITIVE_INFINITY;
  }

  finish(): void {}

  #next(at: number): void {
    this.#end();
    this.#start(at);
  }

  #start(at: number): void {
    this.#dead = false;
    this.#cost = 0;
    this.room = this.maxStretch;
    this.#head = this.edits.add(at, NOTHING, 0);
  }

  #end(): void {
    if (!this.#dead && this.#cost > 0) this.edits.settle(this.#head, this.#cost);
  }
}
