import { fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { failure } from './codes.js';
import type { Opened, Usage } from './opened.js';

/** Offsets the system can say: above is `invalid`. */
const MAX_OFFSET = 2n ** 63n - 1n;

/** Bytes that one call of the system is asked for: Node takes less than 2 GiB, and a guest's memory may be larger. */
const MAX_TRANSFER = 2 ** 30;

const lengthOf = (buffer: Uint8Array) => Math.min(buffer.length, MAX_TRANSFER);

/**
 * Reads at an offset; answers with how many bytes, 0 at the end.
 * @throws what the system throws, or ComponentError
 */
export function readAt(file: Opened, buffer: Uint8Array, offset: bigint): number {
  const length = lengthOf(buffer);
  if (offset + BigInt(length) > MAX_OFFSET) throw failure('invalid');
  return readSync(file.fd, buffer, 0, length, offset as unknown as number);
}

/** Reads this large are not given room before it is known that there is as much to read. */
const LARGE = 65_536;

/** Room for what a read of at most `max` bytes finds: asking for a lot of a small file is common. */
export function roomFor(file: Opened, max: number, offset: bigint): Uint8Array {
  let size = max;
  if (max > LARGE) {
    const rest = fstatSync(file.fd).size - Number(offset);
    // What the system makes up as it is read says it is empty.
    size = Math.min(max, Math.max(rest, LARGE));
  }
  return new Uint8Array(Buffer.allocUnsafeSlow(size).buffer);
}

/** Writes at an offset; answers with how many bytes, which may be fewer. */
export function writeAt(file: Opened, usage: Usage, buffer: Uint8Array, offset: bigint): number {
  const length = lengthOf(buffer);
  usage.write(length);
  const written = writeSync(file.fd, buffer, 0, length, position(offset));
  usage.written += written;
  return written;
}

/** Writes at the end, wherever that is by then. */
export function append(file: Opened, usage: Usage, buffer: Uint8Array): number {
  const length = lengthOf(buffer);
  usage.write(length);
  const written = writeSync(file.appending, buffer, 0, length, null);
  usage.written += written;
  return written;
}

export function resize(file: Opened, usage: Usage, size: bigint): void {
  const to = position(size);
  if (usage.maxWritten === Number.POSITIVE_INFINITY) return ftruncateSync(file.fd, to);
  const growth = Math.max(0, to - fstatSync(file.fd).size);
  usage.write(growth);
  ftruncateSync(file.fd, to);
  usage.written += growth;
}

/** Node writes at what a double can say; beyond, which no common file system can hold, is too large. */
function position(offset: bigint): number {
  if (offset > MAX_OFFSET) throw failure('invalid');
  if (offset > Number.MAX_SAFE_INTEGER) throw failure('file-too-large');
  return Number(offset);
}
