/** Components made of components: nesting, aliases, instances, several memories, start functions, post-return. */
import { describe, expect, it } from 'vitest';
import { decodeWorld } from '../../src/component/index.js';
import { printWorld } from '../../src/wit/index.js';
import { encodeWit } from '../wit/encode.js';
import { assemble, failureOf, instantiate, load, rejectionOf } from './support.js';

/** Components in components, each adding one to what the inner one answers; the innermost asks the app. */
function nested(depth: number): string {
  if (depth === 0) return '(import "base" (func $f (result u32))) (export "f" (func $f))';
  return `(import "base" (func $base (result u32)))
    (component $inner ${nested(depth - 1)})
    (instance $i (instantiate $inner (with "base" (func $base))))
    (core func $f (canon lower (func $i "f")))
    (core module $M
      (import "" "f" (func $f (result i32)))
      (func (export "f") (result i32) (i32.add (call $f) (i32.const 1))))
    (core instance $m (instantiate $M (with "" (instance (export "f" (func $f))))))
    (func $g (result u32) (canon lift (core func $m "f")))
    (export "f" (func $g))`;
}

/** The same with strings, through as many memories. */
function relayed(depth: number): string {
  if (depth === 0) return '(import "base" (func $f (param "s" string) (result string))) (export "f" (func $f))';
  const encoding = ['utf8', 'utf16', 'latin1+utf16'][depth % 3];
  return `(import "base" (func $base (param "s" string) (result string)))
    (component $inner ${relayed(depth - 1)})
    (instance $i (instantiate $inner (with "base" (func $base))))
    (core module $Memory
      (memory (export "memory") 1)
      (global $next (mut i32) (i32.const 64))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (local i32)
        (local.set 4 (global.get $next))
        (global.set $next (i32.and (i32.add (i32.add (global.get $next) (local.get 3)) (i32.const 7)) (i32.const -8)))
        (local.get 4)))
    (core instance $mem (instantiate $Memory))
    (alias core export $mem "memory" (core memory $memory))
    (alias core export $mem "realloc" (core func $realloc))
    (core func $f (canon lower (func $i "f") (memory $memory) (realloc $realloc) string-encoding=${encoding}))
    (core module $M
      (import "" "f" (func $f (param i32 i32 i32)))
      (func (export "f") (param i32 i32) (result i32) (call $f (local.get 0) (local.get 1) (i32.const 16)) (i32.const 16)))
    (core instance $m (instantiate $M (with "" (instance (export "f" (func $f))))))
    (func $g (param "s" string) (result string)
      (canon lift (core func $m "f") (memory $memory) (realloc $realloc) string-encoding=${encoding}))
    (export "f" (func $g))`;
}

