/** Values that a guest hands over and that are none: lengths, pointers, strings, cases, and lists that cost only the host. */
import { component, data, REALLOC, words } from './guests.js';
import { answers, BUDGET, broke, type Guest, type Outcome, type Row, type Topic } from './row.js';

interface Lifted {
  readonly type: string;
  /** What `$t` in it is: a type that must have a name. */
  readonly named?: string;
  /** The core values, where there is but one or as an argument. Strings and lists: a pointer and a length. */
  readonly flat: readonly number[];
  /** Where the value lies when it is a result of more than one core value. Default: at 0, where `flat` is put. */
  readonly at?: number;
  readonly data?: string;
  /** Runs first. */
  readonly setup?: string;
  readonly encoding?: string;
  readonly pages?: number;
}

const constants = (values: readonly number[]) => values.map((it) => `(i32.const ${it})`).join(' ');

/** `fault` answers the value. */
function asResult(value: Lifted, outcome: Outcome): Guest {
  const { type, named, flat, at = 0, encoding = '', setup = '', pages } = value;
  return {
    wat: component({
      before: named ? `(type $t' ${named}) (export $t "t" (type $t'))` : '',
      ...(pages && { pages }),
      memory: `${REALLOC} ${flat.length > 1 ? data(0, words(...flat)) : ''} ${value.data ?? ''}`,
      main: `(import "" "memory" (memory 1))
        (func (export "fault") (result i32) (local $i i32) ${setup} ${flat.length === 1 ? constants(flat) : `(i32.const ${at})`})`,
      exports: `(func (export "fault") (result ${type}) (canon lift (core func $m "fault") (memory $memory) ${encoding}))`,
    }),
    outcome,
  };
}

/** `fault` hands the value to `take`, a function of the app or of another guest. */
function asArgument(value: Lifted, take: string): string {
  const { flat, encoding = '', setup = '', pages } = value;
  return component({
    before: take,
    ...(pages && { pages }),
    memory: `${REALLOC} ${value.data ?? ''}`,
    lowered: { take: `(canon lower (func $take) (memory $memory) (realloc $realloc) ${encoding})` },
    main: `(import "" "memory" (memory 1)) (import "" "take" (func $take (param ${flat.map(() => 'i32').join(' ')})))
      (func (export "fault") (local $i i32) ${setup} (call $take ${constants(flat)}))`,
    exports: `(func (export "fault") (canon lift (core func $m "fault")))`,
  });
}

function toApp(value: Lifted, outcome: Outcome): Guest {
  const { type, named } = value;
  const taken: unknown[] = [];
  return {
    wat: asArgument(
      value,
      `${named ? `(type $t' ${named}) (import "t" (type $t (eq $t')))` : ''} (import "take" (func $take (param "v" ${type})))`,
    ),
    imports: () => ({ take: (it: unknown) => void taken.push(it) }),
    act: ({ instance }) => {
      instance.sync.fault();
      return taken.pop();
    },
    outcome,
  };
}

function toGuest(value: Lifted, outcome: Outcome): Guest {
  const params = value.flat.map(() => 'i32').join(' ');
  const inner = `(component $Taker
    (core module $T (memory (export "memory") 1) ${REALLOC} (func (export "take") (param ${params})))
    (core instance $t (instantiate $T))
    (alias core export $t "memory" (core memory $memory))
    (alias core export $t "realloc" (core func $realloc))
    (func (export "take") (param "v" ${value.type}) (canon lift (core func $t "take") (memory $memory) (realloc $realloc))))
    (instance $taker (instantiate $Taker))
    (alias export $taker "take" (func $take))`;
  return { wat: asArgument(value, inner), outcome: 'answers' in outcome ? answers(undefined) : outcome };
}

/** A value on every way there is. One that lies in the wrong place as a whole can only be a result. */
function lift(what: string, value: Lifted, outcome: Outcome, takesMemory?: true): Row {
  return {
    what,
    guests: {
      result: asResult(value, outcome),
      ...(value.at === undefined && {
        argument: toApp(value, outcome),
        ...(value.named === undefined && { guest: toGuest(value, outcome) }),
      }),
    },
    outcome,
    ...(takesMemory && { takesMemory }),
  };
}

const PAGE = 65_536;
const TOP = 2 ** 32;
const OUTSIDE = broke('a list reaches outside the memory');
const OUTSIDE_STRING = broke('a string reaches outside the memory');
const list = (what: string, element: string, pointer: number, length: number, outcome: Outcome, contents = '') =>
  lift(what, { type: `(list ${element})`, flat: [pointer, length], data: contents }, outcome);

