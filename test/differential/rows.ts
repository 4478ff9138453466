import type { ValueType } from '../../src/wit/index.js';
import * as m from '../wit/build.js';

/** A value of a type that goes through the relay: with jco and with ours, the same must come of it. */
export interface Row {
  readonly type: ValueType;
  readonly values: readonly unknown[];
}

const point = m.record({ x: m.f64, 'y-axis': m.f64 });
const shape = m.variant({ none: undefined, 'a-dot': point, text: m.string, size: m.u8 });
const color = m.enumeration('red', 'dark-green', 'HTTP-blue');
const mode = m.flags('read', 'write-too', 'run');
const [s8, s16, u16, s64, f32] = (['s8', 's16', 'u16', 's64', 'f32'] as const).map(m.prim) as [
  ValueType,
  ValueType,
  ValueType,
  ValueType,
  ValueType,
];
const ok = (val?: unknown) => ({ tag: 'ok', val });
const err = (val?: unknown) => ({ tag: 'err', val });
const some = (val?: unknown) => ({ tag: 'some', val });
const none = { tag: 'none' };
const row = (type: ValueType, ...values: unknown[]): Row => ({ type, values });

export const TEXTS = ['', 'a', 'hé', '\u0000', '\u00ff', '\u0100', 'línea ∞', '🦜', 'a🦜\uffff', 'x'.repeat(500)];

