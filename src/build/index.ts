/**
 * Plugins from their sources: a folder or a file to a component, with a cache. Imports `errors`, `wit`, `component` (to tell
 * what bytes are), `bindgen`, `toolchain` and Node.
 */
export { BINDINGS, type BuildOptions, type BuildResult, buildPlugin } from './build.js';
export { type Diagnostic, diagnosticText } from './diagnostics.js';
export { guestTypes, wantedExports } from './javascript/index.js';
export type { Language } from './project.js';
