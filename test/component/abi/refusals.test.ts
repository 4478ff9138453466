/** What is no value of its type: of the app, which is told where and what was expected, and of the guest, which traps. */
import { describe, expect, it } from 'vitest';
import {
  Context,
  type CoreValue,
  FlatSource,
  LIFT_BUDGET,
  type StringEncoding,
} from '../../../src/component/abi/index.js';
import type { TypeDefinition, ValueType } from '../../../src/wit/index.js';
import {
  Bench,
  codecOf,
  costOf,
  enumeration,
  flags,
  is,
  list,
  map,
  mismatchOf,
  names,
  option,
  record,
  result,
  trapOf,
  tuple,
  variant,
} from './support.js';

const integer = (kind: string, min: number, max: number) => `${kind} (an integer from ${min} to ${max})`;
const U8 = integer('u8', 0, 255);
const CHAR = 'char (a string of one Unicode scalar value)';
const nine = names(9);
const eight = names(8);
const quoted = (all: readonly string[]) => all.map((it) => `'${it}'`).join(' | ');

const WRONG: readonly (readonly [type: ValueType, value: unknown, path: string, expected: string])[] = [
  [is('bool'), 1, '', 'bool (true or false)'],
  [is('bool'), undefined, '', 'bool (true or false)'],
  ...(
    [
      ['u8', 0, 0xff],
      ['s8', -0x80, 0x7f],
      ['u16', 0, 0xffff],
      ['s16', -0x8000, 0x7fff],
      ['u32', 0, 0xffff_ffff],
      ['s32', -0x8000_0000, 0x7fff_ffff],
    ] as const
  ).flatMap(([kind, min, max]) =>
    [min - 1, max + 1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, '1', 1n, null].map(
      (it) => [is(kind), it, '', integer(kind, min, max)] as const,
    ),
  ),
  ...(
    [
      ['u64', 0n, 2n ** 64n - 1n],
      ['s64', -(2n ** 63n), 2n ** 63n - 1n],
    ] as const
  ).flatMap(([kind, min, max]) =>
    [min - 1n, max + 1n, 1, '1'].map((it) => [is(kind), it, '', `${kind} (a bigint from ${min} to ${max})`] as const),
  ),
  [is('f32'), '1', '', 'f32 (a number)'],
  [is('f64'), 1n, '', 'f64 (a number)'],
  ...['', 'ab', '\ud800', '\udfff', '\ud800a', '\u{1f600}a', '\u{1f600}\u{1f600}', 'e\u0301', 97, undefined].map(
    (it) => [is('char'), it, '', CHAR] as const,
  ),
  [is('string'), 7, '', 'string'],
  [is('string'), new String('a'), '', 'string'],
  [record({ a: is('u8') }), 7, '', 'a record (an object with a)'],
  [record({ a: is('u8') }), null, '', 'a record (an object with a)'],
  [record({ 'a-b': is('u8'), c: is('u8') }), undefined, '', 'a record (an object with aB, c)'],
  [
    record(Object.fromEntries(eight.map((it) => [it, is('u8')]))),
    1,
    '',
    `a record (an object with ${eight.join(', ')})`,
  ],
  [
    record(Object.fromEntries(nine.map((it) => [it, is('u8')]))),
    1,
    '',
    `a record (an object with ${eight.join(', ')}, …)`,
  ],
  [record({ a: is('u8'), 'b-c': is('u8') }), { a: 1 }, '.bC', U8],
  [record({ a: record({ b: is('u8') }) }), { a: { b: -1 } }, '.a.b', U8],
  [tuple(is('u8'), is('u8')), [1], '', 'a tuple (an array of 2)'],
  [tuple(is('u8'), is('u8')), [1, 2, 3], '', 'a tuple (an array of 2)'],
  [tuple(is('u8')), { 0: 1, length: 1 }, '', 'a tuple (an array of 1)'],
  [tuple(is('u8'), is('u8')), [1, 256], '[1]', U8],
  [flags('a'), 1, '', 'flags (an object of booleans)'],
  [flags('a'), null, '', 'flags (an object of booleans)'],
  [flags('a', 'b-c'), { bC: 1 }, '.bC', 'a flag (true or false)'],
  [flags('a', 'b-c'), { a: null }, '.a', 'a flag (true or false)'],
  [enumeration('a', 'b'), 'c', '', "an enum ('a' | 'b')"],
  [enumeration('a', 'b'), 1, '', "an enum ('a' | 'b')"],
  [enumeration(...eight), 'c', '', `an enum (${quoted(eight)})`],
  [enumeration(...nine), 'c', '', `an enum (${quoted(eight)} | …)`],
  [variant({ a: is('u8'), b: undefined }), 'a', '', "a variant ({ tag: 'a' | 'b', val })"],
  [variant({ a: is('u8'), b: undefined }), null, '', "a variant ({ tag: 'a' | 'b', val })"],
  [variant({ a: is('u8'), b: undefined }), undefined, '', "a variant ({ tag: 'a' | 'b', val })"],
  [variant({ a: is('u8'), b: undefined }), { tag: 'c' }, '', "a variant ({ tag: 'a' | 'b', val })"],
  [variant({ a: is('u8'), b: undefined }), { tag: 'a' }, '.val', U8],
  [
    variant(Object.fromEntries(nine.map((it) => [it, undefined]))),
    0,
    '',
    `a variant ({ tag: ${quoted(eight)} | …, val })`,
  ],
  [
    variant(Object.fromEntries(eight.map((it) => [it, undefined]))),
    0,
    '',
    `a variant ({ tag: ${quoted(eight)}, val })`,
  ],
  [result(is('u8')), { tag: 'some', val: 1 }, '', "a result ({ tag: 'ok' | 'err', val })"],
  [result(is('u8'), is('u16')), { tag: 'err', val: -1 }, '.val', integer('u16', 0, 0xffff)],
  [option(is('u8')), 'a', '', U8],
  [option(record({ a: is('u8') })), {}, '.a', U8],
  [option(option(is('u8'))), undefined, '', "an option of an option ({ tag: 'none' | 'some', val })"],
  [option(option(is('u8'))), { tag: 'some', val: 'x' }, '.val', U8],
  [list(is('u8')), 'abc', '', 'a list (Uint8Array or an array of numbers)'],
  [list(is('u8')), new Int8Array(1), '', 'a list (Uint8Array or an array of numbers)'],
  [list(is('u8')), new ArrayBuffer(1), '', 'a list (Uint8Array or an array of numbers)'],
  [list(is('u8')), [1, 256], '[1]', U8],
  [list(is('bool')), new Set(), '', 'a list (an array)'],
  [list(is('bool')), [true, 1], '[1]', 'bool (true or false)'],
  [list(list(is('bool'))), [[], [1]], '[1][0]', 'bool (true or false)'],
  [list(is('u8'), 2), [1], '', 'a list of exactly 2 elements (an array)'],
  [list(is('u8'), 2), [1, 2, 3], '', 'a list of exactly 2 elements (an array)'],
  [list(is('u8'), 2), 'ab', '', 'a list of exactly 2 elements (an array)'],
  [list(is('u8'), 2), [1, -1], '[1]', U8],
  [map(is('u8'), is('bool')), {}, '', 'map (a Map)'],
  [
    map(is('u8'), is('bool')),
    new Map([
      [1, true],
      [2, 3 as never],
    ]),
    '.entries()[1][1]',
    'bool (true or false)',
  ],
  [map(is('u8'), is('bool')), new Map([[-1, true]]), '.entries()[0][0]', U8],
];

