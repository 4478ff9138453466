import type { Deadlines, FuelBudget } from '../../limits/index.js';

/** What bounds the guests of one plugin instance. */
export interface InstanceLimits {
  readonly deadlines: Deadlines;
  /** Milliseconds that a call from outside may take; `Infinity` for no bound. */
  timeout: number;
  /** Pages of 64 KiB that each memory may grow to. */
  readonly maxMemoryPages: number;
  /**
   * Told how many bytes a memory may grow to, before there is one.
   * @throws HatchwayError `exhausted` where that is too much
   */
  readonly reserve?: (bytes: number) => void;
  /** What is left of the instructions of a call, where they are counted: then these are the `deadlines`. */
  readonly fuel?: FuelBudget;
}

const NO_DEADLINES: Deadlines = {
  imports: {},
  enter: () => {},
  leave: () => false,
  expired: () => false,
  poll: () => false,
};

/** For core modules that were not rewritten. */
export const UNLIMITED: InstanceLimits = {
  deadlines: NO_DEADLINES,
  timeout: Number.POSITIVE_INFINITY,
  maxMemoryPages: 65_536,
};
