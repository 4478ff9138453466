import { hatchwayError, quote } from '../errors/index.js';
import { bare, camelCase, type Field, type Label } from '../wit/index.js';
import { type Codec, mismatch, within } from './codec.js';
import { malformed } from './violation.js';

/** A class of objects that inherit nothing: one for each type, so that the engine learns how many fields its objects have. */
const plainClass = () => bare(class {}) as new () => Record<string, unknown>;

export const PlainObject = plainClass();

function keysOf(labels: readonly { readonly name: string }[]): string[] {
  const keys = labels.map((label) => camelCase(label.name));
  const twice = keys.findIndex((key, i) => keys.indexOf(key) !== i);
  if (twice >= 0)
    throw hatchwayError('unsupported', `two labels are both called ${quote(keys[twice]!)} in JavaScript`, {
      mend: `Rename ${quote(labels[twice]!.name)}.`,
    });
  return keys;
}

export function recordCodec(fields: readonly Field[], codecs: readonly Codec[]): Codec<Record<string, unknown>> {
  const keys = keysOf(fields);
  const count = keys.length;
  const writes = codecs.map((codec) => codec.write);
  const reads = codecs.map((codec) => codec.read);
  const Fields = plainClass();
  const expected = `a record (an object with ${keys.slice(0, 8).join(', ')}${count > 8 ? ', …' : ''})`;
  return {
    weight: codecs.reduce((sum, codec) => sum + codec.weight, 24),
    write: (writer, value, table) => {
      if (typeof value !== 'object' || value === null) mismatch(expected, value);
      let i = 0;
      try {
        for (; i < count; i++) writes[i]!(writer, value[keys[i]!], table);
      } catch (error) {
        throw within(error, `.${keys[i]}`);
      }
    },
    read: (reader, table) => {
      const record = new Fields();
      for (let i = 0; i < count; i++) record[keys[i]!] = reads[i]!(reader, table);
      return record;
    },
  };
}

export function tupleCodec(codecs: readonly Codec[]): Codec<unknown[]> {
  const count = codecs.length;
  return {
    weight: codecs.reduce((sum, codec) => sum + codec.weight, 48),
    write: (writer, value, table) => {
      if (!Array.isArray(value) || value.length !== count) mismatch(`a tuple (an array of ${count})`, value);
      let i = 0;
      try {
        for (; i < count; i++) codecs[i]!.write(writer, value[i], table);
      } catch (error) {
        throw within(error, `[${i}]`);
      }
    },
    read: (reader, table) => {
      const tuple = new Array<unknown>(count);
      for (let i = 0; i < count; i++) tuple[i] = codecs[i]!.read(reader, table);
      return tuple;
    },
  };
}

/** Bit i of byte i / 8 is label i; the bits that are no label's are zero. A flag that is left out is off. */
export function flagsCodec(labels: readonly Label[]): Codec<Record<string, unknown>> {
  const keys = keysOf(labels);
  const size = Math.ceil(keys.length / 8);
  const surplus = keys.length % 8 === 0 ? 0 : 0xff & ~((1 << (keys.length % 8)) - 1);
  return {
    weight: 24 + 8 * keys.length,
    write: (writer, value) => {
      if (typeof value !== 'object' || value === null) mismatch('flags (an object of booleans)', value);
      let bits = 0;
      for (let i = 0; i < keys.length; i++) {
        const flag = value[keys[i]!];
        if (flag === true) bits |= 1 << (i & 7);
        else if (flag !== undefined && flag !== false) flagMismatch(keys[i]!, flag);
        if ((i & 7) === 7) {
          writer.byte(bits);
          bits = 0;
        }
      }
      if (keys.length % 8 !== 0) writer.byte(bits);
    },
    read: (reader) => {
      const start = reader.skip(size);
      if ((reader.bytes[start + size - 1]! & surplus) !== 0) malformed('flags have bits that are no label’s');
      const flags = new PlainObject();
      for (let i = 0; i < keys.length; i++) flags[keys[i]!] = ((reader.bytes[start + (i >> 3)]! >> (i & 7)) & 1) === 1;
      return flags;
    },
  };
}

function flagMismatch(key: string, flag: unknown): never {
  try {
    return mismatch('a flag (true or false)', flag);
  } catch (error) {
    throw within(error, `.${key}`);
  }
}
