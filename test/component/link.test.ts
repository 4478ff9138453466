/** What an app offers, and what a plugin asks for. */
import { describe, expect, it } from 'vitest';
import { decodeWorld } from '../../src/component/index.js';
import type { HatchwayError } from '../../src/errors/index.js';
import { encodeWit } from '../wit/encode.js';
import { assemble, host, instantiate, rejectionOf } from './support.js';

/** Imports `log` and two interfaces; exports a function that calls all of them. */
const CALLER = `(component
  (type $disk' (instance (export "size" (func (param "name" u32) (result u32))) (export "sync-all" (func))))
  (import "demo:store/disk@1.2.0" (instance $disk (type $disk')))
  (type $clock' (instance (export "now" (func (result u32)))))
  (import "demo:store/clock@0.2.3" (instance $clock (type $clock')))
  (import "log-line" (func $log (param "line" u32)))
  (core func $size (canon lower (func $disk "size")))
  (core func $sync (canon lower (func $disk "sync-all")))
  (core func $now (canon lower (func $clock "now")))
  (core func $log' (canon lower (func $log)))
  (core module $M
    (import "" "size" (func $size (param i32) (result i32)))
    (import "" "sync" (func $sync))
    (import "" "now" (func $now (result i32)))
    (import "" "log" (func $log (param i32)))
    (func (export "run") (result i32)
      (call $sync)
      (call $log (i32.const 5))
      (i32.add (call $size (i32.const 30)) (call $now))))
  (core instance $m (instantiate $M (with "" (instance
    (export "size" (func $size)) (export "sync" (func $sync)) (export "now" (func $now)) (export "log" (func $log'))))))
  (func (export "run") (result u32) (canon lift (core func $m "run"))))`;

const disk = { size: (name: number) => name + 1, syncAll() {} };
const clock = { now: () => 100 };
const logLine = () => {};

describe('imports are found', () => {
  const rows: [how: string, imports: Record<string, unknown>][] = [
    ['by exact ids', { 'demo:store/disk@1.2.0': disk, 'demo:store/clock@0.2.3': clock, 'log-line': logLine }],
    ['in camelCase', { 'demo:store/disk@1.2.0': disk, 'demo:store/clock@0.2.3': clock, logLine }],
    ['without versions', { 'demo:store/disk': disk, 'demo:store/clock': clock, logLine }],
    ['by an older compatible version', { 'demo:store/disk@1.0.0': disk, 'demo:store/clock@0.2.0': clock, logLine }],
    ['by a newer compatible version', { 'demo:store/disk@1.9.9': disk, 'demo:store/clock@0.2.9': clock, logLine }],
    [
      'the exact version before a compatible one',
      {
        'demo:store/disk@1.9.9': { size: () => 9999, syncAll() {} },
        'demo:store/disk@1.2.0': disk,
        'demo:store/clock': clock,
        logLine,
      },
    ],
    [
      'in classes and modules, by their inherited members',
      {
        'demo:store/disk': new (class Disk {
          size(name: number) {
            return name + this.one();
          }
          one() {
            return 1;
          }
          syncAll() {}
        })(),
        'demo:store/clock': Object.freeze(Object.assign(Object.create(null), clock)),
        logLine,
      },
    ],
  ];
  it.each(rows)('%s', async (_how, imports) => {
    expect((await instantiate(CALLER, imports)).sync.run()).toBe(131);
  });
});