const shown = (value: unknown) => (typeof value === 'symbol' ? 'symbol' : `${typeof value} ${String(value)}`);

describe('a value of the app that is none', () => {
  it.each(
    WRONG.map(
      ([type, value, ...more], i) => [`${i}: ${type.kind} from ${shown(value)}`, type, value, ...more] as const,
    ),
  )('%s', (_title, type, value, path, expected) => {
    const { cx } = new Bench();
    expect(mismatchOf(() => codecOf(type).check(cx, value))).toEqual([path, expected]);
  });

  it('what a getter throws is not changed', () => {
    const thrown = new TypeError('mine');
    const value = {
      get a() {
        throw thrown;
      },
    };
    const { cx } = new Bench();
    expect(() => codecOf(record({ a: is('u8') })).check(cx, value)).toThrow(thrown);
    expect(Reflect.ownKeys(thrown)).toEqual(['stack', 'message']);
  });

  it('strings and lists over the limit are refused before there is room for them', () => {
    const { cx } = new Bench();
    // Of one code unit more than always fits; without the memory for it.
    const units = Math.floor((2 ** 28 - 1) / 3);
    expect(mismatchOf(() => codecOf(is('string')).check(cx, 'a'.repeat(units + 1)))).toEqual([
      '',
      `string of at most ${units} UTF-16 code units`,
    ]);
    codecOf(is('string')).check(cx, 'a'.repeat(units));
    const bytes = new Uint8Array(2 ** 28);
    expect(mismatchOf(() => codecOf(list(is('u8'))).check(cx, bytes))).toEqual([
      '',
      `a list of at most ${2 ** 28 - 1} elements`,
    ]);
    codecOf(list(is('u8'))).check(cx, bytes.subarray(1));
    // Of eight bytes each.
    const longs = new Float64Array(2 ** 25);
    expect(mismatchOf(() => codecOf(list(is('f64'))).check(cx, longs))).toEqual([
      '',
      `a list of at most ${2 ** 25 - 1} elements`,
    ]);
    codecOf(list(is('f64'))).check(cx, longs.subarray(1));
  });
});

