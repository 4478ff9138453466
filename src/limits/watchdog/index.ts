/**
 * Deadlines for guests that run on the calling thread: what rewritten modules import, and who says that time is up.
 * Imports `errors`, `limits/rewrite` and Node's `worker_threads`.
 */
export { type Deadlines, MAX_NESTED, PRECISE_BELOW } from './deadlines.js';
export { EpochDeadlines } from './epoch-deadlines.js';
export { ExactFuel } from './exact-fuel.js';
export { FuelBudget } from './fuel-budget.js';
export { FuelDeadlines } from './fuel-deadlines.js';
export { engineInterruption } from './mode.js';
export { threadDeadlines } from './watchdog.js';
