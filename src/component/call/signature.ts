import { type FunctionType, resolve, type TypeDefinition } from '../../wit/index.js';
import {
  type Codec,
  Codecs,
  type Face,
  layoutOf,
  MAX_FLAT_PARAMS,
  memberOffsets,
  type StringEncoding,
  structLayout,
} from '../abi/index.js';
import { measure } from '../analyze/index.js';

/** How a function's values cross, for one encoding and face: made once for all instances of a component. */
export interface Signature {
  readonly type: FunctionType;
  readonly names: readonly string[];
  readonly params: readonly Codec[];
  readonly result: Codec | undefined;
  /** Parameters that are too many for core values lie in memory, at these offsets. */
  readonly spilled: { readonly size: number; readonly align: number; readonly offsets: readonly number[] } | undefined;
  /** The result is more than one core value and lies in memory. */
  readonly resultInMemory: boolean;
  /** The result is a WIT `result`, whose error is thrown. */
  readonly throws: boolean;
  readonly borrows: boolean;
  /** A handle is in it, so that the faces differ. */
  readonly handles: boolean;
}

const ENCODINGS: readonly StringEncoding[] = ['utf8', 'utf16', 'latin1+utf16'];
const FACES: readonly Face[] = ['sync', 'async', 'bridge'];

/** The signatures of the functions that a component lifts and lowers. */
export class Signatures {
  /** By encoding and face. */
  readonly #codecs: Codecs[] = [];
  /** By site, encoding and face. */
  readonly #signatures: Signature[] = [];

  constructor(
    private readonly sites: readonly FunctionType[],
    private readonly resources: ReadonlyMap<TypeDefinition, number>,
  ) {}

  of(site: number, encoding: StringEncoding, face: Face): Signature {
    const kind = ENCODINGS.indexOf(encoding) * FACES.length + FACES.indexOf(face);
    const index = site * ENCODINGS.length * FACES.length + kind;
    let signature = this.#signatures[index];
    if (signature === undefined) {
      this.#codecs[kind] ??= new Codecs(encoding, face, this.resources);
      signature = build(this.sites[site]!, this.#codecs[kind]);
      this.#signatures[index] = signature;
    }
    return signature;
  }
}

function build(type: FunctionType, codecs: Codecs): Signature {
  const types = type.params.map((param) => param.type);
  const layout = structLayout(types);
  const spilled = layout.flat.length > MAX_FLAT_PARAMS;
  const measures = [...types, ...(type.result ? [type.result] : [])].map(measure);
  return {
    type,
    names: type.params.map((param) => param.name),
    params: types.map((it) => codecs.of(it)),
    result: type.result && codecs.of(type.result),
    spilled: spilled ? { size: layout.size, align: layout.align, offsets: memberOffsets(types) } : undefined,
    resultInMemory: type.result !== undefined && layoutOf(type.result).flat.length > 1,
    throws: type.result !== undefined && resolve(type.result).kind === 'result',
    borrows: measures.some((it) => it.borrows),
    handles: measures.some((it) => it.handles),
  };
}