describe('a value of the app that is one', () => {
  it.each([
    [
      'an object of a class as a record',
      record({ a: is('u8') }),
      new (class {
        a = 1;
      })(),
    ],
    ['a typed array of another kind as a fixed-length list', list(is('u8'), 2), new Uint16Array(2)],
    ['flags left out', flags('a', 'b'), {}],
    ['flags that are undefined', flags('a'), { a: undefined }],
    ['the limits of every integer', tuple(is('u8'), is('u8'), is('s8'), is('s8')), [0, 255, -128, 127]],
    ['the limits of u64', tuple(is('u64'), is('u64')), [0n, 2n ** 64n - 1n]],
    ['the limits of s64', tuple(is('s64'), is('s64')), [-(2n ** 63n), 2n ** 63n - 1n]],
    ['the last char of one code unit', is('char'), '\uffff'],
    ['NaN and infinity as floats', tuple(is('f32'), is('f64')), [Number.NaN, Number.NEGATIVE_INFINITY]],
    ['minus zero as an integer', is('u8'), -0],
    ['a whole float as an integer', is('s32'), 3.0],
    ['a case without a payload that has one', variant({ a: undefined }), { tag: 'a', val: 7 }],
    ['the last char before the surrogates and the first after', tuple(is('char'), is('char')), ['\ud7ff', '\ue000']],
    ['a map of nothing', map(is('u8'), is('u8')), new Map()],
  ] as const)('%s', (_what, type, value) => {
    const { cx } = new Bench();
    expect(() => codecOf(type as ValueType).check(cx, value)).not.toThrow();
  });
});

const PAGE = 65_536;
const pair = (pointer: number, length: number): CoreValue[] => [pointer | 0, length | 0];
const OUTSIDE = 'a list reaches outside the memory';
const OUTSIDE_STRING = 'a string reaches outside the memory';
const bad = (
  pointer: number,
  length: number,
  type: ValueType,
  says: string | undefined,
  encoding: StringEncoding = 'utf8',
) => [type, pair(pointer, length), says, encoding] as const;

