/** Each type, on its way into memory and out, and as core values: exactly the bytes and numbers of the canonical ABI. */
import { describe, expect, it } from 'vitest';
import { type CoreValue, FlatSource, type StringEncoding } from '../../../src/component/abi/index.js';
import type { ValueType } from '../../../src/wit/index.js';
import {
  Bench,
  BLANK,
  codecOf,
  enumeration,
  flags,
  HEAP,
  is,
  list,
  map,
  names,
  option,
  plain,
  record,
  result,
  tuple,
  variant,
} from './support.js';

interface Row {
  readonly type: ValueType;
  readonly value: unknown;
  /** As core values; absent where there are too many for that. */
  readonly flat?: readonly CoreValue[];
  /** As it lies in memory. `..` is room that nobody writes. */
  readonly bytes: string;
  /** What lies where it says, from `HEAP` on. */
  readonly heap?: string;
  /** Room that was asked for: alignment and size. */
  readonly rooms?: readonly (readonly [number, number])[];
  readonly encoding?: StringEncoding;
  /** What comes back, where it is not the same. */
  readonly back?: unknown;
}

const row = (
  type: ValueType,
  value: unknown,
  flat: readonly CoreValue[] | undefined,
  bytes: string,
  more: Partial<Row> = {},
): Row => ({
  type,
  value,
  ...(flat && { flat }),
  bytes,
  ...more,
});

const blank = BLANK.toString(16);
const record2 = record({ a: is('u8'), 'the-second': is('u32') });
const wide = enumeration(...names(257));
const huge = enumeration(...names(65_537));
const joined = variant({
  none: undefined,
  int: is('u32'),
  float: is('f32'),
  long: is('u64'),
  double: is('f64'),
  text: is('string'),
});

const SCALARS: readonly Row[] = [
  row(is('bool'), true, [1], '01'),
  row(is('bool'), false, [0], '00'),
  row(is('u8'), 255, [255], 'ff'),
  row(is('s8'), -128, [-128], '80'),
  row(is('s8'), 127, [127], '7f'),
  row(is('u16'), 0xfffe, [0xfffe], 'feff'),
  row(is('s16'), -2, [-2], 'feff'),
  row(is('s16'), -0x8000, [-0x8000], '0080'),
  row(is('u32'), 0x89abcdef, [0x89abcdef], 'efcdab89'),
  row(is('s32'), -2, [-2], 'feffffff'),
  row(is('u64'), 0x89abcdef01234567n, [0x89abcdef01234567n], '67452301 efcdab89'),
  row(is('s64'), -2n, [-2n], 'feffffff ffffffff'),
  row(is('f32'), 1.5, [1.5], '0000c03f'),
  row(is('f64'), -1.5, [-1.5], '00000000 0000f8bf'),
  row(is('char'), 'a', [0x61], '61000000'),
  row(is('char'), '\u{1f600}', [0x1f600], '00f60100'),
  row(is('char'), '\ud7ff', [0xd7ff], 'ffd70000'),
  row(is('char'), '\ue000', [0xe000], '00e00000'),
  row(is('char'), '\u{10ffff}', [0x10ffff], 'ffff1000'),
];

