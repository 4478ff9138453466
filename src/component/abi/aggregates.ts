import { hatchwayError, quote } from '../../errors/index.js';
import { bare, camelCase, type Field, type Label, layoutOf, memberOffsets, type ValueType } from '../../wit/index.js';
import type { Codec } from './codec.js';
import { mismatch, within } from './trap.js';
import { weightOf } from './weight.js';

/**
 * What records and flags are made of: objects with no inherited member, so that a name from outside can neither find nor
 * shadow one. A shared empty prototype keeps them as fast as ordinary objects, which `Object.create(null)` does not.
 */
export const plainObject = bare({ Object: class {} }.Object) as new () => Record<string, unknown>;

/** The names that WIT labels have in JavaScript. Two labels (`a-1b`, `a1b`) can come to one name: that cannot be served. */
function keysOf(labels: readonly { readonly name: string }[]): string[] {
  const keys = labels.map((label) => camelCase(label.name));
  const twice = keys.findIndex((key, i) => keys.indexOf(key) !== i);
  if (twice >= 0) {
    throw hatchwayError('unsupported', `two labels are both called ${quote(keys[twice]!)} in JavaScript`, {
      mend: `Rename ${quote(labels[twice]!.name)}.`,
    });
  }
  return keys;
}

export function recordCodec(
  type: ValueType,
  fields: readonly Field[],
  codecs: readonly Codec[],
): Codec<Record<string, unknown>> {
  const keys = keysOf(fields);
  const offsets = memberOffsets(fields.map((field) => field.type));
  const count = keys.length;
  const expected = `a record (an object with ${keys.slice(0, 8).join(', ')}${count > 8 ? ', …' : ''})`;
  return {
    layout: layoutOf(type),
    load: (cx, pointer) => {
      const record = new plainObject();
      for (let i = 0; i < count; i++) record[keys[i]!] = codecs[i]!.load(cx, pointer + offsets[i]!);
      return record;
    },
    store: (cx, value, pointer) => {
      for (let i = 0; i < count; i++) codecs[i]!.store(cx, value[keys[i]!], pointer + offsets[i]!);
    },
    lift: (cx, source) => {
      const record = new plainObject();
      for (let i = 0; i < count; i++) record[keys[i]!] = codecs[i]!.lift(cx, source);
      return record;
    },
    lower: (cx, value, out) => {
      for (let i = 0; i < count; i++) codecs[i]!.lower(cx, value[keys[i]!], out);
    },
    check: (cx, value) => {
      if (typeof value !== 'object' || value === null) mismatch(expected, value);
      let i = 0;
      try {
        for (; i < count; i++) codecs[i]!.check(cx, (value as Record<string, unknown>)[keys[i]!]);
      } catch (error) {
        throw within(error, `.${keys[i]}`);
      }
    },
  };
}

export function tupleCodec(type: ValueType, items: readonly ValueType[], codecs: readonly Codec[]): Codec<unknown[]> {
  const offsets = memberOffsets(items);
  const count = codecs.length;
  return {
    layout: layoutOf(type),
    load: (cx, pointer) => {
      const tuple = new Array<unknown>(count);
      for (let i = 0; i < count; i++) tuple[i] = codecs[i]!.load(cx, pointer + offsets[i]!);
      return tuple;
    },
    store: (cx, value, pointer) => {
      for (let i = 0; i < count; i++) codecs[i]!.store(cx, value[i], pointer + offsets[i]!);
    },
    lift: (cx, source) => {
      const tuple = new Array<unknown>(count);
      for (let i = 0; i < count; i++) tuple[i] = codecs[i]!.lift(cx, source);
      return tuple;
    },
    lower: (cx, value, out) => {
      for (let i = 0; i < count; i++) codecs[i]!.lower(cx, value[i], out);
    },
    check: (cx, value) => {
      if (!Array.isArray(value) || value.length !== count) mismatch(`a tuple (an array of ${count})`, value);
      let i = 0;
      try {
        for (; i < count; i++) codecs[i]!.check(cx, value[i]);
      } catch (error) {
        throw within(error, `[${i}]`);
      }
    },
  };
}

/** Flags: bit i is label i; surplus bits do not count. A flag that is left out is off. */
export function flagsCodec(type: ValueType, labels: readonly Label[]): Codec<Record<string, unknown>> {
  const keys = keysOf(labels);
  const layout = layoutOf(type);
  const weight = weightOf(type);
  const unpack = (bits: number) => {
    const flags = new plainObject();
    for (let i = 0; i < keys.length; i++) flags[keys[i]!] = ((bits >>> i) & 1) === 1;
    return flags;
  };
  const pack = (value: Record<string, unknown>) => {
    let bits = 0;
    for (let i = 0; i < keys.length; i++) if (value[keys[i]!]) bits |= 1 << i;
    return bits;
  };
  return {
    layout,
    load: (cx, pointer) => {
      cx.charge(weight);
      return unpack(
        layout.size === 1
          ? cx.u8[pointer]!
          : layout.size === 2
            ? cx.view.getUint16(pointer, true)
            : cx.view.getInt32(pointer, true),
      );
    },
    store: (cx, value, pointer) => {
      const bits = pack(value);
      if (layout.size === 1) cx.u8[pointer] = bits;
      else if (layout.size === 2) cx.view.setUint16(pointer, bits, true);
      else cx.view.setInt32(pointer, bits, true);
    },
    lift: (_cx, source) => unpack(source.i32()),
    lower: (_cx, value, out) => {
      out.push(pack(value));
    },
    check: (_cx, value) => {
      if (typeof value !== 'object' || value === null) mismatch('flags (an object of booleans)', value);
      for (const key of keys) {
        const flag = (value as Record<string, unknown>)[key];
        if (flag === undefined || typeof flag === 'boolean') continue;
        try {
          mismatch('a flag (true or false)', flag);
        } catch (error) {
          throw within(error, `.${key}`);
        }
      }
    },
  };
}
