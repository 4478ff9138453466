import { fail } from './errno.js';

/** The longest path, in bytes, as on Linux. */
const MAX_PATH = 4_095;
/** Buffers in one scattered read or gathered write, as on Linux. */
const MAX_BUFFERS = 1_024;

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The memory of a guest. Pointers and lengths are what the guest says, so each is checked before it is used: what lies outside
 * the memory is `fault`. The memory may grow between two imports, never during one, and never shrinks.
 */
export class GuestMemory {
  #buffer: ArrayBufferLike | undefined;
  #bytes = new Uint8Array(0);
  #view = new DataView(new ArrayBuffer(0));

  constructor(private readonly memory: () => WebAssembly.Memory) {}

  /** The place of something of this size, checked. */
  place(pointer: number, size: number): number {
    this.#refresh();
    const from = pointer >>> 0;
    if (from + size > this.#bytes.length) fail('fault');
    return from;
  }

  /** The bytes themselves, not a copy: of use until the import returns. */
  bytes(pointer: number, length: number): Uint8Array {
    const size = length >>> 0;
    const from = this.place(pointer, size);
    return this.#bytes.subarray(from, from + size);
  }

  /** A path, or what a symbolic link is to hold. */
  path(pointer: number, length: number): string {
    const bytes = this.bytes(pointer, length);
    if (bytes.length > MAX_PATH) fail('nametoolong');
    try {
      return STRICT.decode(bytes);
    } catch {
      return fail('ilseq');
    }
  }

  /** The buffers of a scattered read or gathered write, without empty ones; all are checked before any is used. */
  buffers(pointer: number, count: number): Uint8Array[] {
    const length = count >>> 0;
    if (length > MAX_BUFFERS) fail('inval');
    const from = this.place(pointer, length * 8);
    const buffers: Uint8Array[] = [];
    for (let at = from; at < from + length * 8; at += 8) {
      const buffer = this.bytes(this.u32(at), this.u32(at + 4));
      if (buffer.length > 0) buffers.push(buffer);
    }
    return buffers;
  }

  // At places that are checked.

  u8(place: number): number {
    return this.#view.getUint8(place);
  }

  u16(place: number): number {
    return this.#view.getUint16(place, true);
  }

  u32(place: number): number {
    return this.#view.getUint32(place, true);
  }

  u64(place: number): bigint {
    return this.#view.getBigUint64(place, true);
  }

  setU16(place: number, value: number): void {
    this.#view.setUint16(place, value, true);
  }

  setU32(place: number, value: number): void {
    this.#view.setUint32(place, value, true);
  }

  setU64(place: number, value: bigint): void {
    this.#view.setBigUint64(place, value, true);
  }

  #refresh(): void {
    const { buffer } = this.memory();
    if (buffer === this.#buffer) return;
    this.#buffer = buffer;
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
  }
}