export const ROWS: readonly Row[] = [
  row(m.bool, true, false),
  row(m.u8, 0, 255),
  row(u16, 0, 65_535),
  row(m.u32, 0, 1, 2 ** 31, 2 ** 32 - 1),
  row(m.u64, 0n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 53n + 1n),
  row(s8, -128, -1, 127),
  row(s16, -32_768, 32_767),
  row(m.s32, -(2 ** 31), -1, 2 ** 31 - 1),
  row(s64, -(2n ** 63n), -1n, 2n ** 63n - 1n),
  row(f32, 0, -0, 1.5, Math.fround(0.1), Infinity, -Infinity, NaN, 2 ** -149),
  row(m.f64, 0, -0, 0.1, 5e-324, Number.MAX_VALUE, Infinity, -Infinity, NaN),
  row(m.char, 'a', '\u0000', 'é', '\ud7ff', '\ue000', '\uffff', '🦜', '\u{10ffff}'),
  row(m.string, ...TEXTS),

  row(m.list(m.u8), new Uint8Array(), new Uint8Array([0, 255])),
  row(m.list(u16), new Uint16Array([0, 65_535])),
  row(m.list(m.u32), new Uint32Array([0, 2 ** 32 - 1])),
  row(m.list(m.u64), new BigUint64Array([0n, 2n ** 64n - 1n])),
  row(m.list(s8), new Int8Array([-128, 127])),
  row(m.list(s16), new Int16Array([-32_768, 32_767])),
  row(m.list(m.s32), new Int32Array([-(2 ** 31), 2 ** 31 - 1])),
  row(m.list(s64), new BigInt64Array([-(2n ** 63n), 2n ** 63n - 1n])),
  row(m.list(f32), new Float32Array([0, -0, NaN, 1.5])),
  row(m.list(m.f64), new Float64Array([0, -0, NaN, 0.1])),
  row(m.list(m.bool), [], [true, false]),
  row(m.list(m.char), [], ['a', '🦜']),
  row(m.list(m.string), [], ['', 'a', 'hé']),
  row(m.list(m.list(m.u8)), [], [new Uint8Array([1]), new Uint8Array()]),
  row(m.list(m.list(m.list(m.string))), [[['a'], []], []]),
  row(m.list(point), [{ x: 1, yAxis: -0 }]),
  row(m.list(shape), [{ tag: 'none' }, { tag: 'text', val: 'a' }, { tag: 'a-dot', val: { x: 1, yAxis: 2 } }]),
  row(m.list(color), [], ['red', 'HTTP-blue']),
  row(m.list(mode), [{ read: true, writeToo: false, run: true }]),
  row(m.list(m.option(m.string)), [undefined, 'a', '']),
  row(m.list(m.tuple(m.u8, m.string)), [[1, 'a']]),

  row(m.list(m.u8, 3), [1, 2, 3], new Uint8Array([1, 2, 3])),
  row(m.list(m.string, 2), ['a', 'b']),
  row(m.list(m.u64, 20), Array(20).fill(7n)),

  row(m.tuple(m.u8), [7]),
  row(m.tuple(m.u8, m.string, f32), [7, 'a', 1.5]),
  // Sixteen flat values are passed as such, seventeen through memory.
  row(
    m.tuple(...Array<ValueType>(16).fill(m.u32)),
    Array.from({ length: 16 }, (_, i) => i),
  ),
  row(
    m.tuple(...Array<ValueType>(17).fill(m.u32)),
    Array.from({ length: 17 }, (_, i) => i),
  ),
  row(m.tuple(s8, m.u64, m.bool, m.f64, m.char), [-1, 1n, true, 0.5, 'x']),

  row(point, { x: 1, yAxis: 2 }),
  row(m.record({ 'a-b-c': m.string, type: m.option(m.u8), constructor: m.u8, then: m.bool }), {
    aBC: 'a',
    type: 1,
    constructor: 2,
    then: true,
  }),
  row(
    shape,
    { tag: 'none' },
    { tag: 'a-dot', val: { x: 1, yAxis: 2 } },
    { tag: 'text', val: 'a' },
    { tag: 'size', val: 1 },
  ),
  // Cases whose flat forms share their places.
  row(
    m.variant({ a: f32, b: m.u64, c: m.string, d: m.tuple(s8, m.f64), e: undefined }),
    { tag: 'a', val: 1.5 },
    { tag: 'b', val: 2n ** 64n - 1n },
    { tag: 'c', val: 'hé' },
    { tag: 'd', val: [-1, -0] },
    { tag: 'e' },
  ),
  row(color, 'red', 'dark-green', 'HTTP-blue'),
  row(m.enumeration(...Array.from({ length: 300 }, (_, i) => `c${i}`)), 'c0', 'c255', 'c256', 'c299'),
  row(mode, { read: false, writeToo: false, run: false }, { read: true, writeToo: true, run: true }),
  row(m.flags(...Array.from({ length: 9 }, (_, i) => `f${i}`)), {
    ...Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`f${i}`, i % 2 === 0])),
  }),
  row(m.flags(...Array.from({ length: 32 }, (_, i) => `f${i}`)), {
    ...Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`f${i}`, i >= 31])),
  }),

  row(m.option(m.u8), undefined, null, 0, 7),
  row(m.option(m.string), undefined, '', 'a'),
  row(m.option(m.option(m.u8)), none, some(undefined), some(7)),
  row(m.option(m.list(m.u8)), undefined, new Uint8Array([1])),
  row(
    m.record({ a: m.option(m.u8), b: m.option(m.option(m.string)) }),
    { a: undefined, b: none },
    { a: 1, b: some('x') },
  ),
  row(m.option(m.result(m.u8)), undefined, ok(1), err()),
  row(m.option(m.bool), undefined, false, true),

  row(m.result(), ok(), err()),
  row(m.result(m.u8), ok(1), err()),
  row(m.result(undefined, m.string), ok(), err('bad')),
  row(m.result(m.u64, color), ok(1n), err('dark-green')),
  row(m.result(m.string, shape), ok('a'), err({ tag: 'text', val: 'b' }), err({ tag: 'none' })),
  row(m.result(m.option(m.u8), m.u8), ok(undefined), ok(1), err(2)),
  row(m.result(m.result(m.u8, m.string), m.string), ok(ok(1)), ok(err('a')), err('b')),
  row(m.list(m.result(m.u8, m.string)), [ok(1), err('a')]),
  row(m.tuple(m.result(), m.result(m.u8)), [ok(), err()]),
  row(m.record({ r: m.result(m.u8, m.u8) }), { r: ok(1) }, { r: err(2) }),
  row(m.option(m.result(m.option(m.u8), m.string)), undefined, ok(undefined), ok(1), err('')),

  row(
    m.map(m.string, m.u32),
    new Map(),
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
  ),
  row(m.map(m.u64, m.list(m.u8)), new Map([[1n, new Uint8Array([1])]])),
  row(
    m.map(m.char, m.option(m.bool)),
    new Map([
      ['a', undefined],
      ['b', true],
    ]),
  ),
];
