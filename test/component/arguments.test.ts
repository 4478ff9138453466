/** What the app hands over is checked before anything of the guest runs. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Instance } from '../../src/host/index.js';
import { failureOf, instantiate } from './support.js';

/** Takes a value of each type; counts how often the guest was entered, `realloc` included. */
const TAKERS: readonly [name: string, type: string, flat: string][] = [
  ['bool', 'bool', 'i32'],
  ['u8', 'u8', 'i32'],
  ['s8', 's8', 'i32'],
  ['u16', 'u16', 'i32'],
  ['s16', 's16', 'i32'],
  ['u32', 'u32', 'i32'],
  ['s32', 's32', 'i32'],
  ['u64', 'u64', 'i64'],
  ['s64', 's64', 'i64'],
  ['f32', 'f32', 'f32'],
  ['f64', 'f64', 'f64'],
  ['char', 'char', 'i32'],
  ['text', 'string', 'i32 i32'],
  ['bytes', '(list u8)', 'i32 i32'],
  ['longs', '(list u64)', 'i32 i32'],
  ['names', '(list string)', 'i32 i32'],
  ['fixed', '(list u8 3)', 'i32 i32 i32'],
  ['pairs', '(map string u8)', 'i32 i32'],
  ['both', '(tuple u8 string)', 'i32 i32 i32'],
  ['color', '$color', 'i32'],
  ['mode', '$mode', 'i32'],
  ['shape', '$shape', 'i32 i32 i32'],
  ['maybe', '(option u8)', 'i32 i32'],
  ['perhaps', '(option (option u8))', 'i32 i32 i32'],
  ['outcome', '(result u8 (error string))', 'i32 i32 i32'],
  ['message', '$message', 'i32 i32 i32 i32 i32 i32 i32'],
];

const WAT = `(component
  (core module $M
    (memory (export "memory") 1)
    (global $entered (mut i32) (i32.const 0))
    (func (export "entered") (result i32) (global.get $entered))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (global.set $entered (i32.add (global.get $entered) (i32.const 1))) (i32.const 1024))
    (func (export "sum") (param i32 i32 i32) (result i32)
      (global.set $entered (i32.add (global.get $entered) (i32.const 1))) (i32.const 0))
    ${TAKERS.map(
      ([name, , flat]) =>
        `(func (export "${name}") (param ${flat}) (global.set $entered (i32.add (global.get $entered) (i32.const 1))))`,
    ).join('\n')})
  (core instance $m (instantiate $M))
  (alias core export $m "memory" (core memory $memory))
  (alias core export $m "realloc" (core func $realloc))
  (type $color' (enum "red" "dark-green"))
  (export $color "color-type" (type $color'))
  (type $mode' (flags "read" "write-too"))
  (export $mode "mode-type" (type $mode'))
  (type $shape' (variant (case "none") (case "text" string) (case "size" u8)))
  (export $shape "shape-type" (type $shape'))
  (type $extra' (tuple string u8))
  (type $message' (record
    (field "sent-by" string) (field "extras" (list $extra')) (field "mood" (option $color)) (field "urgent" bool)))
  (export $message "message-type" (type $message'))
  (func (export "entered") (result u32) (canon lift (core func $m "entered")))
  (func (export "sum") (param "a" u8) (param "b" u8) (param "c" u8) (result u8) (canon lift (core func $m "sum")))
  ${TAKERS.map(
    ([name, type]) =>
      `(func (export "${name}") (param "value" ${type})
        (canon lift (core func $m "${name}") (memory $memory) (realloc $realloc)))`,
  ).join('\n')})`;

const message = (change: object = {}) => ({
  sentBy: 'a',
  extras: [['a', 1]],
  mood: undefined,
  urgent: true,
  ...change,
});

