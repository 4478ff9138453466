import {
  type FunctionType,
  layoutOf,
  MAX_FLAT_PARAMS,
  memberOffsets,
  resolve,
  structLayout,
  type TypeDefinition,
} from '../../wit/index.js';
import { type Codec, Codecs, type Face, type Scalar, type StringEncoding } from '../abi/index.js';
import { measure } from '../analyze/index.js';

/** How an i32 becomes a narrower integer: shifted up and down, then read as signed or not. Data, so that calls share code. */
export interface Truncation {
  readonly signed: boolean;
  readonly shift: number;
}

/** Of a function whose values are all integers of up to 32 bits, and one or two parameters or none. */
export interface IntegerSignature {
  readonly params: readonly Truncation[];
  /** Absent for a function that returns nothing. */
  readonly result: Truncation | undefined;
}

export function truncate(value: number, { signed, shift }: Truncation): number {
  return signed ? (value << shift) >> shift : (value << shift) >>> shift;
}

export function isInRange(value: unknown, range: Truncation): boolean {
  return typeof value === 'number' && truncate(value, range) === value;
}

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
  /** Present where nothing but integers crosses. */
  readonly integers: IntegerSignature | undefined;
  /** Present where every value is one core value and no memory is needed. */
  readonly scalars: { readonly params: readonly Scalar[]; readonly result: Scalar | undefined } | undefined;
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
  const params = types.map((it) => codecs.of(it));
  const result = type.result && codecs.of(type.result);
  const measures = [...types, ...(type.result ? [type.result] : [])].map(measure);
  return {
    type,
    names: type.params.map((param) => param.name),
    params,
    result,
    spilled: spilled ? { size: layout.size, align: layout.align, offsets: memberOffsets(types) } : undefined,
    resultInMemory: type.result !== undefined && layoutOf(type.result).flat.length > 1,
    throws: type.result !== undefined && resolve(type.result).kind === 'result',
    borrows: measures.some((it) => it.borrows),
    handles: measures.some((it) => it.handles),
    integers: integerSignature(params, result),
    scalars: scalarSignature(params, result),
  };
}

function integerSignature(params: readonly Codec[], result: Codec | undefined): IntegerSignature | undefined {
  const ranges = params.map((codec) => codec.scalar?.range);
  const answer = result?.scalar?.range;
  if (params.length > 2 || ranges.includes(undefined) || (result !== undefined && answer === undefined))
    return undefined;
  return { params: ranges.map((range) => truncation(range!)), result: answer && truncation(answer) };
}

function truncation([min, max]: readonly [number, number]): Truncation {
  return { signed: min < 0, shift: 32 - Math.round(Math.log2(max - min + 1)) };
}

function scalarSignature(params: readonly Codec[], result: Codec | undefined): Signature['scalars'] {
  const scalars = params.map((codec) => codec.scalar);
  if (params.length > 4 || scalars.includes(undefined) || (result !== undefined && result.scalar === undefined))
    return undefined;
  return { params: scalars as Scalar[], result: result?.scalar };
}
