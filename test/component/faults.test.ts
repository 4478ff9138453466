/**
 * A guest that traps or breaks the canonical ABI: the error says what, that instance answers nothing but `poisoned` from then
 * on, and its neighbours do not notice.
 */
import { describe, expect, it } from 'vitest';
import type { HatchwayError } from '../../src/errors/index.js';
import { expectPoisoned, failureOf, instantiate, load, rejectionOf } from './support.js';

/** A component around one core module: `core` are its functions, `exports` what is lifted; `$m`, `$memory`, `$realloc` are there. */
function around(core: string, exports: string): string {
  return `(component
    (core module $M
      (memory (export "memory") 1 4)
      (global $calls (mut i32) (i32.const 0))
      (func (export "count") (result i32)
        (global.set $calls (i32.add (global.get $calls) (i32.const 1))) (global.get $calls))
      ${core})
    (core instance $m (instantiate $M))
    (alias core export $m "memory" (core memory $memory))
    (func (export "count") (result u32) (canon lift (core func $m "count")))
    ${exports})`;
}

interface Fault {
  readonly what: string;
  readonly wat: string;
  readonly args?: readonly unknown[];
  readonly code?: 'trap' | 'exhausted';
  readonly message: RegExp;
}

/** A function of the guest that traps on its own. */
const traps = (what: string, body: string, message: RegExp, code: Fault['code'] = 'trap'): Fault => ({
  what,
  wat: around(
    `(table 1 funcref) (func $f (export "fault") (result i32) ${body})`,
    '(func (export "fault") (result u32) (canon lift (core func $m "fault")))',
  ),
  code,
  message,
});

/** A function that returns a type; what it answers is `body`, memory is filled by `data`. */
const answers = (
  what: string,
  type: string,
  body: string,
  message: RegExp,
  data = '',
  options = '',
  result = 'i32',
): Fault => ({
  what,
  wat: around(
    `${data} (func (export "fault") (result ${result}) ${body})`,
    `(func (export "fault") (result ${type}) (canon lift (core func $m "fault") (memory $memory) ${options}))`,
  ),
  message,
});

/** A string or list at `pointer` of `length`. */
const pair = (pointer: number, length: number) =>
  `(i32.store (i32.const 0) (i32.const ${pointer})) (i32.store (i32.const 4) (i32.const ${length})) (i32.const 0)`;

/** A function with a string parameter whose `realloc` answers `answer`. */
const reallocates = (
  what: string,
  answer: string,
  message: RegExp,
  type = 'string',
  arg: unknown = 'hello',
): Fault => ({
  what: `realloc ${what}`,
  wat: around(
    `(func (export "realloc") (param i32 i32 i32 i32) (result i32) ${answer})
     (func (export "fault") (param i32 i32))`,
    `(alias core export $m "realloc" (core func $realloc))
     (func (export "fault") (param "value" ${type}) (canon lift (core func $m "fault") (memory $memory) (realloc $realloc)))`,
  ),
  args: [arg],
  message,
});

const broke = (what: string) => new RegExp(`^plugin "guest".*: the guest broke the canonical ABI: ${what}$`);
const trapped = (what: string) => new RegExp(`^plugin "guest".*: the guest trapped: .*${what}`);

