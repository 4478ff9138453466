/**
 * Definitions → plan: resolves every index, checks every type, and lays out what instantiating will do. Runs nothing of
 * the component. Imports `errors`, `wit` and `component/binary`.
 */
export { type Analysis, analyze } from './analyze.js';
export type { ComponentShape, Entity, InstanceShape, ModuleShape, TypeEntry } from './entities.js';
export type { Plan, ResourceBinding, SpaceCounts, Step } from './plan.js';
export { measure } from './values.js';
export { decodeWorld, worldOf } from './world.js';
