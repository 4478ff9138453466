;; A type of every kind, named where it must be, in types of components and instances.
(component
  (type $e' (enum "a" "b")) (import "e" (type $e (eq $e')))
  (type $f' (flags "x" "y" "z")) (import "f" (type $f (eq $f')))
  (type $r' (record (field "e" $e) (field "f" $f) (field "l" (list (tuple u8 string))))) (import "r" (type $r (eq $r')))
  (type $v' (variant (case "r" $r) (case "o" (option (option $e))) (case "n"))) (import "v" (type $v (eq $v')))
  (type $m (map string $v))
  (import "g" (func (param "v" $v) (param "m" $m) (param "k" (list u32 4)) (result (result $r (error char)))))
  (type $c (component
    (import "x" (core module (import "m" "f" (func (param i32) (result i64))) (export "mem" (memory 1 2))))
    (export "y" (instance (export "z" (func))))
    (export "w" (component (import "q" (func))))))
  (import "c" (component (type $c)))
  (type $i (instance (alias outer 1 $e (type $e)) (export "e2" (type (eq $e))) (export "h" (func (param "b" bool) (result f64)))))
  (import "ns:p/i@0.2.0" (instance (type $i)))
  (import "locked-dep=<ns:p/j>" (component)))
