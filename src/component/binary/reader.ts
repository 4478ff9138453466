import { type ErrorCode, hatchwayError } from '../../errors/index.js';

/** Names longer than this are refused, as the reference validator does. */
const MAX_NAME_BYTES = 100_000;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a range of bytes; every failure is an error with the offset and the section. */
export class Reader {
  /** The section being read, for errors. */
  section = 'preamble';

  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
    readonly end = bytes.length,
  ) {}

  get done(): boolean {
    return this.at >= this.end;
  }

  get remaining(): number {
    return this.end - this.at;
  }

  fail(what: string, offset = this.at, code: ErrorCode = 'malformed'): never {
    throw hatchwayError(code, what, { offset, section: this.section });
  }

  byte(): number {
    if (this.at >= this.end) this.fail('unexpected end of the bytes');
    return this.bytes[this.at++]!;
  }

  peek(): number {
    if (this.at >= this.end) this.fail('unexpected end of the bytes');
    return this.bytes[this.at]!;
  }

  /** LEB128, at most 5 bytes, no surplus bits. */
  u32(): number {
    const start = this.at;
    let result = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      if (shift === 28 && byte > 0x0f) this.fail('integer too large', start);
      result += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return result;
    }
    this.fail('integer representation too long', start);
  }

  /** A type's index, or its code below 0: signed LEB128 of 33 bits. */
  s33(): number {
    const start = this.at;
    let result = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      result += (byte & 0x7f) * 2 ** shift;
      if (byte >= 0x80) continue;
      if (shift === 28 && byte !== (byte & 0x10 ? 0x70 | (byte & 0x0f) | 0x10 : byte & 0x0f))
        this.fail('integer too large', start);
      if ((byte & 0x40) === 0) return result;
      // The codes of types are single bytes.
      if (shift > 0) this.fail('the code of a type takes one byte', start);
      return result - 2 ** 7;
    }
    this.fail('integer representation too long', start);
  }

  /** A vector's length: each element takes a byte at least, so the bytes that remain bound it. */
  count(what: string): number {
    const start = this.at;
    const count = this.u32();
    if (count > this.remaining)
      this.fail(`${count} ${what} do not fit into the ${this.remaining} bytes that remain`, start);
    return count;
  }

  vector<T>(what: string, read: () => T): T[] {
    const count = this.count(what);
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(read());
    return items;
  }

  name(): string {
    const start = this.at;
    const length = this.u32();
    if (length > MAX_NAME_BYTES) this.fail(`a name of ${length} bytes is over the limit of ${MAX_NAME_BYTES}`, start);
    if (length > this.remaining) this.fail('a name reaches past the end of the bytes', start);
    const bytes = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    try {
      return utf8.decode(bytes);
    } catch {
      this.fail('a name is not UTF-8', start);
    }
  }

  /** A reader of the next `length` bytes, which this one steps over. */
  slice(length: number): Reader {
    if (length > this.remaining) this.fail(`a size of ${length} reaches past the end of the bytes`);
    const inner = new Reader(this.bytes, this.at, this.at + length);
    inner.section = this.section;
    this.at += length;
    return inner;
  }
}
