;; Names of imports and exports: their form, what they promise, and that they differ.

(component definition
  (import "plain" (func))
  (import "with-DIGITS-2" (func))
  (import "demo:pkg/iface" (instance))
  (import "demo:pkg/iface@1.2.3" (instance))
  (import "demo:pkg/iface@1.2.3-rc.1+build.007" (instance))
  (import "demo:pkg/OTHER-iface" (instance))
  (import "thing" (type $thing (sub resource)))
  (import "[constructor]thing" (func (result (own $thing))))
  (import "[method]thing.poke" (func (param "self" (borrow $thing)) (param "n" u8)))
  (import "[static]thing.count" (func (result u32)))
  (import "maybe" (type $maybe (sub resource)))
  (import "[constructor]maybe" (func (result (result (own $maybe) (error u8)))))
  (export "plain" (func 0)))

(assert_invalid (component (import "" (func))) "empty")
(assert_invalid (component (import "Mixed" (func))) "case within a word")
(assert_invalid (component (import "two--dashes" (func))) "empty word")
(assert_invalid (component (import "-dash" (func))) "leading dash")
(assert_invalid (component (import "dash-" (func))) "trailing dash")
(assert_invalid (component (import "2-two" (func))) "leading digit")
(assert_invalid (component (import "ümlaut" (func))) "letters beyond a to z")
(assert_invalid (component (import "under_score" (func))) "other characters")
(assert_invalid (component (import "demo:pkg" (instance))) "a package is no interface")
(assert_invalid (component (import "Demo:pkg/iface" (instance))) "namespaces are lower case")
(assert_invalid (component (import "demo:PKG/iface" (instance))) "packages are lower case")
(assert_invalid (component (import "demo:pkg/" (instance))) "no interface")
(assert_invalid (component (import "demo:pkg/one/two" (instance))) "nested projections")
(assert_invalid (component (import "demo:inner:pkg/one" (instance))) "nested namespaces")
(assert_invalid (component (import "demo:pkg/iface@1" (instance))) "part of a version")
(assert_invalid (component (import "demo:pkg/iface@1.2" (instance))) "part of a version")
(assert_invalid (component (import "demo:pkg/iface@01.2.3" (instance))) "leading zero")
(assert_invalid (component (import "demo:pkg/iface@1.2.3-01" (instance))) "leading zero of a pre-release")
(assert_invalid (component (import "demo:pkg/iface@1.2.3-" (instance))) "empty pre-release")
(assert_invalid (component (import "demo:pkg/iface@1.2.3+" (instance))) "empty build")
(assert_invalid (component (import "demo:pkg/iface@1.2.3@4" (instance))) "two versions")
(assert_invalid (component (import "[getter]thing.x" (func))) "no such annotation")

;; what was a name once

(assert_invalid (component (import "unlocked-dep=<demo:pkg>" (component))) "a dependency")
(assert_invalid (component (import "locked-dep=<demo:pkg@1.2.3>" (component))) "a dependency")
(assert_invalid (component (import "url=<https://example.com/x>" (component))) "a url")
(assert_invalid (component (import "integrity=<sha256-YWJj>" (component))) "a hash")

;; names differ whatever their case, and a function of a resource is known by what it is in it

(assert_invalid (component (import "one" (func)) (import "one" (func))) "twice")
(assert_invalid (component (import "one" (func)) (import "ONE" (func))) "twice but for case")
(assert_invalid (component (import "demo:a/b" (func)) (import "demo:a/b" (func))) "twice")
(assert_invalid (component (import "f" (func $f)) (export "g" (func $f)) (export "g" (func $f))) "twice")
(assert_invalid
  (component
    (import "t" (type $t (sub resource)))
    (import "[method]t.a" (func (param "self" (borrow $t))))
    (import "[static]t.a" (func)))
  "a method and a static function of one name")
(assert_invalid
  (component (import "t" (type $t (sub resource))) (import "[static]t.t" (func)))
  "the name of its resource")
(assert_invalid
  (component
    (import "t" (type $t (sub resource)))
    (import "[constructor]t" (func (result (own $t))))
    (import "[constructor]t" (func (result (own $t)))))
  "two constructors")