describe('imports are not found', () => {
  const rows: [how: string, imports: Record<string, unknown>, differences: string[]][] = [
    [
      'all at once, where none is there',
      {},
      [
        'import demo:store/disk@1.2.0: the interface is missing',
        'import demo:store/clock@0.2.3: the interface is missing',
        'import log-line: func(line: u32) is missing',
      ],
    ],
    [
      'in a version that is not compatible',
      { 'demo:store/disk@2.0.0': disk, 'demo:store/clock@0.3.0': clock, logLine },
      [
        'import demo:store/disk@1.2.0: the interface is missing',
        'import demo:store/clock@0.2.3: the interface is missing',
      ],
    ],
    [
      'functions of an interface, each',
      { 'demo:store/disk': {}, 'demo:store/clock': clock, logLine },
      [
        'import demo:store/disk@1.2.0.size: func(name: u32) -> u32 is missing',
        'import demo:store/disk@1.2.0.sync-all: func() is missing',
      ],
    ],
    [
      'of the wrong kind',
      { 'demo:store/disk': { size: 7, syncAll: {} }, 'demo:store/clock': 'clock', logLine: true },
      [
        'import demo:store/disk@1.2.0.size: func(name: u32) -> u32 is not a function',
        'import demo:store/disk@1.2.0.sync-all: func() is not a function',
        'import demo:store/clock@0.2.3: the interface is missing',
        'import log-line: func(line: u32) is not a function',
      ],
    ],
    [
      'on Object.prototype',
      { 'demo:store/disk': disk, 'demo:store/clock': Object.create({ __proto__: { then: 1 } }), logLine },
      ['import demo:store/clock@0.2.3.now: func() -> u32 is missing'],
    ],
  ];
  it.each(rows)('%s', async (_how, imports, differences) => {
    const error = (await rejectionOf(instantiate(CALLER, imports))) as HatchwayError;
    expect(error.code).toBe('missing-import');
    expect(error.differences).toEqual(differences);
    expect(error.message).toMatch(/^plugin "guest".*: the app does not offer what the plugin imports\n {2}- /);
    expect(error.message).toMatch(/\nPass implementations in `imports`, by interface id or by function name\.$/);
  });

  it('nor are inherited members of every object: to-string, value-of, constructor', async () => {
    const error = (await rejectionOf(
      instantiate(
        `(component
        (import "to-string" (func (result u32)))
        (type $i (instance (export "value-of" (func)) (export "constructor" (func)) (export "has-own-property" (func))))
        (import "constructor" (func))
        (import "demo:a/b" (instance (type $i))))`,
        { 'demo:a/b': {} },
      ),
    )) as HatchwayError;
    expect(error.code).toBe('missing-import');
    expect(error.differences).toHaveLength(5);
  });

  it('and what no host can offer', async () => {
    const error = (await rejectionOf(
      instantiate('(component (import "c" (component)) (import "m" (core module)))', {}),
    )) as HatchwayError;
    expect(error.differences).toEqual([
      'import "c": a host cannot offer a component',
      'import "m": a host cannot offer a core module',
    ]);
  });
});

describe('an interface without functions', () => {
  it('is not asked for', async () => {
    const wat = `(component
      (type $t (instance (type $p' (record (field "x" u32))) (export "p" (type $p (eq $p')))))
      (import "demo:types/only@1.0.0" (instance $i (type $t)))
      (alias export $i "p" (type $p))
      (core module $M (func (export "f") (param i32) (result i32) (local.get 0)))
      (core instance $m (instantiate $M))
      (export $q "q" (type $p))
      (func (export "f") (param "p" $q) (result $q) (canon lift (core func $m "f"))))`;
    expect((await instantiate(wat)).sync.f({ x: 7 }).x).toBe(7);
  });
});

/** `make` is in one interface, `look` in another that uses its resource. */
const SHARED = `(component
  (type $a' (instance
    (export "thing" (type $thing (sub resource)))
    (export "make" (func (param "n" u32) (result (own $thing))))))
  (import "demo:shared/makers" (instance $a (type $a')))
  (alias export $a "thing" (type $thing))
  (type $b' (instance
    (alias outer 1 $thing (type $t'))
    (export "thing" (type $t (eq $t')))
    (export "look" (func (param "it" (borrow $t)) (result u32)))))
  (import "demo:shared/lookers" (instance $b (type $b')))
  (core func $make (canon lower (func $a "make")))
  (core func $look (canon lower (func $b "look")))
  (core func $drop (canon resource.drop $thing))
  (core module $M
    (import "" "make" (func $make (param i32) (result i32)))
    (import "" "look" (func $look (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (func (export "run") (param i32) (result i32) (local $h i32) (local $n i32)
      (local.set $h (call $make (local.get 0)))
      (local.set $n (call $look (local.get $h)))
      (call $drop (local.get $h))
      (local.get $n)))
  (core instance $m (instantiate $M (with "" (instance
    (export "make" (func $make)) (export "look" (func $look)) (export "drop" (func $drop))))))
  (func (export "run") (param "n" u32) (result u32) (canon lift (core func $m "run"))))`;

describe('a resource that two imported interfaces share', () => {
  it('is one resource: what one makes the other takes', async () => {
    class Thing {
      constructor(readonly n: number) {}
    }
    const instance = await instantiate(SHARED, {
      'demo:shared/makers': { Thing, make: (n: number) => new Thing(n) },
      'demo:shared/lookers': { look: (it: Thing) => it.n * 2 },
    });
    expect(instance.sync.run(21)).toBe(42);
  });

  it('is checked against the class the app gives, which other objects are not of', async () => {
    class Thing {}
    const instance = await instantiate(SHARED, {
      'demo:shared/makers': { Thing, make: () => ({}) },
      'demo:shared/lookers': { look: () => 1 },
    });
    expect(() => instance.sync.run(1)).toThrow(
      /the import demo:shared\/makers\.make failed: the result: expected an object of the class Thing that the imports give/,
    );
  });
});

