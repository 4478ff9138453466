import { EXCEPTION, SHORT_LEAF } from './costs.js';
import { CHECK, type Edits, LEAVE, LOOP_CHECK, NOTHING } from './edits.js';
import { FirstCheck } from './first-check.js';
import { type FrameKind, FUNCTION, IF, LOOP, type Placement, TRY } from './placement.js';

/** What cannot be reached. */
const DEAD = -1;

/**
 * Checks at the entry, at loop headers and wherever the longest path since the last check gets too long. Each check charges
 * the longest path that may lead to it; the entry's also what may remain when the function is left, which nobody else
 * charges. Epoch mode has no use for the charges.
 */
export class LongestPath implements Placement {
  room: number;
  loops = false;
  /** Where the function may be left. */
  readonly #exits: number[] = [];
  /** The offset of the last of them: a `br_table` may name the function's label again and again. */
  #lastExit = 0;
  /** The most that may have run since the last check. */
  #path = 0;
  #depth = 0;
  /** The longest check-free stretch, and the longest that an exit may leave. */
  #stretch = 0;
  #left = 0;
  #entry = 0;
  readonly #first: FirstCheck;
  /** Whether anything is caught: then what was passed is hard to say. */
  #catches = false;
  /** Of each frame: its kind; the longest path to its label; of `if` to its condition; the check at its head. */
  readonly #kind: number[] = [];
  readonly #label: number[] = [];
  readonly #start: number[] = [];
  readonly #header: number[] = [];
  readonly #check: number[] = [];
  /** Of each frame: the longest path to an exception inside, and where else it may arrive. */
  readonly #thrown: number[] = [];
  readonly #handlers: (number[] | undefined)[] = [];
  /** Of each frame: the innermost `try` around its inside, by depth. */
  readonly #try: number[] = [];

  constructor(
    private readonly edits: Edits,
    private readonly maxStretch: number,
    /** Whether fuel is counted. */
    private readonly counts: boolean,
  ) {
    this.room = maxStretch;
    this.#first = new FirstCheck(maxStretch);
  }

  begin(at: number): void {
    this.#depth = -1;
    this.loops = false;
    this.#exits.length = 0;
    this.#lastExit = 0;
    this.#stretch = 0;
    this.#left = 0;
    this.#entry = this.edits.add(at, NOTHING, 0);
    this.#first.begin(this.#entry);
    this.#catches = false;
    this.#set(0);
    this.open(FUNCTION, at);
  }

