;; Long lists of numbers and characters, more than a command line can pass.
(component
  (core module $Generate
    (memory (export "memory") 80)

    ;; Answers with `count` items, which lie from 16 on.
    (func $answer (param $count i32) (result i32)
      (i32.store (i32.const 0) (i32.const 16))
      (i32.store (i32.const 4) (local.get $count))
      (i32.const 0))

    ;; The characters from `from` until before `to`.
    (func (export "chars") (param $from i32) (param $to i32) (result i32)
      (local $at i32)
      (local.set $at (i32.const 16))
      (block $done
        (loop $more
          (br_if $done
            (i32.ge_u
              (i32.add (local.get $from) (i32.shr_u (i32.sub (local.get $at) (i32.const 16)) (i32.const 2)))
              (local.get $to)))
          (i32.store
            (local.get $at)
            (i32.add (local.get $from) (i32.shr_u (i32.sub (local.get $at) (i32.const 16)) (i32.const 2))))
          (local.set $at (i32.add (local.get $at) (i32.const 4)))
          (br $more)))
      (call $answer (i32.sub (local.get $to) (local.get $from))))

    ;; `count` numbers, by their bits: `first`, and each next one `step` more.
    (func (export "doubles") (param $first i64) (param $step i64) (param $count i32) (result i32)
      (local $index i32)
      (block $done
        (loop $more
          (br_if $done (i32.ge_u (local.get $index) (local.get $count)))
          (i64.store offset=16
            (i32.shl (local.get $index) (i32.const 3))
            (i64.add (local.get $first) (i64.mul (local.get $step) (i64.extend_i32_u (local.get $index)))))
          (local.set $index (i32.add (local.get $index) (i32.const 1)))
          (br $more)))
      (call $answer (local.get $count)))
    (func (export "floats") (param $first i32) (param $step i32) (param $count i32) (result i32)
      (local $index i32)
      (block $done
        (loop $more
          (br_if $done (i32.ge_u (local.get $index) (local.get $count)))
          (i32.store offset=16
            (i32.shl (local.get $index) (i32.const 2))
            (i32.add (local.get $first) (i32.mul (local.get $step) (local.get $index))))
          (local.set $index (i32.add (local.get $index) (i32.const 1)))
          (br $more)))
      (call $answer (local.get $count))))
  (core instance $m (instantiate $Generate))
  (alias core export $m "memory" (core memory $memory))

  (func (export "chars") (param "from" u32) (param "to" u32) (result (list char))
    (canon lift (core func $m "chars") (memory $memory)))
  ;; The numbers whose bits are `first`, `first + step` and so on, `count` of them.
  (func (export "floats") (param "first" u32) (param "step" u32) (param "count" u32) (result (list f32))
    (canon lift (core func $m "floats") (memory $memory)))
  (func (export "doubles") (param "first" u64) (param "step" u64) (param "count" u32) (result (list f64))
    (canon lift (core func $m "doubles") (memory $memory))))
