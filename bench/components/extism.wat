;; The same work as an Extism plugin: parameters and results are bytes in memory of the host's.
(module
  (import "extism:host/env" "input_length" (func $input-length (result i64)))
  (import "extism:host/env" "input_load_u64" (func $input-load (param i64) (result i64)))
  (import "extism:host/env" "input_load_u8" (func $input-load-byte (param i64) (result i32)))
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u64" (func $store (param i64 i64)))
  (import "extism:host/env" "store_u8" (func $store-byte (param i64 i32)))
  (import "extism:host/env" "output_set" (func $output-set (param i64 i64)))
  (import "extism:host/user" "tick" (func $tick (param i64) (result i64)))
  (memory (export "memory") 1)

  (func $answer (param $value i64)
    (local $at i64)
    (local.set $at (call $alloc (i64.const 8)))
    (call $store (local.get $at) (local.get $value))
    (call $output-set (local.get $at) (i64.const 8)))

  ;; Two s32 in eight bytes.
  (func (export "add") (result i32)
    (local $input i64)
    (local.set $input (call $input-load (i64.const 0)))
    (call $answer
      (i64.extend_i32_u
        (i32.add (i32.wrap_i64 (local.get $input))
                 (i32.wrap_i64 (i64.shr_u (local.get $input) (i64.const 32))))))
    (i32.const 0))

  (func (export "call_host") (result i32)
    (local $n i64) (local $sum i64)
    (local.set $n (call $input-load (i64.const 0)))
    (block $done
      (loop $again
        (br_if $done (i64.eqz (local.get $n)))
        (local.set $sum (i64.add (local.get $sum) (call $tick (local.get $n))))
        (local.set $n (i64.sub (local.get $n) (i64.const 1)))
        (br $again)))
    (call $answer (local.get $sum))
    (i32.const 0))

  ;; Into the plugin's own memory and back out, eight bytes at a time, as Extism's kits for plugin authors do.
  (func (export "echo") (result i32)
    (local $length i64) (local $at i64) (local $out i64) (local $missing i32)
    (local.set $length (call $input-length))
    (local.set $missing
      (i32.sub (i32.wrap_i64 (local.get $length)) (i32.shl (memory.size) (i32.const 16))))
    (if (i32.gt_s (local.get $missing) (i32.const 0))
      (then
        (drop (memory.grow (i32.add (i32.shr_u (local.get $missing) (i32.const 16)) (i32.const 1))))))
    (block $read
      (loop $words
        (br_if $read (i64.gt_u (i64.add (local.get $at) (i64.const 8)) (local.get $length)))
        (i64.store (i32.wrap_i64 (local.get $at)) (call $input-load (local.get $at)))
        (local.set $at (i64.add (local.get $at) (i64.const 8)))
        (br $words)))
    (block $read-all
      (loop $bytes
        (br_if $read-all (i64.ge_u (local.get $at) (local.get $length)))
        (i32.store8 (i32.wrap_i64 (local.get $at)) (call $input-load-byte (local.get $at)))
        (local.set $at (i64.add (local.get $at) (i64.const 1)))
        (br $bytes)))
    (local.set $out (call $alloc (local.get $length)))
    (local.set $at (i64.const 0))
    (block $written
      (loop $words
        (br_if $written (i64.gt_u (i64.add (local.get $at) (i64.const 8)) (local.get $length)))
        (call $store (i64.add (local.get $out) (local.get $at)) (i64.load (i32.wrap_i64 (local.get $at))))
        (local.set $at (i64.add (local.get $at) (i64.const 8)))
        (br $words)))
    (block $written-all
      (loop $bytes
        (br_if $written-all (i64.ge_u (local.get $at) (local.get $length)))
        (call $store-byte (i64.add (local.get $out) (local.get $at)) (i32.load8_u (i32.wrap_i64 (local.get $at))))
        (local.set $at (i64.add (local.get $at) (i64.const 1)))
        (br $bytes)))
    (call $output-set (local.get $out) (local.get $length))
    (i32.const 0)))
