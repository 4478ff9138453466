import { EXCEPTION } from './costs.js';
import { CHARGE, CHECK, type Edits, LEAVE, LOOP_CHECK, NOTHING, WRAPPED_CHECK } from './edits.js';
import { BLOCK, type FrameKind, FUNCTION, IF, LOOP, type Placement } from './placement.js';

/**
 * A check at the head of each basic block that charges exactly what the block costs, so that what a run is charged depends on
 * nothing but what it executes. A block that costs nothing has none.
 */
export class ExactBlocks implements Placement {
  room: number;
  loops = false;
  #dead = false;
  #cost = 0;
  /** The edit at the head of the block that is being walked, and what it is in a function with loops. */
  #head = 0;
  #block = CHECK;
  /** Of each block: its edit, its kind, its cost. */
  readonly #blocks: number[] = [];
  readonly #exits: number[] = [];
  /** The offset of the last of them: a `br_table` may name the function's label again and again. */
  #lastExit = 0;
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
    this.loops = false;
    this.#blocks.length = 0;
    this.#exits.length = 0;
    this.#lastExit = 0;
    this.#start(at, CHECK);
    this.open(FUNCTION, at);
  }

  advance(cost: number): void {
    if (this.#dead) return;
    this.#cost += cost;
    this.room = this.maxStretch - this.#cost;
  }

  check(at: number): void {
    if (!this.#dead) this.#next(at, CHECK);
  }

  open(kind: FrameKind, at: number, header = LOOP_CHECK): number {
    const depth = ++this.#depth;
    this.#kind[depth] = kind;
    this.#reached[depth] = false;
    if (kind === LOOP) this.loops = true;
    if (kind === LOOP) this.#next(at, header);
    else if (kind === IF && !this.#dead) this.#next(at);
    return this.#head;
  }

  otherwise(at: number): void {
    this.#next(at);
  }

  handler(at: number): void {
    this.#next(at, CHECK);
    this.advance(EXCEPTION);
  }

  close(at: number): void {
    const depth = this.#depth--;
    const kind = this.#kind[depth]!;
    if (depth === 0) {
      this.leave(at - 1);
      this.#end();
    } else if (kind === LOOP) return;
    else if (kind !== BLOCK || this.#reached[depth]!) this.#next(at);
  }

  branch(depth: number, start: number): void {
    if (depth === this.#depth) this.leave(start);
    this.#reached[this.#depth - depth] = true;
  }

  fallThrough(at: number): void {
    if (!this.#dead) this.#next(at);
  }

  leave(start: number): void {
    if (this.#dead || start === this.#lastExit) return;
    this.#lastExit = start;
    this.#exits.push(this.edits.add(start, NOTHING, 0));
  }

  catchAt(depth: number): void {
    this.#reached[this.#depth - 1 - depth] = true;
  }

  call(): void {}

  mayThrow(): void {}

  stop(): void {
    this.#end();
    this.#dead = true;
    this.room = Number.POSITIVE_INFINITY;
  }

  finish(): void {
    const { edits, loops } = this;
    for (let i = 0; i < this.#blocks.length; i += 3) {
      const [number, kind, cost] = [this.#blocks[i]!, this.#blocks[i + 1]!, this.#blocks[i + 2]!];
      // A header checks even if nothing follows that costs.
      if (cost > 0 || kind === LOOP_CHECK || kind === WRAPPED_CHECK) edits.settle(number, loops ? kind : CHECK, cost);
    }
    if (loops) for (const exit of this.#exits) edits.settle(exit, LEAVE, 0);
  }

  #next(at: number, kind = CHARGE): void {
    this.#end();
    this.#start(at, kind);
  }

  #start(at: number, kind: number): void {
    this.#dead = false;
    this.#cost = 0;
    this.room = this.maxStretch;
    this.#block = kind;
    this.#head = this.edits.add(at, NOTHING, 0);
  }

  #end(): void {
    if (!this.#dead) this.#blocks.push(this.#head, this.#block, this.#cost);
  }
}
