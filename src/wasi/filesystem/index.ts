/**
 * Files and directories of the host, through descriptors that cannot leave what was granted. One core for WASI 0.2 and
 * preview 1. Imports `errors`, `grants`, `wasi/io` and Node.
 */
export { type FileErrorCode, failure } from './codes.js';
export { Descriptor } from './descriptor.js';
export { type DirectoryEntry, DirectoryEntryStream } from './directory-entry-stream.js';
export { FileSystem } from './file-system.js';
export { filesystemInterfaces } from './interfaces.js';
export type { DescriptorFlags, OpenFlags, PathFlags } from './open.js';
export type { FileSystemQuotas } from './opened.js';
export { whyNoDirectories } from './platform.js';
export type { Datetime, DescriptorStat, DescriptorType, MetadataHash } from './stat.js';
export type { NewTimestamp } from './times.js';
