/**
 * Plan → instance: runs the steps of a plan against the app's imports, and shows the result to the app. Imports `errors`,
 * `wit` and the rooms of `component`.
 */
export type { RuntimeEntity, RuntimeFunction } from './entities.js';
export { type Adapt, checkExportNames, Faces, type Namespace } from './exports.js';
export { type HostImports, resolveImports } from './imports.js';
export { callableOf, instantiateRoot } from './instantiate.js';
