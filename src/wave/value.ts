import { quote } from '../errors/index.js';
import {
  camelCase,
  type EnumType,
  type FlagsType,
  type ListType,
  type MapType,
  type OptionType,
  type PrimitiveKind,
  type RecordType,
  type ResultType,
  resolve,
  type TupleType,
  typedArrayOf,
  type ValueType,
  type VariantType,
} from '../wit/index.js';
import { excerpt, waveError } from './error.js';
import { expectation, names } from './expectation.js';
import { parseF32 } from './numbers.js';
import { type Node, parseText } from './syntax.js';

/**
 * Reads a value of a type. Where an option or a `result` is expected, its `some` or `ok` payload may stand alone
 * (unless that is an option or a result itself), and a record may leave out fields that are options.
 *
 * @returns the JS value of the WIT value, as the component runtime takes it.
 * @throws TypeError with the code `argument`, a `line` and a `column`, if the text is not WAVE, is not of the type or
 * nests deeper than 100.
 * @example parseValue('{name: "a", tags: ["b"]}', type) // { name: 'a', tags: ['b'] }
 */
export function parseValue(text: string, type: ValueType): unknown {
  return readNode(text, parseText(text), type);
}

type Of<K extends Node['kind']> = Node & { readonly kind: K };

/** The value a node of `text` stands for where a value of the type is expected. */
export function readNode(text: string, node: Node, type: ValueType): unknown {
  const resolved = resolve(type);
  switch (resolved.kind) {
    case 'bool':
      return as('bool', text, node, type).value;
    case 'f32':
      return readFloat(as('number', text, node, type).value, parseF32);
    case 'f64':
      return readFloat(as('number', text, node, type).value, Number);
    case 'char':
    case 'string':
      return as(resolved.kind, text, node, type).value;
    case 'list':
      return readList(text, node, resolved);
    case 'map':
      return readMap(text, node, resolved);
    case 'tuple':
      return readTuple(text, node, resolved);
    case 'record':
      return readRecord(text, node, resolved);
    case 'flags':
      return readFlags(text, node, resolved);
    case 'enum':
      return readEnum(text, node, resolved);
    case 'variant':
      return readVariant(text, node, resolved);
    case 'option':
      return readOption(text, node, resolved);
    case 'result':
      return readResult(text, node, resolved);
    case 'own':
    case 'borrow':
    case 'stream':
    case 'future':
    case 'error-context':
      throw waveError(text, node.start, `${expectation(type)} cannot be written as text`);
    default:
      return readInteger(text, as('number', text, node, type), resolved.kind);
  }
}

/** The node, if it is of the one kind that can be of the type. */
function as<K extends Node['kind']>(kind: K, text: string, node: Node, type: ValueType): Of<K> {
  if (node.kind !== kind) throw mismatch(text, node, type);
  return node as Of<K>;
}

function mismatch(text: string, node: Node, type: ValueType): Error {
  return waveError(text, node.start, `expected ${expectation(type)}, got ${excerpt(text, node.start, node.end)}`);
}

function readFloat(text: string, parse: (decimal: string) => number): number {
  switch (text) {
    case 'nan':
      return Number.NaN;
    case 'inf':
      return Number.POSITIVE_INFINITY;
    case '-inf':
      return Number.NEGATIVE_INFINITY;
    default:
      return parse(text);
  }
}

function readInteger(text: string, node: Of<'number'>, kind: PrimitiveKind): number | bigint {
  const signed = kind.startsWith('s');
  const width = Number(kind.slice(1));
  const min = signed ? -(2n ** BigInt(width - 1)) : 0n;
  const max = 2n ** BigInt(signed ? width - 1 : width) - 1n;
  // No 64-bit integer has more than 20 characters, so what is longer need not become a bigint.
  const digits = signed ? /^-?[0-9]{1,20}$/ : /^[0-9]{1,20}$/;
  const value = digits.test(node.value) ? BigInt(node.value) : undefined;
  if (value === undefined || value < min || value > max) {
    const got = excerpt(text, node.start, node.end);
    throw waveError(text, node.start, `expected ${expectation({ kind })}, ${min} to ${max}, got ${got}`);
  }
  return width === 64 ? value : Number(value);
}

function readList(text: string, node: Node, type: ListType): unknown {
  const { items } = as('list', text, node, type);
  if (type.length !== undefined && items.length !== type.length) throw mismatch(text, node, type);
  const values = items.map((item) => readNode(text, item, type.element));
  return type.length === undefined ? typedArray(values, type.element) : values;
}

/** Lists of numbers are typed arrays in JS. */
function typedArray(values: unknown[], element: ValueType): unknown {
  const name = typedArrayOf(element);
  if (name === undefined) return values;
  return (globalThis[name] as { from(values: unknown[]): unknown }).from(values);
}