const COMPOUNDS: readonly Row[] = [
  row(record2, { a: 1, theSecond: 2 }, [1, 2], '01...... 02000000'),
  row(tuple(is('u8'), is('u16'), is('u8')), [1, 2, 3], [1, 2, 3], '01..0200 03'),
  row(flags('a', 'b', 'last-one'), { a: true, b: false, lastOne: true }, [5], '05'),
  row(flags('a', 'b'), {}, [0], '00', { back: { a: false, b: false } }),
  row(flags(...names(8)), { a7: true }, [0x80], '80', {
    back: Object.fromEntries(names(8).map((it) => [it, it === 'a7'])),
  }),
  row(flags(...names(9)), { a8: true, a1: true }, [0x102], '0201', {
    back: Object.fromEntries(names(9).map((it) => [it, it === 'a8' || it === 'a1'])),
  }),
  row(flags(...names(32)), { a31: true, a1: true }, [-0x7ffffffe], '02000080', {
    back: Object.fromEntries(names(32).map((it) => [it, it === 'a31' || it === 'a1'])),
  }),
  row(enumeration('a', 'b'), 'b', [1], '01'),
  row(wide, 'a256', [256], '0001'),
  // So many cases that the discriminant takes four bytes.
  row(huge, 'a65536', [65_536], '00000100'),
  row(option(is('u16')), undefined, [0, 0], '00'),
  row(option(is('u16')), null, [0, 0], '00', { back: undefined }),
  row(option(is('u16')), 7, [1, 7], '01..0700'),
  row(option(option(is('u8'))), { tag: 'none' }, [0, 0, 0], '00'),
  row(option(option(is('u8'))), { tag: 'some', val: undefined }, [1, 0, 0], '0100'),
  row(option(option(is('u8'))), { tag: 'some', val: 9 }, [1, 1, 9], '010109'),
  row(option(option(option(is('u8')))), { tag: 'some', val: { tag: 'none' } }, [1, 0, 0, 0], '0100'),
  row(result(is('u8'), is('string')), { tag: 'ok', val: 3 }, [0, 3, 0], '00...... 03'),
  row(result(is('u8')), { tag: 'err', val: undefined }, [1, 0], '01'),
  row(result(), { tag: 'ok', val: undefined }, [0], '00'),
  row(joined, { tag: 'none' }, [0, 0n, 0], '00'),
  row(joined, { tag: 'int', val: 0x89abcdef }, [1, 0x89abcdefn, 0], '01...... ........ efcdab89'),
  row(joined, { tag: 'float', val: -1.5 }, [2, 0xbfc00000n, 0], '02...... ........ 0000c0bf'),
  row(joined, { tag: 'long', val: 2n ** 63n }, [3, 2n ** 63n, 0], '03...... ........ 00000000 00000080'),
  row(joined, { tag: 'double', val: -1.5 }, [4, -0x4008000000000000n, 0], '04...... ........ 00000000 0000f8bf'),
  row(joined, { tag: 'text', val: 'hi' }, [5, BigInt(HEAP), 2], '05...... ........ 40000000 02000000', {
    heap: '6869',
    rooms: [[1, 2]],
  }),
  row(variant({ i: is('s32'), f: is('f32') }), { tag: 'f', val: 1.5 }, [1, 0x3fc00000], '01...... 0000c03f'),
  row(variant({ i: is('s32'), f: is('f32') }), { tag: 'i', val: -3 }, [0, -3], '00...... fdffffff'),
  row(variant({ f: is('f32'), d: is('f64') }), { tag: 'f', val: 1.5 }, [0, 0x3fc00000n], '00...... ........ 0000c03f'),
  // Only the second value of the payload is joined.
  row(
    variant({ a: tuple(is('u8'), is('f32')), b: tuple(is('u8'), is('u32')) }),
    { tag: 'a', val: [7, 1.5] },
    [0, 7, 0x3fc00000],
    '00...... 07...... 0000c03f',
  ),
  row(variant({ f: is('f32'), d: is('f32') }), { tag: 'd', val: 1.5 }, [1, 1.5], '01...... 0000c03f'),
  row(list(is('u16'), 3), [1, 2, 3], [1, 2, 3], '01000200 0300'),
  row(list(option(is('u8')), 2), [1, undefined], [1, 1, 0, 0], '010100'),
];