const rows: [func: string, args: unknown[], path: string, expected: RegExp][] = [
  ['bool', [1], 'value', /^expected bool \(true or false\), got the number 1$/],
  ['bool', [], 'value', /^expected bool .* got undefined$/],
  ['bool', ['true'], 'value', /got the string "true"$/],
  ['u8', [-1], 'value', /^expected u8 \(an integer from 0 to 255\), got the number -1$/],
  ['u8', [256], 'value', /got the number 256$/],
  ['u8', [1.5], 'value', /got the number 1\.5$/],
  ['u8', [Number.NaN], 'value', /got the number NaN$/],
  ['u8', ['1'], 'value', /got the string "1"$/],
  ['u8', [1n], 'value', /got the bigint 1$/],
  ['u8', [null], 'value', /got null$/],
  ['u8', [true], 'value', /got true$/],
  ['u8', [{ valueOf: () => 1 }], 'value', /got an object$/],
  ['u8', [new Number(1)], 'value', /got an object$/],
  ['u8', [[1]], 'value', /got an array$/],
  ['u8', [Symbol('x')], 'value', /got a symbol$/],
  ['u8', [() => 1], 'value', /got a function$/],
  ['s8', [128], 'value', /^expected s8 \(an integer from -128 to 127\)/],
  ['s8', [-129], 'value', /got the number -129$/],
  ['u16', [65_536], 'value', /^expected u16/],
  ['s16', [-32_769], 'value', /^expected s16/],
  ['u32', [2 ** 32], 'value', /^expected u32/],
  ['u32', [Infinity], 'value', /got the number Infinity$/],
  ['s32', [2 ** 31], 'value', /^expected s32/],
  ['u64', [1], 'value', /^expected u64 \(a bigint from 0 to 18446744073709551615\), got the number 1$/],
  ['u64', [-1n], 'value', /got the bigint -1$/],
  ['u64', [2n ** 64n], 'value', /got the bigint 18446744073709551616$/],
  ['s64', [2n ** 63n], 'value', /^expected s64/],
  ['f32', ['1'], 'value', /^expected f32 \(a number\)/],
  ['f64', [1n], 'value', /^expected f64 \(a number\)/],
  ['char', [''], 'value', /^expected char \(a string of one Unicode scalar value\), got the string ""$/],
  ['char', ['ab'], 'value', /got the string "ab"$/],
  ['char', ['\ud800'], 'value', /got the string "\\u\{d800\}"$/],
  ['char', ['\ud800\ud800'], 'value', /expected char/],
  ['char', [97], 'value', /got the number 97$/],
  ['text', [undefined], 'value', /^expected string, got undefined$/],
  ['text', [new String('a')], 'value', /got an object$/],
  ['text', [{ toString: () => 'a' }], 'value', /got an object$/],
  ['bytes', ['abc'], 'value', /^expected a list \(Uint8Array or an array of numbers\), got the string "abc"$/],
  ['bytes', [new Int8Array(1)], 'value', /got an object$/],
  ['bytes', [new ArrayBuffer(1)], 'value', /got an object$/],
  ['bytes', [{ length: 1, 0: 1 }], 'value', /got an object$/],
  ['bytes', [[1, 2, 256]], 'value[2]', /^expected u8/],
  ['bytes', [new Array(2)], 'value[0]', /got undefined$/],
  ['longs', [[1n, 2]], 'value[1]', /^expected u64/],
  ['names', [new Set(['a'])], 'value', /^expected a list \(an array\), got an object$/],
  ['names', [['a', 7]], 'value[1]', /^expected string, got the number 7$/],
  ['fixed', [[1, 2]], 'value', /^expected a list of exactly 3 elements \(an array\), got an array$/],
  ['fixed', [[1, 2, 3, 4]], 'value', /exactly 3/],
  ['fixed', [[1, 2, -3]], 'value[2]', /^expected u8/],
  ['pairs', [{ a: 1 }], 'value', /^expected map \(a Map\), got an object$/],
  ['pairs', [new Map([['a', 256]])], 'value.entries()[0][1]', /^expected u8/],
  [
    'pairs',
    [
      new Map<unknown, unknown>([
        ['a', 1],
        [2, 2],
      ]),
    ],
    'value.entries()[1][0]',
    /^expected string/,
  ],
  ['both', [[1]], 'value', /^expected a tuple \(an array of 2\), got an array$/],
  ['both', [{ 0: 1, 1: 'a', length: 2 }], 'value', /got an object$/],
  ['both', [[1, 2]], 'value[1]', /^expected string, got the number 2$/],
  ['color', ['blue'], 'value', /^expected an enum \('red' \| 'dark-green'\), got the string "blue"$/],
  ['color', ['darkGreen'], 'value', /expected an enum/],
  ['color', ['constructor'], 'value', /expected an enum/],
  ['color', [0], 'value', /expected an enum/],
  ['mode', ['read'], 'value', /^expected flags \(an object of booleans\)/],
  ['mode', [{ read: 1 }], 'value.read', /^expected a flag \(true or false\), got the number 1$/],
  ['mode', [{ writeToo: 'yes' }], 'value.writeToo', /got the string "yes"$/],
  [
    'shape',
    ['none'],
    'value',
    /^expected a variant \(\{ tag: 'none' \| 'text' \| 'size', val \}\), got the string "none"$/,
  ],
  ['shape', [{ tag: 'toString' }], 'value', /expected a variant/],
  ['shape', [{ tag: 'text' }], 'value.val', /^expected string, got undefined$/],
  ['shape', [{ tag: 'size', val: 'a' }], 'value.val', /^expected u8/],
  ['maybe', ['a'], 'value', /^expected u8/],
  ['perhaps', [7], 'value', /^expected an option of an option \(\{ tag: 'none' \| 'some', val \}\), got the number 7$/],
  ['perhaps', [{ tag: 'some', val: 300 }], 'value.val', /^expected u8/],
  ['outcome', [7], 'value', /^expected a result \(\{ tag: 'ok' \| 'err', val \}\), got the number 7$/],
  ['outcome', [{ tag: 'error', val: 'a' }], 'value', /expected a result/],
  ['outcome', [{ tag: 'err', val: 7 }], 'value.val', /^expected string/],
  ['message', [], 'value', /^expected a record \(an object with sentBy, extras, mood, urgent\), got undefined$/],
  ['message', ['x'], 'value', /expected a record/],
  ['message', [{}], 'value.sentBy', /^expected string, got undefined$/],
  ['message', [message({ 'sent-by': 'a', sentBy: undefined })], 'value.sentBy', /got undefined$/],
  [
    'message',
    [
      message({
        extras: [
          ['a', 1],
          ['b', 2],
          ['c', 3],
          ['d', 256],
        ],
      }),
    ],
    'value.extras[3][1]',
    /^expected u8/,
  ],
  ['message', [message({ extras: [['a']] })], 'value.extras[0]', /^expected a tuple/],
  ['message', [message({ mood: 'blue' })], 'value.mood', /^expected an enum/],
  ['message', [message({ urgent: 'no' })], 'value.urgent', /^expected bool/],
  ['sum', [1, 2], 'c', /^expected u8 .* got undefined$/],
  ['sum', [1, undefined, 300], 'b', /got undefined$/],
];

