import {
  bare,
  type Case,
  type CoreType,
  discriminantSize,
  type Label,
  layoutOf,
  payloadOffset,
  type ValueType,
} from '../../wit/index.js';
import type { Codec, CoreValue } from './codec.js';
import { FlatSource } from './codec.js';
import type { Context } from './context.js';
import { abiTrap, mismatch, within } from './trap.js';

/** How values with cases look in JavaScript. */
interface CaseFace<T> {
  /** The case of a value, or -1. */
  select(value: T): number;
  payload(value: T): unknown;
  make(index: number, payload: unknown): T;
  readonly expected: string;
  /** Where the payload is, for paths in errors. */
  readonly segment: string;
}

export interface Tagged {
  tag: string;
  val?: unknown;
}

const tagged = bare(
  {
    Object: class {
      constructor(
        public tag: string,
        public val: unknown,
      ) {}
    },
  }.Object,
);

const tagOnly = bare(
  {
    Object: class {
      constructor(public tag: string) {}
    },
  }.Object,
);

function taggedFace(
  names: readonly string[],
  types: readonly (ValueType | undefined)[],
  what: string,
  alwaysVal: boolean,
): CaseFace<Tagged> {
  const indices = new Map(names.map((name, i) => [name, i]));
  const shown = names.slice(0, 8).map((name) => `'${name}'`);
  return {
    select: (value) => (typeof value === 'object' && value !== null ? (indices.get(value.tag) ?? -1) : -1),
    payload: (value) => value.val,
    make: (index, payload) =>
      alwaysVal || types[index] !== undefined ? new tagged(names[index]!, payload) : new tagOnly(names[index]!),
    expected: `${what} ({ tag: ${shown.join(' | ')}${names.length > 8 ? ' | …' : ''}, val })`,
    segment: '.val',
  };
}

export function variantCodec(
  type: ValueType,
  cases: readonly Case[],
  codecs: readonly (Codec | undefined)[],
): Codec<Tagged> {
  const types = cases.map((it) => it.type);
  return caseCodec(
    type,
    types,
    codecs,
    taggedFace(
      cases.map((it) => it.name),
      types,
      'a variant',
      false,
    ),
  );
}

export function resultCodec(
  type: ValueType & { kind: 'result' },
  codecs: readonly (Codec | undefined)[],
): Codec<Tagged> {
  const types = [type.ok, type.error];
  return caseCodec(type, types, codecs, taggedFace(['ok', 'err'], types, 'a result', true));
}

/** `T | undefined`; where T can itself be `undefined`, an object that says which is meant. */
export function optionCodec(type: ValueType, some: ValueType, codec: Codec, nested: boolean): Codec {
  const types = [undefined, some];
  if (nested)
    return caseCodec(
      type,
      types,
      [undefined, codec],
      taggedFace(['none', 'some'], types, 'an option of an option', false),
    );
  const face: CaseFace<unknown> = {
    select: (value) => (value === undefined || value === null ? 0 : 1),
    payload: (value) => value,
    make: (_index, payload) => payload,
    expected: 'an option',
    segment: '',
  };
  return caseCodec(type, types, [undefined, codec], face);
}

export function enumCodec(type: ValueType, cases: readonly Label[]): Codec<string> {
  const names = cases.map((it) => it.name);
  const indices = new Map(names.map((name, i) => [name, i]));
  const shown = names.slice(0, 8).map((name) => `'${name}'`);
  const face: CaseFace<string> = {
    select: (value) => indices.get(value) ?? -1,
    payload: () => undefined,
    make: (index) => names[index]!,
    expected: `an enum (${shown.join(' | ')}${names.length > 8 ? ' | …' : ''})`,
    segment: '',
  };
  const none = names.map(() => undefined);
  return caseCodec(type, none, none, face);
}

