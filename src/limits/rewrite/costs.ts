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
/** `memory.init`: at most a segment, so at most the module's own size. */
export const MEMORY_INIT = 100_000;
/** `table.grow`, `.fill`, `.copy`, `.init`: up to the table's cap of entries. */
export const TABLE_BULK = 200_000;
/** Bulk memory operations move `2 ** BYTES_SHIFT` bytes for 1. */
export const BYTES_SHIFT = 4;

/** Functions without calls whose longest stretch without a check is at most this long need none at their entry. */
export const SHORT_LEAF = 100;