const FAULTS: readonly Fault[] = [
  traps('unreachable', 'unreachable', trapped('unreachable')),
  traps('a division by zero', '(i32.div_u (i32.const 1) (i32.const 0))', trapped('divide by zero')),
  traps(
    'an overflowing division',
    '(i32.div_s (i32.const 0x80000000) (i32.const -1))',
    trapped('divide result unrepresentable'),
  ),
  traps('a float out of range', '(i32.trunc_f32_s (f32.const inf))', trapped('float unrepresentable')),
  traps('memory out of bounds', '(i32.load (i32.const 65536))', trapped('memory access out of bounds')),
  traps(
    'memory far out of bounds',
    '(i32.load offset=4294967295 (i32.const -1))',
    trapped('memory access out of bounds'),
  ),
  traps(
    'a null function',
    '(call_indirect (result i32) (i32.const 0))',
    trapped('(null function|signature mismatch|RuntimeError)'),
  ),
  traps(
    'a function out of the table',
    '(call_indirect (result i32) (i32.const 9))',
    trapped('table index is out of bounds'),
  ),
  traps('endless recursion', '(call $f)', /the guest used up the stack$/, 'exhausted'),

  answers('a result out of memory', 'string', '(i32.const 65536)', broke('a pointer reaches outside the memory')),
  answers('a result at the last word', 'string', '(i32.const 65532)', broke('a pointer reaches outside the memory')),
  answers('a result at -4', 'string', '(i32.const -4)', broke('a pointer reaches outside the memory')),
  answers('a result that is not aligned', 'string', '(i32.const 2)', broke('the pointer 2 is not aligned to 4')),
  answers('a string that starts outside', 'string', pair(65_536, 1), broke('a string reaches outside the memory')),
  answers('a string that ends outside', 'string', pair(65_530, 7), broke('a string reaches outside the memory')),
  answers('a string that wraps around', 'string', pair(-1, 2), broke('a string reaches outside the memory')),
  answers(
    'a string over the limit',
    'string',
    pair(0, -1),
    broke('a string of 4294967295 bytes is over the limit of 268435455'),
  ),
  answers(
    'a list of 2²⁸ bools',
    '(list bool)',
    pair(0, 2 ** 28),
    broke('a list of 268435456 bytes is over the limit of 268435455'),
  ),
  answers('a list of 2²⁸-1 bools', '(list bool)', pair(0, 2 ** 28 - 1), broke('a list reaches outside the memory')),
  answers(
    'a list over the limit',
    '(list u64)',
    pair(0, 2 ** 26),
    broke('a list of 536870912 bytes is over the limit of 268435455'),
  ),
  answers('a list that ends outside', '(list u32)', pair(65_532, 2), broke('a list reaches outside the memory')),
  answers('a list that is not aligned', '(list u32)', pair(2, 1), broke('a list is not aligned to 4')),
  answers(
    'a list of tuples that is not aligned',
    '(list (tuple u8 u64))',
    pair(4, 0),
    broke('a list is not aligned to 8'),
  ),
  answers('a map that is not aligned', '(map u32 u8)', pair(2, 0), broke('a list is not aligned to 4')),
  answers(
    'a list in a list that ends outside',
    '(list (list u8))',
    pair(16, 1),
    broke('a list reaches outside the memory'),
    '(data (i32.const 16) "\\00\\00\\00\\00\\ff\\ff\\ff\\0f")',
  ),

  ...(['\\ff', '\\c3\\28', '\\e2\\82', '\\c0\\80', '\\ed\\a0\\80', '\\f4\\90\\80\\80', '\\80'] as const).flatMap(
    (bytes) => {
      const length = bytes.length / 3;
      // Short strings and long ones are read by different code.
      const long = 'a'.repeat(40);
      return [
        answers(
          `the UTF-8 ${bytes}`,
          'string',
          pair(16, length),
          broke('a string is not UTF-8'),
          `(data (i32.const 16) "${bytes}")`,
        ),
        answers(
          `the UTF-8 ${bytes} in a long string`,
          'string',
          pair(16, length + 40),
          broke('a string is not UTF-8'),
          `(data (i32.const 16) "${long}${bytes}")`,
        ),
      ];
    },
  ),
  answers(
    'UTF-16 with a lone high surrogate',
    'string',
    pair(16, 2),
    broke('a string is not UTF-16'),
    '(data (i32.const 16) "\\00\\d8a\\00")',
    'string-encoding=utf16',
  ),
  answers(
    'UTF-16 with a lone low surrogate',
    'string',
    pair(16, 1),
    broke('a string is not UTF-16'),
    '(data (i32.const 16) "\\00\\dc")',
    'string-encoding=utf16',
  ),
  answers(
    'UTF-16 at an odd address',
    'string',
    pair(17, 1),
    broke('a UTF-16 string is not aligned to 2'),
    '',
    'string-encoding=utf16',
  ),
  answers(
    'UTF-16 that ends outside',
    'string',
    pair(65_534, 2),
    broke('a string reaches outside the memory'),
    '',
    'string-encoding=utf16',
  ),
  answers(
    'UTF-16 over the limit',
    'string',
    pair(0, 2 ** 27),
    broke('a string of 268435456 bytes is over the limit of 268435455'),
    '',
    'string-encoding=utf16',
  ),
  answers(
    'latin1 at an odd address',
    'string',
    pair(17, 1),
    broke('a string is not aligned to 2'),
    '',
    'string-encoding=latin1+utf16',
  ),
  answers(
    'latin1 that ends outside',
    'string',
    pair(65_534, 3),
    broke('a string reaches outside the memory'),
    '',
    'string-encoding=latin1+utf16',
  ),
  answers(
    'tagged UTF-16 with a lone surrogate',
    'string',
    pair(16, 0x8000_0001),
    broke('a string is not UTF-16'),
    '(data (i32.const 16) "\\00\\d8")',
    'string-encoding=latin1+utf16',
  ),
  answers(
    'tagged UTF-16 that ends outside',
    'string',
    pair(65_534, 0x8000_0002),
    broke('a string reaches outside the memory'),
    '',
    'string-encoding=latin1+utf16',
  ),

  answers(
    'a bool option with case 2',
    '(option bool)',
    '(i32.store8 (i32.const 0) (i32.const 2)) (i32.const 0)',
    broke('there is no case 2'),
  ),
  answers(
    'a result with case 255',
    '(result u8)',
    '(i32.store8 (i32.const 0) (i32.const 255)) (i32.const 0)',
    broke('there is no case 255'),
  ),
  answers('a result with nothing, with case 2', '(result)', '(i32.const 2)', broke('there is no case 2')),
  answers('a result with nothing, with case -1', '(result)', '(i32.const -1)', broke('there is no case 4294967295')),
  answers(
    'a list of options with case 7',
    '(list (option u8))',
    pair(16, 2),
    broke('there is no case 7'),
    '(data (i32.const 16) "\\00\\00\\07\\00")',
  ),
  answers('a char over the last', 'char', '(i32.const 0x110000)', broke('0x110000 is not a char')),
  answers('a char that is a surrogate', 'char', '(i32.const 0xd800)', broke('0xd800 is not a char')),
  answers('a char that is the last surrogate', 'char', '(i32.const 0xdfff)', broke('0xdfff is not a char')),
  answers('a negative char', 'char', '(i32.const -1)', broke('0xffffffff is not a char')),
  answers(
    'a list of chars with a surrogate',
    '(list char)',
    pair(16, 1),
    broke('0xd800 is not a char'),
    '(data (i32.const 16) "\\00\\d8\\00\\00")',
  ),

  reallocates(
    'answers 0 for a string and that is in range',
    '(i32.const 65534)',
    broke('realloc returned a pointer outside the memory'),
  ),
  reallocates('answers -1', '(i32.const -1)', broke('realloc returned a pointer outside the memory')),
  reallocates(
    'answers an odd address',
    '(i32.const 3)',
    broke('realloc returned the pointer 3, which is not aligned to 4'),
    '(list u32)',
    [1],
  ),
  reallocates(
    'answers an odd address for nothing',
    '(i32.const 3)',
    broke('realloc returned the pointer 3, which is not aligned to 4'),
    '(list u32)',
    [],
  ),
  reallocates(
    'answers outside for nothing',
    '(i32.const -8)',
    broke('realloc returned a pointer outside the memory'),
    '(list u64)',
    [],
  ),
  reallocates('traps', 'unreachable', trapped('unreachable')),
];

