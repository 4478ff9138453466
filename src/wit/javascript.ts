/** What WIT's types are called in JavaScript, where a name is all it takes. */
import { resolve, type ValueType } from './model.js';

const TYPED_ARRAYS = {
  u8: 'Uint8Array',
  s8: 'Int8Array',
  u16: 'Uint16Array',
  s16: 'Int16Array',
  u32: 'Uint32Array',
  s32: 'Int32Array',
  u64: 'BigUint64Array',
  s64: 'BigInt64Array',
  f32: 'Float32Array',
  f64: 'Float64Array',
} as const;

export type TypedArrayName = (typeof TYPED_ARRAYS)[keyof typeof TYPED_ARRAYS];

const byKind: ReadonlyMap<string, TypedArrayName> = new Map(Object.entries(TYPED_ARRAYS));

/** The typed array that `list<element>` is in JavaScript; `undefined` where it is an ordinary array. */
export function typedArrayOf(element: ValueType): TypedArrayName | undefined {
  return byKind.get(resolve(element).kind);
}

const primitives: ReadonlyMap<string, string> = new Map([
  ['bool', 'boolean'],
  ['char', 'string'],
  ['string', 'string'],
  ['u64', 'bigint'],
  ['s64', 'bigint'],
  ...['u8', 'u16', 'u32', 's8', 's16', 's32', 'f32', 'f64'].map((kind) => [kind, 'number'] as const),
]);

/** The TypeScript type of a primitive kind; `undefined` for what is none. */
export function primitiveInTypeScript(kind: string): string | undefined {
  return primitives.get(kind);
}
