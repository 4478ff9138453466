;; Components in components, with resources that go through all of them.
(component
  (import "ns:pkg/a@1.2.3" (instance $a
    (export "r" (type $r (sub resource)))
    (export "[constructor]r" (func (param "n" u32) (result (own $r))))
    (export "[method]r.look" (func (param "self" (borrow $r)) (result (result u8 (error string)))))))
  (alias export $a "r" (type $r))
  (component $inner
    (import "r" (type $r (sub resource)))
    (import "make" (func $make (param "n" u32) (result (own $r))))
    (type $own (resource (rep i32)))
    (core func $new (canon resource.new $own))
    (core func $drop (canon resource.drop $r))
    (core func $make' (canon lower (func $make)))
    (core module $m
      (import "" "make" (func $make (param i32) (result i32)))
      (import "" "drop" (func $drop (param i32)))
      (import "" "new" (func $new (param i32) (result i32)))
      (func (export "run") (param i32) (result i32) (call $drop (call $make (local.get 0))) (call $new (i32.const 3))))
    (core instance $m (instantiate $m (with "" (instance (export "make" (func $make')) (export "drop" (func $drop)) (export "new" (func $new))))))
    (export $e "own" (type $own))
    (func (export "run") (param "n" u32) (result (own $e)) (canon lift (core func $m "run"))))
  (alias export $a "[constructor]r" (func $make))
  (instance $i (instantiate $inner (with "r" (type $r)) (with "make" (func $make))))
  (component $outer
    (import "i" (instance $i (export "own" (type $own (sub resource))) (export "run" (func (param "n" u32) (result (own $own))))))
    (export "ns:pkg/b" (instance $i)))
  (instance $o (instantiate $outer (with "i" (instance $i))))
  (export "ns:pkg/b" (instance $o "ns:pkg/b")))
