/** Component instances of one plugin that call each other: values, handles and failures between two guests. */
import { describe, expect, it } from 'vitest';
import { expectPoisoned, failureOf, instantiate, load } from './support.js';

/** `$Maker` defines a resource; `$User` makes, lends, gives and misuses it. The maker counts what was destroyed. */
const RESOURCES = `(component
  (component $Maker
    (core module $D
      (global $n (mut i32) (i32.const 0))
      (func (export "dtor") (param i32)
        (if (i32.eq (local.get 0) (i32.const 666)) (then unreachable))
        (global.set $n (i32.add (global.get $n) (i32.const 1))))
      (func (export "dropped") (result i32) (global.get $n)))
    (core instance $d (instantiate $D))
    (type $r' (resource (rep i32) (dtor (core func $d "dtor"))))
    (core func $new (canon resource.new $r'))
    (core func $rep (canon resource.rep $r'))
    (core func $drop (canon resource.drop $r'))
    (core module $M
      (import "" "new" (func $new (param i32) (result i32)))
      (import "" "rep" (func $rep (param i32) (result i32)))
      (import "" "drop" (func $drop (param i32)))
      (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
      ;; A borrow of its own resource comes as the representation.
      (func (export "look") (param i32) (result i32) (local.get 0))
      (func (export "take") (param i32) (result i32) (call $rep (local.get 0)) (call $drop (local.get 0))))
    (core instance $m (instantiate $M (with "" (instance (export "new" (func $new)) (export "rep" (func $rep)) (export "drop" (func $drop))))))
    (export $r "r" (type $r'))
    (func (export "make") (param "n" u32) (result (own $r)) (canon lift (core func $m "make")))
    (func (export "look") (param "it" (borrow $r)) (result u32) (canon lift (core func $m "look")))
    (func (export "take") (param "it" (own $r)) (result u32) (canon lift (core func $m "take")))
    (func (export "dropped") (result u32) (canon lift (core func $d "dropped"))))
  (component $User
    (import "maker" (instance $i
      (export "r" (type $r (sub resource)))
      (export "make" (func (param "n" u32) (result (own $r))))
      (export "look" (func (param "it" (borrow $r)) (result u32)))
      (export "take" (func (param "it" (own $r)) (result u32)))))
    (alias export $i "r" (type $r))
    (core func $make (canon lower (func $i "make")))
    (core func $look (canon lower (func $i "look")))
    (core func $take (canon lower (func $i "take")))
    (core func $drop (canon resource.drop $r))
    (core module $M
      (import "" "make" (func $make (param i32) (result i32)))
      (import "" "look" (func $look (param i32) (result i32)))
      (import "" "take" (func $take (param i32) (result i32)))
      (import "" "drop" (func $drop (param i32)))
      (func (export "run") (param i32) (result i32) (local $h i32) (local $sum i32)
        (local.set $h (call $make (local.get 0)))
        (local.set $sum (i32.add (call $look (local.get $h)) (call $look (local.get $h))))
        (i32.add (local.get $sum) (call $take (local.get $h))))
      (func (export "leave") (param i32) (call $drop (call $make (local.get 0))))
      (func (export "use-given") (param i32) (result i32) (local i32)
        (local.set 1 (call $make (local.get 0)))
        (drop (call $take (local.get 1)))
        (call $look (local.get 1)))
      (func (export "give") (param i32) (result i32) (call $make (local.get 0)))
      ;; A borrow that came from outside: looked at, then dropped, or not.
      (func (export "pass-on") (param i32) (result i32) (call $look (local.get 0)) (call $drop (local.get 0)))
      (func (export "keep") (param i32))
      (func (export "end") (param i32) (call $drop (local.get 0))))
    (core instance $m (instantiate $M (with "" (instance (export "make" (func $make)) (export "look" (func $look)) (export "take" (func $take)) (export "drop" (func $drop))))))
    (export $s "r" (type $r))
    (func (export "run") (param "n" u32) (result u32) (canon lift (core func $m "run")))
    (func (export "leave") (param "n" u32) (canon lift (core func $m "leave")))
    (func (export "use-given") (param "n" u32) (result u32) (canon lift (core func $m "use-given")))
    (func (export "give") (param "n" u32) (result (own $s)) (canon lift (core func $m "give")))
    (func (export "pass-on") (param "it" (borrow $s)) (result u32) (canon lift (core func $m "pass-on")))
    (func (export "keep") (param "it" (borrow $s)) (canon lift (core func $m "keep")))
    (func (export "end") (param "it" (own $s)) (canon lift (core func $m "end"))))
  (instance $maker (instantiate $Maker))
  (instance $user (instantiate $User (with "maker" (instance $maker))))
  (export "demo:x/maker" (instance $maker))
  (export "demo:x/user" (instance $user)))`;

