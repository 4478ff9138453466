;; Traps while it is instantiated.
(component
  (core module $StartTraps
    (func $start unreachable)
    (start $start)
    (func (export "f")))
  (core instance $m (instantiate $StartTraps))
  (func (export "f") (canon lift (core func $m "f"))))
