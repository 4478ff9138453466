import { layoutOf } from '../../wit/index.js';
import type { Codec } from './codec.js';
import { type Context, MAX_BYTES } from './context.js';
import { abiTrap, mismatch } from './trap.js';

export type StringEncoding = 'utf8' | 'utf16' | 'latin1+utf16';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
/** Set in the length of a `latin1+utf16` string that is UTF-16 (`utf16_tag`). */
const UTF16_TAG = 0x8000_0000;
/** Up to here a loop over bytes or code units is faster than crossing into the engine's encoder and decoder. */
const SHORT = 32;
/** Where strings are encoded before their size is known, so that the guest is asked for room exactly once. */
const scratch = new Uint8Array(48 * 1024);

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
  const short = length <= SHORT ? decodeShort(u8, pointer, pointer + length) : undefined;
  if (short !== undefined) return short;
  try {
    return utf8.decode(u8.subarray(pointer, pointer + length));
  } catch {
    abiTrap('a string is not UTF-8');
  }
}

/** Well-formed UTF-8 of up to three bytes a character; `undefined` for anything else, which the engine's decoder judges. */
function decodeShort(u8: Uint8Array, start: number, end: number): string | undefined {
  let text = '';
  let at = start;
  while (at < end) {
    const first = u8[at++]!;
    if (first < 0x80) {
      text += String.fromCharCode(first);
    } else if (first >= 0xc2 && first < 0xe0) {
      const second = at < end ? u8[at++]! : 0;
      if ((second & 0xc0) !== 0x80) return undefined;
      text += String.fromCharCode(((first & 0x1f) << 6) | (second & 0x3f));
    } else if (first >= 0xe0 && first < 0xf0 && at + 1 < end) {
      const second = u8[at++]!;
      const third = u8[at++]!;
      const code = ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
      if ((second & 0xc0) !== 0x80 || (third & 0xc0) !== 0x80 || code < 0x800 || (code & 0xf800) === 0xd800)
        return undefined;
      text += String.fromCharCode(code);
    } else {
      return undefined;
    }
  }
  return text;
}

function writeUtf8(cx: Context, value: string): number {
  const { length } = value;
  let size = length <= SHORT ? encodeShort(value) : -1;
  let bytes = scratch;
  if (size < 0) {
    if (length * 3 <= scratch.length) {
      size = encoder.encodeInto(value, scratch).written;
    } else {
      bytes = encoder.encode(value);
      size = bytes.length;
    }
  }
  const pointer = cx.allocate(1, size);
  const { u8 } = cx;
  if (size <= SHORT) for (let i = 0; i < size; i++) u8[pointer + i] = bytes[i]!;
  else u8.set(bytes.subarray(0, size), pointer);
  cx.length = size;
  return pointer;
}

/** Encodes into the scratch buffer and gives the size; -1 for what has surrogates. */
function encodeShort(value: string): number {
  let size = 0;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code < 0x80) {
      scratch[size++] = code;
    } else if (code < 0x800) {
      scratch[size++] = 0xc0 | (code >> 6);
      scratch[size++] = 0x80 | (code & 0x3f);
    } else if ((code & 0xf800) !== 0xd800) {
      scratch[size++] = 0xe0 | (code >> 12);
      scratch[size++] = 0x80 | ((code >> 6) & 0x3f);
      scratch[size++] = 0x80 | (code & 0x3f);
    } else {
      return -1;
    }
  }
  return size;
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