const u16s = { heap: '01000200', rooms: [[2, 4]] as const };
const LISTS: readonly Row[] = [
  row(list(is('u16')), Uint16Array.of(1, 2), [HEAP, 2], '40000000 02000000', u16s),
  row(list(is('u16')), [1, 2], [HEAP, 2], '40000000 02000000', { ...u16s, back: Uint16Array.of(1, 2) }),
  // A part of a larger buffer.
  row(list(is('u16')), Uint16Array.of(9, 1, 2, 9).subarray(1, 3), [HEAP, 2], '40000000 02000000', {
    ...u16s,
    back: Uint16Array.of(1, 2),
  }),
  row(list(is('u8')), Uint8Array.of(1, 2, 3), [HEAP, 3], '40000000 03000000', { heap: '010203', rooms: [[1, 3]] }),
  row(list(is('s8')), Int8Array.of(-1), [HEAP, 1], '40000000 01000000', { heap: 'ff', rooms: [[1, 1]] }),
  row(list(is('s16')), Int16Array.of(-2), [HEAP, 1], '40000000 01000000', { heap: 'feff', rooms: [[2, 2]] }),
  row(list(is('u32')), Uint32Array.of(7), [HEAP, 1], '40000000 01000000', { heap: '07000000', rooms: [[4, 4]] }),
  row(list(is('s32')), Int32Array.of(-7), [HEAP, 1], '40000000 01000000', { heap: 'f9ffffff', rooms: [[4, 4]] }),
  row(list(is('u64')), BigUint64Array.of(7n), [HEAP, 1], '40000000 01000000', {
    heap: '07000000 00000000',
    rooms: [[8, 8]],
  }),
  row(list(is('s64')), [-1n], [HEAP, 1], '40000000 01000000', {
    heap: 'ffffffff ffffffff',
    rooms: [[8, 8]],
    back: BigInt64Array.of(-1n),
  }),
  row(list(is('f32')), Float32Array.of(1.5), [HEAP, 1], '40000000 01000000', { heap: '0000c03f', rooms: [[4, 4]] }),
  row(list(is('f64')), Float64Array.of(1.5), [HEAP, 1], '40000000 01000000', {
    heap: '00000000 0000f83f',
    rooms: [[8, 8]],
  }),
  row(list(is('bool')), [true, false], [HEAP, 2], '40000000 02000000', { heap: '0100', rooms: [[1, 2]] }),
  row(list(is('bool')), [], [HEAP, 0], '40000000 00000000', { rooms: [[1, 0]] }),
  row(list(list(is('u8'))), [Uint8Array.of(5), Uint8Array.of()], [HEAP, 2], '40000000 02000000', {
    heap: '50000000 01000000 51000000 00000000 05',
    rooms: [
      [4, 16],
      [1, 1],
      [1, 0],
    ],
  }),
  row(
    list(tuple(is('u8'), is('u32'))),
    [
      [1, 2],
      [3, 4],
    ],
    [HEAP, 2],
    '40000000 02000000',
    {
      heap: '01...... 02000000 03...... 04000000',
      rooms: [[4, 16]],
    },
  ),
  row(
    map(is('u8'), is('u16')),
    new Map([
      [1, 2],
      [3, 4],
    ]),
    [HEAP, 2],
    '40000000 02000000',
    { heap: '01..0200 03..0400', rooms: [[2, 8]] },
  ),
  row(map(is('string'), is('bool')), new Map([['k', true]]), [HEAP, 1], '40000000 01000000', {
    heap: '4c000000 01000000 01......6b',
    rooms: [
      [4, 12],
      [1, 1],
    ],
  }),
];

/** Strings on either side of what is short enough for a loop. */
const long = (text: string) => text + 'z'.repeat(40);
const hex = (text: string) => Buffer.from(text).toString('hex');
const text = (
  value: string,
  heap: string,
  length: number,
  room: readonly [number, number],
  encoding: StringEncoding,
  back = value,
) =>
  row(is('string'), value, [HEAP, length], `40000000 ${Buffer.from(Uint32Array.of(length).buffer).toString('hex')}`, {
    heap,
    rooms: [room],
    encoding,
    back,
  });
const utf8 = (value: string, back = value) => {
  const bytes = Buffer.from(back);
  return text(value, hex(back), bytes.length, [1, bytes.length], 'utf8', back);
};
const units = (value: string) => Buffer.from(value, 'utf16le').toString('hex');
const utf16 = (value: string, back = value) =>
  text(value, units(back), back.length, [2, back.length * 2], 'utf16', back);
