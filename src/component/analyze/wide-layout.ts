import {
  alignTo,
  discriminantSize,
  layoutOf,
  payloads,
  type ResolvedType,
  resolve,
  type ValueType,
} from '../../wit/index.js';

interface WideLayout {
  readonly size: number;
  readonly align: number;
}

const layouts = new WeakMap<ResolvedType, WideLayout>();
const POINTER_PAIR: WideLayout = { size: 16, align: 8 };

/**
 * What a value takes in a memory with 64-bit addresses. Such memories are not supported; but the bound on sizes is said for
 * them, so that a type is valid or not whatever memory it meets.
 */
export function wideLayout(type: ValueType): WideLayout {
  const resolved = resolve(type);
  let layout = layouts.get(resolved);
  if (layout === undefined) {
    layout = compute(resolved);
    layouts.set(resolved, layout);
  }
  return layout;
}

function compute(type: ResolvedType): WideLayout {
  switch (type.kind) {
    case 'string':
    case 'map':
      return POINTER_PAIR;
    case 'list': {
      if (type.length === undefined) return POINTER_PAIR;
      const { size, align } = wideLayout(type.element);
      return { size: size * type.length, align };
    }
    case 'record':
      return struct(type.fields.map((field) => field.type));
    case 'tuple':
      return struct(type.items);
    case 'variant':
    case 'option':
    case 'result': {
      const parts = payloads(type).map((part) => (part ? wideLayout(part) : { size: 0, align: 1 }));
      const tag = discriminantSize(parts.length);
      const align = parts.reduce((most, part) => Math.max(most, part.align), tag as number);
      const payload = alignTo(
        tag,
        parts.reduce((most, part) => Math.max(most, part.align), 1),
      );
      return { size: alignTo(payload + parts.reduce((most, part) => Math.max(most, part.size), 0), align), align };
    }
    default:
      return layoutOf(type);
  }
}

function struct(types: readonly ValueType[]): WideLayout {
  let size = 0;
  let align = 1;
  for (const type of types) {
    const part = wideLayout(type);
    size = alignTo(size, part.align) + part.size;
    align = Math.max(align, part.align);
  }
  return { size: alignTo(size, align), align };
}
