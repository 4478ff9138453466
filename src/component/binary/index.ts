/**
 * Bytes → definitions: the component binary format (Binary.md), read and nothing else. Decoding runs nothing, resolves no
 * index and allocates no more than the bytes can account for. Imports only `errors`.
 */

export {
  readCoreExternType,
  readGlobalType,
  readHeapType,
  readMemoryType,
  readRecursiveTypes,
  readTableType,
  readTagType,
} from './core-types.js';
export { customSections } from './custom.js';
export { decodeComponent, isComponent, isCoreModule } from './decode.js';
export type * from './definitions.js';
export { Reader } from './reader.js';