describe('components in components', () => {
  it('ten deep', async () => {
    const { sync, state } = await instantiate(`(component ${nested(10)})`, { base: () => 5 });
    expect([sync.f(), sync.f(), state]).toEqual([15, 15, 'idle']);
  });

  it('ten deep with strings: a memory and an encoding each', async () => {
    const { sync } = await instantiate(`(component ${relayed(10)})`, { base: (s: string) => `${s}!` });
    expect(sync.f('hé 🦜 ∞')).toBe('hé 🦜 ∞!');
    expect(sync.f('a\ud800')).toBe('a\ufffd!');
    expect(sync.f('')).toBe('!');
  });

  it('a failure in the innermost poisons the whole, and so does one of the app', async () => {
    const thrown = new Error('no');
    const instance = await instantiate(`(component ${nested(10)})`, {
      base: () => {
        throw thrown;
      },
    });
    expect(failureOf(() => instance.sync.f())).toMatchObject({ code: 'import-failed', cause: thrown });
    expect(instance.state).toBe('poisoned');
  });

  it('the same component twice has two states', async () => {
    const { sync } = await instantiate(`(component
      (component $Counter
        (core module $M (global $n (mut i32) (i32.const 0))
          (func (export "next") (result i32) (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))
        (core instance $m (instantiate $M))
        (func (export "next") (result u32) (canon lift (core func $m "next"))))
      (instance $a (instantiate $Counter))
      (instance $b (instantiate $Counter))
      (export "a" (instance $a))
      (export "b" (instance $b)))`);
    expect([sync.a.next(), sync.a.next(), sync.b.next()]).toEqual([1, 2, 1]);
  });

  it('a function of the app that is exported again is the app’s', async () => {
    const { sync } = await instantiate(
      '(component (import "f" (func $f (param "s" string) (result string))) (export "g" (func $f)))',
      {
        f: (s: string) => s.toUpperCase(),
      },
    );
    expect(sync.g('a')).toBe('A');
  });

  it('an instance of the app that is exported again', async () => {
    const { sync } = await instantiate(
      '(component (import "demo:a/b" (instance $i (export "f" (func (result u32))))) (export "demo:a/c" (instance $i)))',
      { 'demo:a/b': { f: () => 7 } },
    );
    expect(sync.c.f()).toBe(7);
  });

  it('an instance made of functions', async () => {
    const { sync } = await instantiate(`(component
      (core module $M (func (export "f") (result i32) (i32.const 7)))
      (core instance $m (instantiate $M))
      (func $f (result u32) (canon lift (core func $m "f")))
      (instance $i (export "first-one" (func $f)) (export "second" (func $f)))
      (instance $j (export "inner" (instance $i)))
      (alias export $j "inner" (instance $k))
      (export "demo:a/b@0.1.0" (instance $k)))`);
    expect([sync.b.firstOne(), sync['demo:a/b@0.1.0'].second()]).toEqual([7, 7]);
  });
});

describe('outer aliases', () => {
  it('of modules, components and types, several scopes out', async () => {
    const { sync } = await instantiate(`(component $top
      (core module $Seven (func (export "f") (result i32) (i32.const 7)))
      (type $point (record (field "x" u32)))
      (component $Give
        (alias outer $top $Seven (core module $M))
        (alias outer $top $point (type $p'))
        (core instance $m (instantiate $M))
        (export $p "point" (type $p'))
        (func (export "f") (result $p) (canon lift (core func $m "f"))))
      (component $Middle
        (component $Inner
          (alias outer $top $Give (component $C))
          (instance $i (instantiate $C))
          (export "i" (instance $i)))
        (instance $inner (instantiate $Inner))
        (alias export $inner "i" (instance $i))
        (export "i" (instance $i)))
      (instance $middle (instantiate $Middle))
      (alias export $middle "i" (instance $i))
      (export "demo:a/points" (instance $i)))`);
    expect({ ...sync.points.f() }).toEqual({ x: 7 });
  });

  it('a component that is passed as an argument is instantiated with the modules it was written with', async () => {
    const { sync } = await instantiate(`(component $top
      (component $Maker
        (core module $M (func (export "f") (result i32) (i32.const 41)))
        (component $Product
          (alias outer $Maker $M (core module $N))
          (core instance $n (instantiate $N))
          (func (export "f") (result u32) (canon lift (core func $n "f"))))
        (export "product" (component $Product)))
      (instance $maker (instantiate $Maker))
      (alias export $maker "product" (component $Product))
      (component $User
        (import "product" (component $P (export "f" (func (result u32)))))
        (instance $p (instantiate $P))
        (export "demo:a/b" (instance $p)))
      (instance $user (instantiate $User (with "product" (component $Product))))
      (alias export $user "demo:a/b" (instance $b))
      (export "demo:a/b" (instance $b)))`);
    expect(sync.b.f()).toBe(41);
  });
});

