import { argumentError, type HatchwayError, hatchwayError } from '../errors/index.js';
import { type Failure, Mismatch } from '../wire/index.js';
import type { RemoteFunction } from './functions.js';
import type { Moves } from './handles.js';
import type { IncomingBytes, OutgoingBytes } from './streams.js';

/** How a call ended: one of the two, once. `value` is as the WIT type has it: a `result` is `{ tag, val }`. */
export type Settle = (failure: HatchwayError | undefined, value?: unknown) => void;

/** A call to the peer. */
export class OutgoingCall {
  /** @internal */ moves: Moves | undefined;
  /** Streams that it brings. @internal */
  streams: readonly (OutgoingBytes | IncomingBytes)[] = [];
  /** The instance that it makes or ends, of a call to the process itself. @internal */
  subject = 0;
  /** The caller has its answer; the peer's is still to come. @internal */
  abandoned = false;
  /** When it was, in milliseconds of the session's clock. @internal */
  abandonedAt = 0;

  /** @internal */
  constructor(
    readonly id: number,
    readonly instance: number,
    readonly fn: RemoteFunction,
    /** Milliseconds of the session's clock; `Infinity` for none. */
    readonly deadline: number,
    /** @internal */ readonly settle: Settle,
    /** What its caller wants to have of it while it is open. */
    readonly context: object | undefined,
  ) {}
}

/** What an answer needs of its session. */
export interface Answering {
  answer(call: IncomingCall, value: unknown): void;
  refuse(call: IncomingCall, failure: Failure, message: string, started: boolean): void;
}

/** A call from the peer: to be answered once, now or later. */
export class IncomingCall {
  /** Why the caller no longer wants the answer. One is due all the same. */
  cancelled: 'cancelled' | 'deadline' | undefined;
  /** Told once when the caller no longer wants the answer. */
  onCancel: ((reason: 'cancelled' | 'deadline') => void) | undefined;
  answered = false;

  /** @internal */
  constructor(
    private readonly session: Answering,
    readonly id: number,
    readonly instance: number,
    readonly fn: RemoteFunction,
    readonly args: readonly unknown[],
    /** Milliseconds of the session's clock; `Infinity` for none. */
    readonly deadline: number,
    /** The call of this side that the peer is answering while it makes this one; 0 for none. */
    readonly parent: number,
    /** @internal */ readonly moves: Moves | undefined,
  ) {}

  /** Answers. @throws TypeError `argument` if the value is not of the function's type; the caller is told of a failure. */
  return(value?: unknown): void {
    this.session.answer(this, value);
  }

  /** Answers with a failure that is no error of the function's WIT result. */
  fail(failure: Failure, message: string): void {
    this.session.refuse(this, failure, message, true);
  }

  /** @internal */
  cancel(reason: 'cancelled' | 'deadline'): void {
    if (this.cancelled !== undefined || this.answered) return;
    this.cancelled = reason;
    this.onCancel?.(reason);
  }
}

const CODES: Readonly<Record<Failure, Parameters<typeof hatchwayError>[0]>> = {
  trap: 'trap',
  internal: 'trap',
  cancelled: 'cancelled',
  deadline: 'timeout',
  unimplemented: 'missing-import',
  'bad-arguments': 'protocol',
  'bad-handle': 'protocol',
  denied: 'permission-denied',
  exhausted: 'exhausted',
  unavailable: 'unavailable',
};

export function failureError(key: string, failure: Failure, message: string, started: boolean): HatchwayError {
  return hatchwayError(CODES[failure], `${key} failed (${failure})${message === '' ? '' : `: ${message}`}`, {
    started,
  });
}

/** The error for a value at `name` that cannot be written. */
export function valueError(name: string, error: unknown): unknown {
  return error instanceof Mismatch ? argumentError(name + error.path, error.expected, error.got) : error;
}
