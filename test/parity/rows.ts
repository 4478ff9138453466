/**
 * Calls that wasmtime and hatchway must answer alike: the same exit code, and the same text on stdout. A row is a call of
 * the component `guests/wat/parity/<component>.wat`.
 */
export interface Row {
  readonly component: string;
  readonly call: string;
}

function rows(component: string, calls: readonly string[]): Row[] {
  return calls.map((call) => ({ component, call }));
}

/** `echo-<type>(<value>)` for every value. */
function echo(type: string, ...values: readonly string[]): Row[] {
  return rows(
    'echo',
    values.map((value) => `echo-${type}(${value})`),
  );
}

const LONG_SMALL = `0.${'0'.repeat(323)}49406564584124654`;

/** Exit code 0. */
export const answered: Row[] = [
  ...echo('bool', 'true', 'false'),
  ...echo('u8', '0', '255'),
  ...echo('u16', '65535'),
  ...echo('u32', '4294967295'),
  ...echo('u64', '0', '9007199254740993', '18446744073709551615'),
  ...echo('s8', '-128', '127', '-0'),
  ...echo('s16', '-32768', '32767'),
  ...echo('s32', '-2147483648', '2147483647'),
  ...echo('s64', '-9223372036854775808', '9223372036854775807', '-1'),

  ...echo('f32', '0', '-0', '-0.0e-0', 'nan', 'inf', '-inf', '0.1', '16777217', '1.5e10', '3.4028235e38', '3.5e38'),
  ...echo('f32', '1e-45', '1e-46', '7.0064923216240853546186479164496e-46', '1.00000005960464477539062500000001'),
  ...echo('f32', '0.3', '8.589973e9', '33554432', '5.0706024e30', '340282356779733661637539395458142568447'),
  ...echo('f64', '0', '-0', 'nan', 'inf', '-inf', '0.1', '0.30000000000000004', '1e21', '1e400', '-1E+5'),
  ...echo('f64', '1.7976931348623157e308', '5e-324', '2.2250738585072014e-308', '123456789012345680000', '1e-7'),
  // Between two shortest decimals: the larger is printed.
  ...echo('f64', '841549983160221.25', '2.98023223876953125e-8', LONG_SMALL, '9007199254740993'),

  ...echo(
    'char',
    "'x'",
    "'☃'",
    "'😀'",
    "'\\''",
    "'\"'",
    "'\\\"'",
    "'\\\\'",
    "'\\n'",
    "'\\u{0}'",
    "'\\u{301}'",
    "'\\u{10ffff}'",
  ),
  ...echo('char', "'\\u{a0}'", "'\\u{200d}'", "'\t'", "' '"),
  ...echo(
    'string',
    '""',
    '"hé\\n\\"x"',
    '"\\\\\\\'\\"\\t\\n\\r"',
    '"it\'s"',
    '"\\u{0}\\u{1b}\\u{7f}\\u{85}"',
    '"e\\u{301}"',
    '"é"',
  ),
  ...echo(
    'string',
    '"👩‍🚀 🇩🇰"',
    '"\\u{feff}\\u{2028}\\u{e000}\\u{ad}"',
    '"a\u00a0b\u3000c"',
    '"日本語"',
    '"نص"',
    '"// no comment"',
  ),
  ...echo('string', '"\t raw tab"', '"\\u{1F600}\\u{00001f}"', '"{:} [] () ,"'),
  ...echo(
    'string',
    '"""\n"""',
    '"""\n  a\n    b\n\n  c\n  """'.replace('\n\n', '\n  \n'),
    '"""\r\nx\r\ny\r\n"""',
    '"""\nq "" \\" \\u{41}\n"""',
  ),

  ...echo('point', '{x: 1, y: -2.5}', '{y: nan, x: -inf}', '{%x: 1, y: 2,}', '{ x : 1 , // comment\n y : 2 }'),
  ...echo('settings', '{name: "n", retry-count: some(3), title: some("t"), verbose: true}'),
  ...echo('settings', '{name: "n", retry-count: 3, title: "t", verbose: true}', '{verbose: false, name: ""}'),
  ...echo('settings', '{name: "n", retry-count: none, title: none, verbose: false}'),
  ...echo('optional', '{:}', '{ : }', '{a: none, b: none}', '{b: "x"}', '{a: some(1),}'),
  ...echo('keyword-record', '{true: true, false: false, some: 1, none: 2, ok: 3, err: 4, inf: 5, nan: 6}'),
  ...echo('tuple-1', '(7)', '(7,)', '( 7 )'),
  ...echo('triple', "(-5, 1.25, 'z')", "(9223372036854775807, -0, '\\u{1f600}',)"),

  ...echo('hand', 'left', 'right-HAND', 'both-2', '%left'),
  ...echo('keyword-enum', '%true', '%false', '%some', '%none', '%ok', '%err', '%inf', '%nan'),
  ...echo('permissions', '{}', '{read}', '{run-AS-root, read}', '{read, write, run-AS-root,}', '{ }'),
  ...echo('keyword-flags', '{true, none, nan}', '{nan, inf, err, ok, none, some, false, true}'),
  ...echo('shape', 'empty', 'side(4294967295)', 'text("a(b)")', 'code(255)', '%empty', 'side( 1 )'),
  ...echo('keyword-variant', '%none', '%some(3)', '%err("e")'),

  ...echo('option-u8', 'none', 'some(0)', '0', 'some( 255 )'),
  ...echo('option-f64', 'none', 'some(nan)', '1e3', 'inf'),
  ...echo('option-string', 'none', 'some("")', '"flat"', '"none"'),
  ...echo('option-option', 'none', 'some(none)', 'some(some(1))', 'some(1)'),
  ...echo('option-result', 'none', 'some(ok(1))', 'some(err(2))', 'some(3)'),
  ...echo('option-list', 'none', 'some([])', '[1, 2]'),
  ...echo('result', 'ok', 'err'),
  ...echo('result-u8', 'ok(1)', '1', 'err'),
  ...echo('result-error', 'ok', 'err("no")', 'err("")'),
  ...echo('result-both', 'ok(3)', '3', 'err("div")', 'err("hé\\n\\"x")'),
  ...echo('result-hand', 'ok(left)', 'left', 'err(%ok)', 'err(%err)'),
  ...echo('result-option', 'ok(none)', 'ok(some(1))', 'ok(1)', 'err(0)'),
  ...echo('result-nested', 'ok(none)', 'ok(some("s"))', 'ok("s")', 'err(9)'),

  ...echo('list-bool', '[]', '[true, false,]', '[ ]'),
  ...echo('list-u8', '[0, 127, 255]'),
  ...echo('list-u16', '[0, 65535]'),
  ...echo('list-u32', '[4294967295]'),
  ...echo('list-u64', '[18446744073709551615, 0]'),
  ...echo('list-s8', '[-128, 127]'),
  ...echo('list-s16', '[-32768]'),
  ...echo('list-s32', '[-1, 0, 1]'),
  ...echo('list-s64', '[-9223372036854775808]'),
  ...echo('list-f32', '[0.1, -0, nan, inf, 1e-45]'),
  ...echo('list-f64', '[0.1, -0, nan, -inf, 5e-324]'),
  ...echo('list-char', "['a', '\\'', '😀']"),
  ...echo('list-string', '["", "a", "😀\\u{0}"]', `["${'long '.repeat(2000)}"]`),
  ...echo('list-list', '[[], [[]], [["a", "b"], []]]'),
  ...echo('list-tuple', '[(1, "a"), (2, "b"),]'),
  ...echo('list-point', '[{x: 0, y: 0}, {y: 1, x: 2}]'),
  ...echo('list-settings', '[{name: "a", verbose: true}, {name: "b", title: "t", verbose: false}]'),
  ...echo('list-optional', '[{:}, {a: 1}]'),
  ...echo('list-hand', '[left, both-2]'),
  ...echo('list-permissions', '[{}, {write}]'),
  ...echo('list-shape', '[empty, side(1), text("x"), code(2)]'),
  ...echo('list-mixed', '[a(0.1), b(18446744073709551615), c("s"), d((-1, 1e300)), e]'),
  ...echo('list-keyword-variant', '[%none, %some(1), %err("")]'),
  ...echo('list-option', '[none, some("none"), "flat"]'),
  ...echo('list-option-option', '[none, some(none), some(some(none)), some(some(some(4))), some(some(5))]'),
  ...echo('list-option-result', '[none, some(ok), some(err("e"))]'),
  ...echo('list-result', "[ok(-1), 2, err('x')]"),
  ...echo('list-result-result', '[ok(ok(1)), ok(2), ok(err), err(none), err(some(0.5)), err(-0)]'),
  ...echo('list-option-variant', '[none, %none, some(%some(1)), %err("e")]'),

  ...rows('echo', [
    'nothing()',
    'nothing ( )',
    'nothing() // done',
    'add(1, 2)',
    'add(4294967295,1,)',
    'count(["a", "b"])',
  ]),
  ...rows('echo', ['tail(1)', 'tail(1, 2)', 'tail(1, none, "c")', 'tail(1, some(2), some("c"))', 'tail(1,)']),
  ...rows('faults', ['divide(7, -2)', 'as-bool(7)', 'as-enum(1)', 'load(0)', 'as-char(128512)']),
  ...rows('generate', [
    'chars(0, 3000)',
    'floats(8388608, 8388608, 510)',
    'doubles(4503599627370496, 4503599627370496, 4094)',
  ]),
  ...rows('names', ['rooted()', 'hop()', 'local.hop()', 'only-one()', 'only-two()', 'only-bare()', 'local.shared()']),
  ...rows('names', ['parity:names/one.shared@1.2.0()', 'parity:names/two.shared@1.2.0()', 'parity:bare/steps.step()']),
  // A compatible version will do.
  ...rows('names', [
    'parity:names/one.shared@1.9.9()',
    'parity:names/one.rooted@1.0.0()',
    'parity:early/steps.step@0.2.9()',
  ]),
];