describe('a resource of one guest in the hands of another', () => {
  it('is made, lent, given away and dropped', async () => {
    const { sync } = await instantiate(RESOURCES);
    expect(sync.user.run(7)).toBe(21);
    expect(sync.maker.dropped()).toBe(1);
    sync.user.leave(7);
    expect(sync.maker.dropped()).toBe(2);
  });

  it('goes to the app, back to either, and is one class', async () => {
    const { sync } = await instantiate(RESOURCES);
    const resource = sync.user.give(9);
    expect(resource).toBeInstanceOf(sync.maker.R);
    expect(sync.maker.look(resource)).toBe(9);
    expect(sync.user.passOn(resource)).toBe(9);
    expect(sync.user.passOn(resource)).toBe(9);
    sync.user.end(resource);
    expect(sync.maker.dropped()).toBe(1);
    expect(failureOf(() => sync.maker.look(resource)).code).toBe('argument');
    const other = sync.maker.make(3);
    expect(sync.maker.take(other)).toBe(3);
    using disposed = sync.user.give(4);
    expect(sync.user.passOn(disposed)).toBe(4);
  });

  it.each([
    ['used after it was given away', (sync: any) => sync.user.useGiven(1), /there is no handle 1$/],
    [
      'kept past the call',
      (sync: any) => sync.user.keep(sync.maker.make(1)),
      /the guest kept 1 borrowed handles after the call$/,
    ],
    [
      'whose destructor traps, dropped by the other',
      (sync: any) => sync.user.leave(666),
      /the guest trapped: unreachable$/,
    ],
    [
      'whose destructor traps, dropped by its own',
      (sync: any) => sync.user.run(666),
      /the guest trapped: unreachable$/,
    ],
  ])('%s: the plugin is poisoned, its neighbour is not', async (_what, act, message) => {
    const plugin = await load(RESOURCES);
    const [instance, neighbour] = [await plugin.instantiate(), await plugin.instantiate()];
    const error = failureOf(() => act(instance.sync));
    expect(error.code).toBe('trap');
    expect(error.message).toMatch(message);
    expectPoisoned(instance, error, () => instance.sync.maker.dropped());
    expect(neighbour.sync.user.run(1)).toBe(3);
  });
});

/** `$Inner` answers what \`body\` says; the outer one passes it on, through `type`. */
const bridge = (type: string, core: string, body: string, lift: string, take: string) => `(component
  (component $Inner
    (core module $M (memory (export "memory") 1) ${body})
    (core instance $m (instantiate $M))
    (alias core export $m "memory" (core memory $memory))
    (func (export "f") (result ${type}) (canon lift (core func $m "f") ${lift})))
  (instance $inner (instantiate $Inner))
  (core module $Memory (memory (export "memory") 1) (func (export "realloc") (param i32 i32 i32 i32) (result i32) ${take}))
  (core instance $mem (instantiate $Memory))
  (alias core export $mem "memory" (core memory $memory))
  (alias core export $mem "realloc" (core func $realloc))
  (core func $f (canon lower (func $inner "f") (memory $memory) (realloc $realloc)))
  (core module $O
    (import "" "f" (func $f ${core}))
    (func (export "g") (result i32)
      ${core === '(param i32)' ? '(call $f (i32.const 16)) (i32.const 1)' : '(call $f)'})
    ;; Catches the failure of the other.
    (func (export "catches") (result i32)
      try
        ${core === '(param i32)' ? '(call $f (i32.const 16))' : '(drop (call $f))'}
      catch_all
      end
      i32.const 7))
  (core instance $o (instantiate $O (with "" (instance (export "f" (func $f))))))
  (func (export "g") (result u32) (canon lift (core func $o "g")))
  (func (export "catches") (result u32) (canon lift (core func $o "catches"))))`;

describe('a guest that gets a wrong value from another', () => {
  const memory = '(memory $memory)';
  const text = (pointer: number, length: number) =>
    `(func (export "f") (result i32) (i32.store (i32.const 0) (i32.const ${pointer})) (i32.store (i32.const 4) (i32.const ${length})) (i32.const 0))`;
  const rows: [what: string, wat: string, message: RegExp][] = [
    [
      'a char that is none',
      bridge('char', '(result i32)', '(func (export "f") (result i32) (i32.const 0xd800))', '', 'unreachable'),
      /0xd800 is not a char$/,
    ],
    [
      'a string out of the giver’s memory',
      bridge('string', '(param i32)', text(65_530, 10), memory, '(i32.const 64)'),
      /a string reaches outside the memory$/,
    ],
    [
      'a string into the taker’s wrong realloc',
      bridge('string', '(param i32)', text(16, 10), memory, '(i32.const 65530)'),
      /realloc returned a pointer outside the memory$/,
    ],
    [
      'a string that is not UTF-8',
      bridge('string', '(param i32)', `(data (i32.const 16) "\\ff\\ff") ${text(16, 2)}`, memory, '(i32.const 64)'),
      /a string is not UTF-8$/,
    ],
    [
      'a case that is not there',
      bridge('(result)', '(result i32)', '(func (export "f") (result i32) (i32.const 2))', '', 'unreachable'),
      /there is no case 2$/,
    ],
    [
      'nothing: it traps',
      bridge('u32', '(result i32)', '(func (export "f") (result i32) unreachable)', '', 'unreachable'),
      /the guest trapped: unreachable$/,
    ],
  ];
  it.each(rows)('%s: is stopped, and cannot hide it', async (_what, wat, message) => {
    const plugin = await load(wat);
    for (const func of ['g', 'catches']) {
      const instance = await plugin.instantiate();
      const error = failureOf(() => instance.sync[func]());
      expect(error.code).toBe('trap');
      expect(error.message).toMatch(message);
      expectPoisoned(instance, error, () => instance.sync[func]());
    }
  });

  it('one that is right arrives, with its discriminants checked and small integers cut', async () => {
    const wat = bridge('u8', '(result i32)', '(func (export "f") (result i32) (i32.const 0x1ff))', '', 'unreachable');
    expect((await instantiate(wat)).sync.g()).toBe(255);
  });
});
