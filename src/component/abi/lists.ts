import { layoutOf, typedArrayOf, type ValueType } from '../../wit/index.js';
import type { Codec, CoreValue, FlatSource } from './codec.js';
import { type Context, MAX_BYTES } from './context.js';
import { abiTrap, mismatch, within } from './trap.js';
import { weightOf } from './weight.js';

type TypedArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;
type TypedArrayConstructor = {
  new (buffer: ArrayBufferLike, offset?: number, length?: number): TypedArray;
  readonly name: string;
};

/** The name of a typed array's kind whatever realm it comes from; `undefined` for anything else. Runs no code of the value. */
const typedArrayName = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)!
  .get!;

/** How the contents of a list are moved; the pointer pair around them is the same for all. */
interface Contents<T> {
  read(cx: Context, pointer: number, length: number): T;
  /** `length` is the one room was made for, whatever the value says by now. */
  write(cx: Context, value: T, pointer: number, length: number): void;
  length(value: T): number;
  check(cx: Context, value: unknown): void;
}

/** `list<T>`: typed arrays for numbers, arrays for the rest. */
export function listCodec(element: ValueType, codec: Codec): Codec {
  const name = typedArrayOf(element);
  const arrayType = name && (globalThis[name] as TypedArrayConstructor);
  const contents = arrayType ? typedContents(arrayType, codec) : arrayContents(codec);
  return pairCodec(
    contents,
    codec.layout.size,
    codec.layout.align,
    arrayType ? codec.layout.size : weightOf(element) + 8,
  );
}

/** `map<K, V>`, which lies in memory as `list<tuple<K, V>>`. */
export function mapCodec(
  key: ValueType,
  value: ValueType,
  entry: Codec<[unknown, unknown]>,
): Codec<Map<unknown, unknown>> {
  const { size, align } = entry.layout;
  const contents: Contents<Map<unknown, unknown>> = {
    read: (cx, pointer, length) => {
      const map = new Map<unknown, unknown>();
      for (let i = 0; i < length; i++) {
        const [itsKey, itsValue] = entry.load(cx, pointer + i * size);
        map.set(itsKey, itsValue);
      }
      return map;
    },
    write: (cx, map, pointer, length) => {
      const end = pointer + length * size;
      let at = pointer;
      for (const pair of map) {
        if (at === end) break;
        entry.store(cx, pair, at);
        at += size;
      }
    },
    length: (map) => map.size,
    check: (cx, map) => {
      if (!(map instanceof Map)) mismatch('map (a Map)', map);
      let index = 0;
      for (const pair of map) {
        try {
          entry.check(cx, pair);
        } catch (error) {
          throw within(error, `.entries()[${index}]`);
        }
        index++;
      }
    },
  };
  return pairCodec(contents, size, align, weightOf(key) + weightOf(value) + 64);
}

function pairCodec<T>(contents: Contents<T>, size: number, align: number, weight: number): Codec<T> {
  const read = (cx: Context, pointer: number, length: number): T => {
    const bytes = length * size;
    if (bytes > MAX_BYTES) abiTrap(`a list of ${bytes} bytes is over the limit of ${MAX_BYTES}`);
    if (pointer % align !== 0) abiTrap(`a list is not aligned to ${align}`);
    if (pointer + bytes > cx.u8.length) abiTrap('a list reaches outside the memory');
    cx.charge(length * weight);
    return contents.read(cx, pointer, length);
  };
  const write = (cx: Context, value: T): number => {
    const length = contents.length(value);
    const pointer = cx.allocate(align, length * size);
    contents.write(cx, value, pointer, length);
    // Lists inside this one leave their own lengths here.
    cx.length = length;
    return pointer;
  };
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
    check: (cx, value) => {
      contents.check(cx, value);
      const length = contents.length(value as T);
      if (length * size > MAX_BYTES) mismatch(`a list of at most ${Math.floor(MAX_BYTES / size)} elements`, value);
    },
  };
}

function typedContents(arrayType: TypedArrayConstructor, codec: Codec): Contents<TypedArray | unknown[]> {
  const { size } = codec.layout;
  const { name } = arrayType;
  const array = arrayContents(codec);
  return {
    read: (cx, pointer, length) => {
      const copy = cx.u8.slice(pointer, pointer + length * size);
      return size === 1 && name === 'Uint8Array' ? copy : new arrayType(copy.buffer);
    },
    write: (cx, value, pointer, length) => {
      if (Array.isArray(value)) array.write(cx, value, pointer, length);
      else cx.u8.set(new Uint8Array(value.buffer, value.byteOffset, length * size), pointer);
    },
    length: (value) => value.length,
    check: (cx, value) => {
      if (typedArrayName.call(value) === name) return;
      if (!Array.isArray(value)) mismatch(`a list (${name} or an array of numbers)`, value);
      array.check(cx, value);
    },
  };
}

function arrayContents(codec: Codec): Contents<unknown[]> {
  const { size } = codec.layout;
  return {
    read: (cx, pointer, length) => {
      const list = new Array<unknown>(length);
      for (let i = 0; i < length; i++) list[i] = codec.load(cx, pointer + i * size);
      return list;
    },
    write: (cx, value, pointer, length) => {
      for (let i = 0; i < length; i++) codec.store(cx, value[i], pointer + i * size);
    },
    length: (value) => value.length,
    check: (cx, value) => {
      if (!Array.isArray(value)) mismatch('a list (an array)', value);
      checkElements(cx, codec, value);
    },
  };
}

function checkElements(cx: Context, codec: Codec, list: readonly unknown[]): void {
  let i = 0;
  try {
    for (; i < list.length; i++) codec.check(cx, list[i]);
  } catch (error) {
    throw within(error, `[${i}]`);
  }
}

/** `list<T, length>`: its elements in place, like the members of a tuple. */
export function fixedListCodec(type: ValueType & { kind: 'list'; length?: number }, codec: Codec): Codec<unknown[]> {
  const length = type.length!;
  const { size } = codec.layout;
  const expected = `a list of exactly ${length} elements (an array)`;
  const weight = weightOf(type);
  return {
    layout: layoutOf(type),
    load: (cx, pointer) => {
      cx.charge(weight);
      const list = new Array<unknown>(length);
      for (let i = 0; i < length; i++) list[i] = codec.load(cx, pointer + i * size);
      return list;
    },
    store: (cx, value, pointer) => {
      for (let i = 0; i < length; i++) codec.store(cx, value[i], pointer + i * size);
    },
    lift: (cx, source: FlatSource) => Array.from({ length }, () => codec.lift(cx, source)),
    lower: (cx, value, out: CoreValue[]) => {
      for (let i = 0; i < length; i++) codec.lower(cx, value[i], out);
    },
    check: (cx, value) => {
      if (!Array.isArray(value) && typedArrayName.call(value) === undefined) mismatch(expected, value);
      const list = value as unknown[];
      if (list.length !== length) mismatch(expected, value);
      checkElements(cx, codec, list);
    },
  };
}
