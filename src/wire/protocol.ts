/** The numbers of native/PROTOCOL.md. */

export const MAGIC = 'hatchway';
export const VERSION = 1;

/** Bytes of a frame's header: type, length of the body (24 bits), id (32 bits), little-endian. */
export const HEADER = 8;
/** The longest body of a frame, in bytes. */
export const MAX_BODY = 65_536;
/** Set in the type of a frame that a receiver may skip if it does not know it. */
export const OPTIONAL = 0x80;
/** Set in the type of a `call` or `return` whose message goes on in `rest` frames. */
export const MORE = 0x40;
/** The largest id, and the largest credit a window can hold. */
export const MAX_ID = 0x7fff_ffff;
/** Bytes of text in an `error` or a `goodbye`. Senders cut there; more ends the session. */
export const MAX_TEXT = 4096;

export const Type = {
  hello: 1,
  call: 2,
  return: 3,
  error: 4,
  cancel: 5,
  rest: 6,
  data: 7,
  window: 8,
  end: 9,
  reset: 10,
  drop: 11,
  log: 12,
  stdio: 13,
  ping: 14,
  pong: 15,
  goodbye: 16,
} as const;

/** Why a call failed, where the failure is no error of its WIT result. The code on the wire is the index. */
export const FAILURES = [
  'none',
  'trap',
  'internal',
  'cancelled',
  'deadline',
  'unimplemented',
  'bad-arguments',
  'bad-handle',
  'denied',
  'exhausted',
  'unavailable',
] as const;
export type Failure = Exclude<(typeof FAILURES)[number], 'none'>;

/** Why a session ends. The code on the wire is the index. */
export const REASONS = [
  'done',
  'hello',
  'frame-type',
  'frame-length',
  'frame-id',
  'frame-body',
  'window',
  'reply',
  'handle',
  'limit',
  'role',
  'internal',
] as const;
export type Reason = (typeof REASONS)[number];

/** What a receiver bounds, said in its hello. */
export interface Limits {
  /** Bytes of bodies of call, return, error, log and stdio frames that may be on their way. 131 072 (two frames) to 2^31 - 1. */
  readonly window: number;
  /** Bytes of one call or return. 65 536 to 2^31 - 1. */
  readonly message: number;
  /** Calls that may be open in this direction. 1 to 1 000 000. */
  readonly calls: number;
  /** Byte streams that the peer may have opened at a time. 0 to 1 000 000. */
  readonly streams: number;
}

export const DEFAULT_LIMITS: Limits = { window: 1 << 20, message: 16 << 20, calls: 1024, streams: 256 };