describe('the world the app expects', () => {
  it('every difference is in one error, in WIT terms', async () => {
    const world = decodeWorld(
      await encodeWit(`package demo:app;
        interface store { record item { name: string } get: func(key: string) -> item; put: func(item: item); }
        interface helper { help: func(); }
        world app {
          import helper;
          export store;
          export run: func(times: u32) -> string;
          export stop: func();
        }`),
    );
    const bytes = await assemble(`(component
      (import "demo:app/other" (instance (export "f" (func))))
      (core module $M (func (export "i") (result i32) i32.const 0) (func (export "v")))
      (core instance $m (instantiate $M))
      (func $run (result u32) (canon lift (core func $m "i")))
      (export "run" (func $run)))`);
    const error = (await rejectionOf(host.load(bytes, { world, name: 'odd' }))) as HatchwayError;
    expect(error.code).toBe('world-mismatch');
    expect(error.message).toContain('plugin "odd": it does not fit the world demo:app/app\n  - ');
    expect(error.differences).toEqual([
      'export run lacks the parameter "times": u32',
      'export run: result is u32, expected string',
      'export stop is missing, expected stop: func()',
      'export demo:app/store is missing',
      'import demo:app/other is not offered',
    ]);
  });
});

describe('core modules that do not fit together', () => {
  const rows: [what: string, wat: string, message: RegExp][] = [
    [
      'a memory that is too small',
      `(component
        (core module $A (memory (export "m") 1))
        (core module $B (import "a" "m" (memory 5)))
        (core instance $a (instantiate $A))
        (core instance (instantiate $B (with "a" (instance $a)))))`,
      /the core import "a" "m" is a memory of another type/,
    ],
    [
      'a global of another type',
      `(component
        (core module $A (global (export "g") i32 (i32.const 0)))
        (core module $B (import "a" "g" (global i64)))
        (core instance $a (instantiate $A))
        (core instance (instantiate $B (with "a" (instance $a)))))`,
      /the core import "a" "g" is a global of another type/,
    ],
  ];
  it.each(rows)('%s', async (_what, wat, message) => {
    // The assembler checks as much as we do; what it refuses never reaches us.
    const bytes = await assemble(wat).catch((error: Error) => error.message);
    if (typeof bytes === 'string') {
      expect(bytes).toMatch(/mismatched|mismatch|expected/);
      return;
    }
    const error = await rejectionOf(instantiate(bytes));
    expect(error.code).toBe('invalid');
    expect(error.message).toMatch(message);
  });
});

describe('a shared memory', () => {
  const wat = (lift: string) => `(component
    (core module $M
      (memory (export "memory") 1 2 shared)
      (func (export "f") (result i32) (i32.const 16)))
    (core instance $m (instantiate $M))
    (alias core export $m "memory" (core memory $memory))
    (func (export "f") ${lift}))`;

  it('is refused, since nothing bounds what waits in it', async () => {
    const error = await rejectionOf(instantiate(wat('(result u32) (canon lift (core func $m "f"))')));
    expect(error.code).toBe('unsupported');
    expect(error.message).toMatch(/^plugin "guest": the module uses shared memories, which cannot be bounded here/);
  });
});

describe('a resource of the app that is no class', () => {
  const wat = `(component
    (type $i (instance
      (export "thing" (type $t (sub resource)))
      (export "[method]thing.poke" (func (param "self" (borrow $t))))
      (export "[static]thing.count" (func (result u32)))
      (export "[constructor]thing" (func (result (own $t))))))
    (import "demo:a/b" (instance (type $i))))`;
  const rows: [what: string, thing: unknown, differences: number][] = [
    ['nothing', undefined, 3],
    ['an object', {}, 3],
    ['a class without the members', class {}, 2],
    ['a number', 7, 3],
  ];
  it.each(rows)('%s is refused before anything runs', async (_what, thing, differences) => {
    const error = (await rejectionOf(instantiate(wat, { 'demo:a/b': { Thing: thing } }))) as HatchwayError;
    expect(error.code).toBe('missing-import');
    expect(error.differences).toHaveLength(differences);
  });

  // `own` is asked about the prototype that an arrow function does not have: a plain TypeError.
  it('an arrow function is refused before anything runs', async () => {
    const error = await rejectionOf(instantiate(wat, { 'demo:a/b': { Thing: () => {} } }));
    expect(error.code).toBe('missing-import');
  });
});
