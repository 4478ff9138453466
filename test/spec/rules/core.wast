;; Core modules, their types, and how they fit together.

(component definition
  (core type $t (module
    (type $f (func (param i32)))
    (import "a" "b" (func (type $f)))
    (import "a" "m" (memory 1 2))
    (import "a" "t" (table 1 funcref))
    (export "g" (global (mut i64)))))
  (import "m" (core module (type $t))))

(assert_invalid (component (core type (module (export "f" (func (type 0)))))) "no such type")
(assert_invalid (component (core type (module (export "a" (func)) (export "a" (global i32))))) "exported twice")
(assert_invalid (component (core type (module (import "a" "b" (func)) (import "a" "b" (func))))) "imported twice")
(component definition (core type (module (import "a" "b" (func)) (import "ab" "" (func)) (import "" "ab" (func)))))
(assert_invalid (component (core module (import "a" "b" (func)) (import "a" "b" (global i32)))) "imported twice, by a module")
(assert_invalid (component (core type (module (import "" "" (memory 65537))))) "more pages than addresses")
(assert_invalid (component (core type (module (import "" "" (memory 2 1))))) "a maximum below the minimum")
(assert_invalid (component (core type (module (import "" "" (table 2 1 funcref))))) "of a table, too")
(assert_invalid (component (core type $f (func)) (import "m" (core module (type $f)))) "a function is no module")
(assert_invalid
  (component (core type $m (module)) (core type (module (alias outer 1 $m (type $t)))))
  "a module type inside another")
(assert_invalid (component (core type (module (alias outer 1 3 (type $t))))) "no such type outside")
(assert_invalid (component (core module (func i32.add))) "the code of a module is checked")

;; instantiation of core modules

(component definition
  (core module $a
    (memory (export "m") 2 3)
    (table (export "t") 2 3 funcref)
    (global (export "g") i32 (i32.const 3))
    (global (export "v") (mut i64) (i64.const -1))
    (func (export "f") (param i32)))
  (core module $b
    (import "a" "m" (memory 1))
    (import "a" "t" (table 1 4 funcref))
    (import "a" "g" (global i32))
    (import "a" "v" (global (mut i64)))
    (import "a" "f" (func (param i32))))
  (core instance $a (instantiate $a))
  (core instance (instantiate $b (with "a" (instance $a)))))

(assert_invalid
  (component (core module $b (import "a" "f" (func))) (core instance (instantiate $b)))
  "nothing given")
(assert_invalid
  (component (core module $a) (core instance $a (instantiate $a))
    (core module $b (import "a" "f" (func))) (core instance (instantiate $b (with "a" (instance $a)))))
  "not exported")
(assert_invalid
  (component (core module $a) (core instance $a (instantiate $a))
    (core module $b) (core instance (instantiate $b (with "a" (instance $a)) (with "a" (instance $a)))))
  "given twice")
(assert_invalid
  (component (core module $a (func (export "x"))) (core instance $a (instantiate $a))
    (core module $b (import "a" "x" (global i32))) (core instance (instantiate $b (with "a" (instance $a)))))
  "of another sort")
(assert_invalid
  (component (core module $a (func (export "x") (param i32))) (core instance $a (instantiate $a))
    (core module $b (import "a" "x" (func (param i64)))) (core instance (instantiate $b (with "a" (instance $a)))))
  "a function of another type")
(assert_invalid
  (component (core module $a (memory (export "x") 1)) (core instance $a (instantiate $a))
    (core module $b (import "a" "x" (memory 2))) (core instance (instantiate $b (with "a" (instance $a)))))
  "a memory that is too small")
(assert_invalid
  (component (core module $a (memory (export "x") 1)) (core instance $a (instantiate $a))
    (core module $b (import "a" "x" (memory 1 2))) (core instance (instantiate $b (with "a" (instance $a)))))
  "a memory without a maximum")
(assert_invalid
  (component (core module $a (memory (export "x") 1 3)) (core instance $a (instantiate $a))
    (core module $b (import "a" "x" (memory 1 2))) (core instance (instantiate $b (with "a" (instance $a)))))
  "a memory that may grow further")
(assert_invalid
  (component (core module $a (memory (export "x") 1 2 shared)) (core instance $a (instantiate $a))
    (core module $b (import "a" "x" (memory 1 2))) (core instance (instantiate $b (with "a" (instance $a)))))
  "a shared memory")
(assert_invalid
  (component (core module $a (table (export "x") 1 externref)) (core instance $a (instantiate $a))
    (core module $b (import "a" "x" (table 1 funcref))) (core instance (instantiate $b (with "a" (instance $a)))))
  "a table of something else")
(assert_invalid
  (component (core module $a (global (export "x") (mut i32) (i32.const 0))) (core instance $a (instantiate $a))
    (core module $b (import "a" "x" (global i32))) (core instance (instantiate $b (with "a" (instance $a)))))
  "a global that changes")
(assert_invalid
  (component (core module $a (global (export "x") i64 (i64.const 0))) (core instance $a (instantiate $a))
    (core module $b (import "a" "x" (global i32))) (core instance (instantiate $b (with "a" (instance $a)))))
  "a global of another type")
(assert_invalid
  (component (core module $a (func (export "f"))) (core instance $a (instantiate $a))
    (alias core export $a "g" (core func)))
  "no such export")
(assert_invalid
  (component (core module $a (func (export "f"))) (core instance $a (instantiate $a))
    (alias core export $a "f" (core memory)))
  "an export of another sort")
(assert_invalid
  (component (core module $a (func (export "f"))) (core instance $a (instantiate $a))
    (core instance (export "x" (func $a "f")) (export "x" (func $a "f"))))
  "exported twice")
(assert_invalid (component (core instance (instantiate 0))) "no such module")

;; a module for a module type

(component definition
  (core module $m (import "a" "t" (table 1 funcref)) (memory (export "m") 2) (func (export "f")))
  (component $c (import "m" (core module
    (import "a" "t" (table 2 funcref)) (import "b" "more" (func)) (export "m" (memory 1)))))
  (instance (instantiate $c (with "m" (core module $m)))))
(assert_invalid
  (component
    (core module $m (import "a" "t" (table 2 funcref)))
    (component $c (import "m" (core module (import "a" "t" (table 1 funcref)))))
    (instance (instantiate $c (with "m" (core module $m)))))
  "asks for more than it is offered")
(assert_invalid
  (component
    (core module $m (memory (export "m") 1))
    (component $c (import "m" (core module (export "m" (memory 2)))))
    (instance (instantiate $c (with "m" (core module $m)))))
  "exports less than is asked for")

;; what a module type declares refers to types that come before it

(component binary "\00asm\0d\00\01\00" "\03\10\01\50\03" "\01\60\00\00" "\01\60\00\00" "\03\01\62\00\01")
(assert_invalid
  (component binary "\00asm\0d\00\01\00" "\03\10\01\50\03" "\01\60\00\00" "\03\01\62\00\01" "\01\60\00\00")
  "a type that comes after it")