describe('several memories in one component', () => {
  it('each function uses its own', async () => {
    const { sync } = await instantiate(
      `(component
      (core module $M
        (memory (export "memory") 1)
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
        (func (export "pair") (param i32 i32) (result i32) (i32.store (i32.const 0) (local.get 0)) (i32.store (i32.const 4) (local.get 1)) (i32.const 0))
        (func (export "first") (result i32) (i32.load8_u (i32.const 64))))
      (core instance $a (instantiate $M))
      (core instance $b (instantiate $M))
      (func (export "echo-a") (param "s" string) (result string)
        (canon lift (core func $a "pair") (memory $a "memory") (realloc (core func $a "realloc"))))
      (func (export "echo-b") (param "s" string) (result string)
        (canon lift (core func $b "pair") (memory $b "memory") (realloc (core func $b "realloc")) string-encoding=utf16))
      (func (export "first-a") (result u8) (canon lift (core func $a "first")))
      (func (export "first-b") (result u8) (canon lift (core func $b "first"))))`
        .replaceAll('(memory $a "memory")', '(memory (core memory $a "memory"))')
        .replaceAll('(memory $b "memory")', '(memory (core memory $b "memory"))'),
    );
    expect(sync.echoA('ab')).toBe('ab');
    expect([sync.firstA(), sync.firstB()]).toEqual([97, 0]);
    expect(sync.echoB('xy')).toBe('xy');
    expect([sync.firstA(), sync.firstB()]).toEqual([97, 120]);
  });
});

describe('start functions', () => {
  it('run in order, once for each instance, and may call the app', async () => {
    const seen: number[] = [];
    const plugin = await load(`(component
      (import "note" (func $note (param "n" u32)))
      (core func $note' (canon lower (func $note)))
      (core module $A (import "" "note" (func $note (param i32))) (func $s (call $note (i32.const 1))) (start $s))
      (core module $B (import "" "note" (func $note (param i32))) (func $s (call $note (i32.const 2))) (start $s))
      (component $C
        (import "note" (func $note (param "n" u32)))
        (core func $note' (canon lower (func $note)))
        (core module $D (import "" "note" (func $note (param i32))) (func $s (call $note (i32.const 3))) (start $s))
        (core instance (instantiate $D (with "" (instance (export "note" (func $note')))))))
      (core instance (instantiate $A (with "" (instance (export "note" (func $note'))))))
      (instance (instantiate $C (with "note" (func $note))))
      (core instance (instantiate $B (with "" (instance (export "note" (func $note')))))))`);
    expect(seen).toEqual([]);
    const imports = { note: (n: number) => void seen.push(n) };
    await plugin.instantiate({ imports });
    expect(seen).toEqual([1, 3, 2]);
    await plugin.instantiate({ imports });
    expect(seen).toEqual([1, 3, 2, 1, 3, 2]);
  });
});

