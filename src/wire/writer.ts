import { hatchwayError } from '../errors/index.js';
import { allocate, encodeText } from './text.js';

const scratch = new DataView(new ArrayBuffer(8));
const scratchBytes = new Uint8Array(scratch.buffer);

/** With less than this left an arena is not worth going on in. */
const LEAST = 4096;
/** Arenas that are kept for when they have left. */
const SPARES = 4;

/** An arena that frames and values are encoded into. What was written from a mark on can be taken back. */
export class Writer {
  bytes: Uint8Array;
  at = 0;
  /** What lies before was taken. */
  #taken = 0;
  /** Arenas that are full, and on their way. */
  #full: Uint8Array[] = [];
  #spares: Uint8Array[] = [];
  /** The arena never grows beyond this. */
  limit = Number.MAX_SAFE_INTEGER;

  /** @param size bytes of an arena: enough for a whole frame and more. */
  constructor(private readonly size = 98_304) {
    this.bytes = allocate(size);
  }

  /** Makes room for `count` bytes.
   * @throws HatchwayError `exhausted` at the limit, before anything is allocated. */
  room(count: number): void {
    const needed = this.at + count;
    if (needed > this.bytes.length) this.#grow(needed);
  }

  #grow(needed: number): void {
    if (needed > this.limit) throw hatchwayError('exhausted', 'a value is larger than one message may be');
    const grown = allocate(Math.max(needed, Math.min(this.bytes.length * 2, this.limit)));
    grown.set(this.bytes.subarray(0, this.at));
    this.bytes = grown;
  }

  /** How much was written since it was last taken. */
  get pending(): number {
    return this.at - this.#taken;
  }

  /** What was written since the last time. It is not overwritten before `reuse`: the arena goes on behind it, or in another one. */
  take(): Uint8Array {
    const bytes = this.bytes.subarray(this.#taken, this.at);
    this.#taken = this.at;
    if (this.bytes.length > this.size || this.bytes.length - this.at < LEAST) {
      if (this.bytes.length === this.size && this.#full.length < SPARES) this.#full.push(this.bytes);
      this.bytes = this.#spares.pop() ?? allocate(this.size);
      this.at = 0;
      this.#taken = 0;
    }
    return bytes;
  }

  /** All that was taken may be overwritten. */
  reuse(): void {
    if (this.#full.length > 0) {
      this.#spares = this.#full;
      this.#full = [];
    }
    if (this.at !== this.#taken) return;
    this.at = 0;
    this.#taken = 0;
  }

  byte(value: number): void {
    this.room(1);
    this.bytes[this.at++] = value;
  }

  /** Unsigned LEB128 of at most 32 bits. */
  unsigned(value: number): void {
    this.room(5);
    const { bytes } = this;
    let rest = value;
    while (rest >= 0x80) {
      bytes[this.at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[this.at++] = rest;
  }

  /** Signed LEB128 of at most 32 bits. */
  signed(value: number): void {
    this.room(5);
    const { bytes } = this;
    let rest = value | 0;
    while (rest < -64 || rest > 63) {
      bytes[this.at++] = (rest & 0x7f) | 0x80;
      rest >>= 7;
    }
    bytes[this.at++] = rest & 0x7f;
  }

  unsigned64(value: bigint): void {
    if (value <= 0xffff_ffffn) return this.unsigned(Number(value));
    this.room(10);
    let rest = value;
    while (rest >= 0x80n) {
      this.bytes[this.at++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.bytes[this.at++] = Number(rest);
  }

  signed64(value: bigint): void {
    if (value >= -0x8000_0000n && value <= 0x7fff_ffffn) return this.signed(Number(value));
    this.room(10);
    let rest = value;
    while (rest < -64n || rest > 63n) {
      this.bytes[this.at++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.bytes[this.at++] = Number(rest & 0x7fn);
  }

  /** Every NaN is written as the one canonical NaN. */
  float32(value: number): void {
    this.room(4);
    if (Number.isNaN(value)) scratch.setUint32(0, 0x7fc0_0000, true);
    else scratch.setFloat32(0, value, true);
    for (let i = 0; i < 4; i++) this.bytes[this.at++] = scratchBytes[i]!;
  }

  float64(value: number): void {
    this.room(8);
    if (Number.isNaN(value)) scratch.setBigUint64(0, 0x7ff8_0000_0000_0000n, true);
    else scratch.setFloat64(0, value, true);
    for (let i = 0; i < 8; i++) this.bytes[this.at++] = scratchBytes[i]!;
  }

  raw(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** UTF-8 with its length in front. Lone surrogates become U+FFFD. */
  text(value: string): void {
    const { length } = value;
    this.room(length * 3 + 5);
    const start = this.at;
    // The length comes first and is known last: one byte for each code unit is most likely.
    const reserved = lengthOf(length);
    const size = encodeText(value, this.bytes, start + reserved);
    if (lengthOf(size) !== reserved)
      this.bytes.copyWithin(start + lengthOf(size), start + reserved, start + reserved + size);
    this.unsigned(size);
    this.at += size;
  }

  /** UTF-8 without a length. */
  characters(value: string): void {
    this.room(value.length * 3);
    this.at += encodeText(value, this.bytes, this.at);
  }
}

/** How many bytes a number takes as unsigned LEB128. */
function lengthOf(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5;
}
