/** Modules that never return from `run`, or not for years. Each found a rule of where checks must be. */

export interface Attack {
  readonly name: string;
  readonly wat: string;
  readonly imports?: string;
  /** The stack may run out first, and no handler of the guest's catches that. */
  readonly endsItself?: true;
}

const times = (count: number, text: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join('\n');
const forever = (body: string, locals = '') => `(func $run ${locals} (loop $l ${body} (br $l)))`;
const MEMORY = '(memory 1024)';
const TABLE = '(table $t 100000 100000 funcref) (elem declare func $run)';

/** A straight line of arithmetic that no engine folds. */
const line = (count: number) =>
  times(count, () => '(local.set $x (i32.add (i32.mul (local.get $x) (i32.const 3)) (global.get $g)))');

const BARE: readonly Attack[] = [
  { name: 'empty loop', wat: forever('') },
  {
    name: 'counted loop',
    wat: `(func $run (local $i i64)
      (loop $l (br_if $l (i64.ne (local.tee $i (i64.add (local.get $i) (i64.const 1))) (i64.const -1)))))`,
  },
  {
    name: 'nested loops',
    wat: `(func $run (local $i i32) (local $j i32)
      (loop $o (local.set $j (i32.const 0))
        (loop $i (br_if $i (i32.ne (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const -1))))
        (br_if $o (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const -1)))))`,
  },
  { name: 'loop by br_table', wat: forever('(block $b (br_table $l $b $l (global.get $g)))') },
  { name: 'loop that continues early', wat: forever(`(local.get 0) drop`, '(local i32)') },
  {
    name: 'loop around a skipped body',
    wat: forever('(block $skip (br_if $skip (i32.eqz (global.get $g))) (call $run))'),
  },
  {
    name: 'recursion as a tree',
    wat: `(func $tree (param i32) (if (local.get 0) (then
      (call $tree (i32.sub (local.get 0) (i32.const 1))) (call $tree (i32.sub (local.get 0) (i32.const 1))))))
      (func $run (call $tree (i32.const 64)))`,
  },
  {
    name: 'recursion through a table',
    wat: `(table 1 funcref) (elem (i32.const 0) $tree) (type $f (func (param i32)))
      (func $tree (type $f) (if (local.get 0) (then
        (call_indirect (type $f) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0))
        (call_indirect (type $f) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0)))))
      (func $run (call $tree (i32.const 64)))`,
  },
  {
    name: 'mutual recursion',
    wat: `(func $a (param i32) (if (local.get 0) (then (call $b (local.get 0)) (call $b (local.get 0)))))
      (func $b (param i32) (call $a (i32.sub (local.get 0) (i32.const 1))))
      (func $run (call $a (i32.const 64)))`,
  },
  {
    name: 'a tree of calls without recursion',
    wat: `${times(64, (i) => `(func $f${i} ${i === 63 ? '' : `(call $f${i + 1}) (call $f${i + 1})`})`)}
      (func $run (call $f0))`,
  },
  { name: 'tail recursion', wat: '(func $run (return_call $run))' },
  {
    name: 'tail recursion through a table',
    wat: `(table 1 funcref) (elem (i32.const 0) $run) (type $f (func))
      (func $run (return_call_indirect (type $f) (i32.const 0)))`,
  },
  { name: 'loop around an import', imports: '(import "host" "f" (func $f))', wat: forever('(call $f)') },
  { name: 'fills', wat: `${MEMORY} ${forever('(memory.fill (i32.const 0) (i32.const 7) (i32.const 0x4000000))')}` },
  { name: 'copies', wat: `${MEMORY} ${forever('(memory.copy (i32.const 0) (i32.const 1) (i32.const 0x3ffffff))')}` },
  {
    name: 'copies upwards',
    wat: `${MEMORY} ${forever('(memory.copy (i32.const 1) (i32.const 0) (i32.const 0x3ffffff))')}`,
  },
  {
    name: 'a straight line of fills',
    wat: `${MEMORY} (func $run
      ${times(2000, () => '(memory.fill (i32.const 0) (i32.const 7) (i32.const 0x4000000))')})`,
  },
  {
    name: 'a straight line of copies',
    wat: `${MEMORY} (func $run
      ${times(2000, () => '(memory.copy (i32.const 0) (i32.const 1) (i32.const 0x3ffffff))')})`,
  },
  { name: 'small fills', wat: `${MEMORY} ${forever('(memory.fill (i32.const 0) (i32.const 7) (i32.const 0x10000))')}` },
  {
    name: 'segments',
    wat: `(memory 16) (data $d "${'x'.repeat(500_000)}") ${forever('(memory.init $d (i32.const 0) (i32.const 0) (i32.const 500000))')}`,
  },
  { name: 'wide functions', wat: `(func $wide (local $x i32) ${line(20_000)}) ${forever('(call $wide)')}` },
  {
    name: 'a wide function, called in a straight line',
    wat: `(func $wide (local $x i32) ${line(20_000)})
      ${times(4, (i) => `(func $w${i} ${times(500, () => `(call ${i === 0 ? '$wide' : `$w${i - 1}`})`)})`)} (func $run (call $w3))`,
  },
  {
    name: 'a bomb of leaves',
    wat: `(func $leaf (local $x i32) ${line(15)})
      ${times(4, (i) => `(func $l${i} ${times(1600, () => `(call ${i === 0 ? '$leaf' : `$l${i - 1}`})`)})`)} (func $run (call $l3))`,
  },
  {
    name: 'long ways that are not taken',
    wat: forever(
      `(if (i32.eqz (global.get $g)) (then (br $l)) (else (local.set $x (i32.const 1)) ${line(5_000)}))`,
      '(local $x i32)',
    ),
  },
  { name: 'memory.grow by nothing', wat: `${MEMORY} ${forever('(drop (memory.grow (i32.const 0)))')}` },
  { name: 'memory.grow beyond the cap', wat: `${MEMORY} ${forever('(drop (memory.grow (i32.const 1)))')}` },
  {
    name: 'table.grow',
    wat: `(table $t 1 funcref) ${forever('(drop (table.grow $t (ref.null func) (i32.const 1)))')}`,
  },
  {
    name: 'table.fill',
    wat: `${TABLE} ${forever('(table.fill $t (i32.const 0) (ref.func $run) (i32.const 100000))')}`,
  },
  {
    name: 'table.copy',
    wat: `${TABLE} ${forever('(table.copy $t $t (i32.const 1) (i32.const 0) (i32.const 99999))')}`,
  },
  {
    name: 'a straight line of table.fill',
    wat: `${TABLE} (func $run
      ${times(3000, () => '(table.fill $t (i32.const 0) (ref.func $run) (i32.const 100000))')})`,
  },
  {
    name: 'table.init',
    wat: `(table $t 1000 funcref) (elem $e func ${times(1000, () => '$run')}) ${forever('(table.init $t $e (i32.const 0) (i32.const 0) (i32.const 1000))')}`,
  },
  { name: 'exceptions', wat: `(tag $e) (func $throw (throw $e)) ${forever('try call $throw catch_all end')}` },
  {
    name: 'exceptions in a straight line',
    wat: `(tag $e) (func $throw (throw $e))
      ${times(3, (i) => `(func $t${i} ${times(1000, () => `try call ${i === 0 ? '$throw' : `$t${i - 1}`} catch_all end`)})`)} (func $run (call $t2))`,
  },
  { name: 'the edge of the stack', endsItself: true, wat: '(func $run try call $run catch_all call $run end)' },
  {
    name: 'the edge of the stack, in a loop',
    endsItself: true,
    wat: `(func $deep (param i64 i64 i64 i64) (call $deep (local.get 1) (local.get 2) (local.get 3) (local.get 0)))
      ${forever('try (call $deep (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4)) catch_all end')}`,
  },
  {
    name: 'the edge of the stack, where the host has no room',
    endsItself: true,
    imports: '(import "host" "f" (func $f))',
    wat: `(func $run try call $f catch_all return end
      try call $run catch_all end try call $run catch_all end)`,
  },
  {
    name: 'divisions',
    wat: forever(
      times(200, () => '(local.set $x (i64.div_u (i64.const -1) (i64.or (local.get $x) (i64.const 1))))'),
      '(local $x i64)',
    ),
  },
];

/** A way of calling `$run`: as the export, or again and again by a function that catches whatever it can. */
const WAYS = [
  { suffix: '', wat: '(export "run" (func $run))' },
  { suffix: ', caught', wat: '(func (export "run") (loop $l try call $run catch_all end (br $l)))' },
];

export const ATTACKS: readonly Attack[] = BARE.flatMap(({ name, imports = '', wat, ...rest }) =>
  WAYS.map((way) => ({
    ...rest,
    name: name + way.suffix,
    wat: `(module ${imports} (global $g (mut i32) (i32.const 0)) ${wat} ${way.wat})`,
  })),
);
