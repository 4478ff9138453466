import { hatchwayError } from '../../errors/index.js';
import { type ResolvedType, resolve, resourceOf, type TypeDefinition, type ValueType } from '../../wit/index.js';
import { flagsCodec, recordCodec, tupleCodec } from './aggregates.js';
import { enumCodec, optionCodec, resultCodec, variantCodec } from './cases.js';
import type { Codec } from './codec.js';
import { type Face, handleCodec } from './handles.js';
import { fixedListCodec, listCodec, mapCodec } from './lists.js';
import { SCALARS } from './scalars.js';
import { type StringEncoding, stringCodec } from './strings.js';

/** The codecs of one component, string encoding and face, each type's built when it is first met. */
export class Codecs {
  readonly #codecs = new Map<ResolvedType, Codec>();

  constructor(
    readonly encoding: StringEncoding,
    readonly face: Face,
    /** Where instances of the component keep each resource. */
    private readonly slots: Pick<ReadonlyMap<TypeDefinition, number>, 'get'>,
  ) {}

  of(type: ValueType): Codec {
    const resolved = resolve(type);
    let codec = this.#codecs.get(resolved);
    if (codec === undefined) {
      codec = this.#build(resolved);
      this.#codecs.set(resolved, codec);
    }
    return codec;
  }

  #maybe(type: ValueType | undefined): Codec | undefined {
    return type && this.of(type);
  }

  #build(type: ResolvedType): Codec {
    switch (type.kind) {
      case 'string':
        return stringCodec(this.encoding);
      case 'list':
        return type.length === undefined
          ? listCodec(type.element, this.of(type.element))
          : fixedListCodec(type, this.of(type.element));
      case 'map': {
        const tuple: ValueType = { kind: 'tuple', items: [type.key, type.value] };
        const entry = this.of(tuple);
        // Between guests a map is the list it lies in memory as: a Map would drop keys that are there twice.
        if (this.face === 'bridge') return listCodec(tuple, entry);
        return mapCodec(type.key, type.value, entry);
      }
      case 'record':
        return recordCodec(
          type,
          type.fields,
          type.fields.map((field) => this.of(field.type)),
        );
      case 'tuple':
        return tupleCodec(
          type,
          type.items,
          type.items.map((item) => this.of(item)),
        );
      case 'flags':
        return flagsCodec(type, type.flags);
      case 'enum':
        return enumCodec(type, type.cases);
      case 'variant':
        return variantCodec(
          type,
          type.cases,
          type.cases.map((it) => this.#maybe(it.type)),
        );
      case 'option':
        return optionCodec(type, type.some, this.of(type.some), resolve(type.some).kind === 'option');
      case 'result':
        return resultCodec(type, [this.#maybe(type.ok), this.#maybe(type.error)]);
      case 'own':
      case 'borrow': {
        const slot = this.slots.get(resourceOf(type.resource));
        if (slot === undefined)
          throw hatchwayError('invalid', 'a handle names a resource that the component does not know');
        return handleCodec(type.kind, slot, this.face);
      }
      case 'stream':
      case 'future':
      case 'error-context':
        throw hatchwayError('unsupported', `the asynchronous type ${type.kind} does not run yet`);
      default:
        return SCALARS[type.kind];
    }
  }
}
