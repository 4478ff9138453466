;; Instantiation, aliases, subtyping and resources.

(component definition
  (import "f" (func $f (param "x" u8)))
  (import "i" (instance $i (export "g" (func)) (export "more" (func))))
  (component $c
    (import "f" (func (param "x" u8)))
    (import "i" (instance (export "g" (func)))))
  (instance (instantiate $c (with "f" (func $f)) (with "i" (instance $i)) (with "unasked" (func $f)))))

(assert_invalid (component (component $c (import "f" (func))) (instance (instantiate $c))) "not given")
(assert_invalid
  (component (import "f" (func $f)) (component $c) (instance (instantiate $c (with "f" (func $f)) (with "f" (func $f)))))
  "given twice")
(assert_invalid
  (component (instance $i) (component $c (import "f" (func))) (instance (instantiate $c (with "f" (instance $i)))))
  "of another sort")
(assert_invalid
  (component (import "f" (func $f (param "x" u8)))
    (component $c (import "f" (func (param "y" u8)))) (instance (instantiate $c (with "f" (func $f)))))
  "a parameter of another name")
(assert_invalid
  (component (import "f" (func $f (param "x" u8)))
    (component $c (import "f" (func (param "x" u16)))) (instance (instantiate $c (with "f" (func $f)))))
  "a parameter of another type")
(assert_invalid
  (component (import "f" (func $f async))
    (component $c (import "f" (func))) (instance (instantiate $c (with "f" (func $f)))))
  "an asynchronous function")
(assert_invalid
  (component (instance $i) (component $c (import "i" (instance (export "g" (func)))))
    (instance (instantiate $c (with "i" (instance $i)))))
  "an instance without the export")
(assert_invalid
  (component
    (type $a (record (field "x" u8)))
    (component $c (type $b (record (field "x" u8) (field "y" u8))) (import "t" (type (eq $b))))
    (instance (instantiate $c (with "t" (type $a)))))
  "a type that is not equal")
(assert_invalid
  (component (type $u u8) (component $c (import "r" (type (sub resource))))
    (instance (instantiate $c (with "r" (type $u)))))
  "no resource")
(assert_invalid (component (instance (instantiate 0))) "no such component")

;; components for component types: they may ask for less, and give more

(component definition
  (component $given (import "a" (func $a)) (export "b" (func $a)) (export "c" (func $a)))
  (component $taker (import "c" (component (import "a" (func)) (import "unasked" (func)) (export "b" (func)))))
  (instance (instantiate $taker (with "c" (component $given)))))
(assert_invalid
  (component
    (component $given (import "a" (func)) (import "b" (func)))
    (component $taker (import "c" (component (import "a" (func)))))
    (instance (instantiate $taker (with "c" (component $given)))))
  "asks for more")
(assert_invalid
  (component
    (component $given)
    (component $taker (import "c" (component (export "b" (func)))))
    (instance (instantiate $taker (with "c" (component $given)))))
  "gives less")

;; each instance brings resources of its own

(component definition
  (component $c
    (type $r (resource (rep i32)))
    (export $e "r" (type $r))
    (core func $drop (canon resource.drop $r))
    (func (export "f") (param "x" (own $e)) (canon lift (core func $drop))))
  (component $d (import "r" (type $r (sub resource))) (import "f" (func (param "x" (own $r)))))
  (instance $one (instantiate $c))
  (instance (instantiate $d (with "r" (type $one "r")) (with "f" (func $one "f")))))
(assert_invalid
  (component
    (component $c
      (type $r (resource (rep i32)))
      (export $e "r" (type $r))
      (core func $drop (canon resource.drop $r))
      (func (export "f") (param "x" (own $e)) (canon lift (core func $drop))))
    (component $d (import "r" (type $r (sub resource))) (import "f" (func (param "x" (own $r)))))
    (instance $one (instantiate $c))
    (instance $two (instantiate $c))
    (instance (instantiate $d (with "r" (type $one "r")) (with "f" (func $two "f")))))
  "the resource of another instance")
(assert_invalid
  (component
    (component $c (type $r (resource (rep i32))) (export "a" (type $r)) (export "b" (type $r) (type (sub resource))))
    (component $same (import "a" (type $a (sub resource))) (import "b" (type (eq $a))))
    (instance $i (instantiate $c))
    (instance (instantiate $same (with "a" (type $i "a")) (with "b" (type $i "b")))))
  "a resource that is exported as some resource")
(component definition
  (component $c (type $r (resource (rep i32))) (export "a" (type $r)) (export "b" (type $r)))
  (component $same (import "a" (type $a (sub resource))) (import "b" (type (eq $a))))
  (instance $i (instantiate $c))
  (instance (instantiate $same (with "a" (type $i "a")) (with "b" (type $i "b")))))

;; exports as something more general

(component definition
  (import "i" (instance $i (export "f" (func)) (export "g" (func))))
  (export "less" (instance $i) (instance (export "f" (func)))))
(assert_invalid
  (component (import "i" (instance $i (export "f" (func)))) (export "more" (instance $i) (instance (export "g" (func)))))
  "more than there is")
(assert_invalid
  (component (import "f" (func $f)) (export "g" (func $f) (func (param "x" u8))))
  "a function of another type")
(assert_invalid
  (component
    (import "i" (instance $i (export "f" (func))))
    (export $less "less" (instance $i) (instance))
    (alias export $less "f" (func)))
  "what is left out is out of sight")

;; aliases

(assert_invalid (component (import "i" (instance $i)) (alias export $i "f" (func))) "no such export")
(assert_invalid
  (component (import "i" (instance $i (export "f" (func)))) (alias export $i "f" (instance)))
  "an export of another sort")
(assert_invalid (component (alias outer 1 0 (type))) "past the outermost")
(assert_invalid (component (component (alias outer 1 0 (type)))) "no such type")
(component definition
  (type $t (record (field "x" u8)))
  (core module $m)
  (component $c (alias outer 1 $t (type $u)) (alias outer 1 $m (core module $n)) (core instance (instantiate $n)))
  (instance (instantiate $c)))
(assert_invalid
  (component (type $r (resource (rep i32))) (component (alias outer 1 $r (type))))
  "a resource does not cross")
(assert_invalid
  (component (type $r (resource (rep i32))) (type $l (list (own $r))) (component (alias outer 1 $l (type))))
  "nor a type that has one in it")
(assert_invalid
  (component
    (type $r (resource (rep i32)))
    (type $c (component (import "f" (func (param "x" (option (own $r)))))))
    (component (alias outer 1 $c (type))))
  "nor a type of components that speaks of one")
(component definition
  (type $i (instance (export "r" (type $r (sub resource))) (export "f" (func (param "x" (borrow $r))))))
  (component (alias outer 1 $i (type $j)) (import "i" (instance (type $j)))))
(component definition
  (type $r (resource (rep i32)))
  (type (component (alias outer 1 $r (type $s)) (import "t" (type (eq $s))))))
