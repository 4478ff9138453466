/** Small programs of different kinds, each with `run`, which takes how long it works and answers a number. */

export interface Kernel {
  readonly name: string;
  /** What `run` is called with: some tenths of a millisecond of work. */
  readonly size: number;
  readonly wat: string;
}

const loop = (counter: string, limit: string, body: string, name = '$l') =>
  `(loop ${name} ${body} (br_if ${name} (i32.lt_u (local.tee ${counter} (i32.add (local.get ${counter}) (i32.const 1))) ${limit})))`;

export const KERNELS: readonly Kernel[] = [
  {
    name: 'recursive calls (Fibonacci)',
    size: 20,
    wat: `(func $fib (export "run") (param i32) (result i32)
      (if (result i32) (i32.lt_u (local.get 0) (i32.const 2)) (then (local.get 0))
        (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2)))))))`,
  },
  {
    name: 'sieve of primes',
    size: 60_000,
    wat: `(memory 4) (func (export "run") (param $n i32) (result i32) (local $i i32) (local $j i32) (local $count i32)
      (memory.fill (i32.const 0) (i32.const 1) (local.get $n)) (local.set $i (i32.const 2))
      ${loop(
        '$i',
        '(local.get $n)',
        `(if (i32.load8_u (local.get $i)) (then (local.set $count (i32.add (local.get $count) (i32.const 1)))
          (local.set $j (i32.shl (local.get $i) (i32.const 1)))
          (block $done (loop $m (br_if $done (i32.ge_u (local.get $j) (local.get $n)))
            (i32.store8 (local.get $j) (i32.const 0)) (local.set $j (i32.add (local.get $j) (local.get $i))) (br $m)))))`,
      )} (local.get $count))`,
  },
  {
    name: 'matrix product',
    size: 60,
    wat: `(memory 8) (func (export "run") (param $n i32) (result i32) (local $i i32) (local $j i32) (local $k i32) (local $s f64)
      ${loop(
        '$i',
        '(local.get $n)',
        `(local.set $j (i32.const 0)) ${loop(
          '$j',
          '(local.get $n)',
          `(local.set $k (i32.const 0)) (local.set $s (f64.const 1)) ${loop(
            '$k',
            '(local.get $n)',
            `(local.set $s (f64.add (local.get $s) (f64.mul
              (f64.load (i32.shl (i32.add (i32.mul (local.get $i) (local.get $n)) (local.get $k)) (i32.const 3)))
              (f64.load offset=65536 (i32.shl (i32.add (i32.mul (local.get $k) (local.get $n)) (local.get $j)) (i32.const 3))))))`,
            '$c',
          )} (f64.store offset=131072 (i32.shl (i32.add (i32.mul (local.get $i) (local.get $n)) (local.get $j)) (i32.const 3)) (local.get $s))`,
          '$b',
        )}`,
      )} (i32.trunc_sat_f64_s (local.get $s)))`,
  },
  {
    name: 'Mandelbrot set',
    size: 60,
    wat: `(func (export "run") (param $n i32) (result i32) (local $x i32) (local $y i32) (local $i i32) (local $sum i32)
        (local $a f64) (local $b f64) (local $t f64) (local $cx f64) (local $cy f64)
      ${loop(
        '$y',
        '(local.get $n)',
        `(local.set $x (i32.const 0)) ${loop(
          '$x',
          '(local.get $n)',
          `(local.set $cx (f64.sub (f64.div (f64.convert_i32_u (i32.mul (local.get $x) (i32.const 3))) (f64.convert_i32_u (local.get $n))) (f64.const 2)))
          (local.set $cy (f64.sub (f64.div (f64.convert_i32_u (i32.mul (local.get $y) (i32.const 2))) (f64.convert_i32_u (local.get $n))) (f64.const 1)))
          (local.set $a (f64.const 0)) (local.set $b (f64.const 0)) (local.set $i (i32.const 0))
          (block $out ${loop(
            '$i',
            '(i32.const 50)',
            `(local.set $t (f64.add (f64.sub (f64.mul (local.get $a) (local.get $a)) (f64.mul (local.get $b) (local.get $b))) (local.get $cx)))
            (local.set $b (f64.add (f64.mul (f64.mul (local.get $a) (local.get $b)) (f64.const 2)) (local.get $cy)))
            (local.set $a (local.get $t))
            (br_if $out (f64.gt (f64.add (f64.mul (local.get $a) (local.get $a)) (f64.mul (local.get $b) (local.get $b))) (f64.const 4)))`,
            '$c',
          )}) (local.set $sum (i32.add (local.get $sum) (local.get $i)))`,
          '$b',
        )}`,
      )} (local.get $sum))`,
  },
  {
    name: 'checksum, byte by byte',
    size: 60_000,
    wat: `(memory 2) (func (export "run") (param $n i32) (result i32) (local $i i32) (local $crc i32)
      ${loop(
        '$i',
        '(local.get $n)',
        `(local.set $crc (i32.xor (i32.load offset=65536 (i32.shl (i32.and (i32.xor (local.get $crc) (i32.load8_u (local.get $i))) (i32.const 255)) (i32.const 2)))
          (i32.shr_u (local.get $crc) (i32.const 8))))`,
      )} (local.get $crc))`,
  },
  {
    name: 'quicksort',
    size: 5_000,
    wat: `(memory 1) (func $sort (param $lo i32) (param $hi i32) (local $i i32) (local $j i32) (local $p i32) (local $t i32)
        (if (i32.ge_s (local.get $lo) (local.get $hi)) (then (return)))
        (local.set $p (i32.load (i32.and (i32.shr_u (i32.add (local.get $lo) (local.get $hi)) (i32.const 1)) (i32.const -4))))
        (local.set $i (local.get $lo)) (local.set $j (local.get $hi))
        (loop $l
          (loop $up (if (i32.lt_u (i32.load (local.get $i)) (local.get $p)) (then (local.set $i (i32.add (local.get $i) (i32.const 4))) (br $up))))
          (loop $down (if (i32.gt_u (i32.load (local.get $j)) (local.get $p)) (then (local.set $j (i32.sub (local.get $j) (i32.const 4))) (br $down))))
          (if (i32.le_s (local.get $i) (local.get $j)) (then
            (local.set $t (i32.load (local.get $i))) (i32.store (local.get $i) (i32.load (local.get $j))) (i32.store (local.get $j) (local.get $t))
            (local.set $i (i32.add (local.get $i) (i32.const 4))) (local.set $j (i32.sub (local.get $j) (i32.const 4)))))
          (br_if $l (i32.le_s (local.get $i) (local.get $j))))
        (call $sort (local.get $lo) (local.get $j)) (call $sort (local.get $i) (local.get $hi)))
      (func (export "run") (param $n i32) (result i32) (local $i i32) (local $x i32) (local.set $x (i32.const 12345))
        ${loop(
          '$i',
          '(local.get $n)',
          `(local.set $x (i32.add (i32.mul (local.get $x) (i32.const 1664525)) (i32.const 1013904223)))
          (i32.store (i32.shl (local.get $i) (i32.const 2)) (local.get $x))`,
        )} (call $sort (i32.const 0) (i32.shl (i32.sub (local.get $n) (i32.const 1)) (i32.const 2))) (i32.load (i32.const 0)))`,
  },
  {
    name: 'hash table',
    size: 10_000,
    wat: `(memory 4) (func $hash (param i32) (result i32) (local.set 0 (i32.mul (local.get 0) (i32.const 0x9e3779b1)))
        (i32.and (i32.xor (local.get 0) (i32.shr_u (local.get 0) (i32.const 15))) (i32.const 0x7fff)))
      (func (export "run") (param $n i32) (result i32) (local $i i32) (local $at i32) (local $hits i32)
        (memory.fill (i32.const 0) (i32.const 0) (i32.const 131072)) (local.set $i (i32.const 1))
        ${loop(
          '$i',
          '(local.get $n)',
          `(local.set $at (call $hash (local.get $i)))
          (block $found (loop $probe
            (if (i32.eqz (i32.load (i32.shl (local.get $at) (i32.const 2)))) (then (i32.store (i32.shl (local.get $at) (i32.const 2)) (local.get $i)) (br $found)))
            (local.set $hits (i32.add (local.get $hits) (i32.const 1)))
            (local.set $at (i32.and (i32.add (local.get $at) (i32.const 1)) (i32.const 0x7fff))) (br $probe)))`,
        )} (local.get $hits))`,
  },
  {
    name: 'bytecode interpreter',
    size: 20_000,
    wat: `(memory 1) (data (i32.const 0) "\\00\\01\\02\\03\\04\\00\\02\\01\\03\\00\\04\\02\\05")
      (func (export "run") (param $n i32) (result i32) (local $pc i32) (local $a i32) (local $b i32)
        (block $exit (loop $l (block $op5 (block $op4 (block $op3 (block $op2 (block $op1 (block $op0
          (br_table $op0 $op1 $op2 $op3 $op4 $op5 (i32.load8_u (local.get $pc))))
          (local.set $a (i32.add (local.get $a) (i32.const 3))) (local.set $pc (i32.add (local.get $pc) (i32.const 1))) (br $l))
          (local.set $b (i32.xor (local.get $b) (local.get $a))) (local.set $pc (i32.add (local.get $pc) (i32.const 1))) (br $l))
          (local.set $a (i32.rotl (local.get $a) (i32.const 5))) (local.set $pc (i32.add (local.get $pc) (i32.const 1))) (br $l))
          (i32.store (i32.const 64) (local.get $b)) (local.set $pc (i32.add (local.get $pc) (i32.const 1))) (br $l))
          (local.set $b (i32.add (local.get $b) (i32.load (i32.const 64)))) (local.set $pc (i32.add (local.get $pc) (i32.const 1))) (br $l))
          (local.set $pc (i32.const 0)) (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
        (local.get $b))`,
  },
  {
    name: 'n-body',
    size: 4_000,
    wat: `(func (export "run") (param $n i32) (result i32) (local $i i32) (local $x f64) (local $y f64) (local $vx f64) (local $vy f64) (local $d f64)
      (local.set $x (f64.const 1)) (local.set $vy (f64.const 1))
      ${loop(
        '$i',
        '(local.get $n)',
        `(local.set $d (f64.add (f64.mul (local.get $x) (local.get $x)) (f64.mul (local.get $y) (local.get $y))))
        (local.set $d (f64.div (f64.const 0.001) (f64.mul (local.get $d) (f64.sqrt (local.get $d)))))
        (local.set $vx (f64.sub (local.get $vx) (f64.mul (local.get $x) (local.get $d)))) (local.set $vy (f64.sub (local.get $vy) (f64.mul (local.get $y) (local.get $d))))
        (local.set $x (f64.add (local.get $x) (f64.mul (local.get $vx) (f64.const 0.001)))) (local.set $y (f64.add (local.get $y) (f64.mul (local.get $vy) (f64.const 0.001))))`,
      )} (i32.trunc_sat_f64_s (f64.mul (local.get $x) (f64.const 1e6))))`,
  },
  {
    name: 'Collatz sequences',
    size: 1_000,
    wat: `(func (export "run") (param $n i32) (result i32) (local $i i32) (local $x i64) (local $steps i32)
      ${loop(
        '$i',
        '(local.get $n)',
        `(local.set $x (i64.extend_i32_u (i32.add (local.get $i) (i32.const 1))))
        (block $one (loop $c (br_if $one (i64.le_u (local.get $x) (i64.const 1)))
          (local.set $steps (i32.add (local.get $steps) (i32.const 1)))
          (if (i64.eqz (i64.and (local.get $x) (i64.const 1))) (then (local.set $x (i64.shr_u (local.get $x) (i64.const 1))))
            (else (local.set $x (i64.add (i64.mul (local.get $x) (i64.const 3)) (i64.const 1))))) (br $c)))`,
      )} (local.get $steps))`,
  },
  {
    name: 'calls through a table',
    size: 30_000,
    wat: `(table 4 funcref) (elem (i32.const 0) $a $b $c $d) (type $f (func (param i32) (result i32)))
      (func $a (type $f) (i32.add (local.get 0) (i32.const 1))) (func $b (type $f) (i32.xor (local.get 0) (i32.const 0x5555)))
      (func $c (type $f) (i32.rotl (local.get 0) (i32.const 3))) (func $d (type $f) (i32.sub (i32.const 7) (local.get 0)))
      (func (export "run") (param $n i32) (result i32) (local $i i32) (local $x i32)
        ${loop('$i', '(local.get $n)', '(local.set $x (call_indirect (type $f) (local.get $x) (i32.and (local.get $i) (i32.const 3))))')} (local.get $x))`,
  },
  {
    name: 'small copies and fills',
    size: 5_000,
    wat: `(memory 2) (func (export "run") (param $n i32) (result i32) (local $i i32)
      ${loop(
        '$i',
        '(local.get $n)',
        `(memory.fill (i32.const 0) (local.get $i) (i32.const 200))
        (memory.copy (i32.const 1024) (i32.and (local.get $i) (i32.const 255)) (i32.const 300))`,
      )} (i32.load (i32.const 1024)))`,
  },
];
