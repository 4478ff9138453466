import { ComponentError } from '../../errors/index.js';
import { Pollable, readyPollable } from './pollable.js';
import type { Waiting } from './waiting.js';

/** Bytes one read answers with at most, whatever the guest asks for: 1 MiB. */
export const MAX_READ = 1 << 20;
/** Bytes one write takes at most: 1 MiB. */
export const MAX_WRITE = 1 << 20;
/** What `blocking-write-and-flush` takes at most, as the interface says. */
const MAX_BLOCKING_WRITE = 4_096;

/** What went wrong with a stream (`wasi:io/error`). */
export class IoError {
  /** @param code the `error-code` of `wasi:filesystem` where it came from a file. */
  constructor(
    private readonly text: string,
    readonly code?: string,
  ) {}

  toDebugString(): string {
    return this.text;
  }
}

type StreamError = { readonly tag: 'closed' } | { readonly tag: 'last-operation-failed'; readonly val: IoError };

/** One for all: its stack is nobody's, and making one is slower than the call it ends. */
const CLOSED = new ComponentError<StreamError>({ tag: 'closed' });

/** Where an input stream's bytes come from. */
export interface Source {
  /**
   * At most `max` bytes; none where there are none yet; `undefined` at the end. The bytes are the caller's.
   * @throws IoError
   */
  read(max: number): Uint8Array | undefined;
  /** When a read has something to answer. Default: now. */
  readonly moment?: () => bigint | undefined;
  /** The guest let go of the stream. */
  close?(): void;
}

/** Where an output stream's bytes go. */
export interface Sink {
  /** @throws IoError */
  write(bytes: Uint8Array): void;
  /** Bytes that a write may have now. Default: 1 MiB. */
  readonly capacity?: () => number;
  close?(): void;
}

function failure(error: unknown): unknown {
  if (!(error instanceof IoError)) return error;
  return new ComponentError<StreamError>({ tag: 'last-operation-failed', val: error });
}

/** `wasi:io/streams.input-stream`. */
export class InputStream {
  #closed = false;

  constructor(
    private readonly waiting: Waiting,
    private readonly source: Source,
  ) {}

  read(length: bigint): Uint8Array {
    if (this.#closed) throw CLOSED;
    const max = length < MAX_READ ? Number(length) : MAX_READ;
    let bytes: Uint8Array | undefined;
    try {
      bytes = this.source.read(max);
    } catch (error) {
      this.#closed = true;
      throw failure(error);
    }
    if (bytes !== undefined) return bytes;
    this.#closed = true;
    throw CLOSED;
  }

  blockingRead(length: bigint): Uint8Array {
    if (length > 0n) this.#block();
    return this.read(length);
  }

  skip(length: bigint): bigint {
    return BigInt(this.read(length).length);
  }

  blockingSkip(length: bigint): bigint {
    return BigInt(this.blockingRead(length).length);
  }

  subscribe(): Pollable {
    const { moment } = this.source;
    return moment === undefined ? readyPollable(this.waiting) : new Pollable(this.waiting, moment);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.source.close?.();
  }

  #block(): void {
    if (this.source.moment !== undefined && !this.#closed) this.subscribe().block();
  }
}

/** `wasi:io/streams.output-stream`. Nothing is kept back, so there is nothing to flush. */
export class OutputStream {
  #closed = false;

  constructor(
    private readonly waiting: Waiting,
    private readonly sink: Sink,
  ) {}

  checkWrite(): bigint {
    if (this.#closed) throw CLOSED;
    return BigInt(this.#capacity());
  }

  write(contents: Uint8Array): void {
    if (this.#closed) throw CLOSED;
    if (contents.length > this.#capacity())
      throw this.waiting.end('trap', 'the guest writes more than check-write permits');
    try {
      this.sink.write(contents);
    } catch (error) {
      this.#closed = true;
      throw failure(error);
    }
  }

  blockingWriteAndFlush(contents: Uint8Array): void {
    if (contents.length > MAX_BLOCKING_WRITE) {
      throw this.waiting.end(
        'trap',
        `blocking-write-and-flush takes ${MAX_BLOCKING_WRITE} bytes, not ${contents.length}`,
      );
    }
    this.write(contents);
  }

  flush(): void {
    if (this.#closed) throw CLOSED;
  }

  blockingFlush(): void {
    this.flush();
  }

  subscribe(): Pollable {
    return readyPollable(this.waiting);
  }

  writeZeroes(length: bigint): void {
    if (length > this.#capacity()) throw this.waiting.end('trap', 'the guest writes more than check-write permits');
    this.write(new Uint8Array(Number(length)));
  }

  blockingWriteZeroesAndFlush(length: bigint): void {
    if (length > MAX_BLOCKING_WRITE) {
      throw this.waiting.end(
        'trap',
        `blocking-write-zeroes-and-flush takes ${MAX_BLOCKING_WRITE} bytes, not ${length}`,
      );
    }
    this.writeZeroes(length);
  }

  splice(source: InputStream, length: bigint): bigint {
    const room = this.checkWrite();
    const bytes = source.read(length < room ? length : room);
    this.write(bytes);
    return BigInt(bytes.length);
  }

  blockingSplice(source: InputStream, length: bigint): bigint {
    const room = this.checkWrite();
    const bytes = source.blockingRead(length < room ? length : room);
    this.write(bytes);
    return BigInt(bytes.length);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.sink.close?.();
  }

  #capacity(): number {
    return Math.min(this.sink.capacity?.() ?? MAX_WRITE, MAX_WRITE);
  }
}