describe('a guest that fails', () => {
  it.each(FAULTS)('$what', async ({ wat, args = [], code = 'trap', message }) => {
    const plugin = await load(wat);
    const [instance, neighbour] = [await plugin.instantiate(), await plugin.instantiate({ name: 'neighbour' })];
    expect(instance.sync.count()).toBe(1);
    const error = failureOf(() => instance.sync.fault(...args));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expectPoisoned(instance, error, () => instance.sync.count());
    expect(await rejectionOf(instance.exports.count())).toMatchObject({ code: 'poisoned', cause: error });
    expect(instance.failure).toBe(error);

    expect(neighbour.state).toBe('idle');
    expect(neighbour.sync.count()).toBe(1);
    // A poisoned instance can still be disposed of, and says so.
    instance.dispose();
    expect(failureOf(() => instance.sync.count()).code).toBe('disposed');
  });

  it('cases of variants and enums that are not there', async () => {
    const wat = around(
      `(func (export "enum") (param i32) (result i32) (local.get 0))
       (func (export "variant") (param i32) (result i32) (i32.store8 (i32.const 0) (local.get 0)) (i32.const 0))
       (func (export "wide") (param i32) (result i32) (i32.store16 (i32.const 0) (local.get 0)) (i32.const 0))`,
      `(type $e' (enum "a" "b")) (export $e "e" (type $e'))
       (type $v' (variant (case "a" u8) (case "b" string) (case "c"))) (export $v "v" (type $v'))
       (type $w' (enum ${Array.from({ length: 300 }, (_, i) => `"c${i}"`).join(' ')})) (export $w "w" (type $w'))
       (func (export "enum") (param "n" u32) (result $e) (canon lift (core func $m "enum")))
       (func (export "variant") (param "n" u32) (result $v) (canon lift (core func $m "variant") (memory $memory)))
       (func (export "wide") (param "n" u32) (result $w) (canon lift (core func $m "enum")))
       (func (export "wide-in-list") (param "n" u32) (result (tuple $w $w)) (canon lift (core func $m "wide") (memory $memory)))`,
    );
    const plugin = await load(wat);
    for (const [func, good, answer, bad] of [
      ['enum', 1, 'b', 2],
      ['enum', 0, 'a', 0xffff_ffff],
      ['variant', 2, { tag: 'c' }, 3],
      ['wide', 299, 'c299', 300],
      ['wide', 256, 'c256', 65_536],
      ['wideInList', 256, ['c256', 'c0'], 300],
    ] as const) {
      const { sync } = await plugin.instantiate();
      const value = sync[func](good);
      expect(typeof value === 'object' && !Array.isArray(value) ? { ...value } : value).toEqual(answer);
      expect(failureOf(() => sync[func](bad)).message).toMatch(broke(`there is no case ${bad}`));
    }
  });
});