const pointers: Topic = {
  name: 'Pointers and lengths',
  about: 'In one page of memory, 65536 bytes.',
  rows: [
    list('a list whose last byte is the last of the memory', 'u8', PAGE - 2, 2, answers(new Uint8Array(2))),
    list('a list that ends one past it', 'u8', PAGE - 1, 2, OUTSIDE),
    list('a list of nothing at the end of the memory', 'u8', PAGE, 0, answers(new Uint8Array(0))),
    list('a list of nothing one past the end', 'u8', PAGE + 1, 0, OUTSIDE),
    list('a list of nothing at the last address there is', 'u8', TOP - 1, 0, OUTSIDE),
    list('a pointer and a length that wrap around', 'u8', TOP - 1, 2, OUTSIDE),
    list('a pointer and a length that wrap around to the start', 'u64', TOP - 8, 2, OUTSIDE),
    list(
      'a length times a size that is 0 in 32 bits',
      'u64',
      0,
      2 ** 29,
      broke('a list of 4294967296 bytes is over the limit of 268435455'),
    ),
    list(
      'a length times a size that is 8 in 32 bits',
      'u64',
      0,
      2 ** 29 + 1,
      broke('a list of 4294967304 bytes is over the limit of 268435455'),
    ),
    list('the largest length', 'u8', 0, TOP - 1, broke('a list of 4294967295 bytes is over the limit of 268435455')),
    list(
      'the largest length of large elements',
      '(list string 1000)',
      0,
      TOP - 1,
      broke('a list of 34359738360000 bytes is over the limit of 268435455'),
    ),
    list('the largest list there may be', 'u8', 0, 2 ** 28 - 1, OUTSIDE),
    list('one byte more', 'u8', 0, 2 ** 28, broke('a list of 268435456 bytes is over the limit of 268435455')),
    list(
      'a length with the highest bit set',
      'u8',
      0,
      2 ** 31,
      broke('a list of 2147483648 bytes is over the limit of 268435455'),
    ),
    ...(['u16', 'u32', 'u64', 'f64', 'string', '(list u8)', '(tuple u8 u32)', '(option u64)'] as const).map(
      (element) => {
        const align = element === 'u16' ? 2 : ['u64', 'f64', '(option u64)'].includes(element) ? 8 : 4;
        return list(
          `a list of ${element} at an address that is not aligned`,
          element,
          16 + align / 2,
          1,
          broke(`a list is not aligned to ${align}`),
        );
      },
    ),
    list('a list of nothing that is not aligned', 'u64', 4, 0, broke('a list is not aligned to 8')),
    list('an inner list that ends outside', '(list u8)', 16, 1, OUTSIDE, data(16, words(PAGE - 1, 2))),
    list(
      'the second of two inner lists starts outside',
      '(list u8)',
      16,
      2,
      OUTSIDE,
      data(16, words(0, 4, PAGE + 1, 0)),
    ),
    list(
      'an inner list that is not aligned',
      '(list u32)',
      16,
      1,
      broke('a list is not aligned to 4'),
      data(16, words(2, 1)),
    ),
    list('a string in a list that ends outside', 'string', 16, 1, OUTSIDE_STRING, data(16, words(PAGE - 1, 2))),
    list('a map that ends outside', '(tuple u32 string)', PAGE - 12, 2, OUTSIDE),
    lift(
      'a result at the end of the memory',
      { type: 'string', flat: [0, 0], at: PAGE },
      broke('a pointer reaches outside the memory'),
    ),
    lift(
      'a result half in the memory',
      { type: 'string', flat: [0, 0], at: PAGE - 4 },
      broke('a pointer reaches outside the memory'),
    ),
    lift(
      'a result at the last address there is',
      { type: '(tuple u8 u8)', flat: [0, 0], at: TOP - 1 },
      broke('a pointer reaches outside the memory'),
    ),
    lift(
      'a result that wraps around',
      { type: '(tuple u32 u32)', flat: [0, 0], at: TOP - 4 },
      broke('a pointer reaches outside the memory'),
    ),
    lift(
      'a result that is not aligned',
      { type: '(tuple u8 u64)', flat: [0, 0], at: 12 },
      broke('the pointer 12 is not aligned to 8'),
    ),
  ],
};

