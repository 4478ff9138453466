import type { ValueType } from '../../src/wit/index.js';

export interface VectorType {
  /** As WIT text; named types are written as `record { a: u8 }` and so on. */
  readonly wit: string;
  readonly type: ValueType;
  readonly good: readonly unknown[];
  /** Hex of bytes that are no value of the type. */
  readonly bad: readonly string[];
}

const t = (kind: string) => ({ kind }) as ValueType;
const names = (...all: string[]) => all.map((name) => ({ name }));

export const VECTOR_TYPES: readonly VectorType[] = [
  { wit: 'bool', type: t('bool'), good: [false, true], bad: ['02', ''] },
  { wit: 'u8', type: t('u8'), good: [0, 127, 128, 255], bad: ['', '0000'] },
  { wit: 's8', type: t('s8'), good: [0, -1, 127, -128], bad: [''] },
  { wit: 'u16', type: t('u16'), good: [0, 127, 128, 65535], bad: ['ffff04', '80808000', '80'] },
  { wit: 's16', type: t('s16'), good: [0, -1, 63, 64, -64, -65, 32767, -32768], bad: ['ffff02', '80807d', '80808000'] },
  { wit: 'u32', type: t('u32'), good: [0, 300, 4294967295], bad: ['ffffffff10', '808080808000'] },
  { wit: 's32', type: t('s32'), good: [0, -1, 2147483647, -2147483648], bad: ['ffffffff0f', '8080808070'] },
  { wit: 'u64', type: t('u64'), good: [0n, 1n << 53n, (1n << 64n) - 1n], bad: ['ffffffffffffffffff02'] },
  { wit: 's64', type: t('s64'), good: [0n, -1n, (1n << 63n) - 1n, -(1n << 63n)], bad: ['ffffffffffffffffff01'] },
  { wit: 'f32', type: t('f32'), good: [0, -0, 1.5, Number.POSITIVE_INFINITY, Number.NaN], bad: ['0000c0ff', '000080'] },
  { wit: 'f64', type: t('f64'), good: [0, -0.1, Number.NEGATIVE_INFINITY, Number.NaN], bad: ['010000000000f87f'] },
  { wit: 'char', type: t('char'), good: ['a', 'é', '€', '😀'], bad: ['80', 'eda080', 'c080', 'f4908080'] },
  {
    wit: 'string',
    type: t('string'),
    good: ['', 'hé', '\ufeff', '😀', 'x'.repeat(128)],
    bad: ['0261', '01ff', '03eda080'],
  },
  { wit: 'list<u8>', type: { kind: 'list', element: t('u8') }, good: [[], [1, 2, 255]], bad: ['0201', 'ffffffff0f'] },
  { wit: 'list<u16>', type: { kind: 'list', element: t('u16') }, good: [[], [1, 300]], bad: ['0180'] },
  { wit: 'list<string>', type: { kind: 'list', element: t('string') }, good: [['a', '']], bad: ['020161'] },
  { wit: 'list<u32, 2>', type: { kind: 'list', element: t('u32'), length: 2 }, good: [[1, 300]], bad: ['01'] },
  {
    wit: 'map<string, u8>',
    type: { kind: 'map', key: t('string'), value: t('u8') },
    good: [new Map([['a', 1]])],
    bad: ['02016101016102'],
  },
  { wit: 'tuple<u8, string>', type: { kind: 'tuple', items: [t('u8'), t('string')] }, good: [[1, 'a']], bad: ['01'] },
  {
    wit: 'record { id: u32, name: string }',
    type: {
      kind: 'record',
      fields: [
        { name: 'id', type: t('u32') },
        { name: 'name', type: t('string') },
      ],
    },
    good: [{ id: 300, name: 'a' }],
    bad: ['01', '0101610a'],
  },
  { wit: 'enum { a, b }', type: { kind: 'enum', cases: names('a', 'b') }, good: ['a', 'b'], bad: ['02', '8180'] },
  {
    wit: 'flags { a, b, c }',
    type: { kind: 'flags', flags: names('a', 'b', 'c') },
    good: [{ a: true, b: false, c: true }],
    bad: ['08', ''],
  },
  {
    wit: 'flags { a, b, c, d, e, f, g, h, i }',
    type: { kind: 'flags', flags: names(...'abcdefghi') },
    good: [{ a: false, b: true, c: false, d: false, e: false, f: false, g: false, h: true, i: true }],
    bad: ['0002', '00'],
  },
  {
    wit: 'variant { a, b(u8) }',
    type: { kind: 'variant', cases: [{ name: 'a' }, { name: 'b', type: t('u8') }] },
    good: [{ tag: 'a' }, { tag: 'b', val: 7 }],
    bad: ['02', '01', '0000'],
  },
  { wit: 'option<string>', type: { kind: 'option', some: t('string') }, good: [undefined, 'a'], bad: ['02', '01'] },
  {
    wit: 'result<u8, string>',
    type: { kind: 'result', ok: t('u8'), error: t('string') },
    good: [
      { tag: 'ok', val: 1 },
      { tag: 'err', val: 'a' },
    ],
    bad: ['02', '00'],
  },
  {
    wit: 'result<_, u8>',
    type: { kind: 'result', error: t('u8') },
    good: [
      { tag: 'ok', val: undefined },
      { tag: 'err', val: 1 },
    ],
    bad: ['0001'],
  },
];
