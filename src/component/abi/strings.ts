import type { Codec } from './codec.js';
import { type Context, MAX_BYTES } from './context.js';
import { layoutOf } from './layout.js';
import { abiTrap, mismatch } from './trap.js';

export type StringEncoding = 'utf8' | 'utf16' | 'latin1+utf16';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
/** Set in the length of a `latin1+utf16` string that is UTF-16 (`utf16_tag`). */
const UTF16_TAG = 0x8000_0000;
/** Up to here a loop over the bytes is faster than crossing into the engine's decoder. */
const SHORT = 24;

/** Builds a string from a range of memory, and puts one there: the pointer is returned, the length left in `cx.length`. */
interface StringAccess {
  read(cx: Context, pointer: number, length: number): string;
  write(cx: Context, value: string): number;
}

function checkRange(cx: Context, pointer: number, bytes: number): void {
  if (bytes > MAX_BYTES) abiTrap(`a string of ${bytes} bytes is over the limit of ${MAX_BYTES}`);
  if (pointer + bytes > cx.u8.length) abiTrap('a string reaches outside the memory');
  cx.charge(bytes);
}

function readUtf8(cx: Context, pointer: number, length: number): string {
  checkRange(cx, pointer, length);
  const { u8 } = cx;
  if (length <= SHORT) {
    let text = '';
    const end = pointer + length;
    let at = pointer;
    for (; at < end; at++) {
      const code = u8[at]!;
      if (code >= 0x80) break;
      text += String.fromCharCode(code);
    }
    if (at === end) return text;
  }
  try {
    return utf8.decode(u8.subarray(pointer, pointer + length));
  } catch {
    abiTrap('a string is not UTF-8');
  }
}

function writeUtf8(cx: Context, value: string): number {
  const units = value.length;
  if (units <= SHORT && isAscii(value)) {
    const pointer = cx.allocate(1, units);
    const { u8 } = cx;
    for (let i = 0; i < units; i++) u8[pointer + i] = value.charCodeAt(i);
    cx.length = units;
    return pointer;
  }
  // Exactly one allocation, of the encoded size: the size is known first, so nothing has to be shrunk after.
  const bytes = encoder.encode(value);
  const pointer = cx.allocate(1, bytes.length);
  cx.u8.set(bytes, pointer);
  cx.length = bytes.length;
  return pointer;
}

function isAscii(value: string): boolean {
  for (let i = 0; i < value.length; i++) if (value.charCodeAt(i) >= 0x80) return false;
  return true;
}

/** Arguments of one call of `String.fromCharCode`: more overflow the stack. */
const CHUNK = 4096;

function readUtf16(cx: Context, pointer: number, length: number): string {
  if (pointer % 2 !== 0) abiTrap('a UTF-16 string is not aligned to 2');
  checkRange(cx, pointer, length * 2);
  let text = '';
  for (let at = 0; at < length; at += CHUNK) {
    const units = new Uint16Array(cx.u8.buffer, pointer + at * 2, Math.min(CHUNK, length - at));
    text += String.fromCharCode.apply(null, units as unknown as number[]);
  }
  if (!text.isWellFormed()) abiTrap('a string is not UTF-16');
  return text;
}

function writeUtf16(cx: Context, value: string): number {
  const text = value.toWellFormed();
  const pointer = cx.allocate(2, text.length * 2);
  storeUnits(cx, text, pointer);
  cx.length = text.length;
  return pointer;
}

function storeUnits(cx: Context, text: string, pointer: number): void {
  const units = new Uint16Array(cx.u8.buffer, pointer, text.length);
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
}

function readLatin1OrUtf16(cx: Context, pointer: number, tagged: number): string {
  if (tagged >= UTF16_TAG) return readUtf16(cx, pointer, tagged - UTF16_TAG);
  if (pointer % 2 !== 0) abiTrap('a string is not aligned to 2');
  checkRange(cx, pointer, tagged);
  let text = '';
  for (let at = 0; at < tagged; at += CHUNK) {
    const bytes = cx.u8.subarray(pointer + at, pointer + Math.min(at + CHUNK, tagged));
    text += String.fromCharCode.apply(null, bytes as unknown as number[]);
  }
  return text;
}

function writeLatin1OrUtf16(cx: Context, value: string): number {
  if (!isLatin1(value)) {
    const pointer = writeUtf16(cx, value);
    cx.length += UTF16_TAG;
    return pointer;
  }
  const pointer = cx.allocate(2, value.length);
  for (let i = 0; i < value.length; i++) cx.u8[pointer + i] = value.charCodeAt(i);
  cx.length = value.length;
  return pointer;
}

function isLatin1(value: string): boolean {
  for (let i = 0; i < value.length; i++) if (value.charCodeAt(i) > 0xff) return false;
  return true;
}

const ACCESS: Readonly<Record<StringEncoding, StringAccess>> = {
  utf8: { read: readUtf8, write: writeUtf8 },
  utf16: { read: readUtf16, write: writeUtf16 },
  'latin1+utf16': { read: readLatin1OrUtf16, write: writeLatin1OrUtf16 },
};

/** Strings in the encoding of a canonical definition. Lone surrogates from the app become U+FFFD, as web APIs do it. */
export function stringCodec(encoding: StringEncoding): Codec<string> {
  const { read, write } = ACCESS[encoding];
  return {
    layout: layoutOf({ kind: 'string' }),
    load: (cx, pointer) => read(cx, cx.view.getUint32(pointer, true), cx.view.getUint32(pointer + 4, true)),
    store: (cx, value, pointer) => {
      const begin = write(cx, value);
      cx.view.setUint32(pointer, begin, true);
      cx.view.setUint32(pointer + 4, cx.length, true);
    },
    lift: (cx, source) => {
      const pointer = source.i32() >>> 0;
      return read(cx, pointer, source.i32() >>> 0);
    },
    lower: (cx, value, out) => {
      const begin = write(cx, value);
      out.push(begin, cx.length);
    },
    check: (_cx, value) => {
      if (typeof value !== 'string') mismatch('string', value);
      if (value.length * 3 > MAX_BYTES)
        mismatch(`string of at most ${Math.floor(MAX_BYTES / 3)} UTF-16 code units`, value);
    },
  };
}