const LISTS = '(list (list u8))';
const aliasing: Topic = {
  name: 'Lists that overlap',
  about: 'The canonical ABI lets them: what is lifted are copies, and the budget counts each.',
  rows: [
    lift(
      'two inner lists that are one',
      { type: LISTS, flat: [16, 2], data: data(16, words(64, 3, 64, 3)) + data(64, '\\01\\02\\03') },
      answers([Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2, 3)]),
    ),
    lift(
      'two inner lists that overlap',
      { type: LISTS, flat: [16, 2], data: data(16, words(64, 2, 65, 2)) + data(64, '\\01\\02\\03') },
      answers([Uint8Array.of(1, 2), Uint8Array.of(2, 3)]),
    ),
    lift(
      'an inner list that is the pair that names it',
      { type: LISTS, flat: [16, 1], data: data(16, words(16, 4)) },
      answers([Uint8Array.of(16, 0, 0, 0)]),
    ),
    lift(
      'three levels that are all the same eight bytes',
      { type: '(list (list (list u8)))', flat: [16, 1], data: data(16, words(16, 1)) },
      answers([[Uint8Array.of(16)]]),
    ),
    lift(
      'a list over the pair of the result',
      { type: '(list u32)', flat: [0, 2], data: data(0, words(0, 2)) },
      answers(Uint32Array.of(0, 2)),
    ),
    lift(
      'strings that share their bytes',
      { type: '(list string)', flat: [16, 2], data: data(16, words(64, 3, 65, 2)) + data(64, 'abc') },
      answers(['abc', 'bc']),
    ),
  ],
};

/** `count` elements of eight bytes from 1024, each the list or string at `pointer` of `length`. */
const fan = (count: number, pointer: number, length: number, from = 1024) =>
  `(local.set $i (i32.const 0))
   (loop $next
     (i32.store offset=${from} (i32.shl (local.get $i) (i32.const 3)) (i32.const ${pointer}))
     (i32.store offset=${from + 4} (i32.shl (local.get $i) (i32.const 3)) (i32.const ${length}))
     (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ${count}))))`;

const MANY = 0x80000;
const bomb = (what: string, type: string, length: number, setup: string, pages = 32) =>
  lift(what, { type, flat: [1024, length], setup, pages }, BUDGET, true);
/** So many elements of type of `size` bytes in nothing but zeros. */
const zeros = (element: string, size: number) => {
  const length = Math.min(5_000_000, Math.floor(2 ** 25 / size));
  return bomb(`${length} × ${element} in zeros`, `(list ${element})`, length, '', 600);
};

const bombs: Topic = {
  name: 'Lists that multiply',
  about: 'Small in the guest, large in the host: the budget of 64 MiB is counted before anything is built.',
  rows: [
    bomb(
      '4000 strings that are the same megabyte',
      '(list string)',
      4000,
      `(memory.fill (i32.const ${MANY}) (i32.const 97) (i32.const 1048576)) ${fan(4000, MANY, 1_048_576)}`,
    ),
    bomb('4000 lists of bytes that are the same megabyte', LISTS, 4000, fan(4000, MANY, 1_048_576)),
    bomb('4000 lists of bools that are the same megabyte', '(list (list bool))', 4000, fan(4000, MANY, 1_048_576)),
    bomb('three levels of 2000, all the same', '(list (list (list u8)))', 2000, fan(2000, 1024, 2000)),
    bomb('six levels of 100, all the same', '(list (list (list (list (list (list u8))))))', 100, fan(100, 1024, 100)),
    bomb(
      'a list that contains itself as often as it is long',
      '(list (list (list (list (list u8)))))',
      100_000,
      fan(100_000, 1024, 100_000),
    ),
    zeros('string', 8),
    zeros('(list u8)', 8),
    zeros('(option u8)', 2),
    zeros('(result)', 1),
    zeros('(tuple u8)', 1),
    zeros('(list u8 4)', 4),
    zeros('bool', 1),
    zeros('char', 4),
    zeros('(option (option bool))', 3),
    zeros('(tuple u8 u8 u8 u8 u8 u8 u8 u8)', 8),
    zeros('(result u8 (error string))', 12),
  ],
};

const UTF8 = broke('a string is not UTF-8');
const UTF16 = broke('a string is not UTF-16');
const text = (what: string, contents: string, outcome: Outcome, encoding?: string, length = contents.length / 3) =>
  lift(
    what,
    {
      type: 'string',
      flat: [64, length],
      data: data(64, contents),
      ...(encoding && { encoding: `string-encoding=${encoding}` }),
    },
    outcome,
  );
const utf16 = (what: string, units: readonly number[], outcome: Outcome) => {
  const contents = units.map((unit) => words(unit).slice(0, 6)).join('');
  return [
    text(`UTF-16: ${what}`, contents, outcome, 'utf16', units.length),
    text(`tagged UTF-16: ${what}`, contents, outcome, 'latin1+utf16', units.length + 2 ** 31),
  ];
};
const at = (what: string, encoding: string, pointer: number, length: number, outcome: Outcome) =>
  lift(what, { type: 'string', flat: [pointer, length], encoding: `string-encoding=${encoding}` }, outcome);

