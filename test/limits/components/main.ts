/**
 * `node --expose-gc --import tsx test/limits/components/main.ts`: has each attack tried and prints a line of JSON for each. A
 * process of its own: what is not stopped can then be ended.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { HatchwayError } from '../../../src/errors/index.js';
import { createHost, type Instance, type Plugin } from '../../../src/host/index.js';
import { assemble } from '../support.js';
import { COMPONENT_ATTACKS, type ComponentAttack, type ImportKind } from './table.js';

export interface ComponentOutcome {
  readonly name: string;
  /** The code of the error, or what was thrown. */
  readonly error: string;
  /** Milliseconds after the deadline. */
  readonly late: number;
  /** What a second call fails with; nothing where there is no instance. */
  readonly again?: string;
  /** Whether the next instance of the plugin does what it is asked. */
  readonly next: boolean;
}

/** What all attacks together left behind, once the app had let go of the instances. */
export interface MemoryOutcome {
  /** Bytes of memory that guests had at most. */
  readonly taken: number;
  /** Bytes more than before. */
  readonly left: number;
}

/** What became of a call through a chain of instances, each of which calls the next. */
export interface ChainOutcome {
  readonly length: number;
  /** The last one answers. */
  readonly answers: number;
  /** The last one loops, and only the outermost call has a short deadline. */
  readonly stopped: string;
  /** Only the last one is to have a deadline at all. */
  readonly uncovered: string;
  /** None is to have one. */
  readonly without: number;
}

const TIMEOUT = 20;
/** In each component, and innocent. */
const FINE = `(core module $Fine (func (export "fine") (result i32) (i32.const 7))) (core instance $fine (instantiate $Fine))
  (func (export "fine") (result u32) (canon lift (core func $fine "fine")))`;
const only = process.argv[2];
const host = await createHost();

const loops = await host.load(
  await assemble(`(component (core module $M (func (export "run") (loop $l (br $l)))) (core instance $m (instantiate $M))
    (func (export "run") (canon lift (core func $m "run"))))`),
);
const looping = await loops.instantiate();
const IMPORTS: Readonly<Record<ImportKind, () => void>> = {
  nothing: () => {},
  slow: () => {
    const end = performance.now() + 0.05;
    while (performance.now() < end);
  },
  throws: () => {
    throw new Error('no');
  },
  'calls a guest that loops': () => looping.sync.run(),
};

/** What the app does that brings the attack about. */
async function attack(plugin: Plugin, { by, f = 'nothing' }: ComponentAttack) {
  let instance: Instance | undefined;
  let started = 0;
  let thrown: unknown;
  try {
    started = performance.now();
    instance = await plugin.instantiate({ imports: { f: IMPORTS[f] }, limits: { timeout: TIMEOUT } });
    const { sync } = instance;
    const thing = by === 'dropping' ? sync.things.make() : undefined;
    started = performance.now();
    if (thing === undefined) sync.run('text');
    else thing[Symbol.dispose]();
  } catch (error) {
    thrown = error;
  }
  const late = performance.now() - started - TIMEOUT;
  const error = thrown instanceof HatchwayError ? thrown.code : String(thrown);
  if (instance === undefined) return { error, late };
  return {
    error,
    late,
    again: codeOf(() => (by === 'dropping' ? instance.sync.things.make() : instance.sync.run('text'))),
  };
}

function codeOf(call: () => unknown): string {
  try {
    call();
    return 'none';
  } catch (error) {
    return error instanceof HatchwayError ? error.code : String(error);
  }
}

async function external(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc!();
    await sleep(10);
  }
  return process.memoryUsage().external;
}

const fine = await host.load(await assemble(`(component ${FINE})`));

for (const given of COMPONENT_ATTACKS) {
  if (only !== undefined && given.name !== only) continue;
  const plugin = await host.load(await assemble(given.wat.replace('(component', `(component ${FINE}`)));
  const outcome = await attack(plugin, given);
  // What fails when it is made cannot be made twice.
  const next = await (given.by === 'instantiating' ? fine : plugin).instantiate({ imports: { f: () => {} } });
  const answers = next.sync.fine() === 7 && (await next.exports.fine()) === 7;
  console.log(JSON.stringify({ name: given.name, ...outcome, next: answers } satisfies ComponentOutcome));
}

console.log(JSON.stringify(await chains(400)));

const before = await external();
const taken = (await fill(4)) - before;
console.log(JSON.stringify({ taken, left: (await external()) - before } satisfies MemoryOutcome));

/** Stops guests that have filled all the memory they can get, and gives what they had while the app still knew them. */
async function fill(count: number): Promise<number> {
  const plugin = await host.load(
    await assemble(`(component (core module $M (memory 1)
        (func (export "run") (drop (memory.grow (i32.const 1023)))
          (loop $l (memory.fill (i32.const 0) (i32.const 7) (i32.mul (memory.size) (i32.const 65536))) (br $l))))
      (core instance $m (instantiate $M)) (func (export "run") (canon lift (core func $m "run"))))`),
  );
  const instances: Instance[] = [];
  for (let i = 0; i < count; i++) {
    const instance = await plugin.instantiate({ limits: { timeout: 100 } });
    instances.push(instance);
    if (codeOf(() => instance.sync.run()) !== 'timeout') throw new Error('it was not stopped');
  }
  const bytes = await external();
  if (instances.some(({ state }) => state !== 'poisoned')) throw new Error('it can be used');
  return bytes;
}

async function chains(length: number): Promise<ChainOutcome> {
  const link = await host.load(
    await assemble(`(component (import "next" (func $next (result u32))) (core func $next (canon lower (func $next)))
      (core module $M (import "" "next" (func $next (result i32)))
        (func (export "run") (result i32) (i32.add (call $next) (i32.const 1))))
      (core instance $m (instantiate $M (with "" (instance (export "next" (func $next))))))
      (func (export "run") (result u32) (canon lift (core func $m "run"))))`),
  );
  /** A call of the first of as many, with the timeouts of each. */
  const chain = async (last: () => unknown, timeouts: (i: number) => number | false) => {
    let next = last;
    for (let i = length - 1; i >= 0; i--) {
      const { sync } = await link.instantiate({ imports: { next }, limits: { timeout: timeouts(i) } });
      next = () => sync.run();
    }
    return next;
  };
  const { sync: loop } = await loops.instantiate();
  const { sync: bounded } = await loops.instantiate({ limits: { timeout: TIMEOUT } });
  return {
    length,
    answers: (
      await chain(
        () => 0,
        () => 5_000,
      )
    )() as number,
    stopped: codeOf(
      await chain(
        () => loop.run(),
        (i) => (i === 0 ? 50 : 5_000),
      ),
    ),
    uncovered: codeOf(
      await chain(
        () => bounded.run(),
        () => false,
      ),
    ),
    without: (
      await chain(
        () => 0,
        () => false,
      )
    )() as number,
  };
}
