import type { Case, Label } from '../wit/index.js';
import { PlainObject } from './aggregates.js';
import { type Codec, mismatch, within } from './codec.js';
import { malformed } from './violation.js';

function tagged(tag: string, val: unknown): Record<string, unknown> {
  const object = new PlainObject();
  object.tag = tag;
  object.val = val;
  return object;
}

function bareTag(tag: string): Record<string, unknown> {
  const object = new PlainObject();
  object.tag = tag;
  return object;
}

const heaviest = (codecs: readonly (Codec | undefined)[]) =>
  Math.max(0, ...codecs.map((codec) => codec?.weight ?? 0)) + 48;

/** `{ tag, val }`: variants, results, and options of options. */
function taggedCodec(
  what: string,
  names: readonly string[],
  codecs: readonly (Codec | undefined)[],
  alwaysVal: boolean,
): Codec<Record<string, unknown>> {
  const indices = new Map(names.map((name, i) => [name, i]));
  const shown = names.slice(0, 8).map((name) => `'${name}'`);
  const expected = `${what} ({ tag: ${shown.join(' | ')}${names.length > 8 ? ' | …' : ''}, val })`;
  return {
    weight: heaviest(codecs),
    write: (writer, value, table) => {
      const index = typeof value === 'object' && value !== null ? indices.get(value.tag as string) : undefined;
      if (index === undefined) return mismatch(expected, value);
      writer.unsigned(index);
      try {
        codecs[index]?.write(writer, value.val, table);
      } catch (error) {
        throw within(error, '.val');
      }
    },
    read: (reader, table) => {
      const index = reader.unsigned();
      if (index >= names.length) malformed(`there is no case ${index}`);
      const codec = codecs[index];
      if (codec !== undefined) return tagged(names[index]!, codec.read(reader, table));
      return alwaysVal ? tagged(names[index]!, undefined) : bareTag(names[index]!);
    },
  };
}

export function variantCodec(cases: readonly Case[], codecs: readonly (Codec | undefined)[]): Codec {
  return taggedCodec(
    'a variant',
    cases.map((it) => it.name),
    codecs,
    false,
  );
}

export function resultCodec(ok: Codec | undefined, error: Codec | undefined): Codec {
  return taggedCodec('a result', ['ok', 'err'], [ok, error], true);
}

/** `T | undefined`; where T can itself be `undefined`, an object that says which is meant. */
export function optionCodec(codec: Codec, nested: boolean): Codec {
  if (nested) return taggedCodec('an option of an option', ['none', 'some'], [undefined, codec], false);
  return {
    weight: codec.weight,
    write: (writer, value, table) => {
      if (value === undefined || value === null) return writer.byte(0);
      writer.byte(1);
      codec.write(writer, value, table);
    },
    read: (reader, table) => {
      const byte = reader.byte();
      if (byte > 1) malformed(`an option is ${byte}`);
      return byte === 0 ? undefined : codec.read(reader, table);
    },
  };
}

export function enumCodec(cases: readonly Label[]): Codec<string> {
  const names = cases.map((it) => it.name);
  const indices = new Map(names.map((name, i) => [name, i]));
  const shown = names.slice(0, 8).map((name) => `'${name}'`);
  const expected = `an enum (${shown.join(' | ')}${names.length > 8 ? ' | …' : ''})`;
  return {
    weight: 8,
    write: (writer, value) => {
      const index = indices.get(value);
      if (index === undefined) return mismatch(expected, value);
      writer.unsigned(index);
    },
    read: (reader) => {
      const index = reader.unsigned();
      if (index >= names.length) malformed(`there is no case ${index}`);
      return names[index]!;
    },
  };
}
