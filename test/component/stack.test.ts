/** A guest that recurses to the edge of the stack and calls the app there: the app's code runs whole, or not at all. */
import { describe, expect, it } from 'vitest';
import { expectPoisoned, failureOf, load } from './support.js';

/** Recurses `depth` times, each time with `locals` more on the stack, then calls an import: again, until it fails. */
const WAT = `(component
  (import "number" (func $number (param "n" u32) (result u32)))
  (import "text" (func $text (param "s" string) (result u32)))
  (import "demo:a/r" (instance $r
    (export "thing" (type $t (sub resource)))
    (export "[constructor]thing" (func (result (own $t))))))
  (alias export $r "thing" (type $thing))
  (core module $Memory (memory (export "memory") 1))
  (core instance $mem (instantiate $Memory))
  (alias core export $mem "memory" (core memory $memory))
  (core func $number' (canon lower (func $number)))
  (core func $text' (canon lower (func $text) (memory $memory)))
  (core func $make (canon lower (func $r "[constructor]thing")))
  (core func $drop (canon resource.drop $thing))
  (core module $M
    (import "" "number" (func $number (param i32) (result i32)))
    (import "" "text" (func $text (param i32 i32) (result i32)))
    (import "" "make" (func $make (result i32)))
    (import "" "drop" (func $drop (param i32)))
    ;; Calls the import on every level: the last call is at the very edge.
    (func $deep-number (export "number") (param i32 i64) (result i32)
      (drop (call $number (local.get 0)))
      (i32.add (call $deep-number (i32.add (local.get 0) (i32.const 1)) (local.get 1)) (i32.const 1)))
    (func $deep-text (export "text") (param i32 i64) (result i32)
      (drop (call $text (i32.const 0) (i32.const 5)))
      (i32.add (call $deep-text (i32.add (local.get 0) (i32.const 1)) (local.get 1)) (i32.const 1)))
    ;; Makes handles while there is room, then drops one on every level.
    (func (export "drop") (param i32 i64) (result i32)
      (loop $more
        (drop (call $make))
        (br_if $more (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 60000))))
      (call $deep-drop (i32.const 1)))
    (func $deep-drop (param i32) (result i32)
      (call $drop (local.get 0))
      (i32.add (call $deep-drop (i32.add (local.get 0) (i32.const 1))) (i32.const 1))))
  (core instance $m (instantiate $M (with "" (instance
    (export "number" (func $number')) (export "text" (func $text')) (export "make" (func $make)) (export "drop" (func $drop))))))
  ${['number', 'text', 'drop'].map((it) => `(func (export "${it}") (param "n" u32) (param "pad" u64) (result u32) (canon lift (core func $m "${it}")))`).join('\n')})`;

/** State of the app that is whole only if each change ran to its end. */
class Ledger {
  begun = 0;
  ended = 0;
  change(): number {
    this.begun++;
    work(60);
    this.ended++;
    return 0;
  }
}

/** What host code does: calls of its own. */
function work(depth: number): number {
  return depth === 0 ? 0 : work(depth - 1) + 1;
}

/** Runs `action` with `depth` more frames below it, so that the edge comes elsewhere each time. */
function at(depth: number, action: () => void): void {
  if (depth === 0) action();
  else at(depth - 1, action);
}

describe.each([
  ['number', 40],
  ['text', 40],
  // Each attempt makes 60 000 resources first.
  ['drop', 12],
] as const)('at the edge of the stack, through %s', (func, attempts) => {
  it('the state of the app is never half updated', async () => {
    const plugin = await load(WAT);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const ledger = new Ledger();
      const imports = {
        number: () => ledger.change(),
        text: () => ledger.change(),
        'demo:a/r': {
          Thing: class {
            [Symbol.dispose]() {
              ledger.change();
            }
          },
        },
      };
      const instance = await plugin.instantiate({ imports });
      at(attempt * 7, () => {
        const error = failureOf(() => instance.sync[func](0, 0n));
        expect(error.code).toBe('exhausted');
        expect(error.message).toMatch(/the guest used up the stack$/);
        expectPoisoned(instance, error, () => instance.sync[func](0, 0n));
      });
      expect(ledger.begun).toBeGreaterThan(100);
      expect({ attempt, ...ledger }).toEqual({ attempt, begun: ledger.begun, ended: ledger.begun });
    }
  });
});
