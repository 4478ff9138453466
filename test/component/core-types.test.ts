/**
 * A core function is what the canonical ABI takes it for: nothing that a guest does with the types of core modules makes it
 * hand a function or a reference to the app where WIT says number.
 */
import { describe, expect, it } from 'vitest';
import { assemble, instantiate, load, rejectionOf } from './support.js';

/** The core function is in a module that a nested component imports under another type. */
const asImport = (said: string, core: string, body: string, lifted: string) => `(component
  (core module $Evil (func $h) (elem declare func $h) (func (export "f") (result ${core}) ${body}))
  (component $C
    (import "m" (core module $M (export "f" (func (result ${said})))))
    (core instance $m (instantiate $M))
    (func (export "f") (result ${lifted}) (canon lift (core func $m "f"))))
  (instance $c (instantiate $C (with "m" (core module $Evil))))
  (export "demo:a/b" (instance $c)))`;

/** The core module has something in it that a reader of its types may not know. */
const beside = (strange: string, core: string, body: string, lifted: string) => `(component
  (core module $A (memory (export "mem") 1 2 shared))
  (core instance $a (instantiate $A))
  (core module $Evil ${strange} (func $h) (elem declare func $h) (func (export "f") (result ${core}) ${body}))
  (core instance $m (instantiate $Evil (with "a" (instance $a))))
  (func (export "f") (result ${lifted}) (canon lift (core func $m "f"))))`;

const SHARED = '(import "a" "mem" (memory 1 2 shared))';
const GC =
  '(type $s (struct (field i8) (field (mut i32)))) (rec (type $t (sub (array (mut i16)))) (type (sub final $t (array (mut i16)))))';

/** Hands a function to the app's `take`. */
const taking = (core: string, type: string) => `(component
  (core module $A (memory (export "mem") 1 2 shared))
  (core instance $a (instantiate $A))
  (import "take" (func $take (param "x" ${type})))
  (core func $take' (canon lower (func $take)))
  (core module $Evil ${SHARED} (import "b" "take" (func $t (param ${core})))
    (func $h) (elem declare func $h) (func (export "f") (call $t (ref.func $h))))
  (core instance $m (instantiate $Evil (with "a" (instance $a)) (with "b" (instance (export "take" (func $take'))))))
  (func (export "f") (canon lift (core func $m "f"))))`;

const LIES: readonly [what: string, wat: string][] = [
  ...['f64', 's64', 'f32', 'u32', 'bool', 'char'].map((lifted): [string, string] => {
    const said = { f64: 'f64', s64: 'i64', f32: 'f32' }[lifted] ?? 'i32';
    return [`a function as ${lifted}, in an imported module`, asImport(said, 'funcref', '(ref.func $h)', lifted)];
  }),
  ['a long as f64, in an imported module', asImport('f64', 'i64', '(i64.const 5)', 'f64')],
  ['a function as f64, beside a shared memory', beside(SHARED, 'funcref', '(ref.func $h)', 'f64')],
  ['a null as f64, beside a shared memory', beside(SHARED, 'externref', '(ref.null extern)', 'f64')],
  ['a function as f64, beside types of collected memory', beside(GC, 'funcref', '(ref.func $h)', 'f64')],
  ['a function as an argument f64', taking('funcref', 'f64')],
  ['a function as an argument s64', taking('funcref', 's64')],
  ['a function as an argument in a tuple', taking('funcref f64'.split(' ')[0]!, '(tuple f64)')],
];

describe('a guest that lies about its core functions is invalid', () => {
  it.each(LIES)('%s', async (_what, wat) => {
    const error = await rejectionOf(load(wat).then((plugin) => plugin.instantiate({ imports: { take() {} } })));
    expect(error.code).toBe('invalid');
  });
});

describe('a guest that tells the truth', () => {
  const rows: [what: string, wat: string][] = [
    ['with an imported module', asImport('f64', 'f64', '(f64.const 5)', 'f64')],
  ];
  it.each(rows)('runs: %s', async (_what, wat) => {
    const { sync } = await instantiate(wat);
    expect((sync.b ?? sync).f()).toBe(5);
  });

  it('types of imported modules may be named outside', async () => {
    const { sync } = await instantiate(`(component
      (core module $Real (func (export "f") (param i32) (result i32) (local.get 0)))
      (component $C
        (core type $t (func (param i32) (result i32)))
        (core type $m (module (alias outer 1 $t (type $u)) (export "f" (func (type $u)))))
        (import "m" (core module $M (type $m)))
        (core instance $m (instantiate $M))
        (func (export "f") (param "n" u8) (result u8) (canon lift (core func $m "f"))))
      (instance $c (instantiate $C (with "m" (core module $Real))))
      (export "demo:a/b" (instance $c)))`);
    expect(sync.b.f(7)).toBe(7);
  });

  it.each([
    ['a shared memory', SHARED],
    ['types of collected memory', GC],
  ])('is refused all the same beside %s, which nothing bounds', async (_what, other) => {
    const error = await rejectionOf(load(await assemble(beside(other, 'f64', '(f64.const 5)', 'f64'))));
    expect(error).toMatchObject({ code: 'unsupported', offset: expect.any(Number) });
    expect(error.message).toMatch(/cannot be bounded here/);
  });
});