  advance(cost: number): void {
    if (this.#path !== DEAD) this.#set(this.#path + cost);
  }

  check(at: number): void {
    if (this.#path === DEAD) return;
    this.#stretch = Math.max(this.#stretch, this.#path);
    this.edits.add(at, CHECK, this.#path);
    this.#set(0);
  }

  open(kind: FrameKind, at: number, header = LOOP_CHECK): number {
    const depth = ++this.#depth;
    this.#kind[depth] = kind;
    this.#start[depth] = this.#path;
    this.#label[depth] = DEAD;
    this.#thrown[depth] = DEAD;
    this.#handlers[depth] = undefined;
    this.#try[depth] = kind === TRY ? depth : depth > 0 ? this.#try[depth - 1]! : DEAD;
    if (depth > 0) this.#first.enter(depth, kind === IF);
    if (kind === TRY) this.#catches = true;
    if (kind === IF) this.#found(at);
    if (kind !== LOOP) return -1;
    this.loops = true;
    this.#check[depth] = header;
    // Where branches back lead; they may be longer than the way in.
    this.#header[depth] = this.edits.add(at, NOTHING, 0);
    this.#label[depth] = this.#path;
    if (this.#path !== DEAD) {
      if (this.#first.open) this.#first.found(depth, undefined, this.#path, this.#left);
      this.#set(0);
    }
    return this.#header[depth]!;
  }

  otherwise(at: number): void {
    const depth = this.#depth;
    this.#reach(depth, this.#path);
    this.#set(this.#start[depth]!);
    this.#first.leave(depth);
    this.#found(at);
    // It has its `else`: its condition no longer leads to its end.
    this.#start[depth] = DEAD;
  }

  handler(at: number): void {
    const depth = this.#depth;
    this.#reach(depth, this.#path);
    this.#set(Math.max(this.#thrown[depth]!, 0) + EXCEPTION);
    this.check(at);
  }

  close(at: number): void {
    const depth = this.#depth--;
    const kind = this.#kind[depth]!;
    const label = this.#label[depth]!;
    if (kind === LOOP) {
      this.#stretch = Math.max(this.#stretch, label);
      this.edits.settle(this.#header[depth]!, this.#check[depth]!, Math.max(label, 0));
      this.#first.leave(depth);
      return;
    }
    const thrown = this.#thrown[depth]!;
    if (kind === TRY && thrown !== DEAD) {
      for (const target of this.#handlers[depth] ?? []) this.#reach(target, thrown + EXCEPTION);
      // What no handler takes goes further out.
      this.#throw(this.#try[depth - 1]!, thrown);
    }
    // Branches to the function's own label have paid.
    if (depth === 0) this.leave(at - 1);
    const skipped = kind === IF ? this.#start[depth]! : DEAD;
    this.#set(Math.max(this.#path, label, skipped));
    if (depth === 0) this.#left = Math.max(this.#left, this.#path);
    else {
      this.#first.leave(depth);
      this.#found(at);
    }
  }

  branch(depth: number, start: number): void {
    if (depth === this.#depth) this.leave(start);
    const target = this.#depth - depth;
    if (target > 0 && this.#kind[target] !== LOOP) this.#first.join(target);
    this.#reach(target, this.#path);
  }

  fallThrough(at: number): void {
    this.#found(at);
  }

  leave(start: number): void {
    if (this.#path === DEAD) return;
    this.#left = Math.max(this.#left, this.#path);
    this.#first.exit(this.#path);
    if (start === this.#lastExit) return;
    this.#lastExit = start;
    this.#exits.push(this.edits.add(start, NOTHING, 0));
  }

  catchAt(depth: number): void {
    // Counted from outside of the `try_table`.
    const target = this.#depth - 1 - depth;
    const frame = this.#depth;
    const handlers = this.#handlers[frame];
    if (handlers === undefined) this.#handlers[frame] = [target];
    else handlers.push(target);
  }

  call(): void {
    this.#first.call();
  }

  mayThrow(): void {
    this.#throw(this.#try[this.#depth]!, this.#path);
  }

  stop(): void {
    this.#set(DEAD);
  }

  finish(calls: boolean): void {
    this.#stretch = Math.max(this.#stretch, this.#left);
    const { counts } = this;
    // Loops whose turns are few come by no check where they are added up.
    const atEntry = (this.loops && counts) || this.#catches;
    const first = calls && !atEntry ? this.#first.edit(this.#entry) : this.#entry;
    if (
      first !== undefined &&
      (calls || (this.loops && counts) || this.#stretch > Math.min(SHORT_LEAF, this.maxStretch))
    )
      this.edits.settle(first, CHECK, Math.max(this.#left, 0));
    if (this.loops && counts) for (const exit of this.#exits) this.edits.settle(exit, LEAVE, 0);
  }

  /** A place for the first check, if it could be one that is better. */
  #found(at: number): void {
    if (this.#path !== DEAD && this.#first.open)
      this.#first.found(this.#depth, this.edits.add(at, NOTHING, 0), this.#path, this.#left);
  }

  /** From inside of that `try`, or out of the function. */
  #throw(frame: number, path: number): void {
    if (frame === DEAD) this.#left = Math.max(this.#left, path);
    else if (path > this.#thrown[frame]!) this.#thrown[frame] = path;
  }

  #reach(frame: number, path: number): void {
    if (path > this.#label[frame]!) this.#label[frame] = path;
  }

  #set(path: number): void {
    this.#path = path;
    this.room = path === DEAD ? Number.POSITIVE_INFINITY : this.maxStretch - path;
  }
}
