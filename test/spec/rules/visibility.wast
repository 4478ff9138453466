;; Types that those outside can name: records, variants, enums, flags and resources of an import or export come before it.

(component definition
  (type $raw (record (field "x" u32)))
  (import "point" (type $p (eq $raw)))
  (import "f" (func $f (param "to" (tuple $p string)) (result (result (list $p) (error u8)))))
  (export "again" (func $f)))

;; each kind that needs a name, wherever it stands

(assert_invalid (component (type $t (record (field "x" u8))) (import "f" (func (param "x" $t)))) "record")
(assert_invalid (component (type $t (variant (case "x"))) (import "f" (func (result $t)))) "variant")
(assert_invalid (component (type $t (enum "x")) (import "f" (func (param "x" (list $t))))) "enum")
(assert_invalid (component (type $t (flags "x")) (import "f" (func (param "x" (option $t))))) "flags")
(assert_invalid (component (type $t (enum "x")) (import "f" (func (param "x" (tuple u8 $t))))) "in a tuple")
(assert_invalid (component (type $t (enum "x")) (import "f" (func (result (result (error $t)))))) "in a result")
(assert_invalid (component (type $t (enum "x")) (import "f" (func (param "x" (stream $t))))) "in a stream")
(assert_invalid (component (type $t (enum "x")) (import "f" (func (param "x" (map string $t))))) "in a map")
(assert_invalid (component (type $t (enum "x")) (import "f" (func (param "x" (list $t 3))))) "in a list of fixed length")
(assert_invalid (component (type $r (resource (rep i32))) (import "f" (func (param "x" (borrow $r))))) "resource")
(assert_invalid
  (component
    (type $t (enum "x"))
    (type $u (record (field "t" $t)))
    (import "u" (type (eq $u))))
  "a field of a type that gets a name")
(assert_invalid
  (component (type $t (enum "x")) (type $f (func (param "t" $t))) (export "f" (type $f)))
  "a parameter of a function type that is exported")

;; having a name is having been imported or exported, not having one that is

(assert_invalid
  (component
    (type $t (enum "x"))
    (import "t" (type (eq $t)))
    (import "f" (func (param "x" $t))))
  "the type before it had the name")
(assert_invalid
  (component
    (type $t (enum "x"))
    (export $named "t" (type $t))
    (import "f" (func (param "x" $named))))
  "exports name nothing for imports")
(component definition
  (type $t (enum "x"))
  (import "t" (type $named (eq $t)))
  (type $l (list $named))
  (export "l" (type $l)))

;; through instances

(component definition
  (type $t (enum "x"))
  (instance $bag (export "t" (type $t)))
  (export $named "i" (instance $bag))
  (alias export $named "t" (type $u))
  (type $l (list $u))
  (export "l" (type $l)))
(assert_invalid
  (component
    (type $t (enum "x"))
    (instance $bag (export "t" (type $t)))
    (alias export $bag "t" (type $u))
    (type $l (list $u))
    (export "l" (type $l)))
  "an instance that is not exported names nothing")
(component definition
  (import "i" (instance $i
    (export "r" (type $r (sub resource)))
    (type $e (enum "x"))
    (export "e" (type $n (eq $e)))
    (export "f" (func (param "r" (borrow $r)) (result $n)))))
  (alias export $i "r" (type $r))
  (alias export $i "e" (type $e))
  (import "g" (func (param "r" (own $r)) (result (list $e)))))
(assert_invalid
  (component
    (type $i (instance
      (type $e (enum "x"))
      (export "f" (func (param "e" $e)))))
    (import "i" (instance (type $i))))
  "an instance whose functions need a type it does not export")
(component definition
  (type (instance
    (type $e (enum "x"))
    (export "f" (func (param "e" $e))))))
(assert_invalid
  (component
    (type (component
      (type $e (enum "x"))
      (export "f" (func (param "e" $e))))))
  "the type of a component is checked where it stands")
(assert_invalid
  (component
    (type (component
      (export "r" (type $r (sub resource)))
      (import "f" (func (param "r" (own $r)))))))
  "in the type of a component, too, exports name nothing for imports")

;; what a component around it names, a component does not

(assert_invalid
  (component
    (type $t (enum "x"))
    (import "t" (type $named (eq $t)))
    (component (import "f" (func (param "x" $named)))))
  "named outside only")
