/**
 * Plan → instance: runs the steps of a plan against the app's imports, and shows the result to the app. Imports `errors`,
 * `wit` and the rooms of `component`.
 */
export type { RuntimeEntity, RuntimeFunction } from './entities.js';
export { type Adapt, type ExportName, exportNames, Faces, type Namespace } from './exports.js';
export { asynchronousPaths, type HostImports, type Wanted, wantedImports } from './imports.js';
export { callableOf, instantiateRoot, type LinkContext } from './instantiate.js';
