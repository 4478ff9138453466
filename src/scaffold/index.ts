/**
 * A folder for a new plugin: its WIT, a source that implements every export of the world, a test and a README. Imports
 * `errors`, `wit`, `bindgen`, `build` (for the types of plugins), `toolchain` and Node.
 */
export { type CreatedPlugin, type CreatePluginOptions, createPlugin } from './create.js';
export type { PluginLanguage } from './files.js';
