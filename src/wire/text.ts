/**
 * UTF-8. A `Buffer`, where the engine has one, reads and writes text several times faster than the web's encoder and
 * decoder; its methods are used where the bytes have them, and nothing is imported.
 */
import { malformed } from './violation.js';

interface FastBytes extends Uint8Array {
  utf8Slice(start: number, end: number): string;
  utf8Write(text: string, offset: number): number;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
const FAST = (globalThis as { Buffer?: { allocUnsafeSlow(size: number): Uint8Array } }).Buffer;

/** Up to here a loop is faster than crossing into the engine. */
const SHORT = 24;

/** Bytes with the fast methods, where there are such. Not cleared. */
export function allocate(size: number): Uint8Array {
  return FAST === undefined ? new Uint8Array(size) : FAST.allocUnsafeSlow(size);
}

/** The same, as what the app gets: no Buffer, and nobody else's memory. To be filled whole. */
export function allocateOwned(size: number): Uint8Array {
  return FAST === undefined ? new Uint8Array(size) : new Uint8Array(FAST.allocUnsafeSlow(size).buffer);
}

/** A copy that is no Buffer and shares no memory. */
export function copyBytes(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const copy = allocateOwned(end - start);
  copy.set(bytes.subarray(start, end));
  return copy;
}

function isFast(bytes: Uint8Array): bytes is FastBytes {
  return 'utf8Slice' in bytes;
}

/** @throws MalformedValue for what is not UTF-8. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  let at = start;
  if (end - start <= SHORT) {
    let text = '';
    while (at < end && bytes[at]! < 0x80) text += String.fromCharCode(bytes[at++]!);
    if (at === end) return text;
  }
  if (isFast(bytes)) {
    // What is not UTF-8 becomes U+FFFD: a text without one was.
    const text = bytes.utf8Slice(start, end);
    if (!text.includes('\ufffd')) return text;
  }
  try {
    return decoder.decode(bytes.subarray(start, end));
  } catch {
    return malformed('a string is not UTF-8');
  }
}

/** Encodes at `at`, where there are three bytes for each code unit; gives the number of bytes. */
export function encodeText(text: string, bytes: Uint8Array, at: number): number {
  const { length } = text;
  if (length <= SHORT) {
    let i = 0;
    for (; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) break;
      bytes[at + i] = code;
    }
    if (i === length) return length;
  }
  // `utf8Write` makes U+FFFD of lone surrogates, as the web's encoder does.
  if (isFast(bytes)) return bytes.utf8Write(text, at);
  return encoder.encodeInto(text, bytes.subarray(at)).written;
}
