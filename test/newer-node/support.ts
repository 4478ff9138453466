/** Guests whose imports answer with promises. */
import { expect } from 'vitest';
import type { Instance } from '../../src/host/index.js';
import { load } from '../component/support.js';

export { ComponentError, failureOf, load, rejectionOf } from '../component/support.js';

/** A memory and a realloc that never runs out: enough for strings. */
export const MEMORY = `
  (core module $Memory
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (global.get $next)
      (global.set $next (i32.and (i32.add (global.get $next) (i32.add (local.get 3) (i32.const 7))) (i32.const -8)))))
  (core instance $mem (instantiate $Memory))
  (alias core export $mem "memory" (core memory $memory))
  (alias core export $mem "realloc" (core func $realloc))`;

/** Each import is called by the export of its name, which answers what it answered. `quick` calls none. */
export const CALLER = `(component
  (import "demo:h/io@1.2.0" (instance $io
    (export "get" (func (param "n" u32) (result u32)))
    (export "text" (func (param "s" string) (result string)))
    (export "find" (func (param "n" u32) (result (result u8 (error string)))))))
  (import "tick-once" (func $tick (param "n" u32) (result u32)))
  (import "note" (func $note (param "n" u32)))
  ${MEMORY}
  (alias export $io "get" (func $get))
  (alias export $io "text" (func $text))
  (alias export $io "find" (func $find))
  (core func $get' (canon lower (func $get)))
  (core func $text' (canon lower (func $text) (memory $memory) (realloc $realloc)))
  (core func $find' (canon lower (func $find) (memory $memory) (realloc $realloc)))
  (core func $tick' (canon lower (func $tick)))
  (core func $note' (canon lower (func $note)))
  (core module $M
    (import "" "get" (func $get (param i32) (result i32)))
    (import "" "text" (func $text (param i32 i32 i32)))
    (import "" "find" (func $find (param i32 i32)))
    (import "" "tick" (func $tick (param i32) (result i32)))
    (import "" "note" (func $note (param i32)))
    (global $freed (mut i32) (i32.const 0))
    (func (export "get") (param i32) (result i32) (call $get (local.get 0)))
    (func (export "get-twice") (param i32) (result i32) (i32.add (call $get (local.get 0)) (call $get (local.get 0))))
    (func (export "text") (param i32 i32) (result i32) (call $text (local.get 0) (local.get 1) (i32.const 16)) (i32.const 16))
    (func (export "free-text") (param i32) (global.set $freed (i32.add (global.get $freed) (i32.const 1))))
    (func (export "freed") (result i32) (global.get $freed))
    (func (export "find") (param i32) (result i32) (call $find (local.get 0) (i32.const 32)) (i32.const 32))
    (func (export "tick") (param i32) (result i32) (call $tick (local.get 0)))
    ;; Waits between two calls of an import that does not.
    (func (export "note-around") (param i32) (result i32)
      (call $note (local.get 0)) (call $get (local.get 0)) (call $note (i32.add (local.get 0) (i32.const 1))))
    (func (export "quick") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
    (func (export "trap-after") (param i32) (result i32) (drop (call $get (local.get 0))) unreachable)
    ;; Catches whatever the import fails with, and answers as if nothing had happened.
    (func (export "swallow") (param i32) (result i32)
      try (result i32) (call $get (local.get 0)) catch_all (i32.const 99) end)
    (func $deep (param i32) (result i32)
      (if (result i32) (i32.eqz (local.get 0)) (then (call $get (i32.const 1)))
        (else (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1)))))))
    (func (export "deep") (param i32) (result i32) (call $deep (local.get 0))))
  (core instance $m (instantiate $M (with "" (instance
    (export "get" (func $get')) (export "text" (func $text')) (export "find" (func $find'))
    (export "tick" (func $tick')) (export "note" (func $note'))))))
  (type $unary (func (param "n" u32) (result u32)))
  ${['get', 'get-twice', 'tick', 'note-around', 'quick', 'trap-after', 'swallow', 'deep']
    .map((name) => `(func $${name}'' (type $unary) (canon lift (core func $m "${name}")))`)
    .join('\n')}
  (func $text'' (param "s" string) (result string)
    (canon lift (core func $m "text") (memory $memory) (realloc $realloc) (post-return (core func $m "free-text"))))
  (func $freed'' (result u32) (canon lift (core func $m "freed")))
  (func $find'' (param "n" u32) (result (result u8 (error string)))
    (canon lift (core func $m "find") (memory $memory)))
  (instance $calls
    ${['get', 'get-twice', 'tick', 'note-around', 'quick', 'trap-after', 'swallow', 'deep', 'text', 'freed', 'find']
      .map((name) => `(export "${name}" (func $${name}''))`)
      .join(' ')})
  (export "demo:h/calls" (instance $calls)))`;

type Functions = Record<string, (...args: any[]) => unknown>;

const FINE: Functions = {
  get: async (n: number) => n,
  text: async (s: string) => s,
  find: async (n: number) => n,
};

/** An instance of the caller with all its imports asynchronous, but for `note`. */
export async function caller(change: Functions = {}, name = 'guest'): Promise<Instance> {
  const { tickOnce = async (n: number) => n, note = () => {}, ...io } = change;
  return (await load(CALLER)).instantiate({
    name,
    imports: { 'demo:h/io': { ...FINE, ...io }, tickOnce, note },
    async: ['demo:h/io#get', 'demo:h/io#text', 'demo:h/io#find', 'tick-once'],
  });
}

/** A promise that is settled from outside. */
export function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** An import that answers when it is told, one call after another; `calls` are the arguments it got. */
export function gate<T>() {
  const calls: unknown[][] = [];
  const waiting: ReturnType<typeof deferred<T>>[] = [];
  return {
    calls,
    call: (...args: unknown[]): Promise<T> => {
      calls.push(args);
      const next = deferred<T>();
      waiting.push(next);
      return next.promise;
    },
    open: (value: T) => waiting.shift()!.resolve(value),
    fail: (reason: unknown) => waiting.shift()!.reject(reason),
  };
}

/** Gives everything that is ready the time to happen. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** What nobody handled while `work` ran: each would end the process. Vitest's own listeners are set aside meanwhile. */
export async function unhandledDuring(work: () => Promise<void>): Promise<unknown[]> {
  const found: unknown[] = [];
  const note = (error: unknown) => found.push(error);
  const events = ['unhandledRejection', 'uncaughtException'] as const;
  const others = events.map((event) => [event, process.listeners(event as 'uncaughtException')] as const);
  for (const event of events) process.removeAllListeners(event).on(event, note);
  try {
    await work();
    await settle();
    await settle();
  } finally {
    for (const [event, listeners] of others) {
      process.removeListener(event, note);
      for (const it of listeners) process.on(event, it);
    }
  }
  return found;
}

/** That an instance is poisoned: it says so, with the first failure as the cause. */
export async function expectPoisoned(instance: Instance, first: unknown, call: () => Promise<unknown>): Promise<void> {
  expect(instance.state).toBe('poisoned');
  expect(instance.failure).toBe(first);
  await expect(call()).rejects.toMatchObject({ code: 'poisoned', cause: first });
}
