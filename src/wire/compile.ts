import { hatchwayError } from '../errors/index.js';
import { type ResolvedType, resolve, type ValueType } from '../wit/index.js';
import { flagsCodec, recordCodec, tupleCodec } from './aggregates.js';
import { enumCodec, optionCodec, resultCodec, variantCodec } from './cases.js';
import { type Codec, streamDirection } from './codec.js';
import { fixedListCodec, listCodec, mapCodec } from './lists.js';
import { SCALARS } from './scalars.js';

const codecs = new WeakMap<ResolvedType, Codec>();

/**
 * The codec of a type, built when it is first asked for.
 * @throws HatchwayError `unsupported` for futures, error contexts, and streams of anything but bytes.
 */
export function codecOf(type: ValueType): Codec {
  const resolved = resolve(type);
  let codec = codecs.get(resolved);
  if (codec === undefined) {
    codec = build(resolved);
    codecs.set(resolved, codec);
  }
  return codec;
}

const maybe = (type: ValueType | undefined) => type && codecOf(type);

function build(type: ResolvedType): Codec {
  const direction = streamDirection(type);
  if (direction !== undefined) {
    return {
      weight: 256,
      write: (writer, value, table) => table.writeStream(writer, direction, value),
      read: (reader, table) => table.readStream(reader, direction),
    };
  }
  switch (type.kind) {
    case 'list':
      return type.length === undefined
        ? listCodec(type.element, codecOf(type.element))
        : fixedListCodec(type.element, type.length, codecOf(type.element));
    case 'map':
      return mapCodec(codecOf(type.key), codecOf(type.value));
    case 'record':
      return recordCodec(
        type.fields,
        type.fields.map((field) => codecOf(field.type)),
      );
    case 'tuple':
      return tupleCodec(type.items.map(codecOf));
    case 'flags':
      return flagsCodec(type.flags);
    case 'enum':
      return enumCodec(type.cases);
    case 'variant':
      return variantCodec(
        type.cases,
        type.cases.map((it) => maybe(it.type)),
      );
    case 'option':
      return optionCodec(codecOf(type.some), resolve(type.some).kind === 'option');
    case 'result':
      return resultCodec(maybe(type.ok), maybe(type.error));
    case 'own':
    case 'borrow':
      return {
        weight: 128,
        write: (writer, value, table) => table.writeHandle(writer, type, value),
        read: (reader, table) => table.readHandle(reader, type),
      };
    case 'stream':
    case 'future':
    case 'error-context':
      throw hatchwayError('unsupported', `the asynchronous type ${type.kind} does not cross to a native plugin yet`);
    default:
      return SCALARS[type.kind];
  }
}
