import { layoutOf } from '../../wit/index.js';
import type { Codec, Scalar } from './codec.js';
import type { Context } from './context.js';
import { abiTrap, mismatch } from './trap.js';

/** Loads and stores of one scalar in memory. */
interface Access<T> {
  load(cx: Context, pointer: number): T;
  store(cx: Context, value: T, pointer: number): void;
}

function scalarCodec<T>(kind: ScalarKind, scalar: Scalar<T>, access: Access<T>): Codec<T> {
  return {
    layout: layoutOf({ kind }),
    scalar,
    load: access.load,
    store: access.store,
    lift: (_cx, source) => scalar.fromCore(source.next()),
    lower: (_cx, value, out) => {
      out.push(scalar.toCore(value));
    },
    check: (_cx, value) => scalar.check(value),
  };
}

export type ScalarKind = 'bool' | 'u8' | 'u16' | 'u32' | 'u64' | 's8' | 's16' | 's32' | 's64' | 'f32' | 'f64' | 'char';

/** An integer of up to 32 bits. `fromCore` truncates: surplus bits of the core value do not count. */
function integer(
  kind: ScalarKind,
  min: number,
  max: number,
  fromCore: (value: number) => number,
  access: Access<number>,
) {
  return scalarCodec<number>(
    kind,
    {
      core: 'i32',
      range: [min, max],
      toCore: (value) => value,
      fromCore: fromCore as (value: number | bigint) => number,
      check: (value) => {
        if (typeof value !== 'number' || !(value >= min && value <= max) || Math.trunc(value) !== value) {
          mismatch(`${kind} (an integer from ${min} to ${max})`, value);
        }
      },
    },
    access,
  );
}

function long(
  kind: 's64' | 'u64',
  min: bigint,
  max: bigint,
  fromCore: (value: bigint) => bigint,
  access: Access<bigint>,
) {
  return scalarCodec<bigint>(
    kind,
    {
      core: 'i64',
      toCore: (value) => value,
      fromCore: fromCore as (value: number | bigint) => bigint,
      check: (value) => {
        if (typeof value !== 'bigint' || value < min || value > max)
          mismatch(`${kind} (a bigint from ${min} to ${max})`, value);
      },
    },
    access,
  );
}

function float(kind: 'f32' | 'f64', access: Access<number>) {
  return scalarCodec<number>(
    kind,
    {
      core: kind,
      toCore: (value) => value,
      fromCore: (value) => value as number,
      check: (value) => {
        if (typeof value !== 'number') mismatch(`${kind} (a number)`, value);
      },
    },
    access,
  );
}

function toChar(code: number): string {
  if (code >= 0x110000 || (code >= 0xd800 && code <= 0xdfff)) abiTrap(`0x${code.toString(16)} is not a char`);
  return String.fromCodePoint(code);
}

function checkChar(value: unknown): void {
  if (typeof value === 'string' && value.length > 0 && value.length <= 2) {
    const code = value.codePointAt(0)!;
    if (value.length === (code > 0xffff ? 2 : 1) && (code < 0xd800 || code > 0xdfff)) return;
  }
  mismatch('char (a string of one Unicode scalar value)', value);
}

/** One codec for each scalar type; CanonicalABI.md, "Loading", "Storing", "Flat Lifting", "Flat Lowering". */
export const SCALARS: Readonly<Record<ScalarKind, Codec>> = {
  bool: scalarCodec<boolean>(
    'bool',
    {
      core: 'i32',
      toCore: (value) => (value ? 1 : 0),
      fromCore: (value) => value !== 0,
      check: (value) => {
        if (typeof value !== 'boolean') mismatch('bool (true or false)', value);
      },
    },
    {
      load: (cx, pointer) => cx.u8[pointer] !== 0,
      store: (cx, value, pointer) => {
        cx.u8[pointer] = value ? 1 : 0;
      },
    },
  ),
  u8: integer('u8', 0, 0xff, (value) => value & 0xff, {
    load: (cx, pointer) => cx.u8[pointer]!,
    store: (cx, value, pointer) => {
      cx.u8[pointer] = value;
    },
  }),
  s8: integer('s8', -0x80, 0x7f, (value) => (value << 24) >> 24, {
    load: (cx, pointer) => cx.view.getInt8(pointer),
    store: (cx, value, pointer) => cx.view.setInt8(pointer, value),
  }),
  u16: integer('u16', 0, 0xffff, (value) => value & 0xffff, {
    load: (cx, pointer) => cx.view.getUint16(pointer, true),
    store: (cx, value, pointer) => cx.view.setUint16(pointer, value, true),
  }),
  s16: integer('s16', -0x8000, 0x7fff, (value) => (value << 16) >> 16, {
    load: (cx, pointer) => cx.view.getInt16(pointer, true),
    store: (cx, value, pointer) => cx.view.setInt16(pointer, value, true),
  }),
  u32: integer('u32', 0, 0xffff_ffff, (value) => value >>> 0, {
    load: (cx, pointer) => cx.view.getUint32(pointer, true),
    store: (cx, value, pointer) => cx.view.setUint32(pointer, value, true),
  }),
  s32: integer('s32', -0x8000_0000, 0x7fff_ffff, (value) => value | 0, {
    load: (cx, pointer) => cx.view.getInt32(pointer, true),
    store: (cx, value, pointer) => cx.view.setInt32(pointer, value, true),
  }),
  u64: long('u64', 0n, 0xffff_ffff_ffff_ffffn, (value) => BigInt.asUintN(64, value), {
    load: (cx, pointer) => cx.view.getBigUint64(pointer, true),
    store: (cx, value, pointer) => cx.view.setBigUint64(pointer, value, true),
  }),
  s64: long('s64', -0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn, (value) => value, {
    load: (cx, pointer) => cx.view.getBigInt64(pointer, true),
    store: (cx, value, pointer) => cx.view.setBigInt64(pointer, value, true),
  }),
  f32: float('f32', {
    load: (cx, pointer) => cx.view.getFloat32(pointer, true),
    store: (cx, value, pointer) => cx.view.setFloat32(pointer, value, true),
  }),
  f64: float('f64', {
    load: (cx, pointer) => cx.view.getFloat64(pointer, true),
    store: (cx, value, pointer) => cx.view.setFloat64(pointer, value, true),
  }),
  char: scalarCodec<string>(
    'char',
    {
      core: 'i32',
      toCore: (value) => value.codePointAt(0)!,
      fromCore: (value) => toChar((value as number) >>> 0),
      check: checkChar,
    },
    {
      load: (cx, pointer) => toChar(cx.view.getUint32(pointer, true)),
      store: (cx, value, pointer) => cx.view.setUint32(pointer, value.codePointAt(0)!, true),
    },
  ),
};