const strings: Topic = {
  name: 'Strings',
  about: 'Nothing is replaced: what is ill-formed traps, what is well-formed arrives as it is.',
  rows: [
    ...(
      [
        ['a continuation byte alone', '\\80'],
        ['a byte that is never there', '\\ff'],
        ['two bytes for one (overlong)', '\\c0\\80'],
        ['the last overlong of two bytes', '\\c1\\bf'],
        ['the last overlong of three bytes', '\\e0\\9f\\bf'],
        ['the last overlong of four bytes', '\\f0\\8f\\bf\\bf'],
        ['the first surrogate', '\\ed\\a0\\80'],
        ['the last surrogate', '\\ed\\bf\\bf'],
        ['a pair of surrogates (CESU-8)', '\\ed\\a0\\bd\\ed\\b8\\80'],
        ['one past the last code point', '\\f4\\90\\80\\80'],
        ['five bytes', '\\f8\\88\\80\\80\\80'],
        ['two bytes cut short', '\\61\\c3'],
        ['three bytes cut short', '\\e2\\82'],
        ['four bytes cut short', '\\f0\\9f\\98'],
        ['a lead byte before a letter', '\\e2\\61\\61'],
      ] as const
    ).flatMap(([what, contents]) => [
      text(`UTF-8: ${what}`, contents, UTF8),
      // Long strings are read by other code than short ones.
      text(`UTF-8: ${what}, after 64 letters`, '\\61'.repeat(64) + contents, UTF8),
    ]),
    text('UTF-8: the last before the surrogates', '\\ed\\9f\\bf', answers('\ud7ff')),
    text('UTF-8: the first after the surrogates', '\\ee\\80\\80', answers('\ue000')),
    text('UTF-8: the last code point', '\\f4\\8f\\bf\\bf', answers('\u{10ffff}')),
    text('UTF-8: a byte order mark', '\\ef\\bb\\bf\\61', answers('\ufeffa')),
    text(
      'UTF-8: a byte order mark, before 64 letters',
      `\\ef\\bb\\bf${'\\61'.repeat(64)}`,
      answers(`\ufeff${'a'.repeat(64)}`),
    ),
    text('UTF-8: a zero', '\\61\\00\\62', answers('a\0b')),
    ...utf16('a high surrogate alone', [0xd800], UTF16),
    ...utf16('a low surrogate alone', [0xdc00], UTF16),
    ...utf16('a high surrogate before a letter', [0xdbff, 0x61], UTF16),
    ...utf16('surrogates the wrong way round', [0xdc00, 0xd800], UTF16),
    ...utf16('two high surrogates and a low one', [0xd83d, 0xd83d, 0xde00], UTF16),
    ...utf16('the first pair', [0xd800, 0xdc00], answers('\u{10000}')),
    ...utf16('the last pair', [0xdbff, 0xdfff], answers('\u{10ffff}')),
    ...utf16('a byte order mark', [0xfeff, 0x61], answers('\ufeffa')),
    ...utf16('a byte order mark the other way round', [0xfffe], answers('\ufffe')),
    text(
      'latin1: every byte above ASCII',
      Array.from({ length: 128 }, (_, i) => `\\${(128 + i).toString(16)}`).join(''),
      answers(String.fromCharCode(...Array.from({ length: 128 }, (_, i) => 128 + i))),
      'latin1+utf16',
    ),
    at('latin1 at an odd address', 'latin1+utf16', 65, 1, broke('a string is not aligned to 2')),
    at('UTF-16 at an odd address', 'utf16', 65, 1, broke('a UTF-16 string is not aligned to 2')),
    at(
      'tagged UTF-16 at an odd address',
      'latin1+utf16',
      65,
      2 ** 31 + 1,
      broke('a UTF-16 string is not aligned to 2'),
    ),
    at('nothing, tagged as UTF-16', 'latin1+utf16', 64, 2 ** 31, answers('')),
    at('nothing at an odd address', 'utf16', 1, 0, broke('a UTF-16 string is not aligned to 2')),
    at('UTF-16 with a unit past the end', 'utf16', PAGE - 2, 2, OUTSIDE_STRING),
    at(
      'UTF-16 of more bytes than 32 bits count',
      'utf16',
      0,
      TOP - 1,
      broke('a string of 8589934590 bytes is over the limit of 268435455'),
    ),
    at(
      'the largest tag',
      'latin1+utf16',
      0,
      TOP - 1,
      broke('a string of 4294967294 bytes is over the limit of 268435455'),
    ),
    at('latin1 as long as may be', 'latin1+utf16', 0, 2 ** 28 - 1, OUTSIDE_STRING),
    at(
      'latin1 just below the tag',
      'latin1+utf16',
      0,
      2 ** 31 - 1,
      broke('a string of 2147483647 bytes is over the limit of 268435455'),
    ),
    at('UTF-8 at the end of the memory', 'utf8', PAGE, 0, answers('')),
    at('UTF-8 one past it', 'utf8', PAGE + 1, 0, OUTSIDE_STRING),
  ],
};