describe('a pointer and a length', () => {
  it.each([
    bad(PAGE - 2, 2, list(is('u8')), undefined),
    bad(PAGE - 2, 3, list(is('u8')), OUTSIDE),
    bad(PAGE, 0, list(is('u8')), undefined),
    bad(PAGE + 1, 0, list(is('u8')), OUTSIDE),
    bad(-1, 1, list(is('u8')), OUTSIDE),
    bad(PAGE - 8, 2, list(is('u32')), undefined),
    bad(PAGE - 8, 3, list(is('u32')), OUTSIDE),
    bad(2, 1, list(is('u32')), 'a list is not aligned to 4'),
    bad(4, 1, list(is('u64')), 'a list is not aligned to 8'),
    bad(1, 0, list(is('u16')), 'a list is not aligned to 2'),
    bad(0, 2 ** 28 - 1, list(is('u8')), OUTSIDE),
    bad(0, 2 ** 28, list(is('u8')), `a list of ${2 ** 28} bytes is over the limit of ${2 ** 28 - 1}`),
    bad(0, -1, list(is('u64')), `a list of ${8 * (2 ** 32 - 1)} bytes is over the limit of ${2 ** 28 - 1}`),
    bad(2, 1, map(is('u32'), is('u8')), 'a list is not aligned to 4'),
    bad(PAGE - 2, 2, is('string'), undefined, 'latin1+utf16'),
    bad(PAGE - 2, 3, is('string'), OUTSIDE_STRING, 'utf8'),
    bad(PAGE, 0, is('string'), undefined, 'utf8'),
    bad(PAGE + 1, 0, is('string'), OUTSIDE_STRING, 'utf8'),
    bad(0, 2 ** 28, is('string'), `a string of ${2 ** 28} bytes is over the limit of ${2 ** 28 - 1}`, 'utf8'),
    bad(0, 2 ** 28 - 1, is('string'), OUTSIDE_STRING, 'utf8'),
    bad(PAGE - 2, 2, is('string'), OUTSIDE_STRING, 'utf16'),
    bad(PAGE - 2, 1, is('string'), undefined, 'utf16'),
    bad(3, 1, is('string'), 'a UTF-16 string is not aligned to 2', 'utf16'),
    bad(0, 2 ** 27, is('string'), `a string of ${2 ** 28} bytes is over the limit of ${2 ** 28 - 1}`, 'utf16'),
    bad(3, 1, is('string'), 'a string is not aligned to 2', 'latin1+utf16'),
    bad(3, 1 - 2 ** 31, is('string'), 'a UTF-16 string is not aligned to 2', 'latin1+utf16'),
    bad(PAGE - 2, 1 - 2 ** 31, is('string'), undefined, 'latin1+utf16'),
    bad(PAGE - 2, 2 - 2 ** 31, is('string'), OUTSIDE_STRING, 'latin1+utf16'),
    bad(0, -(2 ** 31), is('string'), undefined, 'latin1+utf16'),
    bad(
      0,
      2 ** 31 - 1,
      is('string'),
      `a string of ${2 ** 31 - 1} bytes is over the limit of ${2 ** 28 - 1}`,
      'latin1+utf16',
    ),
  ])('%j of %j', (type, flat, says, encoding) => {
    const bench = new Bench();
    bench.bytes.fill(0);
    const codec = codecOf(type, encoding);
    const lift = () => codec.lift(bench.cx, new FlatSource(flat));
    // In memory it is the same.
    bench.cx.view.setInt32(16, flat[0] as number, true);
    bench.cx.view.setInt32(20, flat[1] as number, true);
    const load = () => codec.load(bench.cx, 16);
    for (const read of [lift, load]) {
      if (says === undefined) expect(read).not.toThrow();
      else expect(trapOf(read)).toBe(says);
    }
  });
});

describe('bytes that are no text', () => {
  const rows: [encoding: StringEncoding, bytes: string, length: number, says: string][] = [
    ...[
      '80',
      'bf',
      'c0 80',
      'c1 bf',
      'c2',
      'c2 41',
      'c2 c2',
      'df 7f',
      'e0 80 80',
      'e0 9f bf',
      'e1 80',
      'e1 80 41',
      'e1 41 80',
      'e1 c0 80',
      'ed a0 80',
      'ed bf bf',
      'f0 80 80 80',
      'f0 8f bf bf',
      'f0 90 80',
      'f4 90 80 80',
      'f8 88 80 80 80',
      'ff',
      '41 c3',
      '41 42 e2 82',
    ].flatMap((bytes): [StringEncoding, string, number, string][] => {
      const size = bytes.replaceAll(' ', '').length / 2;
      return [
        ['utf8', bytes, size, 'a string is not UTF-8'],
        ['utf8', `${'61'.repeat(33)}${bytes}`, size + 33, 'a string is not UTF-8'],
      ];
    }),
    ...['00d8', '00dc', 'ffdb 6100', '00dc 00d8', '00d8 00d8 00dc'].flatMap(
      (bytes): [StringEncoding, string, number, string][] => {
        const size = bytes.replaceAll(' ', '').length / 4;
        return [
          ['utf16', bytes, size, 'a string is not UTF-16'],
          ['latin1+utf16', bytes, size + 2 ** 31, 'a string is not UTF-16'],
        ];
      },
    ),
  ];
  it.each(rows)('%s %s', (encoding, bytes, length, says) => {
    const bench = new Bench();
    bench.put(64, bytes);
    expect(trapOf(() => codecOf(is('string'), encoding).lift(bench.cx, new FlatSource([64, length | 0])))).toBe(says);
  });
});

