/**
 * What instructions cost, in instruction-equivalents: about a nanosecond each, never less than a third of one. Every other
 * instruction costs 1; `block`, `loop`, `end`, `else` and `nop` cost nothing in the budget of exact fuel but bytes elsewhere.
 */

/** A call of a function: the frame, and a short callee that has no check of its own. */
export const CALL = 30;
/** A direct call of an import, which may be the host's. */
export const IMPORTED_CALL = 300;
/** Throwing, and landing in a handler: the engine makes an error and walks the stack. */
export const EXCEPTION = 5_000;
/** `memory.grow`: system calls. */
export const MEMORY_GROW = 50_000;
/** Operations on whole ranges of a table move an entry for `2 ** ENTRIES_SHIFT`: other modules may have to be told. */
export const ENTRIES_SHIFT = 5;
/** Operations on whole ranges of a memory move `2 ** BYTES_SHIFT` bytes for 1. */
export const BYTES_SHIFT = 2;
/** Operations on so many bytes or fewer are charged for all of them where they stand, and make no check. */
export const SMALL_BULK = 512;
/** The most that one operation is charged for, whatever its operands. */
export const MOST_FOR_BULK = 3_000_000;
/** What such operations cost beside. */
export const BULK = 500;

/** Functions without calls whose longest stretch without a check is at most this long need none at their entry. */
export const SHORT_LEAF = 100;

/**
 * What the loops of one call may cost before it is paid and a check is made. Callers on the stack all have theirs unpaid,
 * some 16 000 at most; and an exception forgets it, so it is less than that.
 */
export const UNPAID = 1_500;
/** The same in functions that call no other: only one of those is under way. */
export const UNPAID_LEAF = 20_000;
/** The same where fuel is a budget, which is overrun by as much. */
export const UNPAID_EXACT = 500;