describe('what the canonical ABI lets pass', () => {
  it('a non-zero bool is true, surplus bits of small integers and flags are masked', async () => {
    const wat = around(
      `(func (export "same") (param i32) (result i32) (local.get 0))
       (func (export "stored") (param i32) (result i32) (i32.store (i32.const 0) (local.get 0)) (i32.const 0))`,
      `(type $f' (flags "a" "b" "c")) (export $f "f" (type $f'))
       ${['bool', 'u8', 's8', 'u16', 's16'].map((type) => `(func (export "${type}-of") (param "n" u32) (result ${type}) (canon lift (core func $m "same")))`).join('\n')}
       (func (export "flags-of") (param "n" u32) (result $f) (canon lift (core func $m "same")))
       (func (export "parts-of") (param "n" u32) (result (tuple bool $f u16)) (canon lift (core func $m "stored") (memory $memory)))`,
    );
    const { sync } = await instantiate(wat);
    expect([0, 1, 2, 256, 0xffff_ffff].map((n) => sync.boolOf(n))).toEqual([false, true, true, true, true]);
    expect([255, 256, 511].map((n) => sync.u8Of(n))).toEqual([255, 0, 255]);
    expect([127, 128, 255, 256].map((n) => sync.s8Of(n))).toEqual([127, -128, -1, 0]);
    expect([65_535, 65_536].map((n) => sync.u16Of(n))).toEqual([65_535, 0]);
    expect([32_767, 32_768, 65_535].map((n) => sync.s16Of(n))).toEqual([32_767, -32_768, -1]);
    expect([0, 5, 0xff, 0xffff_fff8].map((n) => ({ ...sync.flagsOf(n) }))).toEqual([
      { a: false, b: false, c: false },
      { a: true, b: false, c: true },
      { a: true, b: true, c: true },
      { a: false, b: false, c: false },
    ]);
    const [bool, flags, number] = sync.partsOf(0x0001_fd02);
    expect([bool, { ...flags }, number]).toEqual([true, { a: true, b: false, c: true }, 1]);
  });
});