/** Exit code 1. */
export const refused: Row[] = [
  // No such function.
  ...rows('echo', ['nope()', 'NOTHING()', 'echo.nope()', 'a:b/c.nope()', 'a:b/c.nope@1.0.0()']),
  ...rows('names', ['shared()', 'step()', 'one.shared()', 'parity:names/one()', 'parity:names/one.nope@1.2.0()']),
  ...rows('names', ['parity:names/one.shared()', 'parity:names/one.shared@2.0.0()', 'parity:early/steps.step@0.3.0()']),
  ...rows('names', ['parity:bare/steps.step@1.0.0()', 'rooted@1.2.0()', 'local.rooted()']),
  // Not a call.
  ...rows('echo', [
    '',
    'nothing',
    'nothing(',
    'nothing)',
    'nothing()()',
    'nothing() x',
    ' nothing()',
    '1()',
    '(1)',
    'add(1 2)',
  ]),
  ...rows('echo', ['add(,)', 'add(1,,2)', 'no_underscore()', 'Mixed()', 'a--b()', '%nothing()', 'echo-u8(1).x']),
  // Missing arguments, and too many.
  ...rows('echo', ['add()', 'add(1)', 'add(1, 2, 3)', 'nothing(1)', 'tail()', 'tail(1, 2, "c", 4)', 'echo-string()']),
  // Wrong arguments.
  ...echo('bool', '1', '"true"', 'True', '%true'),
  ...echo(
    'u8',
    '256',
    '-1',
    '-0',
    '1.0',
    '1e2',
    '01',
    '+1',
    '0x10',
    '1_000',
    "'a'",
    'nan',
    'some(1)',
    '99999999999999999999999',
  ),
  ...echo('s8', '128', '-129'),
  ...echo('u32', '4294967296'),
  ...echo('u64', '18446744073709551616'),
  ...echo('s64', '-9223372036854775809'),
  ...echo('f32', '-nan', 'NaN', 'Infinity', '.5', '5.', '1e', '"1"', '- 1'),
  ...echo('f64', 'infinity', 'true'),
  ...echo(
    'char',
    "''",
    "'ab'",
    "'\\z'",
    "'\\u{d800}'",
    "'\\u{110000}'",
    "'\\u{}'",
    "'\\u{1234567}'",
    '"a"',
    "'''",
    "'\n'",
    "'a",
  ),
  ...echo(
    'string',
    "'a'",
    '"',
    '"a',
    '"\\',
    '"\n"',
    '"\\x41"',
    '"\\u{dfff}"',
    '"a" "b"',
    '"""a"""',
    '"""\n',
    '"""\n  a\n b\n  """',
    '"""\na"""',
  ),
  ...echo(
    'point',
    '{x: 1}',
    '{x: 1, y: 2, x: 3}',
    '{}',
    '{:}',
    '(1, 2)',
    '{x: 1,, y: 2}',
    '{,}',
    '{x 1, y 2}',
    '{"x": 1, "y": 2}',
  ),
  ...echo('settings', '{retry-count: 1}', '{name: "n", verbose: 1}'),
  ...echo('optional', '{}', '{a: some}', '{a: some()}'),
  ...echo('triple', '(1, 2)', "(1, 2, 'c', 4)", '()', "[1, 2, 'c']"),
  ...echo('tuple-1', '7', '()'),
  ...echo('hand', 'up', 'LEFT', '"left"', 'left()', 'left(1)', '%%left'),
  ...echo('keyword-enum', 'true', 'none', 'ok', 'nan', 'some'),
  ...echo('permissions', '{read, read}', '{fly}', 'read', '[read]', '{:}', '{read: true}'),
  ...echo('shape', 'empty(1)', 'side', 'side()', 'side("x")', 'circle', 'side(1, 2)', '4'),
  ...echo('keyword-variant', 'none', 'some(3)', 'err("e")'),
  ...echo('option-u8', 'some', 'some()', 'some(256)', 'some(some(1))', 'none()', 'none(1)', 'ok(1)'),
  ...echo('option-option', '1', 'some(some(some(1)))'),
  ...echo('option-result', 'ok(1)', '1'),
  ...echo('result', 'ok()', 'ok(1)', 'err(1)', '1', 'none'),
  ...echo('result-both', 'ok', 'ok()', 'err', 'err(1)', '"x"'),
  ...echo('result-error', 'ok("x")', '"x"', 'err'),
  ...echo('result-option', '1', 'none', 'some(1)'),
  ...echo('list-u8', '1', '[256]', '[1,,2]', '[,]', '[1', '1]', '(1, 2)', '{1}', '[1)', '[[1]]'),
  ...echo('list-list', `${'['.repeat(101)}${']'.repeat(101)}`),
  // A result that breaks the canonical ABI is no trap for the one who called from outside.
  ...rows('faults', ['bad-utf-8()', 'far-string()', 'far-result()', 'odd-result()', 'odd-list()', 'bad-case()']),
  ...rows('faults', ['as-char(55296)', 'as-char(1114112)', 'as-enum(2)']),
  // Nobody implements what it imports.
  ...rows('needs', ['plain()', 'later(1)', 'nope()', 'plain(1)']),
  ...rows('start-traps', ['nope()', 'f(1)']),
];

