import { hatchwayError, quote } from '../../errors/index.js';
import { type ResolvedType, resolve, resourceOf, type TypeDefinition, type ValueType } from '../../wit/index.js';

/** How one file writes the names of others. */
export interface Spelling {
  /** A named value type. */
  definition(definition: TypeDefinition): string;
  /** The class of a resource. */
  resource(resource: TypeDefinition): string;
  /** `Result`, `Option`, `Tuple2`, …: what `wit.ts` has. */
  support(name: string): string;
}

const PRIMITIVES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ bool: 'bool', u8: 'u8', u16: 'u16', u32: 'u32', u64: 'u64', s8: 'i8', s16: 'i16', s32: 'i32', s64: 'i64' },
    ...{ f32: 'f32', f64: 'f64', string: 'string' },
  }),
);

const TYPED_ARRAYS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ u8: 'Uint8Array', u16: 'Uint16Array', u32: 'Uint32Array', u64: 'Uint64Array' },
    ...{ s8: 'Int8Array', s16: 'Int16Array', s32: 'Int32Array', s64: 'Int64Array' },
    ...{ f32: 'Float32Array', f64: 'Float64Array' },
  }),
);

/** The typed array that a list becomes, if its elements are numbers. */
export function typedArray(type: ResolvedType): string | undefined {
  if (type.kind !== 'list' || type.length !== undefined) return undefined;
  return TYPED_ARRAYS.get(resolve(type.element).kind);
}

/** `value`: a number, which has no null; `reference`: an object; `nullable`: an object or null. */
export type Nature = 'value' | 'reference' | 'nullable';

export function natureOf(type: ValueType): Nature {
  const resolved = resolve(type);
  if (resolved.kind === 'option') return natureOf(resolved.some) === 'reference' ? 'nullable' : 'reference';
  if (resolved.kind === 'string') return 'reference';
  return PRIMITIVES.has(resolved.kind) || resolved.kind === 'char' || resolved.kind === 'enum' ? 'value' : 'reference';
}

/** A type as AssemblyScript writes it. */
export function spell(type: ValueType, by: Spelling): string {
  const primitive = PRIMITIVES.get(type.kind);
  if (primitive !== undefined) return primitive;
  const part = (one: ValueType) => spell(one, by);
  switch (type.kind) {
    case 'reference':
      return by.definition(type.definition);
    case 'own':
    case 'borrow':
      return by.resource(resourceOf(type.resource));
    case 'char':
      return by.support('Char');
    case 'list': {
      if (type.length !== undefined) return `StaticArray<${part(type.element)}>`;
      const numbers = typedArray(type);
      if (numbers !== undefined) return numbers;
      const element = part(type.element);
      return element.includes(' ') ? `Array<${element}>` : `${element}[]`;
    }
    case 'map':
      return `Map<${part(type.key)}, ${part(type.value)}>`;
    case 'tuple':
      return `${by.support(`Tuple${type.items.length}`)}<${type.items.map(part).join(', ')}>`;
    case 'option':
      return natureOf(type) === 'nullable'
        ? `${part(type.some)} | null`
        : `${by.support('Option')}<${part(type.some)}>`;
    case 'result': {
      const sides = [type.ok, type.error].map((side) => (side === undefined ? by.support('Unit') : part(side)));
      return `${by.support('Result')}<${sides.join(', ')}>`;
    }
    default:
      throw hatchwayError('unsupported', `AssemblyScript bindings have no ${type.kind}`);
  }
}

/** @throws HatchwayError `unsupported` for what AssemblyScript cannot hold; `where` says whose type it is. */
export function checkSupported(type: ValueType, where: string, seen: Set<ValueType> = new Set()): void {
  if (seen.has(type)) return;
  seen.add(type);
  const check = (part: ValueType | undefined) => part === undefined || checkSupported(part, where, seen);
  switch (type.kind) {
    case 'stream':
    case 'future':
    case 'error-context':
      throw hatchwayError('unsupported', `AssemblyScript bindings have no ${type.kind}, which ${quote(where)} uses`);
    case 'reference':
      check(resolve(type));
      break;
    case 'record':
      for (const field of type.fields) check(field.type);
      break;
    case 'variant':
      for (const one of type.cases) check(one.type);
      break;
    case 'tuple':
      type.items.forEach(check);
      break;
    case 'list':
      check(type.element);
      break;
    case 'map':
      check(type.key);
      check(type.value);
      break;
    case 'option':
      check(type.some);
      break;
    case 'result':
      check(type.ok);
      check(type.error);
  }
}

/** Whether a value of the type, in memory, points to more memory. */
export function hasPointers(type: ValueType): boolean {
  return contains(type, (one) => one.kind === 'string' || one.kind === 'map' || isList(one));
}

/** Whether lowering a value of the type takes memory, beyond that of its objects. */
export function needsScratch(type: ValueType): boolean {
  return contains(type, (one) => one.kind === 'map' || (isList(one) && typedArray(one) === undefined));
}

function isList(type: ResolvedType): boolean {
  return type.kind === 'list' && type.length === undefined;
}

/** Whether a type or a part of it is what `is` asks for. */
export function contains(type: ValueType, is: (type: ResolvedType) => boolean): boolean {
  const resolved = resolve(type);
  if (is(resolved)) return true;
  const inside = (part: ValueType | undefined) => part !== undefined && contains(part, is);
  switch (resolved.kind) {
    case 'list':
      return inside(resolved.element);
    case 'map':
      return inside(resolved.key) || inside(resolved.value);
    case 'tuple':
      return resolved.items.some(inside);
    case 'record':
      return resolved.fields.some((field) => inside(field.type));
    case 'variant':
      return resolved.cases.some((one) => inside(one.type));
    case 'option':
      return inside(resolved.some);
    case 'result':
      return inside(resolved.ok) || inside(resolved.error);
    default:
      return false;
  }
}
