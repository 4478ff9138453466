import { type ResolvedType, resolve, type ValueType } from '../../wit/index.js';

const weights = new WeakMap<ResolvedType, number>();

/**
 * Roughly the bytes of host memory that one lifted value takes, without the contents of strings and lists, which are
 * charged for themselves. On the high side: the lift budget is a bound, not a measurement.
 */
export function weightOf(type: ValueType): number {
  const resolved = resolve(type);
  let weight = weights.get(resolved);
  if (weight === undefined) {
    weight = compute(resolved);
    weights.set(resolved, weight);
  }
  return weight;
}

const sum = (types: readonly ValueType[]) => types.reduce((total, type) => total + weightOf(type), 0);
const largest = (types: readonly (ValueType | undefined)[]) =>
  Math.max(0, ...types.map((type) => (type ? weightOf(type) : 0)));

function compute(type: ResolvedType): number {
  switch (type.kind) {
    case 'u64':
    case 's64':
    case 'f32':
    case 'f64':
    case 'char':
      return 24;
    case 'string':
      return 24;
    case 'list':
      return type.length === undefined ? 48 : 48 + type.length * weightOf(type.element);
    case 'map':
      return 200;
    case 'record':
      return 24 + sum(type.fields.map((field) => field.type));
    case 'tuple':
      return 48 + sum(type.items);
    case 'flags':
      return 24 + 8 * type.flags.length;
    case 'variant':
      return 48 + largest(type.cases.map((it) => it.type));
    case 'option':
      return 48 + weightOf(type.some);
    case 'result':
      return 48 + largest([type.ok, type.error]);
    case 'own':
    case 'borrow':
      return 128;
    default:
      return 8;
  }
}
