/**
 * Plugins that are programs: what may be started, how, the instances that it serves, and its end. May import `errors`, `wit`,
 * `component` (to read worlds), `session`, `proxy`, `carriers` and Node.
 */
export { NativeInstance, type NativeOptions } from './instance.js';
export type { ProcessLog } from './options.js';
export { NativeProcess } from './process.js';
export { type Program, programOf } from './program.js';
