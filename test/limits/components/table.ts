/** Components whose guests do not stop, or take what they can: each module of the attack table in one, and what only components can try. */
import { ATTACKS } from '../attacks/table.js';

export interface ComponentAttack {
  readonly name: string;
  /** Of a component. It imports `f`, a function without parameters, if anything. */
  readonly wat: string;
  /** What the app does with it. Default: it calls `run`. */
  readonly by?: 'instantiating' | 'dropping';
  /** What the app gives it as `f`. Default: nothing happens there. */
  readonly f?: ImportKind;
  /** The codes that its error may have. Default: `timeout`. */
  readonly codes?: readonly string[];
}

/** What the app's function does. */
export type ImportKind = 'nothing' | 'slow' | 'throws' | 'calls a guest that loops';

const LOOP = '(loop $l (br $l))';
const LOWERED = '(core func $f (canon lower (func $f)))';
const GIVEN = '(with "host" (instance (export "f" (func $f))))';

/** A component around a core module that exports `run`, and imports `f` of `host` at most. */
function around(module: string): string {
  return `(component (import "f" (func $f)) ${LOWERED} ${module.replace('(module', '(core module $M')}
    (core instance $m (instantiate $M ${GIVEN})) (func (export "run") (canon lift (core func $m "run"))))`;
}

const MODULES: readonly ComponentAttack[] = ATTACKS.map(({ name, wat, endsItself }) => ({
  name,
  wat: around(wat),
  ...(endsItself && { codes: ['timeout', 'exhausted', 'trap'] }),
}));

const OWN: readonly ComponentAttack[] = [
  {
    name: 'a start function that loops',
    by: 'instantiating',
    wat: `(component (core module $M (func $s ${LOOP}) (start $s)) (core instance (instantiate $M)))`,
  },
  {
    name: 'a start function of a nested component that loops',
    by: 'instantiating',
    wat: `(component (component $I (core module $M (func $s ${LOOP}) (start $s)) (core instance (instantiate $M)))
      (instance (instantiate $I)))`,
  },
  {
    name: 'a destructor that loops',
    by: 'dropping',
    wat: `(component (core module $D (func (export "drop") (param i32) ${LOOP})) (core instance $d (instantiate $D))
      (alias core export $d "drop" (core func $drop)) (type $r (resource (rep i32) (dtor (core func $drop)))) (core func $new (canon resource.new $r))
      (core module $M (import "" "new" (func $new (param i32) (result i32)))
        (func (export "make") (result i32) (call $new (i32.const 1))))
      (core instance $m (instantiate $M (with "" (instance (export "new" (func $new))))))
      (func $make (result (own $r)) (canon lift (core func $m "make")))
      (component $S (import "r" (type $r (sub resource))) (import "make" (func $make (result (own $r))))
        (export $e "thing" (type $r)) (export "make" (func $make) (func (result (own $e)))))
      (instance $s (instantiate $S (with "r" (type $r)) (with "make" (func $make))))
      (export "demo:a/things" (instance $s)))`,
  },
  {
    name: 'a realloc that loops',
    wat: `(component (core module $M (memory (export "memory") 1)
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) ${LOOP} unreachable)
        (func (export "run") (param i32 i32)))
      (core instance $m (instantiate $M)) (alias core export $m "memory" (core memory $memory))
      (alias core export $m "realloc" (core func $realloc))
      (func (export "run") (param "text" string) (canon lift (core func $m "run") (memory $memory) (realloc $realloc))))`,
  },
  {
    name: 'a post-return that loops',
    wat: `(component (core module $M (func (export "run")) (func (export "post") ${LOOP}))
      (core instance $m (instantiate $M)) (alias core export $m "post" (core func $post))
      (func (export "run") (canon lift (core func $m "run") (post-return $post))))`,
  },
  {
    name: 'a loop in a nested component',
    wat: `(component (component $I (core module $M (func (export "run") ${LOOP})) (core instance $m (instantiate $M))
        (func (export "run") (canon lift (core func $m "run"))))
      (instance $i (instantiate $I)) (alias export $i "run" (func $inner)) (core func $run (canon lower (func $inner)))
      (core module $M (import "" "run" (func $run)) (func (export "run") (call $run)))
      (core instance $m (instantiate $M (with "" (instance (export "run" (func $run))))))
      (func (export "run") (canon lift (core func $m "run"))))`,
  },
  {
    name: 'calls between two components without end',
    wat: `(component (component $I (core module $M (func (export "run"))) (core instance $m (instantiate $M))
        (func (export "run") (canon lift (core func $m "run"))))
      (instance $i (instantiate $I)) (alias export $i "run" (func $inner)) (core func $run (canon lower (func $inner)))
      (core module $M (import "" "run" (func $run)) (func (export "run") (loop $l (call $run) (br $l))))
      (core instance $m (instantiate $M (with "" (instance (export "run" (func $run))))))
      (func (export "run") (canon lift (core func $m "run"))))`,
  },
  {
    name: 'a loop around an import that takes a while',
    f: 'slow',
    wat: around('(module (import "host" "f" (func $f)) (func (export "run") (loop $l (call $f) (br $l))))'),
  },
  {
    name: 'a loop that catches what an import throws',
    f: 'throws',
    codes: ['import-failed'],
    wat: around(
      '(module (import "host" "f" (func $f)) (func (export "run") (loop $l try call $f catch_all end (br $l))))',
    ),
  },
  {
    name: 'a loop in a guest that an import calls',
    f: 'calls a guest that loops',
    codes: ['timeout'],
    wat: around('(module (import "host" "f" (func $f)) (func (export "run") (call $f)))'),
  },
  {
    name: 'a loop around resources',
    wat: `(component (type $r (resource (rep i32))) (core func $new (canon resource.new $r)) (core func $drop (canon resource.drop $r))
      (core module $M (import "" "new" (func $new (param i32) (result i32))) (import "" "drop" (func $drop (param i32)))
        (func (export "run") (loop $l (call $drop (call $new (i32.const 1))) (br $l))))
      (core instance $m (instantiate $M (with "" (instance (export "new" (func $new)) (export "drop" (func $drop))))))
      (func (export "run") (canon lift (core func $m "run"))))`,
  },
  {
    name: 'handles without end',
    codes: ['timeout', 'exhausted', 'trap'],
    wat: `(component (type $r (resource (rep i32))) (core func $new (canon resource.new $r))
      (core module $M (import "" "new" (func $new (param i32) (result i32)))
        (func (export "run") (loop $l (drop (call $new (i32.const 1))) (br $l))))
      (core instance $m (instantiate $M (with "" (instance (export "new" (func $new))))))
      (func (export "run") (canon lift (core func $m "run"))))`,
  },
];

export const COMPONENT_ATTACKS: readonly ComponentAttack[] = [...MODULES, ...OWN];
