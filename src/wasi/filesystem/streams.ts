import { IoError, type Sink, type Source } from '../io/index.js';
import { answer, type FileErrorCode, isFailure } from './codes.js';
import type { Context } from './context.js';
import { append, readAt, roomFor, writeAt } from './file.js';
import type { Opened } from './opened.js';

const NOTHING = new Uint8Array();

/** The bytes of a file from an offset on. Asks for leave at every read. */
export class FileSource implements Source {
  constructor(
    private readonly context: Context,
    private readonly file: Opened,
    private offset: bigint,
  ) {
    file.hold();
  }

  read(max: number): Uint8Array | undefined {
    try {
      this.context.mayRead(this.file);
      if (max === 0) return NOTHING;
      const bytes = roomFor(this.file, max, this.offset);
      const length = readAt(this.file, bytes, this.offset);
      if (length === 0) return undefined;
      this.offset += BigInt(length);
      return length === bytes.length ? bytes : bytes.subarray(0, length);
    } catch (error) {
      throw streamError(error);
    }
  }

  close(): void {
    this.file.release();
  }
}

/** Writes a file from an offset on, or at its end. Asks for leave at every write. */
export class FileSink implements Sink {
  constructor(
    private readonly context: Context,
    private readonly file: Opened,
    /** `undefined`: at the end. */
    private offset: bigint | undefined,
  ) {
    file.hold();
  }

  write(bytes: Uint8Array): void {
    try {
      this.context.mayWrite(this.file);
      let rest = bytes;
      while (rest.length > 0) {
        const written =
          this.offset === undefined
            ? append(this.file, this.context.usage, rest)
            : writeAt(this.file, this.context.usage, rest, this.offset);
        if (this.offset !== undefined) this.offset += BigInt(written);
        rest = rest.subarray(written);
      }
    } catch (error) {
      throw streamError(error);
    }
  }

  close(): void {
    this.file.release();
  }
}

const errors = new Map<FileErrorCode, IoError>();

/** A stream's error for what was thrown: one for each code. */
function streamError(error: unknown): unknown {
  const answered = answer(error);
  if (!isFailure(answered)) return answered;
  const code = answered.payload;
  let known = errors.get(code);
  if (known === undefined) {
    known = new IoError(code, code);
    errors.set(code, known);
  }
  return known;
}
