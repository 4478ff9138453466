/**
 * What crosses to a plugin that runs elsewhere, as bytes: frames, windows, turns, and values in the component model's value
 * encoding. Bytes in, bytes out: no promise, no timer, no carrier. May import `errors` and `wit`; nothing from Node.
 */
export { type Codec, type Direction, Mismatch, mismatch, streamDirection, type Table, within } from './codec.js';
export { codecOf } from './compile.js';
export { Deframer, type FrameSink, putHeader } from './frames.js';
export * from './protocol.js';
export { Reader } from './reader.js';
export { DEFAULT_WEIGHT, MAX_WEIGHT, Scheduler, Share, type Source } from './scheduler.js';
export { allocate, allocateOwned, copyBytes } from './text.js';
export { MalformedValue, malformed, Violation } from './violation.js';
export { Writer } from './writer.js';