const TAG = 0x8000_0000;
const compact = (value: string, back = value) =>
  [...back].every((it) => it <= '\xff')
    ? text(value, Buffer.from(back, 'latin1').toString('hex'), back.length, [2, back.length], 'latin1+utf16', back)
    : text(value, units(back), back.length + TAG, [2, back.length * 2], 'latin1+utf16', back);

const TEXTS = [
  '',
  'a',
  'hello',
  '\x7f\x80',
  '\u07ff\u0800',
  '\ud7ff\ue000',
  '\uffff',
  '\u{10000}',
  '\u{10ffff}',
  '\ufeffa',
  'a\0b',
  '\xff',
  '\u0100',
  '\xe9\u{1f600}',
  'z'.repeat(32),
  'z'.repeat(33),
  '\x80'.repeat(32),
  '\u0800'.repeat(32),
  'z'.repeat(4096),
  'z'.repeat(4097),
  '\u0800'.repeat(16_385),
];
const LONE = ['\ud800', '\udc00', 'a\udfffb', '\ud83d\ud83d\ude00'];
const replaced = (it: string) => it.toWellFormed();
const STRINGS: readonly Row[] = [utf8, utf16, compact].flatMap((make) => [
  ...TEXTS.flatMap((it) => [make(it), make(long(it))]),
  ...LONE.flatMap((it) => [make(it, replaced(it)), make(long(it), replaced(long(it)))]),
]);

const TOPICS = { scalars: SCALARS, 'compound types': COMPOUNDS, lists: LISTS, strings: STRINGS };

/** Whether the bytes there are those of the row, and all others are blank. */
function expectBytes(bench: Bench, at: number, expected: string): void {
  const size = expected.replaceAll(' ', '').length / 2;
  expect(bench.shown(at, size).replaceAll(' ', '')).toBe(expected.replaceAll(' ', '').replaceAll('..', blank));
  expect(bench.bytes[at + size]).toBe(BLANK);
  expect(bench.bytes[at - 1]).toBe(BLANK);
}

const title = ({ type, value, encoding }: Row) =>
  `${type.kind} ${JSON.stringify(plain(value), (_, it) => (typeof it === 'bigint' ? `${it}n` : it))?.slice(0, 40)} ${encoding ?? ''}`;

describe.each(Object.entries(TOPICS))('%s', (_topic, rows) => {
  it.each(rows.map((it) => [title(it), it] as const))('%s', (_title, it) => {
    const { type, value, flat, bytes, heap = '', rooms = [], encoding } = it;
    const back = 'back' in it ? it.back : value;
    const codec = codecOf(type, encoding);

    const stored = new Bench();
    codec.check(stored.cx, value);
    codec.store(stored.cx, value, 8);
    expectBytes(stored, 8, bytes);
    expectBytes(stored, HEAP, heap);
    expect(stored.rooms).toEqual(rooms);
    expect(stored.scope.mayLeave).toBe(true);
    expect(plain(codec.load(stored.cx, 8))).toEqual(plain(back));

    if (flat === undefined) return;
    const lowered = new Bench();
    const out: CoreValue[] = [11];
    codec.lower(lowered.cx, value, out);
    expect(out).toEqual([11, ...flat]);
    expectBytes(lowered, HEAP, heap);
    expect(lowered.rooms).toEqual(rooms);
    const source = new FlatSource([11, ...flat.map(asCore), 12]);
    expect(source.next()).toBe(11);
    expect(plain(codec.lift(lowered.cx, source))).toEqual(plain(back));
    // Exactly its own core values were read.
    expect(source.i32()).toBe(12);

    if (codec.scalar === undefined) return;
    expect(codec.scalar.toCore(value)).toEqual(flat[0]);
    expect(codec.scalar.fromCore(asCore(flat[0]!))).toEqual(back);
    expect(codec.scalar.core).toBe(codec.layout.flat[0]);
  });
});

/** A core value as the engine gives it: an i32 with its sign. */
function asCore(value: CoreValue): CoreValue {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value);
  return Number.isInteger(value) && value > 0x7fff_ffff ? value | 0 : value;
}

