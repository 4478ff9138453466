/**
 * What a thread and its watchdog share: one page of memory, which the guests see too, as the flag. Indices are of i32 cells.
 */

/** How many times the watchdog has set the flag. */
export const RAISED = 16;
/** Changes to wake the watchdog. */
export const WAKE = 17;
/** 0 while the watchdog looks by itself; other than 0 before it does, while it waits to be woken, and once it has ended. */
export const ASLEEP = 18;
/** When it will look next, in whole milliseconds of the clock, modulo 2³². */
export const PLANNED = 19;
/** 0 before the watchdog is ready, then 1; 2 once it has ended. */
export const STATE = 20;
/** How many slots have ever been used. */
export const SLOTS = 21;

/** Slots, one for each nested call, from the outermost: the number of the call, the claim to it, how long it may take. */
export const FIRST_SLOT = 256;
export const SLOT_CELLS = 4;
/** The cell of a slot, which holds the number of the call: above 0, or 0 for none. */
export const slotCell = (slot: number): number => FIRST_SLOT + slot * SLOT_CELLS;
/** The cell of its claim, by the cell of the slot: 0; the number of a call whose time may be up soon; less than 0 once it was up. */
export const claimCell = (cell: number): number => cell + 1;
/**
 * Its deadline, in milliseconds of the clock, or its timeout in milliseconds, negated; as an index of f64 cells, by the cell
 * of the slot.
 */
export const timeCell = (cell: number): number => (cell >> 1) + 1;

/** What the watchdog is started with. */
export interface WatchdogData {
  readonly buffer: ArrayBufferLike;
  /** The cell of the flag. */
  readonly flag: number;
}
