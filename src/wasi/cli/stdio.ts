import { readSync, writeSync } from 'node:fs';
import { IoError, MAX_READ, type Sink, type Source, type Waiting } from '../io/index.js';

/** What a guest reads as its standard input. */
export type Stdin =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** A descriptor of this process: a regular file, or, in a program whose only job is the guest, its own stdin. */
  | { readonly kind: 'descriptor'; readonly fd: number };

/** Where a guest's standard output goes. `write` must not throw; what it gets is its own. */
export interface StandardOutput {
  write(bytes: Uint8Array): void;
}

export const EMPTY_STDIN: Stdin = { kind: 'bytes', bytes: new Uint8Array(0) };

/** The bytes of a guest's standard input, from first to last however often it asks for the stream. */
export class StdinReader implements Source {
  #position = 0;

  constructor(
    private readonly stdin: Stdin,
    private readonly waiting: Waiting,
  ) {}

  read(max: number): Uint8Array | undefined {
    if (max === 0) return new Uint8Array(0);
    if (this.stdin.kind === 'descriptor') {
      const buffer = new Uint8Array(Math.min(max, MAX_READ));
      const count = readBlocking(this.stdin.fd, buffer, this.waiting);
      return count === 0 ? undefined : buffer.slice(0, count);
    }
    const { bytes } = this.stdin;
    if (this.#position >= bytes.length) return undefined;
    const part = bytes.slice(this.#position, this.#position + max);
    this.#position += part.length;
    return part;
  }

  /** Like `read`, into a buffer of the caller's. 0 is the end. */
  readInto(buffer: Uint8Array): number {
    if (this.stdin.kind === 'descriptor') return readBlocking(this.stdin.fd, buffer, this.waiting);
    const part = this.read(buffer.length);
    if (part === undefined) return 0;
    buffer.set(part);
    return part.length;
  }
}

/** Between two looks at a descriptor that has nothing yet, in milliseconds. */
const STEP = 5;

/** A descriptor that does not block, such as a terminal that Node has opened, is asked again until it has something. */
function readBlocking(fd: number, buffer: Uint8Array, waiting: Waiting): number {
  for (;;) {
    try {
      return readSync(fd, buffer);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw new IoError('the input cannot be read', 'io');
      waiting.step(STEP);
    }
  }
}

/** A guest's standard output as a sink. */
export class OutputWriter implements Sink {
  constructor(private readonly output: StandardOutput) {}

  write(bytes: Uint8Array): void {
    this.output.write(bytes);
  }
}

/** Nobody notifies this cell: waiting on it is sleeping. */
const NOTHING = new Int32Array(new SharedArrayBuffer(4));

/** Output that goes to a descriptor of this process. What cannot be written, since nobody reads any more, is dropped. */
export class DescriptorOutput implements StandardOutput {
  #broken = false;

  constructor(private readonly fd: number) {}

  write(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length && !this.#broken; ) {
      try {
        from += writeSync(this.fd, bytes, from);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') this.#broken = true;
        // A pipe that does not block, and is full: whoever reads it will.
        else Atomics.wait(NOTHING, 0, 0, 1);
      }
    }
  }
}
