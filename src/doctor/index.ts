/**
 * What this machine can enforce, found by trying it: the engine's features, limits, the quick part of what plugins try against the file
 * system, and which optional tools are there. Imports `errors`, `grants`, `wasi`, `limits`, `toolchain` and Node.
 */
export { type DoctorOptions, examine } from './examine.js';
export { FACES, type Face } from './faces.js';
export { tryFiles } from './files.js';
export type { Finding, FindingState } from './finding.js';
export type { Guest } from './guest.js';
