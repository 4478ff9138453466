;; The core module of the component that most rows call. It does next to nothing, so that what is timed is the boundary.
(module
  (import "bench:calls/host" "tick" (func $tick (param i32) (result i32)))
  (memory (export "memory") 1)

  ;; The allocator: a pointer that moves up, and back once the host has read the result of a call.
  (global $next (mut i32) (i32.const 1024))
  (func (export "cabi_realloc")
    (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32) (local $end i32) (local $missing i32)
    (local.set $at
      (i32.and
        (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
    (local.set $end (i32.add (local.get $at) (local.get $size)))
    (local.set $missing (i32.sub (local.get $end) (i32.shl (memory.size) (i32.const 16))))
    (if (i32.gt_s (local.get $missing) (i32.const 0))
      (then
        (drop (memory.grow (i32.add (i32.shr_u (local.get $missing) (i32.const 16)) (i32.const 1))))))
    (if (local.get $old)
      (then (memory.copy (local.get $at) (local.get $old) (local.get $old-size))))
    (global.set $next (local.get $end))
    (local.get $at))
  (func $done (param i32)
    (global.set $next (i32.const 1024)))
  (export "cabi_post_echo-string" (func $done))
  (export "cabi_post_echo-bytes" (func $done))
  (export "cabi_post_bench:calls/items#echo-item" (func $done))

  (func (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1)))

  (func (export "call-host") (param $n i32) (result i32)
    (local $sum i32)
    (block $done
      (loop $again
        (br_if $done (i32.eqz (local.get $n)))
        (local.set $sum (i32.add (local.get $sum) (call $tick (local.get $n))))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $again)))
    (local.get $sum))

  ;; A list or a string, given back as it came: the result is an address and a length, at 16.
  (func $echo (param i32 i32) (result i32)
    (i32.store offset=16 (i32.const 0) (local.get 0))
    (i32.store offset=20 (i32.const 0) (local.get 1))
    (i32.const 16))
  (export "echo-string" (func $echo))
  (export "echo-bytes" (func $echo))

  ;; An item comes flat, and goes back in memory, at 32.
  (func (export "bench:calls/items#echo-item")
    (param $id i64) (param $name i32) (param $name-length i32) (param $x f64) (param $y f64)
    (param $tags i32) (param $tag-count i32) (param $has-parent i32) (param $parent i32)
    (result i32)
    (i64.store offset=32 (i32.const 0) (local.get $id))
    (i32.store offset=40 (i32.const 0) (local.get $name))
    (i32.store offset=44 (i32.const 0) (local.get $name-length))
    (f64.store offset=48 (i32.const 0) (local.get $x))
    (f64.store offset=56 (i32.const 0) (local.get $y))
    (i32.store offset=64 (i32.const 0) (local.get $tags))
    (i32.store offset=68 (i32.const 0) (local.get $tag-count))
    (i32.store8 offset=72 (i32.const 0) (local.get $has-parent))
    (i32.store offset=76 (i32.const 0) (local.get $parent))
    (i32.const 32)))
