/**
 * Plan → instance: runs the steps of a plan against the app's imports, and shows the result to the app. Imports `errors`,
 * `wit` and the rooms of `component`.
 */
export type { CompiledModule, RuntimeEntity, RuntimeFunction } from './entities.js';
export { exportNames } from './export-names.js';
export { type Adapt, Faces, type Namespace } from './exports.js';
export { asynchronousPaths, type HostImports, wantedImports } from './imports.js';
export {
  callableOf,
  instantiateRoot,
  type Linkable,
  type LinkContext,
  type RootInstance,
} from './instantiate.js';
export { keptShapes } from './kept-shapes.js';
