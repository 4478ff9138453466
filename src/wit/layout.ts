import { type ResolvedType, resolve, type ValueType } from './model.js';

export type CoreType = 'i32' | 'i64' | 'f32' | 'f64';

/** How many core values a function's parameters may become before they go through memory (`MAX_FLAT_PARAMS`). */
export const MAX_FLAT_PARAMS = 16;
/** How many core values a result may become before it goes through memory (`MAX_FLAT_RESULTS`). */
export const MAX_FLAT_RESULTS = 1;

/** Where a value lives: in memory (`size` and `align` in bytes), and as core values. */
export interface Layout {
  readonly size: number;
  readonly align: 1 | 2 | 4 | 8;
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

const scalar = (size: 1 | 2 | 4 | 8, core: CoreType): Layout => ({ size, align: size, flat: [core] });
const POINTER_PAIR: Layout = { size: 8, align: 4, flat: ['i32', 'i32'] };

function compute(type: ResolvedType): Layout {
  switch (type.kind) {
    case 'bool':
    case 'u8':
    case 's8':
      return scalar(1, 'i32');
    case 'u16':
    case 's16':
      return scalar(2, 'i32');
    case 'u32':
    case 's32':
    case 'char':
    case 'own':
    case 'borrow':
    case 'stream':
    case 'future':
    case 'error-context':
      return scalar(4, 'i32');
    case 'u64':
    case 's64':
      return scalar(8, 'i64');
    case 'f32':
      return scalar(4, 'f32');
    case 'f64':
      return scalar(8, 'f64');
    case 'string':
    case 'map':
      return POINTER_PAIR;
    case 'list':
      return type.length === undefined ? POINTER_PAIR : repeat(layoutOf(type.element), type.length);
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
  }
}

/** The payload types of anything with cases, in order of their discriminants. */
export function payloads(
  type: ResolvedType & { kind: 'variant' | 'option' | 'result' },
): readonly (ValueType | undefined)[] {
  switch (type.kind) {
    case 'variant':
      return type.cases.map((it) => it.type);
    case 'option':
      return [undefined, type.some];
    case 'result':
      return [type.ok, type.error];
  }
}

function repeat(element: Layout, length: number): Layout {
  const flat: CoreType[] = [];
  for (let i = 0; i < length && flat.length <= MAX_FLAT_PARAMS; i++) flat.push(...element.flat);
  return { size: element.size * length, align: element.align, flat: flat.slice(0, MAX_FLAT_PARAMS + 1) };
}

export function structLayout(types: readonly ValueType[]): Layout {
  let size = 0;
  let align: Layout['align'] = 1;
  const flat: CoreType[] = [];
  for (const type of types) {
    const part = layoutOf(type);
    size = alignTo(size, part.align) + part.size;
    if (part.align > align) align = part.align;
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
  for (const type of types) if (type) align = Math.max(align, layoutOf(type).align);
  return alignTo(discriminantSize(types.length), align);
}

/** The core types of a payload's places, where every case finds room. */
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
  let align: Layout['align'] = discriminantSize(types.length);
  let largest = 0;
  for (const type of types) {
    if (type === undefined) continue;
    const part = layoutOf(type);
    if (part.align > align) align = part.align;
    if (part.size > largest) largest = part.size;
  }
  const size = alignTo(payloadOffset(types) + largest, align);
  const flat: CoreType[] = ['i32', ...joinedFlat(types)];
  return { size, align, flat: flat.slice(0, MAX_FLAT_PARAMS + 1) };
}

function join(a: CoreType, b: CoreType): CoreType {
  if (a === b) return a;
  if ((a === 'i32' && b === 'f32') || (a === 'f32' && b === 'i32')) return 'i32';
  return 'i64';
}