describe('a case or a char that is not there', () => {
  const NONE = (index: number) => `there is no case ${index}`;
  const wide = enumeration(...names(257));
  it.each([
    [enumeration('a', 'b'), [2], '02', NONE(2)],
    [option(is('u8')), [2, 0], '02', NONE(2)],
    [result(), [2], '02', NONE(2)],
    [variant({ a: is('u8') }), [1, 0], '01', NONE(1)],
    [wide, [257], '0101', NONE(257)],
    [is('char'), [0xd800], '00d80000', '0xd800 is not a char'],
    [is('char'), [0xdfff], 'ffdf0000', '0xdfff is not a char'],
    [is('char'), [0x110000], '00001100', '0x110000 is not a char'],
    [is('char'), [-1], 'ffffffff', '0xffffffff is not a char'],
  ] as const)('%j from %j', (type, flat, bytes, says) => {
    const bench = new Bench();
    bench.put(8, bytes);
    const codec = codecOf(type as ValueType);
    expect(trapOf(() => codec.load(bench.cx, 8))).toBe(says);
    expect(trapOf(() => codec.lift(bench.cx, new FlatSource(flat)))).toBe(says);
  });

  it('with the highest bit set is a large one, not a negative one', () => {
    const bench = new Bench();
    expect(trapOf(() => codecOf(enumeration('a')).lift(bench.cx, new FlatSource([-1])))).toBe(NONE(4_294_967_295));
  });
});

describe('realloc', () => {
  const store = (answer: number, type: ValueType, value: unknown) => {
    const bench = new Bench(() => answer);
    const codec = codecOf(type);
    return () => codec.store(bench.cx, value, 8);
  };
  it.each([
    [PAGE - 2, list(is('u8')), [1, 2], undefined],
    [PAGE - 1, list(is('u8')), [1, 2], 'realloc returned a pointer outside the memory'],
    [PAGE, list(is('u8')), [], undefined],
    [PAGE + 1, list(is('u8')), [], 'realloc returned a pointer outside the memory'],
    [-1, is('string'), 'a', 'realloc returned a pointer outside the memory'],
    [66, list(is('u32')), [1], 'realloc returned the pointer 66, which is not aligned to 4'],
    [68, list(is('u64')), [1n], 'realloc returned the pointer 68, which is not aligned to 8'],
    [-2, list(is('u32')), [1], 'realloc returned the pointer 4294967294, which is not aligned to 4'],
    [0, is('string'), 'a', undefined],
  ] as const)('that answers %i for %j', (answer, type, value, says) => {
    const action = store(answer, type as ValueType, value);
    if (says === undefined) expect(action).not.toThrow();
    else expect(trapOf(action)).toBe(says);
  });

  it('may grow the memory: what follows goes into the new one', () => {
    const bench: Bench = new Bench((align) => {
      bench.memory.grow(1);
      return bench.memory.buffer.byteLength - PAGE + align;
    });
    const codec = codecOf(list(is('string')));
    codec.store(bench.cx, ['one', 'two'], 8);
    expect(codec.load(bench.cx, 8)).toEqual(['one', 'two']);
    expect(bench.memory.buffer.byteLength).toBe(4 * PAGE);
  });

  it('that is not there cannot be asked', () => {
    const { scope, memory } = new Bench();
    const cx = new Context(scope, memory, undefined);
    expect(trapOf(() => cx.allocate(1, 1))).toBe('there is no realloc to allocate with');
  });

  it('that throws leaves the instance unable to call out', () => {
    const bench = new Bench(() => {
      throw new Error('it trapped');
    });
    expect(() => bench.cx.allocate(1, 1)).toThrow('it trapped');
    expect(bench.scope.mayLeave).toBe(false);
  });
});

describe('lists of the app that change while they are lowered', () => {
  it('keep to the room that was made for them', () => {
    const values: unknown[] = [[1], [2]];
    const bench: Bench = new Bench(() => {
      values.push([3], [4]);
      return 64 + bench.rooms.length * 64;
    });
    codecOf(list(list(is('u8')))).store(bench.cx, values, 8);
    expect(bench.shown(8, 8)).toBe('80000000 02000000');
    expect(bench.rooms).toEqual([
      [4, 16],
      [1, 1],
      [1, 1],
    ]);
  });

  it('maps as well', () => {
    const values = new Map([
      ['a', 1],
      ['b', 2],
    ]);
    const bench: Bench = new Bench(() => {
      values.set(`more${bench.rooms.length}`, 9);
      return 64 + bench.rooms.length * 64;
    });
    codecOf(map(is('string'), is('u8'))).store(bench.cx, values, 8);
    expect(bench.shown(8, 8)).toBe('80000000 02000000');
    expect(bench.rooms).toEqual([
      [4, 24],
      [1, 1],
      [1, 1],
    ]);
  });
});

