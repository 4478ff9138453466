/**
 * WASI 0.2 for one instance, made of its grants: an interface nobody granted is still there, and refuses. One folder for each
 * capability, each with its core and its face. Nothing is shared between instances. Imports `errors`, `wit`, `grants` and Node.
 */
export { DescriptorOutput, EMPTY_STDIN, type StandardOutput, type Stdin, type Terminals } from './cli/index.js';
export { whyNoDirectories } from './filesystem/index.js';
export {
  compilePreview1,
  type Preview1Module,
  preview1GrantUses,
  preview1Imports,
  runPreview1,
} from './preview1/index.js';
export { type GrantUse, grantUses } from './uses.js';
export { WasiContext, type WasiOptions } from './wasi.js';