describe('a wrong argument', () => {
  let instance: Instance;
  beforeAll(async () => {
    instance = await instantiate(WAT);
  });

  it.each(rows.map((row, i) => [i, ...row] as const))('%i: %s', async (_i, func, args, path, expected) => {
    const before = instance.sync.entered();
    const error = failureOf(() => instance.sync[func](...args));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ code: 'argument', path });
    expect(error.message.slice(0, path.length + 2)).toBe(`${path}: `);
    expect(error.message.slice(path.length + 2)).toMatch(expected);
    const later = await instance.exports[func](...args).catch((it: unknown) => it);
    expect(later).toMatchObject({ code: 'argument', path, message: error.message });
    expect(instance.state).toBe('idle');
    expect(instance.sync.entered()).toBe(before);
  });

  it('a value whose getter throws fails with what it throws, and nothing was called', () => {
    const before = instance.sync.entered();
    const thrown = new Error('mine');
    const bad = message();
    Object.defineProperty(bad, 'urgent', {
      get() {
        throw thrown;
      },
    });
    expect(() => instance.sync.message(bad)).toThrow(thrown);
    expect(instance.state).toBe('idle');
    expect(instance.sync.entered()).toBe(before);
  });

  it('surplus arguments, fields and flags do not matter', () => {
    const before = instance.sync.entered();
    instance.sync.u8(1, 2, 3);
    instance.sync.mode({ read: true, other: 'x' });
    instance.sync.shape({ tag: 'none', val: 'ignored' });
    instance.sync.maybe(null);
    expect(instance.sync.entered()).toBe(before + 4);
  });

  // The state is not looked at again between the check of the arguments and the call.
  it('a value that disposes of the instance while it is checked does not revive it', async () => {
    const other = await instantiate(WAT);
    const bad = message();
    Object.defineProperty(bad, 'urgent', {
      get() {
        if (other.state === 'idle') other.dispose();
        return true;
      },
    });
    expect(failureOf(() => other.sync.message(bad)).code).toBe('disposed');
    expect(other.state).toBe('disposed');
  });
});
