/**
 * Calls both ways over one connection: handles, byte streams, cancel, deadlines, logs, instances, goodbye. A state machine: bytes
 * in, bytes out, no promise, no timer, no carrier, so that a blocked thread can pump it. May import `errors`, `wit` and
 * `wire`; nothing from Node.
 */
export { IncomingCall, OutgoingCall, type Settle } from './calls.js';
export { CONTROL, CONTROLS } from './control.js';
export { type FunctionTable, findFunction, functionTable, type RemoteFunction } from './functions.js';
export { RemoteResource, type ResourceFaces } from './handles.js';
export type { Hello, Role } from './hello.js';
export { LEVELS, type LogRecord, type Output } from './logs.js';
export type { CallOptions } from './outgoing.js';
export { RULES } from './rules.js';
export { Session, type SessionOptions } from './session.js';
export { IncomingBytes, OutgoingBytes, type StreamFaces } from './streams.js';
export { setShare, type Traffic } from './traffic.js';