function caseCodec<T>(
  type: ValueType,
  types: readonly (ValueType | undefined)[],
  codecs: readonly (Codec | undefined)[],
  face: CaseFace<T>,
): Codec<T> {
  const layout = layoutOf(type);
  const count = types.length;
  const size = discriminantSize(count);
  const offset = payloadOffset(types);
  // Beyond the limit of flattening a value only ever lives in memory.
  const joined = layout.flat.slice(1);
  const converters = types.map((it) => (it ? converter(layoutOf(it).flat, joined) : converter([], joined)));

  const loadIndex = (cx: Context, pointer: number) =>
    size === 1 ? cx.u8[pointer]! : size === 2 ? cx.view.getUint16(pointer, true) : cx.view.getUint32(pointer, true);

  return {
    layout,
    load: (cx, pointer) => {
      const index = loadIndex(cx, pointer);
      if (index >= count) abiTrap(`there is no case ${index}`);
      const codec = codecs[index];
      return face.make(index, codec === undefined ? undefined : codec.load(cx, pointer + offset));
    },
    store: (cx, value, pointer) => {
      const index = face.select(value);
      if (size === 1) cx.u8[pointer] = index;
      else if (size === 2) cx.view.setUint16(pointer, index, true);
      else cx.view.setUint32(pointer, index, true);
      codecs[index]?.store(cx, face.payload(value), pointer + offset);
    },
    lift: (cx, source) => {
      const index = source.i32() >>> 0;
      if (index >= count) abiTrap(`there is no case ${index}`);
      const codec = codecs[index];
      const start = source.at;
      source.at += joined.length;
      if (codec === undefined) return face.make(index, undefined);
      return face.make(index, codec.lift(cx, new FlatSource(converters[index]!.lift(source.values, start))));
    },
    lower: (cx, value, out) => {
      const index = face.select(value);
      out.push(index);
      const start = out.length;
      codecs[index]?.lower(cx, face.payload(value), out);
      converters[index]?.lower(out, start);
    },
    check: (cx, value) => {
      const index = face.select(value as T);
      if (index < 0) mismatch(face.expected, value);
      const codec = codecs[index];
      if (codec === undefined) return;
      try {
        codec.check(cx, face.payload(value as T));
      } catch (error) {
        throw within(error, face.segment);
      }
    },
  };
}

interface Converter {
  /** The values of one case, of its own core types. */
  lift(values: readonly CoreValue[], start: number): CoreValue[];
  /** Brings the values from `start` on to the joined types, and fills the rest with zeros. */
  lower(out: CoreValue[], start: number): void;
}

const scratch = new DataView(new ArrayBuffer(8));

/** Between the core types of one case and those all cases share (CanonicalABI.md, `lift_flat_variant`). */
function converter(own: readonly CoreType[], joined: readonly CoreType[]): Converter {
  const steps = joined.map((to, i) => {
    const from = own[i];
    return from === undefined || from === to ? undefined : `${from} in ${to}`;
  });
  const zeros = joined.map((to) => (to === 'i64' ? 0n : 0));
  return {
    lift: (values, start) => own.map((_, i) => unjoin(steps[i], values[start + i]!)),
    lower: (out, start) => {
      for (let i = 0; i < joined.length; i++) {
        if (i >= own.length) out.push(zeros[i]!);
        else if (steps[i] !== undefined) out[start + i] = rejoin(steps[i], out[start + i]!);
      }
    },
  };
}

function unjoin(step: string | undefined, value: CoreValue): CoreValue {
  switch (step) {
    case 'f32 in i32':
      scratch.setInt32(0, value as number);
      return scratch.getFloat32(0);
    case 'i32 in i64':
      return Number(BigInt.asIntN(32, value as bigint));
    case 'f32 in i64':
      scratch.setInt32(0, Number(BigInt.asIntN(32, value as bigint)));
      return scratch.getFloat32(0);
    case 'f64 in i64':
      scratch.setBigInt64(0, value as bigint);
      return scratch.getFloat64(0);
    default:
      return value;
  }
}

function rejoin(step: string | undefined, value: CoreValue): CoreValue {
  switch (step) {
    case 'f32 in i32':
      scratch.setFloat32(0, value as number);
      return scratch.getInt32(0);
    case 'i32 in i64':
      return BigInt((value as number) >>> 0);
    case 'f32 in i64':
      scratch.setFloat32(0, value as number);
      return BigInt(scratch.getUint32(0));
    case 'f64 in i64':
      scratch.setFloat64(0, value as number);
      return scratch.getBigInt64(0);
    default:
      return value;
  }
}
