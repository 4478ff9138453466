/**
 * WASI preview 1: a second face over the same capabilities and the same checks, for core modules, which is what C, Rust, Go and Zig
 * toolchains still produce most. Imports `errors`, `grants` and the other folders of `wasi`.
 */
export { compilePreview1, Preview1Module, runPreview1 } from './command.js';
export { preview1Imports } from './imports.js';
export { preview1GrantUses } from './uses.js';