describe('post-return', () => {
  const wat = `(component
    (import "fail" (func $fail (result (result))))
    (core func $fail' (canon lower (func $fail)))
    (core module $M
      (import "" "fail" (func $fail (result i32)))
      (memory (export "memory") 1)
      (global $times (mut i32) (i32.const 0)) (global $with (mut i32) (i32.const 0))
      (func (export "text") (result i32) (i32.store (i32.const 16) (i32.const 64)) (i32.store (i32.const 20) (i32.const 0)) (i32.const 16))
      (func (export "fails") (result i32) (i32.eqz (i32.eqz (call $fail))))
      (func (export "wide") (result i64) (i64.const 9))
      (func (export "nothing"))
      (func (export "post") (param i32) (global.set $times (i32.add (global.get $times) (i32.const 1))) (global.set $with (local.get 0)))
      (func (export "post-wide") (param i64) (global.set $times (i32.add (global.get $times) (i32.const 1))) (global.set $with (i32.wrap_i64 (local.get 0))))
      (func (export "post-nothing") (global.set $times (i32.add (global.get $times) (i32.const 1))) (global.set $with (i32.const -1)))
      (func (export "post-trap") (param i32) unreachable)
      (func (export "times") (result i32) (global.get $times))
      (func (export "with") (result i32) (global.get $with)))
    (core instance $m (instantiate $M (with "" (instance (export "fail" (func $fail'))))))
    (alias core export $m "memory" (core memory $memory))
    (func (export "text") (result string) (canon lift (core func $m "text") (memory $memory) (post-return (core func $m "post"))))
    (func (export "fails") (result (result)) (canon lift (core func $m "fails") (post-return (core func $m "post"))))
    (func (export "wide") (result s64) (canon lift (core func $m "wide") (post-return (core func $m "post-wide"))))
    (func (export "nothing") (canon lift (core func $m "nothing") (post-return (core func $m "post-nothing"))))
    (func (export "traps") (result string) (canon lift (core func $m "text") (memory $memory) (post-return (core func $m "post-trap"))))
    (func (export "times") (result u32) (canon lift (core func $m "times")))
    (func (export "with") (result s32) (canon lift (core func $m "with"))))`;

  it('is called exactly once, with what the function returned', async () => {
    const { sync } = await instantiate(wat, { fail: () => undefined });
    for (const [i, [func, flat]] of (
      [
        ['text', 16],
        ['wide', 9],
        ['nothing', -1],
        ['fails', 0],
      ] as const
    ).entries()) {
      sync[func]();
      expect([func, sync.times(), sync.with()]).toEqual([func, i + 1, flat]);
    }
  });

  it('is called where the result is an error', async () => {
    const { ComponentError } = await import('../../src/errors/index.js');
    const { sync } = await instantiate(wat, {
      fail: () => {
        throw new ComponentError(undefined);
      },
    });
    expect(failureOf(() => sync.fails()).code).toBe('component-error');
    expect([sync.times(), sync.with()]).toEqual([1, 1]);
  });

  it('that traps poisons', async () => {
    const instance = await instantiate(wat, { fail: () => undefined });
    expect(failureOf(() => instance.sync.traps()).code).toBe('trap');
    expect(instance.state).toBe('poisoned');
  });
});

describe('parameters and results through memory', () => {
  const sixteen = Array.from({ length: 16 }, (_, i) => `(param "p${i}" u32)`).join(' ');
  const wat = `(component
    (core module $M
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
      (func (export "sixteen") (param ${'i32 '.repeat(16)}) (result i32) (i32.sub (local.get 15) (local.get 0)))
      (func (export "seventeen") (param i32) (result i32) (i32.sub (i32.load offset=64 (local.get 0)) (i32.load (local.get 0))))
      (func (export "mixed") (param i32) (result i32) (local.get 0)))
    (core instance $m (instantiate $M))
    (alias core export $m "memory" (core memory $memory))
    (alias core export $m "realloc" (core func $realloc))
    (func (export "sixteen") ${sixteen} (result s32) (canon lift (core func $m "sixteen")))
    (func (export "seventeen") ${sixteen} (param "p16" u32) (result s32) (canon lift (core func $m "seventeen") (memory $memory) (realloc $realloc)))
    (type $t (tuple u8 u64 bool (list u8 3) f32 s16 char ${'u8 '.repeat(12)}))
    (func (export "mixed") (param "t" $t) (result $t) (canon lift (core func $m "mixed") (memory $memory) (realloc $realloc))))`;
  it('sixteen flat parameters are passed as they are, seventeen lie in memory', async () => {
    const { sync } = await instantiate(wat);
    const all = Array.from({ length: 17 }, (_, i) => i * i);
    expect([sync.sixteen(...all), sync.seventeen(...all)]).toEqual([225, 256]);
    expect(failureOf(() => sync.seventeen(...all.slice(0, 16)))).toMatchObject({ code: 'argument', path: 'p16' });
  });
  it('a tuple of everything, by its layout', async () => {
    const { sync } = await instantiate(wat);
    const value = [255, 2n ** 64n - 1n, true, [1, 2, 3], 1.5, -2, '🦜', ...Array(12).fill(7)];
    expect(sync.mixed(value)).toEqual(value);
  });
});