describe('the lift budget', () => {
  /** What lifting costs: the bytes of text and numbers, and for each element what an object of its kind takes. */
  it.each([
    ['a string: its bytes', is('string'), 'abc', 3],
    ['UTF-8 of more bytes than letters', is('string'), '\u20ac', 3],
    ['u8s: their bytes', list(is('u8')), [1, 2, 3], 3],
    ['u64s: their bytes', list(is('u64')), [1n, 2n], 16],
    ['bools', list(is('bool')), [true, true], 2 * (8 + 8)],
    ['chars', list(is('char')), ['a'], 24 + 8],
    ['strings: each, and its bytes', list(is('string')), ['ab', ''], 2 * (24 + 8) + 2],
    ['lists in lists', list(list(is('u8'))), [[1], []], 2 * (48 + 8) + 1],
    ['records', list(record({ a: is('u8'), b: is('u64') })), [{ a: 1, b: 2n }], 24 + 8 + 24 + 8],
    ['tuples', list(tuple(is('u8'), is('f32'))), [[1, 2]], 48 + 8 + 24 + 8],
    ['options', list(option(is('u8'))), [undefined], 48 + 8 + 8],
    ['results', list(result(is('u8'), is('s64'))), [{ tag: 'ok', val: 1 }], 48 + 24 + 8],
    ['results of nothing', list(result()), [{ tag: 'ok' }], 48 + 8],
    [
      'variants: the largest case',
      list(variant({ a: is('u8'), b: is('string'), c: undefined })),
      [{ tag: 'c' }],
      48 + 24 + 8,
    ],
    ['enums', list(enumeration('a')), ['a'], 8 + 8],
    ['f64s in tuples', list(tuple(is('f64'), is('s64'))), [[1, 2n]], 48 + 24 + 24 + 8],
    [
      'maps',
      map(is('u8'), is('string')),
      new Map([
        [1, 'a'],
        [2, ''],
      ]),
      2 * (8 + 24 + 64) + 1,
    ],
    ['maps in lists', list(map(is('u8'), is('u8'))), [new Map()], 200 + 8],
    ['flags', flags('a', 'b'), {}, 24 + 2 * 8],
    ['flags in lists: twice', list(flags('a', 'b')), [{}], 2 * (24 + 2 * 8) + 8],
    ['fixed-length lists', list(is('u8'), 3), [1, 2, 3], 48 + 3 * 8],
    ['fixed-length lists in lists: twice', list(list(is('u8'), 3)), [[1, 2, 3]], 2 * (48 + 3 * 8) + 8],
  ] as const)('%s', (_what, type, value, cost) => {
    const bench = new Bench();
    const codec = codecOf(type as ValueType);
    codec.store(bench.cx, value, 8);
    expect(costOf(bench.cx, () => codec.load(bench.cx, 8))).toBe(cost);
  });

  it('handles', () => {
    const bench = new Bench();
    bench.bytes.fill(0);
    const resource: TypeDefinition = { name: 'r', type: { kind: 'resource' } };
    for (const kind of ['own', 'borrow'] as const) {
      const codec = codecOf(list({ kind, resource }), 'utf8', 'bridge', { get: () => 0 });
      bench.cx.view.setUint32(12, 2, true);
      expect(costOf(bench.cx, () => codec.load(bench.cx, 8))).toBe(2 * (128 + 8));
    }
  });

  it('is for one call: it may be used up, and not gone over', () => {
    const { cx } = new Bench();
    cx.startLift();
    cx.charge(LIFT_BUDGET);
    expect(trapOf(() => cx.charge(1))).toBe(
      'exhausted: the values of one call take more than 67108864 bytes of host memory',
    );
    cx.startLift();
    cx.charge(LIFT_BUDGET);
  });

  it('of all calls is added up', () => {
    const { cx } = new Bench();
    expect(cx.lifted).toBe(0);
    cx.startLift();
    cx.charge(100);
    expect(cx.lifted).toBe(100);
    cx.startLift();
    cx.charge(20);
    cx.startLift();
    expect(cx.lifted).toBe(120);
  });
});
