/** WebAssembly that the oldest supported engine cannot compile, and newer ones can. */
import { describe, expect, it } from 'vitest';
import { instantiate } from '../component/support.js';

describe('a guest with several memories in one core module', () => {
  const WAT = `(component
    (core module $M
      (memory $values (export "values") 1)
      (memory $strings (export "strings") 1)
      (global $next (mut i32) (i32.const 1024))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (global.get $next) (global.set $next (i32.add (global.get $next) (local.get 3))))
      (data (memory $values) (i32.const 8) "wrong")
      (data (memory $strings) (i32.const 8) "right")
      ;; The pointer pair at 16, in the second memory; where it is in the first is another.
      (func (export "name") (result i32)
        (i32.store $strings (i32.const 16) (i32.const 8)) (i32.store $strings (i32.const 20) (i32.const 5))
        (i32.store $values (i32.const 16) (i32.const 8)) (i32.store $values (i32.const 20) (i32.const 5))
        (i32.const 16))
      (func (export "echo") (param i32 i32) (result i32)
        (i32.store $strings (i32.const 16) (local.get 0)) (i32.store $strings (i32.const 20) (local.get 1))
        (i32.const 16))
      ;; From the second memory to the first, where the next function finds it.
      (func (export "copied") (result i32) (i32.const 16))
      (func (export "copy") (param i32 i32) (result i32)
        (memory.copy $values $strings (i32.const 512) (local.get 0) (local.get 1))
        (i32.store $values (i32.const 16) (i32.const 512)) (i32.store $values (i32.const 20) (local.get 1))
        (i32.const 16)))
    (core instance $m (instantiate $M))
    (alias core export $m "values" (core memory $values))
    (alias core export $m "strings" (core memory $strings))
    (alias core export $m "realloc" (core func $realloc))
    (func (export "name") (result string) (canon lift (core func $m "name") (memory $strings)))
    (func (export "name-of-values") (result string) (canon lift (core func $m "name") (memory $values)))
    (func (export "echo") (param "s" string) (result string)
      (canon lift (core func $m "echo") (memory $strings) (realloc $realloc)))
    (func (export "copy") (param "s" string) (result u32)
      (canon lift (core func $m "copy") (memory $strings) (realloc $realloc)))
    (func (export "copied") (result string) (canon lift (core func $m "copied") (memory $values))))`;
  it('uses the memory that each function names', async () => {
    const { sync } = await instantiate(WAT);
    expect(sync.name()).toBe('right');
    expect(sync.nameOfValues()).toBe('wrong');
    expect(sync.echo('hé')).toBe('hé');
    expect(sync.copy('from one to the other')).toBe(16);
    expect(sync.copied()).toBe('from one to the other');
  });
});

describe('a guest with constant expressions that compute', () => {
  it('has its globals, tables and data where they say', async () => {
    const { sync } = await instantiate(`(component
      (core module $Base (global (export "base") i32 (i32.const 100)))
      (core instance $base (instantiate $Base))
      (core module $M
        (import "" "base" (global $base i32))
        (memory (export "memory") 1)
        (global $sum i32 (i32.add (global.get $base) (i32.mul (i32.const 4) (i32.const 5))))
        (global $big i64 (i64.sub (i64.const 0) (i64.const 9007199254740993)))
        (table 4 funcref)
        (func $seven (result i32) (i32.const 7))
        (elem (offset (i32.sub (global.get $base) (i32.const 98))) $seven)
        (data (offset (i32.add (global.get $base) (i32.const 28))) "here")
        (func (export "sum") (result i32) (global.get $sum))
        (func (export "big") (result i64) (global.get $big))
        (func (export "seven") (result i32) (call_indirect (result i32) (i32.const 2)))
        (func (export "word") (result i32)
          (i32.store (i32.const 16) (i32.const 128)) (i32.store (i32.const 20) (i32.const 4)) (i32.const 16)))
      (core instance $m (instantiate $M (with "" (instance $base))))
      (alias core export $m "memory" (core memory $memory))
      (func (export "sum") (result u32) (canon lift (core func $m "sum")))
      (func (export "big") (result s64) (canon lift (core func $m "big")))
      (func (export "seven") (result u32) (canon lift (core func $m "seven")))
      (func (export "word") (result string) (canon lift (core func $m "word") (memory $memory))))`);
    expect([sync.sum(), sync.big(), sync.seven(), sync.word()]).toEqual([120, -9007199254740993n, 7, 'here']);
  });
});

describe('a guest with exception references', () => {
  it('catches, looks at and throws again', async () => {
    const { sync } = await instantiate(`(component
      (core module $M
        (tag $bad (param i32))
        (func $risk (param i32) (result i32)
          (if (i32.gt_u (local.get 0) (i32.const 9)) (then (throw $bad (local.get 0))))
          (local.get 0))
        (func $again (param i32) (result i32)
          (block $caught (result i32 exnref)
            (return (try_table (result i32) (catch_ref $bad $caught) (call $risk (local.get 0)))))
          (throw_ref))
        (func (export "f") (param i32) (result i32)
          (block $caught (result i32)
            (return (try_table (result i32) (catch $bad $caught) (call $again (local.get 0)))))
          (i32.const 1000)
          (i32.add)))
      (core instance $m (instantiate $M))
      (func (export "f") (param "n" u32) (result u32) (canon lift (core func $m "f"))))`);
    expect([sync.f(5), sync.f(50)]).toEqual([5, 1050]);
  });
});