describe('fixed-length lists and maps', () => {
  it('go in and out', async () => {
    const { sync } = await instantiate(`(component
      (core module $M
        (memory (export "memory") 1)
        (global $next (mut i32) (i32.const 1024))
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) (local i32)
          (local.set 4 (global.get $next))
          (global.set $next (i32.and (i32.add (i32.add (global.get $next) (local.get 3)) (i32.const 7)) (i32.const -8)))
          (local.get 4))
        (func (export "pair") (param i32 i32) (result i32) (i32.store (i32.const 0) (local.get 0)) (i32.store (i32.const 4) (local.get 1)) (i32.const 0))
        (func (export "three") (param i32 i32 i32) (result i32)
          (i32.store16 offset=0 (i32.const 0) (local.get 0)) (i32.store16 offset=2 (i32.const 0) (local.get 1)) (i32.store16 offset=4 (i32.const 0) (local.get 2)) (i32.const 0))
        (func (export "one") (param i32) (result i32) (local.get 0))
        (func (export "twice") (result i32)
          (i32.store (i32.const 0) (i32.const 16)) (i32.store (i32.const 4) (i32.const 2))
          (i32.store8 (i32.const 16) (i32.const 5)) (i32.store8 (i32.const 17) (i32.const 1))
          (i32.store8 (i32.const 18) (i32.const 5)) (i32.store8 (i32.const 19) (i32.const 2)) (i32.const 0)))
      (core instance $m (instantiate $M))
      (alias core export $m "memory" (core memory $memory))
      (alias core export $m "realloc" (core func $realloc))
      (func (export "three") (param "l" (list u16 3)) (result (list u16 3)) (canon lift (core func $m "three") (memory $memory)))
      (func (export "one") (param "l" (list u16 1)) (result (list u16 1)) (canon lift (core func $m "one")))
      (func (export "twenty") (param "l" (list u16 20)) (result (list u16 20)) (canon lift (core func $m "one") (memory $memory) (realloc $realloc)))
      (func (export "map") (param "m" (map string u32)) (result (map string u32)) (canon lift (core func $m "pair") (memory $memory) (realloc $realloc)))
      (func (export "twice") (result (map u8 u8)) (canon lift (core func $m "twice") (memory $memory))))`);
    expect(sync.three([1, 2, 65_535])).toEqual([1, 2, 65_535]);
    expect(sync.three(Uint16Array.of(1, 2, 3))).toEqual([1, 2, 3]);
    expect(sync.one([9])).toEqual([9]);
    const twenty = Array.from({ length: 20 }, (_, i) => i);
    expect(sync.twenty(twenty)).toEqual(twenty);
    const map = new Map([
      ['a', 1],
      ['__proto__', 2],
      ['', 3],
    ]);
    expect(sync.map(map)).toEqual(map);
    expect(sync.map(new Map())).toEqual(new Map());
    // Of two entries with one key the last counts.
    expect(sync.twice()).toEqual(new Map([[5, 2]]));
  });
});