describe('what would cost the host and not the guest', () => {
  /** A list of `count` strings, all of them the same `length` bytes. */
  const aliases = (count: number, length: number) =>
    `(component
      (core module $M
        (memory (export "memory") 32)
        (func (export "fault") (result i32) (local $i i32)
          (memory.fill (i32.const 0x100000) (i32.const 97) (i32.const ${length}))
          (loop $next
            (i32.store offset=16 (i32.shl (local.get $i) (i32.const 3)) (i32.const 0x100000))
            (i32.store offset=20 (i32.shl (local.get $i) (i32.const 3)) (i32.const ${length}))
            (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ${count}))))
          (i32.store (i32.const 0) (i32.const 16)) (i32.store (i32.const 4) (i32.const ${count}))
          (i32.const 0)))
      (core instance $m (instantiate $M))
      (alias core export $m "memory" (core memory $memory))
      (func (export "strings") (result (list string)) (canon lift (core func $m "fault") (memory $memory)))
      (func (export "bytes") (result (list (list u8))) (canon lift (core func $m "fault") (memory $memory)))
      (func (export "bools") (result (list (list bool))) (canon lift (core func $m "fault") (memory $memory))))`;

  it.each(['strings', 'bytes', 'bools'])('thousands of %s that are one megabyte', async (func) => {
    const plugin = await load(aliases(4000, 1_048_576));
    const instance = await plugin.instantiate();
    const before = process.memoryUsage();
    const error = failureOf(() => instance.sync[func]());
    const after = process.memoryUsage();
    expect(error.code).toBe('exhausted');
    expect(error.message).toMatch(/the values of one call take more than 67108864 bytes of host memory$/);
    expectPoisoned(instance, error, () => instance.sync[func]());
    // The budget is 64 MiB of estimated cost; four times that is room for what the estimate leaves out.
    const grown =
      after.heapUsed + after.arrayBuffers + after.external - before.heapUsed - before.arrayBuffers - before.external;
    expect(grown).toBeLessThan(256 * 2 ** 20);
    expect((await plugin.instantiate()).state).toBe('idle');
  });

  it('as many as fit the budget pass', async () => {
    const { sync } = await instantiate(aliases(50, 1_048_576));
    expect(sync.strings().map((it: string) => it.length)).toEqual(Array(50).fill(1_048_576));
    // Each call has a budget of its own.
    expect(sync.strings()).toHaveLength(50);
  });

  it('a list of millions of empty strings, and of units that take no memory at all', async () => {
    const wat = `(component
      (core module $M
        (memory (export "memory") 1024)
        (func (export "fault") (result i32)
          (i32.store (i32.const 0) (i32.const 16)) (i32.store (i32.const 4) (i32.const 8000000)) (i32.const 0)))
      (core instance $m (instantiate $M))
      (alias core export $m "memory" (core memory $memory))
      ${['string', '(option u8)', '(tuple u8)', '(list u8)', '(result)', '(map u8 u8)', '(list u8 4)', 'char']
        .map(
          (type, i) =>
            `(func (export "f${i}") (result (list ${type})) (canon lift (core func $m "fault") (memory $memory)))`,
        )
        .join('\n')})`;
    const plugin = await load(wat);
    for (let i = 0; i < 8; i++) {
      const instance = await plugin.instantiate();
      expect({ i, code: failureOf(() => instance.sync[`f${i}`]()).code }).toEqual({ i, code: 'exhausted' });
    }
  });
});

