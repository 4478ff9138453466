;; Canonical definitions: their options, the core functions they take, and the built-ins.

(component definition
  (core module $m
    (memory (export "mem") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "plain") (param i32) (result i32) (local.get 0))
    (func (export "text") (param i32 i32) (result i32) unreachable)
    (func (export "after") (param i32)))
  (core instance $i (instantiate $m))
  (func (param "x" u8) (result char) (canon lift (core func $i "plain")))
  (func (param "x" string) (result string)
    (canon lift (core func $i "text") (memory (core memory $i "mem")) (realloc (core func $i "realloc")) (post-return (core func $i "after"))))
  (import "f" (func $f (param "x" string)))
  (core func (canon lower (func $f) (memory (core memory $i "mem")) string-encoding=utf16)))

(assert_invalid
  (component
    (core module $m (func (export "f") (param i64)))
    (core instance $i (instantiate $m))
    (func (param "x" u8) (canon lift (core func $i "f"))))
  "another parameter")
(assert_invalid
  (component
    (core module $m (func (export "f") (result i32) unreachable))
    (core instance $i (instantiate $m))
    (func (canon lift (core func $i "f"))))
  "a result too many")
(assert_invalid
  (component
    (core module $m (func (export "f") (param i32 i32)))
    (core instance $i (instantiate $m))
    (func (param "x" string) (canon lift (core func $i "f"))))
  "a string needs a memory")
(assert_invalid
  (component
    (core module $m (memory (export "mem") 1) (func (export "f") (param i32 i32)))
    (core instance $i (instantiate $m))
    (func (param "x" string) (canon lift (core func $i "f") (memory (core memory $i "mem")))))
  "and a realloc")
(assert_invalid
  (component (import "f" (func $f (result (tuple u8 u8)))) (core func (canon lower (func $f))))
  "two results go through a memory")
(assert_invalid
  (component
    (core module $m (memory (export "mem") 1))
    (core instance $i (instantiate $m))
    (import "f" (func $f (result string)))
    (core func (canon lower (func $f) (memory (core memory $i "mem")))))
  "a string that comes back needs a realloc")
(assert_invalid
  (component
    (core module $m (memory (export "mem") 1) (func (export "r") (param i32 i32 i32) (result i32) unreachable))
    (core instance $i (instantiate $m))
    (import "f" (func $f (result string)))
    (core func (canon lower (func $f) (memory (core memory $i "mem")) (realloc (core func $i "r")))))
  "a realloc of another type")
(assert_invalid
  (component
    (core module $m (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable))
    (core instance $i (instantiate $m))
    (import "f" (func $f))
    (core func (canon lower (func $f) (realloc (core func $i "r")))))
  "a realloc without a memory")
(assert_invalid
  (component
    (core module $m (memory (export "mem") i64 1))
    (core instance $i (instantiate $m))
    (import "f" (func $f))
    (core func (canon lower (func $f) (memory (core memory $i "mem")))))
  "a memory with 64-bit addresses")
(assert_invalid
  (component
    (core module $m (memory (export "mem") 1 1 shared))
    (core instance $i (instantiate $m))
    (import "f" (func $f))
    (core func (canon lower (func $f) (memory (core memory $i "mem")))))
  "a shared memory")
(assert_invalid
  (component
    (core module $m (func (export "f")) (func (export "after") (param i32)))
    (core instance $i (instantiate $m))
    (func (canon lift (core func $i "f") (post-return (core func $i "after")))))
  "post-return takes what was returned")
(assert_invalid
  (component
    (core module $m (func (export "after")))
    (core instance $i (instantiate $m))
    (import "f" (func $f))
    (core func (canon lower (func $f) (post-return (core func $i "after")))))
  "post-return when lowering")
(assert_invalid
  (component (import "f" (func $f)) (core func (canon lower (func $f) string-encoding=utf8 string-encoding=utf16)))
  "two encodings")
(assert_invalid (component (core func (canon lower (func 0)))) "no such function")
(assert_invalid
  (component (type $u u8) (core module $m (func (export "f"))) (core instance $i (instantiate $m))
    (alias core export $i "f" (core func $f))
    (func (type $u) (canon lift (core func $f))))
  "no function type")

;; resources

(component definition
  (type $r (resource (rep i32)))
  (import "q" (type $q (sub resource)))
  (core func (canon resource.new $r))
  (core func (canon resource.rep $r))
  (core func (canon resource.drop $r))
  (core func (canon resource.drop $q)))
(assert_invalid
  (component (import "q" (type $q (sub resource))) (core func (canon resource.new $q)))
  "only its component makes a resource")
(assert_invalid
  (component (import "q" (type $q (sub resource))) (core func (canon resource.rep $q)))
  "or knows what represents it")
(assert_invalid (component (type $u u8) (core func (canon resource.drop $u))) "no resource")

;; the asynchronous ABI

(component definition
  (type $s (stream u8))
  (type $f (future))
  (core module $m (memory (export "mem") 1)
    (func (export "f") (result i32) unreachable)
    (func (export "cb") (param i32 i32 i32) (result i32) unreachable))
  (core instance $i (instantiate $m))
  (core func (canon task.return (result u8)))
  (core func (canon stream.new $s))
  (core func (canon stream.read $s async (memory (core memory $i "mem"))))
  (core func (canon future.new $f))
  (core func (canon waitable-set.wait (memory (core memory $i "mem"))))
  (core func (canon context.get i32 0))
  (func async (result u8) (canon lift (core func $i "f") async (callback (core func $i "cb")))))
(assert_invalid
  (component (import "f" (func $f)) (core func (canon lower (func $f) async)))
  "async for a function that is not")
(assert_invalid
  (component
    (core module $m (func (export "f") (result i32) unreachable) (func (export "cb") (param i32) (result i64) unreachable))
    (core instance $i (instantiate $m))
    (func async (canon lift (core func $i "f") async (callback (core func $i "cb")))))
  "a callback of another type")
(assert_invalid
  (component
    (core module $m (func (export "f")) (func (export "cb") (param i32 i32 i32) (result i32) unreachable))
    (core instance $i (instantiate $m))
    (func async (canon lift (core func $i "f") (callback (core func $i "cb")))))
  "a callback without async")
(assert_invalid
  (component
    (core module $m (func (export "f")) (func (export "after")))
    (core instance $i (instantiate $m))
    (func async (canon lift (core func $i "f") async (post-return (core func $i "after")))))
  "post-return with async")
(assert_invalid
  (component
    (core module $m (func (export "f")))
    (core instance $i (instantiate $m))
    (import "g" (func $g async (result u8)))
    (core func (canon lower (func $g) async)))
  "an asynchronous result goes through a memory")
(assert_invalid (component (type $f (future)) (core func (canon stream.new $f))) "a future is no stream")
(assert_invalid (component (type $s (stream u8)) (core func (canon stream.read $s async))) "elements need a memory")
(assert_invalid (component (core func (canon context.get i32 9))) "no such slot")
(assert_invalid (component (core func (canon task.return (result string)))) "a string needs a memory")
(assert_invalid
  (component
    (core module $a (import "" "new" (func (result i32))))
    (type $s (stream u8))
    (core func $new (canon stream.new $s))
    (core instance (instantiate $a (with "" (instance (export "new" (func $new)))))))
  "both ends of a stream come as an i64")