;; what the name of a resource's function promises

(assert_invalid (component (import "[constructor]t" (func))) "no result")
(assert_invalid (component (import "[constructor]t.u" (func))) "two labels")
(assert_invalid (component (import "[method]t" (func))) "one label")
(assert_invalid (component (import "[static]t.a.b" (func))) "three labels")
(assert_invalid (component (import "t" (type (sub resource))) (import "[static]t.a" (instance))) "not a function")
(assert_invalid (component (import "[static]t.a" (func))) "no such resource")
(assert_invalid
  (component
    (import "t" (type $t (sub resource)))
    (import "u" (type $u (sub resource)))
    (import "[constructor]t" (func (result (own $u)))))
  "another resource")
(assert_invalid
  (component (import "t" (type $t (sub resource))) (import "[constructor]t" (func (result (option (own $t))))))
  "neither the resource nor a result of it")
(assert_invalid
  (component (import "t" (type $t (sub resource))) (import "[method]t.a" (func (param "it" (borrow $t)))))
  "not called self")
(assert_invalid
  (component (import "t" (type $t (sub resource))) (import "[method]t.a" (func (param "self" (own $t)))))
  "not borrowed")
(assert_invalid
  (component
    (import "i" (instance $i (export "t" (type (sub resource)))))
    (alias export $i "t" (type $t))
    (import "[method]t.a" (func (param "self" (borrow $t)))))
  "a resource of an instance has no name outside of it")
(assert_invalid
  (component
    (import "t" (type $t (sub resource)))
    (import "f" (func $f (param "self" (borrow $t))))
    (export "[method]t.f" (func $f)))
  "imports name nothing for exports")
(component definition
  (import "t" (type $t (sub resource)))
  (import "f" (func $f (param "self" (borrow $t))))
  (export $u "u" (type $t))
  (export "[method]u.f" (func $f) (func (param "self" (borrow $u)))))
(component definition
  (type (instance
    (export "t" (type $t (sub resource)))
    (export "[method]t.f" (func (param "self" (borrow $t)))))))
(assert_invalid
  (component
    (import "t" (type $t (sub resource)))
    (import "[static]t.s" (func $f))
    (instance (export "t" (type $t)) (export "[static]t.s" (func $f))))
  "a list of exports names nothing")

;; attributes

(component definition
  (import "a" (implements "demo:kv/store@1.0.0") (instance))
  (import "b" (implements "demo:kv/store@1.0.0") (external-id "any text at all") (instance))
  (import "c" (external-id "") (func)))
(assert_invalid (component (import "a" (implements "store") (instance))) "not an interface")
(assert_invalid (component (import "a" (implements "demo:kv/store@1") (instance))) "not a version")
(assert_invalid (component (import "a" (implements "demo:kv/store") (func))) "not an instance")
(assert_invalid (component (import "demo:a/b" (implements "demo:kv/store") (instance))) "not a plain name")
(assert_invalid
  (component (type (instance (export "a" (implements "demo:kv/store") (func)))))
  "not an instance, in a type")
(assert_invalid
  (component (instance) (instance (export "a" (implements "store") (instance 0))))
  "not an interface, in a list of exports")
(assert_invalid
  (component binary
    "\00asm\0d\00\01\00"
    "\07\03\01\42\00"
    "\0a\15\01\02\01i\02\00\05a:b/x\00\05a:b/y\05\00")
  "one attribute twice")
(assert_malformed
  (component binary
    "\00asm\0d\00\01\00"
    "\07\03\01\42\00"
    "\0a\0b\01\02\01i\01\07\01x\05\00")
  "no such attribute")

;; labels inside types

(component definition (type (record (field "a" u8) (field "B" u8))))
(assert_invalid (component (type (record (field "a" u8) (field "A" u8)))) "fields differ but for case")
(assert_invalid (component (type (record (field "a_b" u8)))) "not kebab-case")
(assert_invalid (component (type (variant (case "a") (case "a")))) "cases twice")
(assert_invalid (component (type (enum "a" "a"))) "cases twice")
(assert_invalid (component (type (flags "a" "a"))) "flags twice")
(assert_invalid (component (type (func (param "a" u8) (param "a" u8)))) "parameters twice")
