import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco';

export const THINGS = 'test:things/things';
export const USER = 'test:things/user';

const WIT = `package test:things;

interface things {
  resource counter {
    constructor(start: u32);
    add: func(n: u32) -> u32;
    merge: static func(a: counter, b: borrow<counter>) -> counter;
  }
  look: func(c: borrow<counter>) -> u32;
  take: func(c: counter) -> u32;
  pass: func(c: counter) -> counter;
  maybe: func(c: option<counter>) -> option<counter>;
  all: func(c: list<counter>) -> list<counter>;
  try: func(c: result<counter, u32>) -> result<counter, u32>;
  /// How many were dropped.
  dropped: func() -> u32;
}

/// Calls the same of \`things\`.
interface user {
  use things.{counter};
  make: func(start: u32) -> counter;
  add: func(c: borrow<counter>, n: u32) -> u32;
  add-twice: func(c: borrow<counter>, n: u32) -> u32;
  merge: func(a: counter, b: borrow<counter>) -> counter;
  look: func(c: borrow<counter>) -> u32;
  take: func(c: counter) -> u32;
  pass: func(c: counter) -> counter;
  drop: func(c: counter);
  use-after-drop: func(c: counter) -> u32;
}

world provider { export things; }
world consumer { import things; export user; }
`;

/** A component whose resource \`counter\` is its own: a number in its memory. */
export function providerComponent(): Promise<Uint8Array> {
  return build(
    'provider',
    `(module
      (import "[export]${THINGS}" "[resource-new]counter" (func $new (param i32) (result i32)))
      (import "[export]${THINGS}" "[resource-rep]counter" (func $rep (param i32) (result i32)))
      (import "[export]${THINGS}" "[resource-drop]counter" (func $drop (param i32)))
      (memory (export "memory") 1)
      (global $next (mut i32) (i32.const 1024))
      (global $dropped (mut i32) (i32.const 0))
      (func $alloc (param $size i32) (result i32)
        (local $at i32)
        (local.set $at (global.get $next))
        (global.set $next (i32.add (local.get $at) (i32.and (i32.add (local.get $size) (i32.const 7)) (i32.const -8))))
        (local.get $at))
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (call $alloc (local.get 3)))
      (func $make (export "${THINGS}#[constructor]counter") (param $start i32) (result i32)
        (local $at i32)
        (local.set $at (call $alloc (i32.const 4)))
        (i32.store (local.get $at) (local.get $start))
        (call $new (local.get $at)))
      (func (export "${THINGS}#[method]counter.add") (param $c i32) (param $n i32) (result i32)
        (i32.store (local.get $c) (i32.add (i32.load (local.get $c)) (local.get $n)))
        (i32.load (local.get $c)))
      (func (export "${THINGS}#[static]counter.merge") (param $a i32) (param $b i32) (result i32)
        (local $sum i32)
        (local.set $sum (i32.add (i32.load (call $rep (local.get $a))) (i32.load (local.get $b))))
        (call $drop (local.get $a))
        (call $make (local.get $sum)))
      (func (export "${THINGS}#look") (param $c i32) (result i32) (i32.load (local.get $c)))
      (func (export "${THINGS}#take") (param $c i32) (result i32)
        (local $value i32)
        (local.set $value (i32.load (call $rep (local.get $c))))
        (call $drop (local.get $c))
        (local.get $value))
      (func (export "${THINGS}#pass") (param $c i32) (result i32) (local.get $c))
      (func $pair (param i32 i32) (result i32)
        (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 1)) (i32.const 16))
      (func (export "${THINGS}#maybe") (param i32 i32) (result i32) (call $pair (local.get 0) (local.get 1)))
      (func (export "${THINGS}#all") (param i32 i32) (result i32) (call $pair (local.get 0) (local.get 1)))
      (func (export "${THINGS}#try") (param i32 i32) (result i32) (call $pair (local.get 0) (local.get 1)))
      (func (export "${THINGS}#dropped") (result i32) (global.get $dropped))
      (func (export "${THINGS}#[dtor]counter") (param i32)
        (global.set $dropped (i32.add (global.get $dropped) (i32.const 1)))))`,
  );
}

/** A component that uses the resource \`counter\` of its host. */
export function consumerComponent(): Promise<Uint8Array> {
  return build(
    'consumer',
    `(module
      (import "${THINGS}" "[constructor]counter" (func $make (param i32) (result i32)))
      (import "${THINGS}" "[method]counter.add" (func $add (param i32 i32) (result i32)))
      (import "${THINGS}" "[static]counter.merge" (func $merge (param i32 i32) (result i32)))
      (import "${THINGS}" "[resource-drop]counter" (func $drop (param i32)))
      (import "${THINGS}" "look" (func $look (param i32) (result i32)))
      (import "${THINGS}" "take" (func $take (param i32) (result i32)))
      (import "${THINGS}" "pass" (func $pass (param i32) (result i32)))
      (memory (export "memory") 1)
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
      (func (export "${USER}#make") (param i32) (result i32) (call $make (local.get 0)))
      (func (export "${USER}#add") (param $c i32) (param $n i32) (result i32)
        (call $add (local.get $c) (local.get $n))
        (call $drop (local.get $c)))
      (func (export "${USER}#add-twice") (param $c i32) (param $n i32) (result i32)
        (drop (call $add (local.get $c) (local.get $n)))
        (call $add (local.get $c) (local.get $n))
        (call $drop (local.get $c)))
      (func (export "${USER}#merge") (param $a i32) (param $b i32) (result i32)
        (call $merge (local.get $a) (local.get $b))
        (call $drop (local.get $b)))
      (func (export "${USER}#look") (param $c i32) (result i32)
        (call $look (local.get $c))
        (call $drop (local.get $c)))
      (func (export "${USER}#take") (param $c i32) (result i32) (call $take (local.get $c)))
      (func (export "${USER}#pass") (param $c i32) (result i32) (call $pass (local.get $c)))
      (func (export "${USER}#drop") (param $c i32) (call $drop (local.get $c)))
      (func (export "${USER}#use-after-drop") (param $c i32) (result i32)
        (call $drop (local.get $c))
        (call $look (local.get $c))))`,
  );
}

async function build(world: string, module: string): Promise<Uint8Array> {
  const embedded = await componentEmbed({ binary: await parse(module), witSource: WIT, world });
  return await componentNew(embedded);
}
