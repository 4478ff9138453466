import { deepStrictEqual } from 'node:assert/strict';
import { describe, expect, test } from 'vitest';
import { parseArguments, parseCall, parseValue, printResult, printValue, unprintable } from '../../src/wave/index.js';
import type { PrimitiveKind, TypeDefinition, ValueType } from '../../src/wit/index.js';

const of = (kind: PrimitiveKind): ValueType => ({ kind });
const option = (some: ValueType): ValueType => ({ kind: 'option', some });
const list = (element: ValueType, length?: number): ValueType =>
  length === undefined ? { kind: 'list', element } : { kind: 'list', element, length };
const record = (fields: Record<string, ValueType>): ValueType => ({
  kind: 'record',
  fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
});
const bare = (fields: object) => Object.assign(Object.create(null), fields);

const point: TypeDefinition = { name: 'point', type: record({ 'x-axis': of('s32'), label: option(of('string')) }) };
const named: ValueType = { kind: 'reference', definition: point };
const map: ValueType = { kind: 'map', key: of('string'), value: of('u32') };
const variant: ValueType = { kind: 'variant', cases: [{ name: 'ok' }, { name: 'two-parts', type: of('u8') }] };
const flags: ValueType = { kind: 'flags', flags: [{ name: 'run-now' }, { name: 'true' }] };

// What wasmtime says of the types it has is in test/parity; here is what JavaScript sees, and the types it does not have.
describe('a text and the value it stands for', () => {
  test.each<[ValueType, string, unknown]>([
    [of('u64'), '18446744073709551615', 2n ** 64n - 1n],
    [of('f32'), '0.10000000149011612', Math.fround(0.1)],
    [list(of('u8')), '[1, 2]', Uint8Array.of(1, 2)],
    [list(of('f64')), '[nan, -0]', Float64Array.of(Number.NaN, -0)],
    [list(of('s64')), '[-1]', BigInt64Array.of(-1n)],
    [list(of('bool')), '[true]', [true]],
    [list(of('u8'), 2), '[1, 2]', [1, 2]],
    [
      map,
      '[("a", 1), ("b", 2)]',
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    ],
    [map, '[]', new Map()],
    [named, '{x-axis: -1}', bare({ xAxis: -1, label: undefined })],
    [list(named), '[{x-axis: 1, label: some("l")}]', [bare({ xAxis: 1, label: 'l' })]],
    [variant, '%ok', { tag: 'ok' }],
    [variant, 'two-parts(3)', { tag: 'two-parts', val: 3 }],
    [flags, '{run-now}', bare({ runNow: true, true: false })],
    [option(option(of('u8'))), 'some(none)', { tag: 'some', val: undefined }],
    [option(option(of('u8'))), 'none', { tag: 'none' }],
    [{ kind: 'result', error: option(of('u8')) }, 'err(some(1))', { tag: 'err', val: 1 }],
    [{ kind: 'result' }, 'ok', { tag: 'ok', val: undefined }],
  ])('$1', (type, text, value) => {
    deepStrictEqual(parseValue(text, type), value);
    if (text !== '0.10000000149011612') expect(printValue(value, type)).toBe(text);
  });
});

describe('what is wrong, and where', () => {
  test.each<[ValueType, string, string]>([
    [of('u8'), '256', 'column 1: expected a u8, 0 to 255, got "256"'],
    [of('u8'), ' // one\n  x', 'line 2, column 3: expected a u8, got "x"'],
    [list(of('char')), "['😀', 1]", 'column 7: expected a char \'x\', got "1"'],
    [list(of('u8'), 2), '[1]', 'column 1: expected a list of 2 […], got "[1]"'],
    [map, '[("a", 1), ("a", 2)]', 'column 12: this key is there twice'],
    [map, '{"a": 1}', 'column 2: expected a label, got "\\"a\\""'],
    [named, '{label: "l"}', 'column 1: the field "x-axis" is missing'],
    [named, '{x-axis: 1, y: 2}', 'column 13: the record has no field "y", only "x-axis", "label"'],
    [flags, '{run-now, runNow}', 'column 14: expected "," or "}", got "N"'],
    [flags, '{stop}', 'column 2: there is no flag "stop", only "run-now", "true"'],
    [variant, 'two-parts', 'column 10: expected (…) with a u8'],
    [variant, '%ok(1)', 'column 5: there is no payload in this case'],
    [of('string'), '"\u{202e}', 'column 1: this string has no closing "'],
    [of('bool'), '\u{202e}', 'column 1: expected a value, got "\\u{202e}"'],
    [of('string'), '"\ud800"', 'column 2: half of a surrogate pair is not a character'],
    [of('u8'), `${'('.repeat(200)}`, 'column 101: values nest deeper than 100'],
    [
      { kind: 'own', resource: { name: 'file', type: { kind: 'resource' } } },
      '1',
      'column 1: a handle of the resource "file" cannot be written as text',
    ],
  ])('$1', (type, text, message) => {
    expect(() => parseValue(text, type)).toThrow(
      expect.objectContaining({ name: 'TypeError', code: 'argument', message }),
    );
  });
});

test('a value that is not of the type is refused by its path', () => {
  const type = list(record({ 'x-axis': list(of('u8')) }));
  const print = () => printValue([{ xAxis: [1] }, { xAxis: [1, 'two'] }], type);
  expect(print).toThrow(expect.objectContaining({ code: 'argument', path: 'value[1].xAxis[1]' }));
});

test('inherited properties are not fields', () => {
  expect(() => printValue({}, record({ constructor: of('u8') }))).toThrow(
    'value.constructor: expected a u8, got undefined',
  );
});

describe('a call', () => {
  test.each([
    ['f()', { name: 'f' }],
    ['a-B2.f-1()', { interface: 'a-B2', name: 'f-1' }],
    ['ns:pkg/i.f()', { interface: 'ns:pkg/i', name: 'f' }],
    ['ns:pkg/i.f@1.2.3()', { interface: 'ns:pkg/i@1.2.3', name: 'f' }],
    ['ns:pkg/i.f@1.2.3-rc.1+b.2()', { interface: 'ns:pkg/i@1.2.3-rc.1+b.2', name: 'f' }],
  ])('%s', (text, path) => {
    expect(parseCall(text).path).toEqual(path);
  });

  const params = [
    { name: 'a', type: of('u8') },
    { name: 'b', type: option(option(of('u8'))) },
  ];
  test('leaves out options at its end', () => {
    expect(parseArguments(parseCall('f(1)'), params)).toEqual([1, { tag: 'none' }]);
    expect(parseArguments(parseCall('f(1, some(2))'), params)).toEqual([1, { tag: 'some', val: 2 }]);
  });
  test.each([
    ['f()', 'column 3: the argument "a" is missing: expected a u8'],
    ['f(1, none, 3)', 'column 12: expected 2 arguments'],
  ])('has the arguments of the function: %s', (text, message) => {
    expect(() => parseArguments(parseCall(text), params)).toThrow(expect.objectContaining({ message }));
  });
});

test('a function without a result prints ()', () => {
  expect(printResult(undefined, undefined)).toBe('()');
});

test('what has no text is found wherever it is', () => {
  const handle: ValueType = { kind: 'borrow', resource: { name: 'r', type: { kind: 'resource' } } };
  expect(unprintable(list({ kind: 'result', error: { kind: 'tuple', items: [of('u8'), handle] } }))).toBe(
    'a handle of the resource "r"',
  );
  expect(unprintable(record({ a: { kind: 'map', key: of('u8'), value: { kind: 'stream' } } }))).toBe('a stream');
  expect(unprintable(list(named))).toBeUndefined();
});
