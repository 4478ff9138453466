import type { ValueType } from '../../src/wit/index.js';
import * as m from '../wit/build.js';
import type { ROWS } from './rows.js';

/**
 * Where hatchway and jco are known to differ: what each makes of a value that goes through the relay, and the section that
 * decides. \`mapping\` is the table of JS values; a value that is not of its type is refused by hatchway, and nothing is called.
 */
export interface Difference {
  readonly type: ValueType;
  readonly value: unknown;
  readonly jco: string;
  readonly ours: string;
  readonly section: string;
}

const differ = (section: string, type: ValueType, value: unknown, jco: string, ours: string): Difference => ({
  section,
  type,
  value,
  jco,
  ours,
});

/** jco converts as JavaScript would; ours says what is wrong. */
const coerced = (type: ValueType, value: unknown, jco: string) =>
  differ(
    'component.md, "Rules that hold for every call": what the app hands over is checked',
    type,
    value,
    jco,
    'throws',
  );

const point = m.record({ x: m.u8, y: m.string });
const ab = m.flags('a', 'b');
const some = (val?: unknown) => ({ tag: 'some', val });
const none = { tag: 'none' };
const three = m.option(m.option(m.option(m.u8)));
const ok = (val: unknown) => ({ tag: 'ok', val });
const alias = (type: ValueType) => m.ref({ name: 'outcome', type });
const RESULTS = 'component.md, "JS value mapping": a result as a function\'s result is returned or thrown';
const MAPPING = 'component.md, "JS value mapping": an option inside an option is tagged';
const STRINGS = 'CanonicalABI.md, "Loading": a string is what its code units say, a byte order mark too';

export const DIFFERENCES: readonly Difference[] = [
  coerced(m.u8, 256, 'returns 0'),
  coerced(m.u8, -1, 'returns 255'),
  coerced(m.u8, 1.5, 'returns 1'),
  coerced(m.u8, '5', 'returns 5'),
  coerced(m.u8, NaN, 'returns 0'),
  coerced(m.u8, undefined, 'returns 0'),
  coerced(m.u8, null, 'returns 0'),
  coerced(m.u8, true, 'returns 1'),
  coerced(m.u32, 2 ** 32, 'returns 0'),
  coerced(m.u32, -1, 'returns 4294967295'),
  coerced(m.s32, 2 ** 31, 'returns -2147483648'),
  coerced(m.u64, 5, 'returns 5n'),
  coerced(m.u64, -1n, 'returns 18446744073709551615n'),
  coerced(m.u64, 2n ** 64n, 'returns 0n'),
  coerced(m.u64, '5', 'returns 5n'),
  coerced(m.bool, 1, 'returns true'),
  coerced(m.bool, 'x', 'returns true'),
  coerced(m.bool, undefined, 'returns false'),
  coerced(m.f64, '1', 'returns 1'),
  coerced(m.char, 'ab', 'returns "a"'),
  coerced(m.char, '', 'returns "\\u0000"'),
  coerced(m.list(m.u8), 'ab', 'returns Uint8Array[]'),
  coerced(m.list(m.u8), new Int8Array([-1]), 'returns Uint8Array[255]'),
  coerced(m.list(m.u32), new Float64Array([1]), 'returns Uint32Array[0]'),
  coerced(m.list(m.string), { length: 1, 0: 'a' }, 'returns ["a"]'),
  coerced(m.list(m.string), 'ab', 'returns ["a", "b"]'),
  coerced(m.tuple(m.u8, m.u8), [1], 'returns [1, 0]'),
  coerced(m.tuple(m.u8, m.u8), [1, 2, 3], 'returns [1, 2]'),
  coerced(m.list(m.u8, 2), [1], 'returns [1, 0]'),
  coerced(m.list(m.u8, 2), [1, 2, 3], 'returns [1, 2]'),
  coerced(ab, null, 'returns {a: false, b: false}'),
  coerced(ab, undefined, 'returns {a: false, b: false}'),
  coerced(ab, { a: 1 }, 'returns {a: true, b: false}'),
  coerced(m.variant({ a: undefined, b: m.u8 }), { tag: 'b' }, 'returns {tag: "b", val: 0}'),
  coerced(m.tuple(m.result(m.u8)), [{ tag: 'ok' }], 'returns [{tag: "ok", val: 0}]'),

  differ(STRINGS, m.string, '\ufeffBOM', 'returns "BOM"', 'returns "\ufeffBOM"'),
  differ(STRINGS, m.list(m.string), ['\ufeff'], 'returns [""]', 'returns ["\ufeff"]'),

  // An alias of a result is one too: the import of the relay answers and throws accordingly, which jco does not expect.
  differ(RESULTS, alias(m.result(m.u8)), ok(1), 'throws', 'returns 1'),

  // jco makes a message of the payload by calling what the guest has named `to-string`.
  differ(
    'component.md, "Rules that hold for every call": names come from outside',
    m.result(m.u8, m.record({ 'to-string': m.bool })),
    { tag: 'err', val: { toString: true } },
    'throws',
    'error {toString: true}',
  ),

  // jco tags those alone whose payload can be undefined, so that of three every other one is.
  differ(
    MAPPING,
    three,
    some(some(7)),
    'returns {tag: "some", val: 0}',
    'returns {tag: "some", val: {tag: "some", val: 7}}',
  ),
  differ(MAPPING, three, some(none), 'returns {tag: "some", val: 0}', 'returns {tag: "some", val: {tag: "none"}}'),
  differ(MAPPING, three, some(7), 'returns {tag: "some", val: 7}', 'throws'),
];

/** Values that are not of their type, and that both refuse. */
export const REFUSED: typeof ROWS = [
  { type: m.u8, values: [5n] },
  { type: m.f64, values: [1n] },
  { type: m.char, values: ['\ud800', 97] },
  { type: m.string, values: [5, undefined] },
  { type: m.list(m.u8), values: [[256], undefined] },
  { type: m.list(m.u32), values: [new Uint8Array([1])] },
  { type: m.list(m.string), values: [[undefined, 'a']] },
  { type: point, values: [{ x: 1 }, undefined, [1, 'a']] },
  { type: m.enumeration('a', 'b'), values: ['c', 0, 'toString'] },
  { type: ab, values: [1] },
  { type: m.variant({ a: undefined, b: m.u8 }), values: [{ tag: 'c' }, 'a', { b: 1 }] },
  { type: m.option(m.option(m.u8)), values: [undefined, null, 5] },
  { type: m.tuple(m.result(m.u8)), values: [[5], [{ tag: 'none' }]] },
  { type: m.map(m.string, m.u8), values: [[['a', 1]], { a: 1 }] },
];
