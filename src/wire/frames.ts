import { HEADER, MAX_BODY } from './protocol.js';
import { allocate } from './text.js';
import { Violation } from './violation.js';

const NOTHING = new Uint8Array(0);

/** What becomes of the frames in a stream of bytes. */
export interface FrameSink {
  /**
   * A header has arrived. Judge it before its body takes memory.
   * @returns true if the body is wanted in pieces as they come, through `piece`.
   * @throws Violation
   */
  header(type: number, id: number, length: number): boolean;
  /** A whole frame. The bytes are only lent: they are overwritten when this returns. */
  frame(type: number, id: number, bytes: Uint8Array, start: number, end: number): void;
  /** Part of a body that is wanted in pieces. `left` bytes of it are still to come. Only lent, too. */
  piece(type: number, id: number, bytes: Uint8Array, start: number, end: number, left: number): void;
}

/**
 * Cuts a stream of bytes into frames. A frame that lies whole in what arrived is passed on where it lies; only one that
 * straddles is copied, into one buffer that is as long as the longest frame.
 */
export class Deframer {
  #bytes: Uint8Array = NOTHING;
  #at = 0;
  #held: Uint8Array | undefined;
  #filled = 0;
  #type = 0;
  #id = 0;
  #length = 0;
  /** 0: in a header; 1: in a body that is held; 2: in a body that is passed on in pieces. */
  #state: 0 | 1 | 2 = 0;

  constructor(private readonly sink: FrameSink) {}

  /** Whether the bytes so far end between two frames. */
  get whole(): boolean {
    return this.#state === 0 && this.#filled === 0;
  }

  /**
   * Takes the next bytes. A sink that waits inside a frame may push more: what is left of the bytes before them comes first.
   * @throws Violation
   */
  push(bytes: Uint8Array): void {
    if (this.#at < this.#bytes.length) this.drain();
    this.#bytes = bytes;
    this.#at = 0;
    this.drain();
  }

  /** Goes on with bytes that were pushed: what a sink does that waits inside a frame.
   * @throws Violation */
  drain(): void {
    while (this.#at < this.#bytes.length) this.#step(this.#bytes, this.#at);
  }

  #step(bytes: Uint8Array, at: number): void {
    const left = bytes.length - at;
    if (this.#state === 0) {
      if (this.#filled > 0 || left < HEADER) {
        this.#at += this.#hold(bytes, at, HEADER);
        if (this.#filled < HEADER) return;
        this.#filled = 0;
        this.#header(this.#held!, 0);
      } else {
        this.#at += HEADER;
        this.#header(bytes, at);
        if ((this.#state as number) === 1 && left - HEADER >= this.#length) {
          this.#state = 0;
          this.#at += this.#length;
          this.sink.frame(this.#type, this.#id, bytes, at + HEADER, at + HEADER + this.#length);
          return;
        }
      }
      if (this.#length === 0) this.#empty();
    } else if (this.#state === 1) {
      this.#at += this.#hold(bytes, at, this.#length);
      if (this.#filled < this.#length) return;
      this.#filled = 0;
      this.#state = 0;
      this.sink.frame(this.#type, this.#id, this.#held!, 0, this.#length);
    } else {
      const count = Math.min(left, this.#length - this.#filled);
      this.#at += count;
      this.#filled += count;
      const missing = this.#length - this.#filled;
      if (missing === 0) {
        this.#filled = 0;
        this.#state = 0;
      }
      this.sink.piece(this.#type, this.#id, bytes, at, at + count, missing);
    }
  }

  #empty(): void {
    const inPieces = this.#state === 2;
    this.#state = 0;
    if (inPieces) this.sink.piece(this.#type, this.#id, NOTHING, 0, 0, 0);
    else this.sink.frame(this.#type, this.#id, NOTHING, 0, 0);
  }

  #header(bytes: Uint8Array, at: number): void {
    const type = bytes[at]!;
    const length = bytes[at + 1]! | (bytes[at + 2]! << 8) | (bytes[at + 3]! << 16);
    const id = (bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24)) >>> 0;
    if (length > MAX_BODY) throw new Violation('frame-length', `a frame of ${length} bytes`);
    this.#type = type;
    this.#id = id;
    this.#length = length;
    this.#state = this.sink.header(type, id, length) ? 2 : 1;
  }

  /** Copies until `wanted` bytes are held; gives how many were taken. */
  #hold(bytes: Uint8Array, at: number, wanted: number): number {
    this.#held ??= allocate(MAX_BODY);
    const count = Math.min(wanted - this.#filled, bytes.length - at);
    this.#held.set(bytes.subarray(at, at + count), this.#filled);
    this.#filled += count;
    return count;
  }
}

/** Puts a header at `at`, where there is room. */
export function putHeader(bytes: Uint8Array, at: number, type: number, length: number, id: number): void {
  bytes[at] = type;
  bytes[at + 1] = length;
  bytes[at + 2] = length >>> 8;
  bytes[at + 3] = length >>> 16;
  bytes[at + 4] = id;
  bytes[at + 5] = id >>> 8;
  bytes[at + 6] = id >>> 16;
  bytes[at + 7] = id >>> 24;
}
