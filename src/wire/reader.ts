import { decodeText } from './text.js';
import { MalformedValue, malformed } from './violation.js';

const scratch = new DataView(new ArrayBuffer(8));
const scratchBytes = new Uint8Array(scratch.buffer);

/** Reads a range of bytes, and never past its end. `budget` bounds what may be built of them. */
export class Reader {
  constructor(
    public bytes: Uint8Array,
    public at: number,
    public end: number,
    /** Bytes of host memory that values may still take, roughly. */
    public budget = 64 << 20,
  ) {}

  /** @throws MalformedValue `exhausted` before anything is built. */
  charge(bytes: number): void {
    this.budget -= bytes;
    if (this.budget < 0) throw new MalformedValue('exhausted', 'the values of one message take too much memory');
  }

  get remaining(): number {
    return this.end - this.at;
  }

  byte(): number {
    if (this.at >= this.end) malformed('a value is cut off');
    return this.bytes[this.at++]!;
  }

  skip(count: number): number {
    const start = this.at;
    if (count > this.end - start) malformed('a value is cut off');
    this.at = start + count;
    return start;
  }

  /** Unsigned LEB128 of at most `bits` (8 to 32) bits. */
  unsigned(bits = 32): number {
    let byte = this.byte();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let shift = 7; ; shift += 7) {
      byte = this.byte();
      const left = bits - shift;
      if (left < 7 && (byte & 0x7f) >> left !== 0) malformed('an integer is out of range');
      value = (value | ((byte & 0x7f) << shift)) >>> 0;
      if (byte < 0x80) return value;
      if (left <= 7) malformed('an integer has too many bytes');
    }
  }

  /** Signed LEB128 of at most `bits` (16 or 32) bits. */
  signed(bits: number): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      const left = bits - shift;
      if (left < 7) checkSign(byte & 0x7f, left);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (byte & 0x40) !== 0 && shift < 25 ? value | (-1 << (shift + 7)) : value;
      if (left <= 7) malformed('an integer has too many bytes');
    }
  }

  unsigned64(): bigint {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      low += (byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt(low);
    }
    let value = BigInt(low);
    for (let shift = 28; ; shift += 7) {
      const byte = this.byte();
      if (shift === 63 && byte > 1) malformed('an integer is out of range, or has too many bytes');
      value |= BigInt(byte & 0x7f) << BigInt(shift);
      if (byte < 0x80) return value;
    }
  }

  signed64(): bigint {
    let value = 0n;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      if (shift === 63 && byte !== 0 && byte !== 0x7f) malformed('an integer is out of range, or has too many bytes');
      value |= BigInt(byte & 0x7f) << BigInt(shift);
      if (byte < 0x80) return BigInt.asIntN(Math.min(64, shift + 7), value);
    }
  }

  float32(): number {
    this.#fill(4);
    const value = scratch.getFloat32(0, true);
    if (Number.isNaN(value) && scratch.getUint32(0, true) !== 0x7fc0_0000) malformed('a NaN is not the canonical one');
    return value;
  }

  float64(): number {
    this.#fill(8);
    const value = scratch.getFloat64(0, true);
    if (Number.isNaN(value) && scratch.getBigUint64(0, true) !== 0x7ff8_0000_0000_0000n)
      malformed('a NaN is not the canonical one');
    return value;
  }

  #fill(count: number): void {
    const start = this.skip(count);
    for (let i = 0; i < count; i++) scratchBytes[i] = this.bytes[start + i]!;
  }

  text(limit = 0x7fff_ffff): string {
    const length = this.unsigned();
    if (length > limit) malformed(`a string is longer than ${limit} bytes`);
    const start = this.skip(length);
    this.charge(length * 2);
    return decodeText(this.bytes, start, start + length);
  }

  /** One scalar value as UTF-8, without a length. */
  character(): string {
    const start = this.at;
    const first = this.byte();
    if (first < 0x80) return String.fromCharCode(first);
    this.skip(first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0);
    return decodeText(this.bytes, start, this.at);
  }

  /** @throws MalformedValue if something is left. */
  finish(): void {
    if (this.at !== this.end) malformed(`${this.end - this.at} bytes are left over`);
  }
}

/** The last byte of a signed integer: bits that are not the value's repeat its sign. */
function checkSign(bits: number, left: number): void {
  const sign = bits >> (left - 1);
  if (sign !== 0 && sign !== (1 << (8 - left)) - 1) malformed('an integer is out of range');
}
