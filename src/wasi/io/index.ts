/**
 * `wasi:io`: errors, pollables and streams, and the waiting of an instance. Needs no grant: what a stream leads to was checked
 * when it was handed out. Imports `errors`.
 */
import { Pollable, poll } from './pollable.js';
import { InputStream, IoError, OutputStream } from './streams.js';
import type { Waiting } from './waiting.js';

export { neverMade } from './never-made.js';
export { Pollable, poll, readyPollable } from './pollable.js';
export { InputStream, IoError, MAX_READ, MAX_WRITE, OutputStream, type Sink, type Source } from './streams.js';
export { Waiting } from './waiting.js';

/** The interfaces of `wasi:io` 0.2 for one instance. */
export function ioInterfaces(waiting: Waiting): Record<string, object> {
  return {
    'wasi:io/error@0.2.12': { Error: IoError },
    'wasi:io/poll@0.2.12': { Pollable, poll: (pollables: readonly Pollable[]) => poll(waiting, pollables) },
    'wasi:io/streams@0.2.12': { InputStream, OutputStream },
  };
}
