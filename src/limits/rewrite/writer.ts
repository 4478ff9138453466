/** Bytes of a WebAssembly binary, in a buffer that grows. */
export class Writer {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** A view, valid until the next write. */
  written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  bytes(values: ArrayLike<number>): void {
    const length = values.length;
    if (this.#length + length > this.#bytes.length) this.#grow(length);
    for (let i = 0; i < length; i++) this.#bytes[this.#length + i] = values[i]!;
    this.#length += length;
  }

  /** A stretch of another buffer. */
  copy(source: Uint8Array, from: number, to: number): void {
    const length = to - from;
    if (this.#length + length > this.#bytes.length) this.#grow(length);
    // Below this, a view costs more than the bytes.
    if (length < 64) for (let i = 0; i < length; i++) this.#bytes[this.#length + i] = source[from + i]!;
    else this.#bytes.set(source.subarray(from, to), this.#length);
    this.#length += length;
  }

  append(other: Writer): void {
    this.copy(other.#bytes, 0, other.#length);
  }

  u32(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  s32(value: number): void {
    for (let rest = value; ; ) {
      const byte = rest & 0x7f;
      rest >>= 7;
      if ((rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0)) return this.byte(byte);
      this.byte(byte | 0x80);
    }
  }

  name(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.u32(bytes.length);
    this.bytes(bytes);
  }

  /** Leaves room for an integer that `fill` writes, five bytes wide whatever it is. */
  reserve(): number {
    const at = this.#length;
    this.bytes([0, 0, 0, 0, 0]);
    return at;
  }

  fill(at: number, value: number): void {
    let rest = value;
    for (let i = 0; i < 5; i++) {
      this.#bytes[at + i] = i < 4 ? (rest & 0x7f) | 0x80 : rest;
      rest >>>= 7;
    }
  }

  /** As `fill`, with the number of bytes that were written since. */
  fillSize(at: number): void {
    this.fill(at, this.#length - at - 5);
  }

  #grow(more: number): void {
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

/** An unsigned LEB128 integer. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const byte = rest % 0x80;
    rest = Math.floor(rest / 0x80);
    bytes.push(rest > 0 ? byte | 0x80 : byte);
  } while (rest > 0);
  return bytes;
}

/** A signed LEB128 integer of at most 32 bits. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; ) {
    const byte = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0)) {
      bytes.push(byte);
      return bytes;
    }
    bytes.push(byte | 0x80);
  }
}

/** How many bytes an unsigned integer takes. */
export function unsignedLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}

/** How many bytes a signed integer of 32 bits takes. */
export function signedLength(value: number): number {
  let length = 1;
  for (let rest = value; rest < -0x40 || rest >= 0x40; rest >>= 7) length++;
  return length;
}
