/**
 * Values that every implementation must echo: by function, each row the arguments of one call. Wherever there are strings, one
 * begins with a byte order mark.
 */

const point = { x: -(2 ** 31), y: 2 ** 31 - 1 };
const mixed = {
  small: 255,
  wide: 2n ** 64n - 1n,
  medium: 65535,
  ratio: 0.1,
  label: 'héllo 🦜\0',
  letter: '🦜',
  yes: true,
  tags: ['', 'a', '\ufeffb'],
  centre: point,
  parent: 0,
};
const emptyMixed = {
  ...{ small: 0, wide: 0n, medium: 0, ratio: -0, label: '', letter: '\0', yes: false, tags: [] },
  ...{ centre: { x: 0, y: 0 }, parent: undefined },
};

const integers = (bits: number, signed: boolean) =>
  (signed ? [-(2 ** (bits - 1)), -1, 0, 1, 2 ** (bits - 1) - 1] : [0, 1, 2 ** (bits - 1), 2 ** bits - 1]).map((it) => [
    it,
  ]);
const floats = [0, -0, 1.5, -1e10, Infinity, -Infinity, Number.NaN];

export const ECHOED: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  'echo-bool': [[true], [false]],
  'echo-u8': integers(8, false),
  'echo-s8': integers(8, true),
  'echo-u16': integers(16, false),
  'echo-s16': integers(16, true),
  'echo-u32': integers(32, false),
  'echo-s32': integers(32, true),
  'echo-u64': [[0n], [1n], [2n ** 53n + 1n], [2n ** 63n], [2n ** 64n - 1n]],
  'echo-s64': [[0n], [-1n], [2n ** 53n + 1n], [2n ** 63n - 1n], [-(2n ** 63n)]],
  'echo-f32': [...floats, Math.fround(0.1), 2 ** -149, 2 ** 127].map((it) => [Math.fround(it)]),
  'echo-f64': [...floats, 0.1, Number.MIN_VALUE, Number.MAX_VALUE].map((it) => [it]),
  'echo-char': ['a', '\0', '\x7f', 'é', '\ud7ff', '\ue000', '\uffff', '🦜', '\u{10ffff}'].map((it) => [it]),
  'echo-string': ['', 'a', '\0', '\ufeff', 'héllo', '\u0301', '🦜🏳️‍🌈', 'x'.repeat(100_000)].map((it) => [it]),
  'echo-colour': [['red'], ['green'], ['blue']],
  'echo-permission': [
    [{ read: false, write: false, execute: false }],
    [{ read: true, write: false, execute: true }],
    [{ read: true, write: true, execute: true }],
  ],
  'echo-point': [[point], [{ x: 0, y: -1 }]],
  'echo-mixed': [[mixed], [emptyMixed]],
  'echo-shape': [
    [{ tag: 'nothing' }],
    [{ tag: 'circle', val: 1.5 }],
    [{ tag: 'square', val: -0.1 }],
    [{ tag: 'counted', val: 2n ** 64n - 1n }],
    [{ tag: 'named', val: '🦜' }],
    [{ tag: 'named', val: '\ufeff' }],
    [{ tag: 'placed', val: point }],
    [{ tag: 'many', val: [] }],
    [{ tag: 'many', val: [point, { x: 1, y: 2 }] }],
  ],
  'echo-tuple': [[[0, '', -0]], [[255, '🦜', Number.NaN]], [[1, '\ufeffa', 1]]],
  'echo-bytes': [[new Uint8Array()], [new Uint8Array([0, 255, 1])], [new Uint8Array(100_000).fill(7)]],
  'echo-floats': [[new Float64Array()], [new Float64Array([0, -0, Number.NaN, Infinity, 0.1])]],
  'echo-longs': [[new BigUint64Array()], [new BigUint64Array([0n, 2n ** 53n + 1n, 2n ** 64n - 1n])]],
  'echo-strings': [
    [[]],
    [['']],
    [['a', '', '🦜', '\0']],
    [['a', '\ufeff']],
    [Array.from({ length: 1000 }, (_, i) => `string ${i}`)],
  ],
  'echo-mixeds': [[[]], [[mixed, emptyMixed, mixed]]],
  'echo-grid': [[[]], [[new Uint8Array(), new Uint8Array([1, 2]), new Uint8Array([255])]]],
  'echo-option': [[undefined], [''], ['🦜'], ['\ufeff']],
  'echo-option-u32': [[undefined], [0], [2 ** 32 - 1]],
  'echo-nested-option': [[{ tag: 'none' }], [{ tag: 'some', val: undefined }], [{ tag: 'some', val: 0 }]],
  'echo-result': [
    [[{ tag: 'ok', val: 0 }, true]],
    [[{ tag: 'err', val: '' }, false]],
    [[{ tag: 'err', val: '🦜' }, true]],
    [[{ tag: 'err', val: '\ufeff' }, true]],
  ],
  'echo-many': [
    [255, 65535, 2 ** 32 - 1, 2n ** 64n - 1n, 1.5, 0.1, true, '🦜', 'i', new Uint8Array([1, 2]), 0, point, 'blue'],
    [0, 0, 0, 0n, -0, -0, false, '\0', '', new Uint8Array(), undefined, { x: 0, y: 0 }, 'red'],
    [0, 0, 0, 0n, 0, 0, false, 'a', '\ufeff', new Uint8Array(), undefined, { x: 0, y: 0 }, 'red'],
  ],
};

export { emptyMixed, mixed, point };
