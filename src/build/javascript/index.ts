/**
 * A plugin in JavaScript or TypeScript to a component. May import `errors`, `wit`, `toolchain` and Node; the work is done by
 * the optional peer `@bytecodealliance/componentize-js`, and for TypeScript by `typescript`, in child processes.
 */
export { type BuildJavaScriptOptions, buildJavaScript, readJavaScript } from './build.js';
export { findComponentizer } from './componentizer.js';
export { guestTypes } from './guest-types.js';
export { wantedExports } from './wrapper.js';
