/** What must hold after every attempt: nothing but the instance that was attacked is any different. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';
import type { Instance, Plugin } from '../../src/host/index.js';
import { assemble, expectPoisoned, failureOf, host, load, rejectionOf } from '../component/support.js';
import type { Guest, Outcome } from './row.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const BYSTANDER = `(component
  (core module $M (memory (export "memory") 1) (data (i32.const 16) "still here")
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
    (func (export "say") (param i32 i32) (result i32)
      (i32.store (i32.const 0) (local.get 0)) (i32.store (i32.const 4) (local.get 1)) (i32.const 0)))
  (core instance $m (instantiate $M))
  (func (export "say") (param "s" string) (result string)
    (canon lift (core func $m "say") (memory (core memory $m "memory")) (realloc (core func $m "realloc")))))`;

/** An instance of another plugin, which has been there all the time. */
let bystander: Instance | undefined;

/** That another plugin goes on, and the host can load and run more. */
async function expectHostWorks(plugin: Plugin, guest: Guest): Promise<void> {
  expect(bystander!.sync.say('still here')).toBe('still here');
  expect(bystander!.state).toBe('idle');
  const again = await host.load(await assemble(BYSTANDER), { name: 'another' });
  expect((await again.instantiate()).sync.say('and again')).toBe('and again');
  expect((await make(plugin, guest, false)).sync.count()).toBe(1);
}

/** Long enough for all that does not loop, on a machine that has other things to do; short for what does. */
const LIMITS = { standard: { timeout: '20s' }, loops: { timeout: '60ms' } } as const;

function make(plugin: Plugin, { imports, outcome }: Guest, armed: boolean): Promise<Instance> {
  const loops = armed && 'code' in outcome && outcome.code === 'timeout';
  return plugin.instantiate({ imports: imports?.(armed) ?? {}, limits: LIMITS[loops ? 'loops' : 'standard'] });
}

const fault = ({ instance }: { instance: Instance }) => instance.sync.fault();
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A failure that poisons the instance, and says so from then on. */
type Failing = Extract<Outcome, { code: unknown }>;

function expectFailure(error: { code: string; message: string }, { code, says }: Failing): void {
  const names = code === 'argument' ? '' : '^plugin "guest"(, instance "[^"]*")?: ';
  expect({ code: error.code, message: error.message }).toEqual({
    code,
    message: expect.stringMatching(new RegExp(names + escaped(says))),
  });
}

/** Has a guest try what it was written for. */
export async function contain(guest: Guest): Promise<void> {
  bystander ??= await (await load(BYSTANDER)).instantiate();
  const plugin = await load(guest.wat);
  for (let attempt = 0; attempt < (guest.attempts ?? 1); attempt++) await containOnce(plugin, guest, attempt);
}

async function containOnce(plugin: Plugin, guest: Guest, attempt: number): Promise<void> {
  const [instance, twin] = [await make(plugin, guest, true), await make(plugin, guest, false)];
  expect([instance.sync.count(), twin.sync.count()]).toEqual([1, 1]);
  const { act = fault, outcome } = guest;

  if ('answers' in outcome) {
    expect(plain(act({ instance, twin, attempt }))).toEqual(outcome.answers);
    expect([instance.state, instance.sync.count()]).toEqual(['idle', 2]);
  } else {
    const error = failureOf(() => act({ instance, twin, attempt }));
    expectFailure(error, outcome);
    if (outcome.code === 'argument') {
      expect([instance.state, instance.sync.count()]).toEqual(['idle', 2]);
    } else {
      expectPoisoned(instance, error, () => instance.sync.count());
      expect(await rejectionOf(instance.exports.count())).toMatchObject({ code: 'poisoned', cause: error });
    }
  }

  expect([twin.state, twin.sync.count()]).toEqual(['idle', 2]);
  await expectHostWorks(plugin, guest);
}

/** As `contain`, for what fails while it is instantiated. */
export async function containStart(guest: Guest): Promise<void> {
  bystander ??= await (await load(BYSTANDER)).instantiate();
  const plugin = await load(guest.wat);
  const twin = await make(plugin, guest, false);
  if ('answers' in guest.outcome) {
    expect((await make(plugin, guest, true)).sync.count()).toBe(guest.outcome.answers);
  } else {
    expectFailure(await rejectionOf(make(plugin, guest, true)), guest.outcome);
  }
  expect([twin.state, twin.sync.count()]).toEqual(['idle', 1]);
  await expectHostWorks(plugin, guest);
}

/** Bytes that a row may leave behind: compiled code, shapes, what was noted of calls. */
const LEFT = 4 * 1024 * 1024;

/** That what an attempt took, of the host and as memories of the instance, comes back once nobody holds the instance. */
export async function expectMemoryReturned(guest: Guest): Promise<void> {
  const plugin = await load(guest.wat);
  const attempt = async () => {
    const twin = await make(plugin, guest, false);
    const instance = await make(plugin, guest, true);
    try {
      (guest.act ?? fault)({ instance, twin, attempt: 0 });
    } catch {
      // What it fails with is not what is measured here.
    }
    return [new WeakRef(instance), new WeakRef(twin)];
  };
  // Once for what is made at first use.
  await attempt();
  const before = await settled();
  const instances = await attempt();
  const after = await settled();
  expect(instances.map((it) => it.deref())).toEqual([undefined, undefined]);
  expect(after - before).toBeLessThan(LEFT);
}

/** Bytes in use once everything nobody holds is gone. */
async function settled(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    // Finalizers, and promises that hold what they were given, have their turn.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Records and flags as ordinary objects, to be compared. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