describe('what a guest answers beyond its type is cut off', () => {
  it.each([
    [is('bool'), 2, true],
    [is('bool'), -1, true],
    [is('bool'), 256, true],
    [is('u8'), 0x1ff, 255],
    [is('u8'), -1, 255],
    [is('s8'), 0x80, -128],
    [is('s8'), 0x17f, 127],
    [is('u16'), 0x1ffff, 65_535],
    [is('u16'), -1, 65_535],
    [is('s16'), 0x8000, -32_768],
    [is('s16'), 0x17fff, 32_767],
    [is('u32'), -1, 0xffff_ffff],
    [is('s32'), -1, -1],
    [is('u64'), -1n, 2n ** 64n - 1n],
    [is('s64'), -1n, -1n],
    [flags('a', 'b'), -2, { a: false, b: true }],
  ] as const)('%j from %s', (type, core, value) => {
    const bench = new Bench();
    expect(plain(codecOf(type).lift(bench.cx, new FlatSource([core])))).toEqual(value);
  });

  it('in memory: bools that are not 0, and surplus bits of flags', () => {
    const bench = new Bench();
    bench.put(8, 'ff02');
    expect([codecOf(is('bool')).load(bench.cx, 8), codecOf(is('bool')).load(bench.cx, 9)]).toEqual([true, true]);
    expect(plain(codecOf(flags('a', 'b')).load(bench.cx, 9))).toEqual({ a: false, b: true });
  });
});

describe('what is lifted', () => {
  it('is a copy', () => {
    for (const type of [list(is('u8')), list(is('u32'))]) {
      const bench = new Bench();
      bench.put(8, '40000000 01000000');
      bench.put(64, '01000000');
      const lifted = codecOf(type).load(bench.cx, 8);
      bench.bytes.fill(0);
      expect([...lifted]).toEqual([1]);
      // Nothing but its own bytes is kept.
      expect(lifted.buffer.byteLength).toBe(lifted.byteLength);
    }
  });

  it('has a payload where its case does, and a result always', () => {
    const { cx, bytes } = new Bench();
    bytes.fill(0);
    const keys = (type: ValueType) => Reflect.ownKeys(codecOf(type).load(cx, 8));
    expect(keys(variant({ a: undefined, b: is('u8') }))).toEqual(['tag']);
    expect(keys(option(option(is('u8'))))).toEqual(['tag']);
    expect(keys(variant({ a: is('u8') }))).toEqual(['tag', 'val']);
    expect(keys(result())).toEqual(['tag', 'val']);
  });

  it('may be the last bytes of the memory', () => {
    const { cx, bytes } = new Bench();
    bytes.fill(0);
    for (const type of [flags('a'), flags(...names(9)), flags(...names(32)), enumeration('a'), wide, huge]) {
      const codec = codecOf(type);
      expect(() => codec.load(cx, bytes.length - codec.layout.size)).not.toThrow();
      expect(() => codec.store(cx, codec.load(cx, 8), bytes.length - codec.layout.size)).not.toThrow();
    }
  });

  it('inherits nothing: neither names from outside nor constructors can be found in it', () => {
    const bench = new Bench();
    bench.bytes.fill(0);
    for (const type of [
      record({ 'to-string': is('u8') }),
      flags('constructor'),
      variant({ a: is('u8') }),
      variant({ a: undefined }),
      result(),
      option(option(is('u8'))),
    ]) {
      const lifted = codecOf(type).load(bench.cx, 8);
      expect('constructor' in lifted).toBe(type.kind === 'flags');
      expect('hasOwnProperty' in lifted).toBe(false);
      expect(Object.getPrototypeOf(Object.getPrototypeOf(lifted))).toBe(null);
      expect(Object.isFrozen(Object.getPrototypeOf(lifted))).toBe(true);
      expect(Reflect.ownKeys(Object.getPrototypeOf(lifted))).toEqual([]);
    }
  });
});
