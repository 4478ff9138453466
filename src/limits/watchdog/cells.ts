/**
 * What a thread and its watchdog share: one page of memory, which the guests see too, as the flag. Indices are of i32 cells.
 */

/** Other than 0, guests trap. */
export const FLAG_CELL = 0;
/** How many times the watchdog has set the flag. */
export const RAISED = 16;
/** Changes to wake the watchdog. */
export const WAKE = 17;
/** 1 while the watchdog waits for nothing but to be woken. */
export const ASLEEP = 18;
/** When it will look next, in whole milliseconds of the clock, modulo 2³². */
export const PLANNED = 19;
/** 0 before the watchdog is ready, then 1; 2 once it has ended. */
export const STATE = 20;
/** How many slots have ever been used. */
export const SLOTS = 21;

/** Slots, one for each nested call, from the outermost: the number of the call, its deadline, its timeout. */
const FIRST_SLOT = 256;
const SLOT_CELLS = 8;
/** The cell of a slot that holds the number of the call: 0 for none, or `CLAIMED`. */
export const slotCell = (slot: number): number => FIRST_SLOT + slot * SLOT_CELLS;
/** Of the call, in milliseconds of the clock, or 0 where it has only a timeout; as an index of f64 cells. */
export const deadlineCell = (slot: number): number => (slotCell(slot) >> 1) + 1;
/** Of the call, in milliseconds; as an index of f64 cells. */
export const timeoutCell = (slot: number): number => (slotCell(slot) >> 1) + 2;

/** In the place of the call's number: its deadline has passed. */
export const CLAIMED = -1;
