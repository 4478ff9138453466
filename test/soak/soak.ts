/**
 * Does for long what an app does all day, and measures whether anything is left behind. Each kind of work is one message.
 *
 * `tsx test/soak/soak.ts [MESSAGES]` runs the long form (default 100 000) and prints what it measured; the tests run a
 * short one.
 */

import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { guestPath } from '../../guests/build.js';
import { createHost, type Instance } from '../../src/index.js';
import { assemble } from '../component/support.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

export interface Measure {
  readonly messages: number;
  /** Bytes in use after a collection, once everything is warm and at the end. */
  readonly before: number;
  readonly after: number;
}

/** Runs `work` for each message; the first fifth warms up. */
export async function soak(messages: number, work: (message: number) => unknown): Promise<Measure> {
  const warm = Math.floor(messages / 5);
  const some = async (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      await work(i);
      // Finalizers run as tasks of their own, as in an app that waits for its next message.
      if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await some(0, warm);
  const before = await inUse();
  await some(warm, messages);
  return { messages, before, after: await inUse() };
}

async function inUse(): Promise<number> {
  // What a finalizer lets go of is collected the next time.
  for (let i = 0; i < 4; i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** `make` and `pass` of a resource that the guest defines; `next` is the handle that a new one gets. */
const RESOURCES = `(component
  (type $r' (resource (rep i32)))
  (import "demo:soak/host" (instance $i
    (export "thing" (type $t (sub resource)))
    (export "[constructor]thing" (func (result (own $t))))
    (export "look" (func (param "it" (borrow $t))))))
  (alias export $i "thing" (type $thing))
  (core func $new (canon resource.new $r'))
  (core func $drop (canon resource.drop $r'))
  (core func $thing-new (canon lower (func $i "[constructor]thing")))
  (core func $thing-drop (canon resource.drop $thing))
  (core func $look (canon lower (func $i "look")))
  (core module $M
    (import "" "new" (func $new (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (import "" "thing-new" (func $thing-new (result i32)))
    (import "" "thing-drop" (func $thing-drop (param i32)))
    (import "" "look" (func $look (param i32)))
    (func (export "make") (result i32) (call $new (i32.const 1)))
    (func (export "same") (param i32) (result i32) (local.get 0))
    (func (export "take") (param i32) (call $drop (local.get 0)))
    (func (export "lent") (param i32))
    ;; The handles that a new resource of either kind gets: they grow exactly if one is left behind.
    (func (export "next") (result i32) (local i32 i32)
      (local.set 0 (call $new (i32.const 1)))
      (local.set 1 (call $thing-new))
      (call $look (local.get 1))
      (call $drop (local.get 0))
      (call $thing-drop (local.get 1))
      (i32.add (local.get 0) (local.get 1)))
    (func (export "trap") unreachable))
  (core instance $m (instantiate $M (with "" (instance
    (export "new" (func $new)) (export "drop" (func $drop)) (export "look" (func $look))
    (export "thing-new" (func $thing-new)) (export "thing-drop" (func $thing-drop))))))
  (export $r "r" (type $r'))
  (func (export "make") (result (own $r)) (canon lift (core func $m "make")))
  (func (export "same") (param "it" (own $r)) (result (own $r)) (canon lift (core func $m "same")))
  (func (export "take") (param "it" (own $r)) (canon lift (core func $m "take")))
  (func (export "lent") (param "it" (borrow $r)) (canon lift (core func $m "lent")))
  (func (export "next") (result u32) (canon lift (core func $m "next")))
  (func (export "trap") (canon lift (core func $m "trap"))))`;

const MESSAGE = {
  id: 'm',
  title: 'a title',
  body: 'call 555-0100 or mail a@b.example',
  priority: 'normal',
  labels: ['a', 'b'],
};

/** What is repeated: by name, a function that prepares it and gives the work of one message. */
export const WORK: Readonly<Record<string, () => Promise<(message: number) => unknown>>> = {
  async 'an instance for each message'() {
    const host = await createHost();
    const plugin = await host.load(guestPath('assemblyscript', 'redact'));
    const imports = { 'hatchway:relay/log': { write() {} } };
    return async () => {
      await using instance = await plugin.instantiate({ imports });
      await instance.exports.filter.apply(MESSAGE);
    };
  },

  async 'an instance that traps for each message'() {
    const host = await createHost();
    const plugin = await host.load(await assemble(RESOURCES));
    return async () => {
      const instance = await plugin.instantiate({ imports: hostOf() });
      instance.sync.make();
      try {
        instance.sync.trap();
      } catch {
        return;
      }
      throw new Error('it did not trap');
    };
  },

  async 'a load for each message'() {
    const host = await createHost();
    const bytes = await assemble(RESOURCES);
    return async () => {
      const plugin = await host.load(bytes);
      if (plugin.world.exports.length !== 7) throw new Error('another world');
    };
  },

  async 'resources of one instance, each way they can end'() {
    const instance = await resources();
    const first = instance.sync.next();
    return (message) => {
      const { sync } = instance;
      const resource = sync.make();
      sync.lent(resource);
      if (message % 3 === 0) resource[Symbol.dispose]();
      else if (message % 3 === 1) sync.take(sync.same(resource));
      else instance.exports.of(resource)[Symbol.dispose]();
      if (sync.next() !== first) throw new Error('a handle was left behind');
    };
  },

  async 'calls of one instance'() {
    const host = await createHost();
    const plugin = await host.load(guestPath('assemblyscript', 'redact'));
    const instance = await plugin.instantiate({ imports: { 'hatchway:relay/log': { write() {} } } });
    return () => instance.exports.filter.apply(MESSAGE);
  },
};

function hostOf(): Record<string, unknown> {
  return { 'demo:soak/host': { Thing: class {}, look() {} } };
}

async function resources(): Promise<Instance> {
  const host = await createHost();
  return (await host.load(await assemble(RESOURCES))).instantiate({ imports: hostOf() });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const messages = Number(process.argv[2] ?? 100_000);
  const MiB = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  for (const [name, prepare] of Object.entries(WORK)) {
    const started = performance.now();
    const { before, after } = await soak(messages, await prepare());
    const each = (1000 * (performance.now() - started)) / messages;
    console.log(`${name}: ${messages} messages, ${MiB(before)} → ${MiB(after)}, ${each.toFixed(0)} us each`);
  }
}
