import { argumentError } from '../errors/index.js';
import {
  camelCase,
  type ListType,
  type MapType,
  type OptionType,
  partsOf,
  type RecordType,
  type ResultType,
  resolve,
  type ValueType,
  type VariantType,
} from '../wit/index.js';
import { expectation, withoutText } from './expectation.js';
import { printF32, printF64 } from './numbers.js';
import { escapeText } from './strings.js';
import { isTagged } from './value.js';

/**
 * Writes a value as `wasmtime run --invoke` does: floats in full decimal, records without their `none` fields, every
 * `some` and `ok` spelled out.
 *
 * @param value the JS value of a WIT value, as the component runtime returns it.
 * @throws TypeError with the code `argument` and a `path`, if the value is not of the type.
 * @example printValue({ tag: 'err', val: 'no\n' }, type) // 'err("no\\n")'
 */
export function printValue(value: unknown, type: ValueType): string {
  return print(value, type, 'value');
}

/** Writes what a function returned: `()` for a function without a result. */
export function printResult(value: unknown, type: ValueType | undefined): string {
  return type === undefined ? '()' : printValue(value, type);
}

/** The first part of a type whose values have no text: a handle, a stream, a future, an error context. */
export function unprintable(type: ValueType): string | undefined {
  const resolved = resolve(type);
  switch (resolved.kind) {
    case 'own':
    case 'borrow':
    case 'stream':
    case 'future':
    case 'error-context':
      return withoutText(resolved);
    default:
      return firstOf(partsOf(resolved), unprintable);
  }
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function print(value: unknown, type: ValueType, path: string): string {
  const resolved = resolve(type);
  const check = <T>(right: boolean): T => {
    if (!right) throw argumentError(path, expectation(type), value);
    return value as T;
  };
  switch (resolved.kind) {
    case 'bool':
      return String(check(typeof value === 'boolean'));
    case 'f32':
      return printF32(check(typeof value === 'number'));
    case 'f64':
      return printF64(check(typeof value === 'number'));
    case 's64':
    case 'u64':
      return String(check(typeof value === 'bigint'));
    case 'char':
      return `'${escapeText(check(typeof value === 'string'))}'`;
    case 'string':
      return `"${escapeText(check(typeof value === 'string'))}"`;
    case 'list':
      return printList(check(Array.isArray(value) || ArrayBuffer.isView(value)), resolved, path);
    case 'map':
      return printMap(check(value instanceof Map), resolved, path);
    case 'tuple': {
      const items = check<unknown[]>(Array.isArray(value) && value.length === resolved.items.length);
      return `(${resolved.items.map((item, index) => print(items[index], item, `${path}[${index}]`)).join(', ')})`;
    }
    case 'record':
      return printRecord(check(isObject(value)), resolved, path);
    case 'flags': {
      const flags = check<Record<string, unknown>>(isObject(value));
      const set = resolved.flags.filter(({ name }) => own(flags, camelCase(name)) === true);
      return `{${set.map(({ name }) => name).join(', ')}}`;
    }
    case 'enum':
      return printLabel(check(resolved.cases.some(({ name }) => name === value)));
    case 'variant':
      return printVariant(check(isObject(value)), resolved, path);
    case 'option':
      return printOption(value, resolved, path);
    case 'result':
      return printOutcome(check(isObject(value)), resolved, path);
    case 'own':
    case 'borrow':
    case 'stream':
    case 'future':
    case 'error-context':
      throw argumentError(path, 'a value that has a text', value);
    default:
      return String(check(Number.isInteger(value)));
  }
}

function printList(items: ArrayLike<unknown>, type: ListType, path: string): string {
  const printed = Array.from(items, (item, index) => print(item, type.element, `${path}[${index}]`));
  return `[${printed.join(', ')}]`;
}

function printMap(map: ReadonlyMap<unknown, unknown>, type: MapType, path: string): string {
  const pairs = Array.from(map, ([key, value], index) => {
    const at = `${path}[${index}]`;
    return `(${print(key, type.key, at)}, ${print(value, type.value, at)})`;
  });
  return `[${pairs.join(', ')}]`;
}

/** A record without its `none` fields; `{:}` where nothing is left, because `{}` is flags. */
function printRecord(record: object, type: RecordType, path: string): string {
  const fields: string[] = [];
  for (const { name, type: fieldType } of type.fields) {
    const key = camelCase(name);
    const value = own(record, key);
    const resolved = resolve(fieldType);
    if (resolved.kind === 'option' && isNone(value, resolved)) continue;
    fields.push(`${name}: ${print(value, fieldType, `${path}.${key}`)}`);
  }
  return `{${fields.join(', ') || ':'}}`;
}

function printVariant(value: object, type: VariantType, path: string): string {
  const tag = own(value, 'tag');
  const found = type.cases.find(({ name }) => name === tag);
  if (found === undefined) throw argumentError(`${path}.tag`, expectation(type), tag);
  return printLabel(found.name) + printPayload(value, found.type, path);
}

function printOutcome(value: object, type: ResultType, path: string): string {
  const tag = own(value, 'tag');
  if (tag !== 'ok' && tag !== 'err') throw argumentError(`${path}.tag`, '"ok" or "err"', tag);
  return tag + printPayload(value, tag === 'ok' ? type.ok : type.error, path);
}

function printPayload(value: object, type: ValueType | undefined, path: string): string {
  return type === undefined ? '' : `(${print(own(value, 'val'), type, `${path}.val`)})`;
}

function printOption(value: unknown, type: OptionType, path: string): string {
  if (isNone(value, type)) return 'none';
  if (!isTagged(type)) return `some(${print(value, type.some, path)})`;
  if (!isObject(value) || own(value, 'tag') !== 'some') throw argumentError(path, "{ tag: 'some' | 'none' }", value);
  return `some${printPayload(value, type.some, path)}`;
}

function isNone(value: unknown, type: OptionType): boolean {
  return isTagged(type) ? isObject(value) && own(value, 'tag') === 'none' : value === undefined;
}

const KEYWORDS = new Set(['true', 'false', 'some', 'none', 'ok', 'err', 'inf', 'nan']);

function printLabel(name: string): string {
  return KEYWORDS.has(name) ? `%${name}` : name;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function own(object: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}
