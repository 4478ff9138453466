import { type HatchwayError, hatchwayError } from '../errors/index.js';
import type { Reason } from './protocol.js';

/** The peer broke a rule of frames: the session ends with this reason. */
export class Violation extends Error {
  constructor(
    readonly reason: Reason,
    what: string,
  ) {
    super(what);
  }

  toError(): HatchwayError {
    return hatchwayError('protocol', `the peer broke the protocol (${this.reason}): ${this.message}`, { cause: this });
  }
}

/** Bytes that are no value of their type. The message that holds them fails; the session goes on. */
export class MalformedValue extends Error {
  constructor(
    readonly failure: 'bad-arguments' | 'bad-handle' | 'exhausted',
    what: string,
  ) {
    super(what);
  }
}

export function malformed(what: string): never {
  throw new MalformedValue('bad-arguments', what);
}
