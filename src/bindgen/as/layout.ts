import { type ResolvedType, resolve, type ValueType } from '../../wit/index.js';

export type CoreType = 'i32' | 'i64' | 'f32' | 'f64';

/** Above these many core values, parameters and results go through memory (CanonicalABI.md, "Flattening"). */
export const MAX_FLAT_PARAMS = 16;
export const MAX_FLAT_RESULTS = 1;

/** Where a value lives: in memory (`size` and `align` in bytes), and as core values. */
export interface Layout {
  readonly size: number;
  readonly align: number;
  /** Cut after `MAX_FLAT_PARAMS + 1`: longer ones always go through memory. */
  readonly flat: readonly CoreType[];
}

export function alignTo(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}

const layouts = new WeakMap<ResolvedType, Layout>();

/** CanonicalABI.md, "Alignment", "Element Size" and "Flattening". Pointers are 32 bits wide. */
export function layoutOf(type: ValueType): Layout {
  const resolved = resolve(type);
  let layout = layouts.get(resolved);
  if (layout === undefined) {
    layout = compute(resolved);
    layouts.set(resolved, layout);
  }
  return layout;
}

const scalar = (size: number, core: CoreType): Layout => ({ size, align: size, flat: [core] });

function compute(type: ResolvedType): Layout {
  switch (type.kind) {
    case 'bool':
    case 'u8':
    case 's8':
      return scalar(1, 'i32');
    case 'u16':
    case 's16':
      return scalar(2, 'i32');
    case 'u64':
    case 's64':
      return scalar(8, 'i64');
    case 'f32':
      return scalar(4, 'f32');
    case 'f64':
      return scalar(8, 'f64');
    case 'string':
    case 'map':
      return { size: 8, align: 4, flat: ['i32', 'i32'] };
    case 'list':
      return type.length === undefined
        ? { size: 8, align: 4, flat: ['i32', 'i32'] }
        : structLayout(Array.from({ length: type.length }, () => type.element));
    case 'record':
      return structLayout(type.fields.map((field) => field.type));
    case 'tuple':
      return structLayout(type.items);
    case 'flags':
      return scalar(type.flags.length <= 8 ? 1 : type.flags.length <= 16 ? 2 : 4, 'i32');
    case 'enum':
      return scalar(discriminantSize(type.cases.length), 'i32');
    case 'variant':
    case 'option':
    case 'result':
      return variantLayout(payloads(type));
    default:
      return scalar(4, 'i32');
  }
}

/** The payload types of anything with cases, in order of their discriminants. */
export function payloads(
  type: ResolvedType & { kind: 'variant' | 'option' | 'result' },
): readonly (ValueType | undefined)[] {
  switch (type.kind) {
    case 'variant':
      return type.cases.map((one) => one.type);
    case 'option':
      return [undefined, type.some];
    case 'result':
      return [type.ok, type.error];
  }
}

export function structLayout(types: readonly ValueType[]): Layout {
  let size = 0;
  let align = 1;
  const flat: CoreType[] = [];
  for (const type of types) {
    const part = layoutOf(type);
    size = alignTo(size, part.align) + part.size;
    align = Math.max(align, part.align);
    if (flat.length <= MAX_FLAT_PARAMS) flat.push(...part.flat);
  }
  return { size: alignTo(size, align), align, flat: flat.slice(0, MAX_FLAT_PARAMS + 1) };
}

/** The offset of each member from the start of the whole. */
export function memberOffsets(types: readonly ValueType[]): number[] {
  let offset = 0;
  return types.map((type) => {
    const part = layoutOf(type);
    const start = alignTo(offset, part.align);
    offset = start + part.size;
    return start;
  });
}

export function discriminantSize(cases: number): 1 | 2 | 4 {
  return cases <= 0x100 ? 1 : cases <= 0x10000 ? 2 : 4;
}

/** The offset of the payload in a variant. */
export function payloadOffset(types: readonly (ValueType | undefined)[]): number {
  let align = 1;
  for (const type of types) if (type !== undefined) align = Math.max(align, layoutOf(type).align);
  return alignTo(discriminantSize(types.length), align);
}

/** The core types of a payload's slots where every case finds room. */
export function joinedFlat(types: readonly (ValueType | undefined)[]): CoreType[] {
  const flat: CoreType[] = [];
  for (const type of types) {
    if (type === undefined) continue;
    layoutOf(type).flat.forEach((core, i) => {
      flat[i] = i < flat.length ? join(flat[i]!, core) : core;
    });
  }
  return flat;
}

function variantLayout(types: readonly (ValueType | undefined)[]): Layout {
  let align: number = discriminantSize(types.length);
  let largest = 0;
  for (const type of types) {
    if (type === undefined) continue;
    const part = layoutOf(type);
    align = Math.max(align, part.align);
    largest = Math.max(largest, part.size);
  }
  const flat: CoreType[] = ['i32', ...joinedFlat(types)];
  return { size: alignTo(payloadOffset(types) + largest, align), align, flat: flat.slice(0, MAX_FLAT_PARAMS + 1) };
}

function join(a: CoreType, b: CoreType): CoreType {
  if (a === b) return a;
  if ((a === 'i32' && b === 'f32') || (a === 'f32' && b === 'i32')) return 'i32';
  return 'i64';
}
