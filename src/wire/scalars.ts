import type { PrimitiveKind } from '../wit/index.js';
import { type Codec, mismatch } from './codec.js';
import { malformed } from './violation.js';

function integer(
  kind: string,
  min: number,
  max: number,
  write: Codec<number>['write'],
  read: Codec<number>['read'],
): Codec<number> {
  const expected = `${kind} (an integer from ${min} to ${max})`;
  return {
    weight: 8,
    write: (writer, value, table) => {
      if (typeof value !== 'number' || !(value >= min && value <= max) || Math.trunc(value) !== value)
        mismatch(expected, value);
      write(writer, value, table);
    },
    read,
  };
}

function bigInteger(
  kind: string,
  min: bigint,
  max: bigint,
  write: Codec<bigint>['write'],
  read: Codec<bigint>['read'],
): Codec<bigint> {
  return {
    weight: 24,
    write: (writer, value, table) => {
      if (typeof value !== 'bigint' || value < min || value > max) mismatch(`${kind} (a bigint in its range)`, value);
      write(writer, value, table);
    },
    read,
  };
}

function float(kind: string, write: Codec<number>['write'], read: Codec<number>['read']): Codec<number> {
  return {
    weight: 16,
    write: (writer, value, table) => {
      if (typeof value !== 'number') mismatch(`${kind} (a number)`, value);
      write(writer, value, table);
    },
    read,
  };
}

const unsigned = (kind: string, bits: number) =>
  integer(
    kind,
    0,
    2 ** bits - 1,
    (writer, value) => writer.unsigned(value),
    (reader) => reader.unsigned(bits),
  );
const signed = (kind: string, bits: number) =>
  integer(
    kind,
    -(2 ** (bits - 1)),
    2 ** (bits - 1) - 1,
    (writer, value) => writer.signed(value),
    (reader) => reader.signed(bits),
  );

/** Whether a string is one Unicode scalar value. */
function isCharacter(value: string): boolean {
  const code = value.codePointAt(0);
  if (code === undefined || (code >= 0xd800 && code < 0xe000)) return false;
  return value.length === (code > 0xffff ? 2 : 1);
}

export const SCALARS: Readonly<Record<Exclude<PrimitiveKind, 'error-context'>, Codec>> = {
  bool: {
    weight: 8,
    write: (writer, value) => {
      if (typeof value !== 'boolean') mismatch('bool', value);
      writer.byte(value ? 1 : 0);
    },
    read: (reader) => {
      const byte = reader.byte();
      if (byte > 1) malformed(`a bool is ${byte}`);
      return byte === 1;
    },
  },
  u8: integer(
    'u8',
    0,
    255,
    (writer, value) => writer.byte(value),
    (reader) => reader.byte(),
  ),
  s8: integer(
    's8',
    -128,
    127,
    (writer, value) => writer.byte(value & 0xff),
    (reader) => (reader.byte() << 24) >> 24,
  ),
  u16: unsigned('u16', 16),
  s16: signed('s16', 16),
  u32: unsigned('u32', 32),
  s32: signed('s32', 32),
  u64: bigInteger(
    'u64',
    0n,
    2n ** 64n - 1n,
    (writer, value) => writer.unsigned64(value),
    (reader) => reader.unsigned64(),
  ),
  s64: bigInteger(
    's64',
    -(2n ** 63n),
    2n ** 63n - 1n,
    (writer, value) => writer.signed64(value),
    (reader) => reader.signed64(),
  ),
  f32: float(
    'f32',
    (writer, value) => writer.float32(value),
    (reader) => reader.float32(),
  ),
  f64: float(
    'f64',
    (writer, value) => writer.float64(value),
    (reader) => reader.float64(),
  ),
  char: {
    weight: 24,
    write: (writer, value) => {
      if (typeof value !== 'string' || !isCharacter(value)) mismatch('char (one Unicode scalar value)', value);
      writer.characters(value);
    },
    read: (reader) => reader.character(),
  },
  string: {
    weight: 24,
    write: (writer, value) => {
      if (typeof value !== 'string') mismatch('string', value);
      writer.text(value);
    },
    read: (reader) => reader.text(),
  },
};