describe('the asynchronous ABI', () => {
  const core = (
    type: string,
  ) => `(core module $M (memory (export "memory") 1) (func (export "f") ${type}) (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable))
    (core instance $m (instantiate $M)) (alias core export $m "memory" (core memory $memory)) (alias core export $m "r" (core func $r))`;
  const rows: [what: string, wat: string, says: RegExp, prints: RegExp][] = [
    [
      'an async function',
      `(component (import "fetch" (func async (param "u" string) (result string))))`,
      /^$/,
      /import fetch: async func\(u: string\) -> string;/,
    ],
    [
      'a lifted async function',
      `(component ${core('(result i32) (i32.const 0)')} (func (export "run") async (result u32) (canon lift (core func $m "f") async (callback (core func $cb))))
       )`.replace(
        '(core instance $m',
        '(core module $C (func (export "cb") (param i32 i32 i32) (result i32) unreachable)) (core instance $c (instantiate $C)) (alias core export $c "cb" (core func $cb)) (core instance $m',
      ),
      /it has asynchronous functions/,
      /export run: async func\(\) -> u32;/,
    ],
    [
      'a stream',
      `(component ${core('(param i32) unreachable')} (func (export "read") (param "s" (stream u8)) (canon lift (core func $m "f"))))`,
      /it uses the type stream/,
      /export read: func\(s: stream<u8>\);/,
    ],
    [
      'a future',
      `(component ${core('(result i32) unreachable')} (func (export "later") (result (future string)) (canon lift (core func $m "f"))))`,
      /it uses the type future/,
      /export later: func\(\) -> future<string>;/,
    ],
    [
      'an error context',
      `(component ${core('(param i32) unreachable')} (func (export "log") (param "e" error-context) (canon lift (core func $m "f"))))`,
      /it uses the type error-context/,
      /export log: func\(e: error-context\);/,
    ],
    ['a built-in', '(component (core func $f (canon waitable-set.new)))', /it uses waitable-set\.new/, /world root/],
  ];
  it.each(rows)('%s prints, and is refused when it is instantiated', async (_what, wat, says, prints) => {
    const bytes = await assemble(wat);
    expect(printWorld(decodeWorld(bytes))).toMatch(prints);
    const plugin = await load(bytes);
    expect(printWorld(plugin.world)).toMatch(prints);
    const error = await rejectionOf(plugin.instantiate());
    if (says.source === '^$') {
      // Nothing uses it, so nothing but the import itself is wrong.
      expect(error.code).toBe('missing-import');
      return;
    }
    expect(error.code).toBe('unsupported');
    expect(error.message).toMatch(
      /^plugin "guest".*: the component needs the asynchronous ABI, which does not run yet: /,
    );
    expect(error.message).toMatch(says);
    expect(error.message).toMatch(/\. Build it for the synchronous ABI \(WASI 0\.2\)\.$/);
  });

  it('worlds from WIT with streams and futures print', async () => {
    const text = printWorld(
      decodeWorld(
        await encodeWit(
          'package a:b; interface i { f: async func(s: stream<u8>) -> future<string>; } world w { import i; export run: async func(); }',
        ),
      ),
    );
    expect(text).toContain('f: async func(s: stream<u8>) -> future<string>;');
    expect(text).toContain('export run: async func();');
  });
});

