/**
 * The canonical ABI (CanonicalABI.md): layouts, and codecs that lift and lower values of any type. Imports `errors` and
 * `wit`; knows nothing of calls, instances or the engine beyond a memory and a realloc.
 */

export { plainObject } from './aggregates.js';
export type { Tagged } from './cases.js';
export { type Codec, type CoreValue, FlatSource, type Scalar } from './codec.js';
export { Codecs } from './compile.js';
export { Context, type HandleScope, type HostFace, LIFT_BUDGET, type ResourceFace } from './context.js';
export type { Face } from './handles.js';
export type { StringEncoding } from './strings.js';
export { abiTrap, exhausted, Mismatch, mismatch, Trap, within } from './trap.js';
