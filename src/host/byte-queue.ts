/** Bytes of a block: small pieces share one, so that a byte written costs a byte. */
const BLOCK = 4_096;

/** Bytes in the order they came. */
export class ByteQueue {
  readonly #full: Uint8Array[] = [];
  #block = new Uint8Array(0);
  #used = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(bytes: Uint8Array): void {
    this.#length += bytes.length;
    if (bytes.length > this.#block.length - this.#used) {
      this.#closeBlock();
      this.#block = new Uint8Array(Math.max(BLOCK, bytes.length));
    }
    this.#block.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /** Takes some of the bytes out, the oldest first; `undefined` where there are none. */
  shift(): Uint8Array | undefined {
    if (this.#full.length === 0) this.#closeBlock();
    const block = this.#full.shift();
    if (block !== undefined) this.#length -= block.length;
    return block;
  }

  /** A copy of all the bytes, which stay. */
  toBytes(): Uint8Array {
    return new Uint8Array(Buffer.concat([...this.#full, this.#block.subarray(0, this.#used)]));
  }

  #closeBlock(): void {
    if (this.#used > 0) this.#full.push(this.#block.subarray(0, this.#used));
    this.#block = new Uint8Array(0);
    this.#used = 0;
  }
}