describe('a start function that traps', () => {
  it('fails the instantiation; the plugin can be tried again', async () => {
    const plugin = await load(`(component
      (import "fine" (func $fine (result u32)))
      (core func $fine' (canon lower (func $fine)))
      (core module $M
        (import "" "fine" (func $fine (result i32)))
        (func $start (if (i32.eqz (call $fine)) (then unreachable)))
        (start $start)
        (func (export "f") (result i32) (i32.const 7)))
      (core instance $m (instantiate $M (with "" (instance (export "fine" (func $fine'))))))
      (func (export "f") (result u32) (canon lift (core func $m "f"))))`);
    const error = (await rejectionOf(plugin.instantiate({ imports: { fine: () => 0 } }))) as HatchwayError;
    expect(error.code).toBe('trap');
    expect(error.message).toMatch(/^plugin "guest".*: the guest trapped: unreachable$/);
    expect((await plugin.instantiate({ imports: { fine: () => 1 } })).sync.f()).toBe(7);
  });

  it('in a nested component, in an imported function that throws', async () => {
    const plugin = await load(`(component
      (import "fine" (func $fine))
      (component $inner
        (import "fine" (func $fine))
        (core func $fine' (canon lower (func $fine)))
        (core module $M (import "" "fine" (func $fine)) (start $fine))
        (core instance (instantiate $M (with "" (instance (export "fine" (func $fine')))))))
      (instance (instantiate $inner (with "fine" (func $fine)))))`);
    const thrown = new TypeError('no');
    const error = await rejectionOf(
      plugin.instantiate({
        imports: {
          fine: () => {
            throw thrown;
          },
        },
      }),
    );
    expect(error).toMatchObject({ code: 'import-failed', cause: thrown });
  });
});

/** `realloc` and `post-return` must not call out. */
describe('an import that is called while the guest may not leave', () => {
  const rows: [where: string, realloc: string, postReturn: string][] = [
    ['realloc', '(call $out)', ''],
    ['post-return', '', '(call $out)'],
  ];
  it.each(rows)('%s', async (_where, realloc, postReturn) => {
    const calls: string[] = [];
    const instance = await instantiate(
      `(component
        (import "out" (func $out))
        (core func $out' (canon lower (func $out)))
        (core module $M
          (import "" "out" (func $out))
          (memory (export "memory") 1)
          (func (export "realloc") (param i32 i32 i32 i32) (result i32) ${realloc} (i32.const 64))
          (func (export "f") (param i32 i32) (result i32) (i32.const 7))
          (func (export "post") (param i32) ${postReturn}))
        (core instance $m (instantiate $M (with "" (instance (export "out" (func $out'))))))
        (alias core export $m "memory" (core memory $memory))
        (alias core export $m "realloc" (core func $realloc))
        (alias core export $m "post" (core func $post))
        (func (export "f") (param "s" string) (result u32)
          (canon lift (core func $m "f") (memory $memory) (realloc $realloc) (post-return $post))))`,
      { out: () => calls.push('out') },
    );
    const error = failureOf(() => instance.sync.f('a'));
    expect(error.code).toBe('trap');
    expect(error.message).toMatch(broke('an import was called while realloc or post-return was running'));
    expect(calls).toEqual([]);
    expectPoisoned(instance, error, () => instance.sync.f('a'));
  });
});