function readMap(text: string, node: Node, type: MapType): Map<unknown, unknown> {
  const pair: TupleType = { kind: 'tuple', items: [type.key, type.value] };
  const map = new Map<unknown, unknown>();
  for (const item of as('list', text, node, type).items) {
    const [key, value] = readTuple(text, item, pair);
    if (map.has(key)) throw waveError(text, item.start, 'this key is there twice');
    map.set(key, value);
  }
  return map;
}

function readTuple(text: string, node: Node, type: TupleType): unknown[] {
  const { items } = as('tuple', text, node, type);
  if (items.length !== type.items.length) throw mismatch(text, node, type);
  return items.map((item, index) => readNode(text, item, type.items[index]!));
}

function readRecord(text: string, node: Node, type: RecordType): unknown {
  const { fields } = as('record', text, node, type);
  const written = new Map(fields.map((field) => [field.name, field]));
  const record: Record<string, unknown> = Object.create(null);
  for (const { name, type: fieldType } of type.fields) {
    const field = written.get(name);
    written.delete(name);
    if (field !== undefined) record[camelCase(name)] = readNode(text, field.value, fieldType);
    else if (resolve(fieldType).kind === 'option') record[camelCase(name)] = noneOf(fieldType);
    else throw waveError(text, node.start, `the field ${quote(name)} is missing`);
  }
  for (const field of written.values()) {
    const what = `the record has no field ${quote(field.name)}, only ${names(type.fields)}`;
    throw waveError(text, field.start, what);
  }
  return record;
}

function readFlags(text: string, node: Node, type: FlagsType): unknown {
  const { labels } = as('flags', text, node, type);
  const flags: Record<string, boolean> = Object.create(null);
  for (const { name } of type.flags) flags[camelCase(name)] = false;
  const known = new Set(type.flags.map(({ name }) => name));
  for (const { name, start } of labels) {
    if (!known.has(name)) {
      throw waveError(text, start, `there is no flag ${quote(name)}, only ${names(type.flags)}`);
    }
    flags[camelCase(name)] = true;
  }
  return flags;
}

function readEnum(text: string, node: Node, type: EnumType): string {
  const { name, payload } = as('case', text, node, type);
  if (payload !== undefined || !type.cases.some((known) => known.name === name)) throw mismatch(text, node, type);
  return name;
}

function readVariant(text: string, node: Node, type: VariantType): unknown {
  const { name, payload } = as('case', text, node, type);
  const found = type.cases.find((known) => known.name === name);
  if (found === undefined) throw mismatch(text, node, type);
  if (found.type === undefined && payload === undefined) return { tag: name };
  return { tag: name, val: readPayload(text, node, payload, found.type) };
}

/** An option is `T | undefined`, or tagged where `undefined` could also be the payload. */
function readOption(text: string, node: Node, type: OptionType): unknown {
  if (node.kind === 'none') return noneOf(type);
  const payload = node.kind === 'some' ? node.payload : canStandAlone(type.some) ? node : undefined;
  if (payload === undefined) throw mismatch(text, node, type);
  const val = readNode(text, payload, type.some);
  return isTagged(type) ? { tag: 'some', val } : val;
}

function noneOf(type: ValueType): unknown {
  return isTagged(resolve(type) as OptionType) ? { tag: 'none' } : undefined;
}

/** Whether the JS value of an option is tagged. */
export function isTagged(type: OptionType): boolean {
  return resolve(type.some).kind === 'option';
}

function readResult(text: string, node: Node, type: ResultType): unknown {
  switch (node.kind) {
    case 'ok':
      return { tag: 'ok', val: readPayload(text, node, node.payload, type.ok) };
    case 'err':
      return { tag: 'err', val: readPayload(text, node, node.payload, type.error) };
    default:
      if (type.ok === undefined || !canStandAlone(type.ok)) throw mismatch(text, node, type);
      return { tag: 'ok', val: readNode(text, node, type.ok) };
  }
}

/** Whether a payload of the type may stand for `some(payload)` or `ok(payload)`. */
function canStandAlone(type: ValueType): boolean {
  const { kind } = resolve(type);
  return kind !== 'option' && kind !== 'result';
}

function readPayload(text: string, node: Node, payload: Node | undefined, type: ValueType | undefined): unknown {
  if (type !== undefined && payload !== undefined) return readNode(text, payload, type);
  if (type !== undefined) throw waveError(text, node.end, `expected (…) with ${expectation(type)}`);
  if (payload !== undefined) throw waveError(text, payload.start, 'there is no payload in this case');
  return undefined;
}
