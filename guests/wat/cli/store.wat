;; A store behind the host's: every call goes on to an import. It also has a resource, which a command line cannot hold.
(component
  (type $disk (instance
    (export "size" (func (param "name" u32) (result u32)))
    (export "find" (func (param "name" u32) (result (result u32 (error u32)))))))
  (import "demo:store/disk@1.2.0" (instance $host (type $disk)))
  (import "log-line" (func $log (param "line" u32)))
  (core module $Memory (memory (export "memory") 1))
  (core instance $memory' (instantiate $Memory))
  (alias core export $memory' "memory" (core memory $memory))
  (core func $size (canon lower (func $host "size")))
  (core func $find (canon lower (func $host "find") (memory $memory)))
  (core func $log' (canon lower (func $log)))
  (core module $Store
    (import "" "memory" (memory 1))
    (import "" "size" (func $size (param i32) (result i32)))
    (import "" "find" (func $find (param i32 i32)))
    (import "" "log" (func $log (param i32)))
    (func (export "size") (param i32) (result i32) (call $log (local.get 0)) (call $size (local.get 0)))
    (func (export "find") (param i32) (result i32) (call $find (local.get 0) (i32.const 16)) (i32.const 16))
    (func (export "handle") (result i32) unreachable))
  (core instance $m
    (instantiate $Store
      (with "" (instance
        (export "memory" (memory $memory))
        (export "size" (func $size))
        (export "find" (func $find))
        (export "log" (func $log'))))))
  (type $item' (resource (rep i32)))
  (export $item "item" (type $item'))
  (func (export "size") (param "name" u32) (result u32) (canon lift (core func $m "size")))
  (func (export "find") (param "name" u32) (result (result u32 (error u32)))
    (canon lift (core func $m "find") (memory $memory)))
  (func (export "first-item") (result (own $item)) (canon lift (core func $m "handle"))))
