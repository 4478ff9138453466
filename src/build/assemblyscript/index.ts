/**
 * An AssemblyScript plugin and its bindings to a component. Imports `errors` and `toolchain`; the work is done by the
 * optional peers `assemblyscript` and `@bytecodealliance/jco`, in a process of its own.
 */
export { AssemblyScriptCompiler, type BuildOptions, type Built, buildAssemblyScript } from './build.js';
export type { Diagnostic } from './report.js';
