import type { Deadlines } from './deadlines.js';
import { EpochDeadlines } from './epoch-deadlines.js';
import { FuelDeadlines } from './fuel-deadlines.js';
import { engineInterruption } from './mode.js';

let deadlines: Deadlines | undefined;

/** The deadlines of this thread, in the way of this engine; with the first call the watchdog starts, if there is to be one. */
export function threadDeadlines(): Deadlines {
  deadlines ??= engineInterruption() === 'epoch' ? new EpochDeadlines() : new FuelDeadlines();
  return deadlines;
}
