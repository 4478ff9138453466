import { typedArrayOf, type ValueType } from '../wit/index.js';
import { type Codec, mismatch, within } from './codec.js';
import type { Reader } from './reader.js';
import { copyBytes } from './text.js';
import { malformed } from './violation.js';

type TypedArray = { readonly length: number; [index: number]: any };
type TypedArrayType = { new (length: number): TypedArray; readonly BYTES_PER_ELEMENT: number };

const TYPED: Readonly<Record<string, TypedArrayType>> = {
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  BigUint64Array,
  BigInt64Array,
  Float32Array,
  Float64Array,
};

/** A count of elements, each of which takes a byte at least: bounded by the bytes that are there. */
function readCount(reader: Reader, weight: number): number {
  const count = reader.unsigned();
  if (count > reader.remaining) malformed('a list has more elements than there are bytes');
  reader.charge(48 + count * weight);
  return count;
}

/** Typed arrays for numbers, arrays for all else. Written from either, and from any array of numbers. */
export function listCodec(element: ValueType, codec: Codec): Codec {
  const name = typedArrayOf(element);
  if (name === 'Uint8Array') return bytesCodec(codec);
  const Typed = name === undefined ? undefined : TYPED[name]!;
  return {
    weight: 48,
    write: (writer, value, table) => {
      const fits = Array.isArray(value) || (Typed !== undefined && value instanceof (Typed as never));
      if (!fits) mismatch(name === undefined ? 'a list (an array)' : `a list (a ${name}, or an array)`, value);
      writer.unsigned(value.length);
      writeElements(writer, value, value.length, codec, table);
    },
    read: (reader, table) => {
      const count = readCount(reader, Typed?.BYTES_PER_ELEMENT ?? codec.weight);
      const list: TypedArray = Typed === undefined ? new Array(count) : new Typed(count);
      for (let i = 0; i < count; i++) list[i] = codec.read(reader, table);
      return list;
    },
  };
}

function bytesCodec(codec: Codec): Codec {
  return {
    weight: 48,
    write: (writer, value, table) => {
      if (value instanceof Uint8Array) {
        writer.unsigned(value.length);
        writer.raw(value);
      } else if (Array.isArray(value)) {
        writer.unsigned(value.length);
        writeElements(writer, value, value.length, codec, table);
      } else {
        mismatch('a list (a Uint8Array, or an array)', value);
      }
    },
    read: (reader) => {
      const count = readCount(reader, 1);
      const start = reader.skip(count);
      return copyBytes(reader.bytes, start, start + count);
    },
  };
}

const writeElements = (
  writer: Parameters<Codec['write']>[0],
  value: TypedArray,
  count: number,
  codec: Codec,
  table: Parameters<Codec['write']>[2],
) => {
  let i = 0;
  try {
    for (; i < count; i++) codec.write(writer, value[i], table);
  } catch (error) {
    throw within(error, `[${i}]`);
  }
};

/** The elements, without a count. */
export function fixedListCodec(element: ValueType, length: number, codec: Codec): Codec {
  const name = typedArrayOf(element);
  const Typed = name === undefined ? undefined : TYPED[name]!;
  return {
    weight: 48 + length * codec.weight,
    write: (writer, value, table) => {
      const fits = Array.isArray(value) || (Typed !== undefined && value instanceof (Typed as never));
      if (!fits || value.length !== length) mismatch(`a list of exactly ${length}`, value);
      writeElements(writer, value, length, codec, table);
    },
    read: (reader, table) => {
      if (length > reader.remaining) malformed('a list has more elements than there are bytes');
      reader.charge(48 + length * codec.weight);
      const list = new Array<unknown>(length);
      for (let i = 0; i < length; i++) list[i] = codec.read(reader, table);
      return list;
    },
  };
}

export function mapCodec(key: Codec, value: Codec): Codec<Map<unknown, unknown>> {
  return {
    weight: 200,
    write: (writer, map, table) => {
      if (!(map instanceof Map)) mismatch('a map (a Map)', map);
      writer.unsigned(map.size);
      for (const [one, other] of map) {
        try {
          key.write(writer, one, table);
          value.write(writer, other, table);
        } catch (error) {
          throw within(error, '[…]');
        }
      }
    },
    read: (reader, table) => {
      const count = readCount(reader, key.weight + value.weight + 48);
      const map = new Map<unknown, unknown>();
      for (let i = 0; i < count; i++) {
        const one = key.read(reader, table);
        if (map.has(one)) malformed('a key is in a map twice');
        map.set(one, value.read(reader, table));
      }
      return map;
    },
  };
}
