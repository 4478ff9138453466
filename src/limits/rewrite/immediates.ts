import type { Reader } from './reader.js';

/** What stands behind an opcode and changes nothing here: each gives the offset behind it. The module is valid. */

export function skipMemoryArgument(bytes: Uint8Array, from: number): number {
  let at = from;
  const align = bytes[at++]!;
  if (align >= 0x80) while (bytes[at++]! >= 0x80);
  // With an index of the memory.
  if (align & 0x40) while (bytes[at++]! >= 0x80);
  while (bytes[at++]! >= 0x80);
  return at;
}

export function skipBlockType(reader: Reader, from: number): number {
  const { bytes } = reader;
  const code = bytes[from]!;
  if (code === 0x40) return from + 1;
  let at = from;
  if (code > 0x40 && code < 0x80) {
    reader.at = at;
    reader.valueType();
    return reader.at;
  }
  while (bytes[at++]! >= 0x80);
  return at;
}

/** Of a vector instruction (0xfd); -1 for one that is not known here. */
export function skipVector(bytes: Uint8Array, operation: number, at: number): number {
  if (operation <= 11 || operation === 92 || operation === 93) return skipMemoryArgument(bytes, at);
  if (operation <= 13) return at + 16; // v128.const, i8x16.shuffle
  if (operation >= 21 && operation <= 34) return at + 1; // lanes
  if (operation >= 84 && operation <= 91) return skipMemoryArgument(bytes, at) + 1;
  return operation > 0x113 ? -1 : at;
}

/** Of an atomic instruction (0xfe); -1 for one that is not known here. */
export function skipAtomic(bytes: Uint8Array, operation: number, at: number): number {
  if (operation === 3) return at + 1; // atomic.fence
  return operation <= 2 || (operation >= 0x10 && operation <= 0x4e) ? skipMemoryArgument(bytes, at) : -1;
}
