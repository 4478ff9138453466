;; Types: what their parts may be, and how large they may be.

(component definition
  (type $k string)
  (type (map $k u8))
  (type (map char (list u8)))
  (type (list u8 4))
  (type (stream u8))
  (type (stream))
  (type (future (list string)))
  (type (tuple u8 u8))
  (type (result))
  (type (result (error string))))

(assert_invalid (component (type (map f32 u8))) "floats are no keys")
(assert_invalid (component (type (map (list u8) u8))) "lists are no keys")
(assert_invalid (component (type (list u8 0))) "a list of no elements")
(assert_invalid (component (type (stream char))) "not yet")
(assert_invalid (component (type $r (resource (rep i32))) (type (stream (borrow $r)))) "a borrow goes nowhere later")
(assert_invalid (component (type $r (resource (rep i32))) (type (future (list (borrow $r))))) "nor in a list")
(assert_invalid (component (type $r (resource (rep i32))) (type (func (result (borrow $r))))) "a borrow is not returned")
(assert_invalid
  (component (type $r (resource (rep i32))) (type (func (result (option (borrow $r))))))
  "nor in an option")
(assert_invalid (component (type (record))) "no fields")
(assert_invalid (component (type (variant))) "no cases")
(assert_invalid (component (type (enum))) "no cases")
(assert_invalid (component (type (flags))) "no flags")
(assert_invalid (component (type (tuple))) "no items")
(assert_invalid
  (component (type (flags
    "a0" "a1" "a2" "a3" "a4" "a5" "a6" "a7" "a8" "a9" "b0" "b1" "b2" "b3" "b4" "b5" "b6" "b7" "b8" "b9"
    "c0" "c1" "c2" "c3" "c4" "c5" "c6" "c7" "c8" "c9" "d0" "d1" "d2")))
  "33 flags")

;; indices are of the right sort, and of something that is there

(assert_invalid (component (type (list 0))) "of itself")
(assert_invalid (component (type $f (func)) (type (list $f))) "a function is no value")
(assert_invalid (component (type $i (instance)) (type (option $i))) "an instance is no value")
(assert_invalid (component (type $u u8) (type (own $u))) "no resource")
(assert_invalid (component (type $r (resource (rep i32))) (type (list $r))) "a resource itself is no value")
(assert_invalid (component (type $u u8) (import "f" (func (type $u)))) "no function")
(assert_invalid (component (type $u u8) (import "i" (instance (type $u)))) "no instance")
(assert_invalid (component (type $u u8) (import "c" (component (type $u)))) "no component")
(assert_invalid (component (import "t" (type (eq 3)))) "no such type")
(assert_invalid (component (type (instance (type (resource (rep i32)))))) "a resource inside a type")
(assert_invalid (component (type (component (type (resource (rep i32)))))) "a resource inside a type")
(assert_invalid (component (type (resource (rep i64)))) "resources are represented by an i32")
(assert_invalid
  (component
    (core module $m (func (export "drop") (param i64)))
    (core instance $i (instantiate $m))
    (type (resource (rep i32) (dtor (core func $i "drop")))))
  "a destructor takes what represents the resource")

;; sizes, in a memory with 64-bit addresses

(component definition
  (type (list u8 268435455))
  (type (list string 16777215)))
(assert_invalid (component (type (list u8 268435456))) "too large")
(assert_invalid (component (type (list string 16777216))) "too large where pointers are long")
(assert_invalid (component (type (tuple (list u8 134217728) (list u8 134217728)))) "too large together")
(assert_invalid (component (type (list (list (list u64 65536) 65536) 65536))) "too large to count in 32 bits")
(assert_invalid (component (type (list (option (list u8 134217728)) 2))) "too large with its tag")

;; the code of a type is one byte, whatever longer integers come to the same number

(assert_malformed (component binary "\00asm\0d\00\01\00" "\07\06\01\70\ff\ff\ff\7f") "the code of a type")