const none = (index: number) => broke(`there is no case ${index}`);
const flat = (what: string, type: string, value: number, outcome: Outcome, named?: string) =>
  lift(what, { type, flat: [value], ...(named && { named }) }, outcome);
const within = (what: string, element: string, contents: string, outcome: Outcome, named?: string) =>
  lift(what, { type: `(list ${element})`, flat: [64, 1], data: data(64, contents), ...(named && { named }) }, outcome);
const ENUM = '(enum "a" "b")';
const WIDE = `(enum ${Array.from({ length: 257 }, (_, i) => `"c${i}"`).join(' ')})`;
const FLAGS = '(flags "a" "b" "c")';

const cases: Topic = {
  name: 'Cases, bools, chars and flags',
  about:
    'What has no such case traps; surplus bits of bools, flags and small integers do not count, as the canonical ABI has it.',
  rows: [
    flat('an enum of two with case 2', '$t', 2, none(2), ENUM),
    flat('an enum of two with case 256', '$t', 256, none(256), ENUM),
    flat('an enum of two with the highest bit set', '$t', 2 ** 31, none(2 ** 31), ENUM),
    flat('an enum of 257 with case 257', '$t', 257, none(257), WIDE),
    flat('an enum of 257 with its last case', '$t', 256, answers('c256'), WIDE),
    flat('a result of nothing with case 2', '(result)', 2, none(2)),
    flat('a result of nothing with case -1', '(result)', TOP - 1, none(TOP - 1)),
    within('an option with case 2, in memory', '(option u8)', '\\02\\00', none(2)),
    within('an option with case 255, in memory', '(option string)', '\\ff', none(255)),
    within('a result with case 128, in memory', '(result u8 (error u64))', '\\80', none(128)),
    within('an option in an option with case 7', '(option (option u8))', '\\01\\07', none(7)),
    lift('an option as an argument, with case 2', { type: '(option u32)', flat: [2, 0] }, none(2)),
    lift(
      'a result as an argument, with case -1',
      { type: '(result u32 (error u32))', flat: [TOP - 1, 0] },
      { code: 'trap', says: 'the guest broke the canonical ABI: there is no case ' },
    ),
    flat('the first surrogate as a char', 'char', 0xd800, broke('0xd800 is not a char')),
    flat('the last surrogate as a char', 'char', 0xdfff, broke('0xdfff is not a char')),
    flat('one past the last char', 'char', 0x110000, broke('0x110000 is not a char')),
    flat('the largest number as a char', 'char', TOP - 1, broke('0xffffffff is not a char')),
    flat('the last char', 'char', 0x10ffff, answers('\u{10ffff}')),
    within('a surrogate in a list of chars', 'char', '\\00\\d8\\00\\00', broke('0xd800 is not a char')),
    within('a char with its highest byte set', 'char', '\\61\\00\\00\\01', broke('0x1000061 is not a char')),
    flat('a bool of 2', 'bool', 2, answers(true)),
    flat('a bool of 256', 'bool', 256, answers(true)),
    within('a bool of 255, in memory', 'bool', '\\ff', answers([true])),
    flat('flags with surplus bits', '$t', TOP - 3, answers({ a: true, b: false, c: true }), FLAGS),
    within('flags with surplus bits, in memory', '$t', '\\fa', answers([{ a: false, b: true, c: false }]), FLAGS),
    within('an enum with case 2, in memory', '$t', '\\02', none(2), ENUM),
    within('an enum of 257 with case 513, in memory', '$t', '\\01\\02', none(513), WIDE),
    flat('a u8 of 511', 'u8', 511, answers(255)),
    flat('an s8 of 128', 's8', 128, answers(-128)),
    flat('a u16 of -1', 'u16', TOP - 1, answers(65_535)),
  ],
};

export const LIFTING: readonly Topic[] = [pointers, aliasing, bombs, strings, cases];
