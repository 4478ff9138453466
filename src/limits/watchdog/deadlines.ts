import { hatchwayError } from '../../errors/index.js';

/**
 * Deadlines of the calls into guests on one thread. Calls nest, and each keeps its own deadline: the first to pass stops
 * what runs, so a nested call gets the smaller one.
 */
export interface Deadlines {
  /** What a rewritten module imports, by name. */
  readonly imports: Readonly<Record<string, WebAssembly.Memory | WebAssembly.Global | WebAssembly.ExportValue>>;
  /**
   * A guest is about to run, for `timeout` milliseconds at most (more than 0; `Infinity` for no deadline).
   * Below `MAX_NESTED` others it has no deadline of its own: those of the calls around it stop it.
   * @throws HatchwayError `exhausted` where it is below so many that have none, `unsupported` where nothing would stop it
   */
  enter(timeout: number): void;
  /** It has returned or trapped; whether its deadline had passed. Each `enter` has one `leave`, in a `finally`. */
  leave(): boolean;
  /** Whether the deadline of any call that is under way has passed. */
  expired(): boolean;
  /** The same, for host functions to ask before they return to a guest, since no check stops them; it may take a few to find out. */
  poll(): boolean;
}

/** Timeouts below this are kept to the tick of a clock; others may be overrun by some 60 ms. In milliseconds. */
export const PRECISE_BELOW = 1_000;

/** How many calls, nested in each other, have deadlines of their own. */
export const MAX_NESTED = 256;

/**
 * Sees that a call that is nested too deep for a deadline of its own is within another's.
 * @param timeouts of the calls around it
 * @throws HatchwayError `exhausted` where it is not
 */
export function checkCovered(timeout: number, timeouts: Float64Array): void {
  if (timeout === Number.POSITIVE_INFINITY || timeouts.some((around) => around !== Number.POSITIVE_INFINITY)) return;
  throw hatchwayError('exhausted', `calls nest deeper than ${MAX_NESTED}, and none around this one has a deadline`, {
    mend: 'Give the instances that call others a `limits: { timeout }`.',
  });
}