describe('names of exports in JavaScript', () => {
  const core =
    '(core module $M (func (export "f") (result i32) (i32.const 7))) (core instance $m (instantiate $M)) (func $f (result u32) (canon lift (core func $m "f")))';
  it('are camelCase, whatever they mean to objects', async () => {
    const names = [
      'to-string',
      'constructor',
      'value-of',
      'has-own-property',
      'of',
      'HTTP-get',
      'a-B-c',
      'x1',
      'catch',
      'name',
      'length',
      'prototype',
    ];
    const { sync, exports } = await instantiate(
      `(component ${core} ${names.map((it) => `(export "${it}" (func $f))`).join(' ')})`,
    );
    const keys = [
      'toString',
      'constructor',
      'valueOf',
      'hasOwnProperty',
      'of_',
      'httpGet',
      'aBC',
      'x1',
      'catch',
      'name',
      'length',
      'prototype',
    ];
    expect(Object.keys(sync)).toEqual(keys);
    for (const key of keys) expect([key, sync[key](), await exports[key]()]).toEqual([key, 7, 7]);
    const plain = (await instantiate(`(component ${core} (export "f" (func $f)))`)).sync;
    for (const key of ['toString', 'constructor', 'valueOf', '__proto__', 'then'])
      expect([key, key in plain]).toEqual([key, false]);
  });

  it('of interfaces: by short name where it is one’s own, always by id', async () => {
    const { sync } = await instantiate(`(component ${core}
      (instance $i (export "f" (func $f)))
      (export "demo:a/store@1.0.0" (instance $i))
      (export "demo:b/other-one" (instance $i))
      (export "demo:a/twice" (instance $i))
      (export "demo:b/twice" (instance $i))
      (export "demo:c/then" (instance $i))
      (export "demo:c/of" (instance $i))
      (export "demo:c/run" (instance $i))
      (export "run" (func $f)))`);
    expect(sync.store.f()).toBe(7);
    expect(sync.otherOne).toBe(sync['demo:b/other-one']);
    expect('twice' in sync).toBe(false);
    expect(sync['demo:a/twice'].f()).toBe(7);
    expect('then' in sync).toBe(false);
    expect(sync['demo:c/then'].f()).toBe(7);
    expect(sync['demo:c/of'].f()).toBe(7);
    expect(sync.run()).toBe(7);
    expect('demo:a/store' in sync).toBe(false);
  });

  const refused: [what: string, wat: string, message: RegExp][] = [
    [
      '`then`',
      `(component ${core} (export "then" (func $f)))`,
      /the export "then" would make its owner a promise\. Rename it\./,
    ],
    [
      '`then` in an interface',
      `(component ${core} (instance $i (export "then" (func $f))) (export "a:b/c" (instance $i)))`,
      /the export "then" would make its owner a promise/,
    ],
    [
      'two functions',
      `(component ${core} (export "a-1b" (func $f)) (export "a1b" (func $f)))`,
      /the exports "a-1b" and "a1b" have one name in JavaScript\. Rename one\./,
    ],
  ];
  it.each(refused)('that cannot be served are refused: %s', async (_what, wat, message) => {
    // Where two names come to one, the assembler may already refuse it.
    const bytes = await assemble(wat);
    const error = await rejectionOf(load(bytes));
    expect(error.code).toBe('unsupported');
    expect(error.message).toMatch(message);
  });

  it('`then` as a method is refused', async () => {
    const wat = `(component
      (type $r (resource (rep i32)))
      (core module $M (func (export "f") (param i32)))
      (core instance $m (instantiate $M))
      (func $then (param "self" (borrow $r)) (canon lift (core func $m "f")))
      (component $S
        (import "r" (type $r (sub resource)))
        (import "f" (func $f (param "self" (borrow $r))))
        (export $q "r" (type $r))
        (export "[method]r.then" (func $f) (func (param "self" (borrow $q)))))
      (instance $s (instantiate $S (with "r" (type $r)) (with "f" (func $then))))
      (export "a:b/c" (instance $s)))`;
    const error = await rejectionOf(load(wat));
    expect(error).toMatchObject({ code: 'unsupported' });
    expect(error.message).toMatch(/would make its owner a promise/);
  });

  it.each([
    [
      'a function and an interface',
      `${core} (instance $i (export "f" (func $f))) (export "a-1b" (instance $i)) (export "a1b" (func $f))`,
    ],
    ['an interface called `of`', `${core} (instance $i (export "f" (func $f))) (export "of" (instance $i))`],
  ])('that come to one are refused or served, never a failure of the host: %s', async (_what, body) => {
    const plugin = await load(`(component ${body})`).catch((error) => error);
    if (plugin instanceof Error) {
      expect(plugin).toMatchObject({ code: 'unsupported' });
      return;
    }
    const instance = await plugin.instantiate();
    expect(typeof instance.sync).toBe('object');
    expect(typeof instance.exports).toBe('object');
  });

  // Only functions are checked for names that come to one.
  it('two resources that come to one name are refused', async () => {
    const wat = '(component (type $a (resource (rep i32))) (export "a-1b" (type $a)) (export "a1b" (type $a)))';
    expect((await rejectionOf(load(wat))).code).toBe('unsupported');
  });
});
