;; Cannot be instantiated without an interface and a function of its host.
(component
  (import "parity:needs/clock@1.2.0" (instance $clock (export "now" (func (result u64)))))
  (import "greet" (func $greet (param "name" u32) (result u32)))
  (core func $now' (canon lower (func $clock "now")))
  (core func $greet' (canon lower (func $greet)))
  (core module $Needs
    (import "" "now" (func $now (result i64)))
    (import "" "greet" (func $greet (param i32) (result i32)))
    (func (export "later") (param i64) (result i64) (i64.add (call $now) (local.get 0)))
    (func (export "greeted") (param i32) (result i32) (call $greet (local.get 0)))
    (func (export "plain") (result i32) (i32.const 7)))
  (core instance $m
    (instantiate $Needs (with "" (instance (export "now" (func $now')) (export "greet" (func $greet'))))))
  (func (export "later") (param "by" u64) (result u64) (canon lift (core func $m "later")))
  (func (export "greeted") (param "name" u32) (result u32) (canon lift (core func $m "greeted")))
  (func (export "plain") (result u32) (canon lift (core func $m "plain"))))
