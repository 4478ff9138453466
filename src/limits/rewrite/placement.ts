/** The structured instructions. `else` and `catch` are alternatives of theirs. */
export const FUNCTION = 0;
export const BLOCK = 1;
export const LOOP = 2;
export const IF = 3;
/** Both forms of `try`. */
export const TRY = 4;
export type FrameKind = typeof FUNCTION | typeof BLOCK | typeof LOOP | typeof IF | typeof TRY;

/**
 * Decides where checks go while a body is walked. `at` is always the offset of the next instruction, before which a check
 * can stand: checks leave the operand stack alone.
 */
export interface Placement {
  /** How much more may run before the next check. */
  readonly room: number;
  /** Whether the body has a loop. */
  readonly loops: boolean;
  begin(at: number): void;
  /** `cost` was run through since the last event. */
  advance(cost: number): void;
  /** A check is needed here. */
  check(at: number): void;
  /** `header` is the kind of edit that checks at a loop's header; gives that edit. */
  open(kind: FrameKind, at: number, header?: number): number;
  /** `else`. */
  otherwise(at: number): void;
  /** `catch` and `catch_all`. */
  handler(at: number): void;
  /** `end` and `delegate`. */
  close(at: number): void;
  /** Control may go to the label `depth` frames out, from the instruction at `start`. */
  branch(depth: number, start: number): void;
  /** A conditional branch was not taken. */
  fallThrough(at: number): void;
  /** The function may end with the instruction at `start`: `return`, `throw`, a tail call. */
  leave(start: number): void;
  /** An exception may arrive at the label `depth` frames out of the `try_table` just opened. */
  catchAt(depth: number): void;
  /** Another function is called, or may be. */
  call(): void;
  /** What was run through may end in an exception. */
  mayThrow(): void;
  /** Control goes no further. */
  stop(): void;
  /** The body has ended; `calls` says whether it has any call. */
  finish(calls: boolean): void;
}
