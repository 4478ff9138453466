/**
 * Deadlines of the calls into guests on one thread. Calls nest, and each keeps its own deadline: the first to pass stops
 * what runs, so a nested call gets the smaller one.
 */
export interface Deadlines {
  /** What a rewritten module imports, by name. */
  readonly imports: Readonly<Record<string, WebAssembly.Memory | WebAssembly.Global | WebAssembly.ExportValue>>;
  /**
   * A guest is about to run, for `timeout` milliseconds at most (more than 0; `Infinity` for no deadline).
   * @throws HatchwayError `exhausted` where calls nest too deep, `unsupported` where there is nothing that would stop it
   */
  enter(timeout: number): void;
  /** It has returned or trapped; whether its deadline had passed. Each `enter` has one `leave`, in a `finally`. */
  leave(): boolean;
  /** Whether the deadline of any call that is under way has passed: for host functions, which no check stops. */
  expired(): boolean;
}

/** Timeouts below this are kept to the tick of a clock; others may be overrun by some 60 ms. In milliseconds. */
export const PRECISE_BELOW = 1_000;

/** How deep calls nest. */
export const MAX_NESTED = 256;
