import { type ErrorCode, type HatchwayError, hatchwayError } from '../../errors/index.js';

/** A feature that is refused, where it appears. */
export type Refused = 'shared memories' | 'memory64' | 'table64' | 'garbage-collected types';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const refusals = new WeakSet<object>();

/** Whether an error says that a feature is refused, rather than that something is not known. */
export function isRefusal(error: unknown): error is HatchwayError {
  return typeof error === 'object' && error !== null && refusals.has(error);
}

/** Reads a range of a core module. The engine has validated the bytes: what fails here is a format we do not know. */
export class Reader {
  constructor(
    readonly bytes: Uint8Array,
    public at: number,
    readonly end: number,
    readonly section: string,
  ) {}

  get done(): boolean {
    return this.at >= this.end;
  }

  fail(what: string, offset = this.at, code: ErrorCode = 'unsupported'): never {
    throw hatchwayError(code, what, { offset, section: this.section });
  }

  refuse(feature: Refused, offset: number): never {
    const what = `the module uses ${feature}, which cannot be bounded here`;
    const refusal = hatchwayError('unsupported', what, { offset, section: this.section });
    refusals.add(refusal);
    throw refusal;
  }

  byte(): number {
    if (this.at >= this.end) this.fail('unexpected end of the bytes', this.at, 'malformed');
    return this.bytes[this.at++]!;
  }

  peek(): number {
    if (this.at >= this.end) this.fail('unexpected end of the bytes', this.at, 'malformed');
    return this.bytes[this.at]!;
  }

  u32(): number {
    let result = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      result += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return result;
    }
    return this.fail('integer representation too long', this.at, 'malformed');
  }

  /** Steps over an integer of any width and sign. */
  skipInteger(): void {
    for (let length = 1; this.byte() >= 0x80; length++)
      if (length >= 10) this.fail('integer representation too long', this.at, 'malformed');
  }

  skip(length: number): void {
    if (length > this.end - this.at) this.fail('a size reaches past the end', this.at, 'malformed');
    this.at += length;
  }

  /** A reader of another range of the same section. */
  slice(from: number, to: number): Reader {
    return new Reader(this.bytes, from, to, this.section);
  }

  name(): string {
    const length = this.u32();
    const start = this.at;
    this.skip(length);
    return utf8.decode(this.bytes.subarray(start, this.at));
  }

  skipName(): void {
    this.skip(this.u32());
  }

  valueType(): void {
    const offset = this.at;
    const code = this.byte();
    if (code === 0x63 || code === 0x64) this.heapType();
    else if (GARBAGE_COLLECTED.has(code)) this.refuse('garbage-collected types', offset);
  }

  heapType(): void {
    const offset = this.at;
    if (GARBAGE_COLLECTED.has(this.peek())) this.refuse('garbage-collected types', offset);
    this.skipInteger();
  }
}

/** `any`, `eq`, `i31`, `struct`, `array` and `none`, as heap types and as the short forms of references to them. */
const GARBAGE_COLLECTED: ReadonlySet<number> = new Set([0x6e, 0x6d, 0x6c, 0x6b, 0x6a, 0x71]);