/** Exit code 134. */
export const trapped: Row[] = [
  ...rows('faults', ['unreachable()', 'divide(1, 0)', 'divide(-2147483648, -1)', 'truncate(nan)', 'load(65533)']),
  ...rows('faults', ['load(4294967295)', 'call-null()', 'recurse(0)']),
  ...rows('start-traps', ['f()']),
];

/**
 * Where wasmtime and the written grammar of WAVE part, hatchway keeps to the grammar; where wasmtime passes over what it was
 * given, hatchway says so. The exit codes are wasmtime's and ours.
 */
export const divergent: (Row & {
  readonly codes: readonly [wasmtime: number, hatchway: number];
  readonly why: string;
})[] = [
  {
    component: 'echo',
    call: 'echo-optional({c: 1})',
    codes: [0, 1],
    why: 'a field the record does not have is dropped',
  },
  { component: 'echo', call: 'echo-point({x: 1 y: 2})', codes: [0, 1], why: 'a comma is missing between fields' },
  { component: 'echo', call: 'echo-permissions({read write})', codes: [0, 1], why: 'a comma is missing between flags' },
  { component: 'echo', call: 'echo-permissions({%read})', codes: [1, 0], why: 'any label may have a %' },
  { component: 'echo', call: 'echo-option-u8()', codes: [1, 0], why: 'options at the end may be left out' },
  { component: 'names', call: 'list()', codes: [1, 0], why: 'a function may be called like a word of WIT' },
  { component: 'echo', call: 'a:b/c.nothing()', codes: [0, 1], why: 'an interface that is not there is passed over' },
  { component: 'names', call: 'nowhere.hop()', codes: [0, 1], why: 'an interface that is not there is passed over' },
];
