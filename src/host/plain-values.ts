import { camelCase, type HandleType, partsOf, type ResolvedType, resolve, type ValueType } from '../wit/index.js';

/** What becomes of a resource on its way; `path` says where in the value it is. */
export type OnHandle = (type: HandleType, value: unknown, path: string) => unknown;

const NUMBERS: ReadonlyMap<string, { from(values: Iterable<never>): unknown }> = new Map<string, never>(
  Object.entries({
    u8: Uint8Array,
    s8: Int8Array,
    u16: Uint16Array,
    s16: Int16Array,
    u32: Uint32Array,
    s32: Int32Array,
    u64: BigUint64Array,
    s64: BigInt64Array,
    f32: Float32Array,
    f64: Float64Array,
  }) as [string, never][],
);

const withHandles = new WeakMap<ResolvedType, boolean>();

/** Whether values of a type hold resources. */
export function hasHandles(type: ValueType): boolean {
  const resolved = resolve(type);
  let known = withHandles.get(resolved);
  if (known === undefined) {
    known = resolved.kind === 'own' || resolved.kind === 'borrow' || partsOf(resolved).some(hasHandles);
    withHandles.set(resolved, known);
  }
  return known;
}

/**
 * A value as it is on the other side of a boundary: a copy, with what WIT knows of it and nothing else, strings well formed.
 * The value was checked to be of the type; `path` is where it is, for `onHandle`.
 */
export function copyValue(type: ValueType, value: any, path: string, onHandle: OnHandle): unknown {
  const resolved = resolve(type);
  switch (resolved.kind) {
    case 'own':
    case 'borrow':
      return onHandle(resolved, value, path);
    case 'string':
      return value.toWellFormed();
    case 'f32':
      return Math.fround(value);
    case 'list': {
      const { element, length } = resolved;
      const numbers = length === undefined ? NUMBERS.get(resolve(element).kind) : undefined;
      if (numbers !== undefined) return numbers.from(value);
      return Array.from(value, (it, i) => copyValue(element, it, `${path}[${i}]`, onHandle));
    }
    case 'map':
      return new Map(
        Array.from(value as Map<unknown, unknown>, ([key, it]) => [
          copyValue(resolved.key, key, path, onHandle),
          copyValue(resolved.value, it, path, onHandle),
        ]),
      );
    case 'tuple':
      return resolved.items.map((it, i) => copyValue(it, value[i], `${path}[${i}]`, onHandle));
    case 'record': {
      const copy = Object.create(null);
      for (const { name, type: field } of resolved.fields) {
        const key = camelCase(name);
        copy[key] = copyValue(field, value[key], `${path}.${key}`, onHandle);
      }
      return copy;
    }
    case 'flags': {
      const copy = Object.create(null);
      for (const { name } of resolved.flags) copy[camelCase(name)] = value[camelCase(name)] === true;
      return copy;
    }
    case 'variant':
      return tagged(value, resolved.cases.find((it) => it.name === value.tag)?.type, path, onHandle);
    case 'result':
      return tagged(value, value.tag === 'ok' ? resolved.ok : resolved.error, path, onHandle);
    case 'option':
      if (resolve(resolved.some).kind === 'option') {
        return tagged(value, value.tag === 'some' ? resolved.some : undefined, path, onHandle);
      }
      return value === undefined ? undefined : copyValue(resolved.some, value, path, onHandle);
    default:
      return value;
  }
}

function tagged(value: any, type: ValueType | undefined, path: string, onHandle: OnHandle): object {
  const copy = Object.create(null);
  copy.tag = value.tag;
  if (type !== undefined) copy.val = copyValue(type, value.val, `${path}.val`, onHandle);
  return copy;
}
