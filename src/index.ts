/** hatchway: a plugin host for Node. */

export type { HostImports } from './component/index.js';
export { decodeWorld } from './component/index.js';
export { ComponentError, type Denial, type ErrorCode, HatchwayError, PermissionDeniedError } from './errors/index.js';
export type { AuditEvent, AuditSink, GrantsOption, PermissionRequest } from './grants/index.js';
export * from './host/index.js';
export type { GrantUse } from './wasi/index.js';
export { compareWorlds, type Difference, printWorld, type World, type WorldItem } from './wit/index.js';
