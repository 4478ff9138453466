/**
 * Limits that bind: core modules rewritten so that they can be stopped and their memories and tables are bounded, and the
 * watchdog that stops them. Imports `errors`; `rewrite` nothing from Node.
 */
export * from './rewrite/index.js';
export * from './watchdog/index.js';
