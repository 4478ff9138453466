/** Components around a few lines of WAT: where values come from, and where they go. */

/** What every guest exports beside its fault: a call that must work as long as its instance does. */
export const COUNT = `(global $calls (mut i32) (i32.const 0))
  (func (export "count") (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1))) (global.get $calls))`;

/** Room from a pointer that only goes up; the memory grows when it is at its end. */
export const BUMP = `(global $next (mut i32) (i32.const 4096))
  (func $bump (param $align i32) (param $size i32) (result i32) (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
      (i32.sub (i32.const 0) (local.get $align))))
    (global.set $next (i32.add (local.get $at) (local.get $size)))
    (if (i32.gt_u (global.get $next) (i32.mul (memory.size) (i32.const 65536)))
      (then (drop (memory.grow (i32.add (i32.shr_u (local.get $size) (i32.const 16)) (i32.const 1))))))
    (local.get $at))`;

/** A realloc that behaves. */
export const REALLOC = `${BUMP}
  (func (export "realloc") (param i32 i32 i32 i32) (result i32) (call $bump (local.get 2) (local.get 3)))`;

export interface Parts {
  /** Imports, types and instances of the component, before anything of it runs. */
  readonly before?: string;
  /** Pages of 64 KiB. */
  readonly pages?: number;
  /** Of the module that has the memory: its fields, `realloc` among them, and what it imports from the module `""`. */
  readonly memory?: string;
  readonly memoryImports?: string;
  /** Core functions by name, made with `$memory` and `$realloc`. */
  readonly lowered?: Readonly<Record<string, string>>;
  /** Fields of the module that runs. Its imports from `""`: `memory`, `realloc` and what is lowered. */
  readonly main: string;
  /** Exports, of `$m`. */
  readonly exports: string;
}

/** A component of two core modules: one with the memory and realloc, one that runs. */
export function component({ before = '', pages = 1, memory = REALLOC, memoryImports, lowered, main, exports }: Parts) {
  const names = Object.keys(lowered ?? {});
  return `(component
    ${before}
    (core module $Memory ${memory} (memory (export "memory") ${pages}))
    (core instance $mem (instantiate $Memory ${memoryImports ? `(with "" (instance ${memoryImports}))` : ''}))
    (alias core export $mem "memory" (core memory $memory))
    (alias core export $mem "realloc" (core func $realloc))
    ${names.map((name) => `(core func $${name}' ${lowered![name]})`).join('\n')}
    (core module $Main ${main} ${COUNT})
    (core instance $m (instantiate $Main (with "" (instance
      (export "memory" (memory $memory)) (export "realloc" (func $realloc))
      ${names.map((name) => `(export "${name}" (func $${name}'))`).join(' ')}))))
    ${exports}
    (func (export "count") (result u32) (canon lift (core func $m "count"))))`;
}

/** Bytes as WAT has them in a data segment. */
export const bytes = (...all: readonly number[]): string =>
  all.map((byte) => `\\${(byte & 0xff).toString(16).padStart(2, '0')}`).join('');

/** Numbers of 32 bits, as they lie in memory. */
export const words = (...all: readonly number[]): string =>
  all.map((word) => bytes(word, word >>> 8, word >>> 16, word >>> 24)).join('');

/** A data segment. */
export const data = (at: number, contents: string): string => `(data (i32.const ${at}) "${contents}")`;

/** An import that the guest can call. */
export const OUT = '(import "out" (func $out))';

/** The same guest inside of another, which hands its imports on and calls its `fault`. */
export function within(wat: string, { imports = ['out'], types = OUT, result = true } = {}): string {
  const fault = result ? '(result i32)' : '';
  return `(component
    ${types}
    ${wat.replace('(component', '(component $Inner')}
    (instance $inner (instantiate $Inner ${imports.map((name) => `(with "${name}" (func $${name}))`).join(' ')}))
    (core func $fault (canon lower (func $inner "fault")))
    (core module $Main (import "" "fault" (func $fault ${fault})) (func (export "fault") ${fault} (call $fault)) ${COUNT})
    (core instance $m (instantiate $Main (with "" (instance (export "fault" (func $fault))))))
    (func (export "fault") ${result ? '(result u32)' : ''} (canon lift (core func $m "fault")))
    (func (export "count") (result u32) (canon lift (core func $m "count"))))`;
}
