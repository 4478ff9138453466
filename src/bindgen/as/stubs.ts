/** What a generator of `plugin.ts` needs to know of the bindings it is written against. */
export { Plan, type PlannedFile, type PlannedFunction, terminal } from './plan.js';
export { docLines } from './source.js';
export { natureOf, type Spelling, spell, typedArray } from './types.js';
