import { type HatchwayError, hatchwayError } from '../../errors/index.js';
import type { Deadlines } from '../../limits/index.js';
import type { InstanceName } from './failure.js';

/** What bounds the guests of one plugin instance. */
export interface InstanceLimits {
  readonly deadlines: Deadlines;
  /** Milliseconds that a call from outside may take; `Infinity` for no bound. */
  timeout: number;
  /** Pages of 64 KiB that each memory may grow to. */
  readonly maxMemoryPages: number;
}

const NO_DEADLINES: Deadlines = {
  imports: {},
  enter: () => {},
  leave: () => false,
  expired: () => false,
};

/** For core modules that were not rewritten. */
export const UNLIMITED: InstanceLimits = {
  deadlines: NO_DEADLINES,
  timeout: Number.POSITIVE_INFINITY,
  maxMemoryPages: 65_536,
};

/** The error for a call whose time was up. */
export function timeUp(name: InstanceName, timeout: number, cause?: unknown): HatchwayError {
  const what = Number.isFinite(timeout)
    ? `the call took longer than its limit of ${timeout} ms`
    : 'the time of the call around this one was up';
  return hatchwayError('timeout', what, {
    ...name,
    mend: 'Raise `limits: { timeout }` if it may take that long; the instance is at its end.',
    ...(cause === undefined ? {} : { cause }),
  });
}
