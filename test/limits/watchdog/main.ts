/**
 * `tsx test/limits/watchdog/main.ts CALLS`: what must hold of deadlines, on whatever engine this is; prints it as JSON. The
 * process must end by itself though the watchdog is never closed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { EpochDeadlines, engineInterruption, FuelDeadlines } from '../../../src/limits/watchdog/index.js';
import { assemble, instantiate } from '../support.js';

export interface WatchdogReport {
  readonly mode: string;
  /** In calls whose deadlines are near their run time. */
  readonly calls: number;
  readonly stopped: number;
  /** Stopped before the deadline. */
  readonly early: number;
  /** Calls with time enough that were stopped by what was meant for another. */
  readonly leaked: number;
  readonly nested: Record<string, unknown>;
  /** How late a deadline of a second was, and one of 20 ms after the watchdog had gone to sleep, in milliseconds. */
  readonly coarseLate: number;
  readonly wokenLate: number;
  /** What becomes of calls once the watchdog is dead. */
  readonly dead: Record<string, unknown>;
}

const calls = Number(process.argv[2]);
const interruption = engineInterruption();
const deadlines = interruption === 'epoch' ? new EpochDeadlines() : new FuelDeadlines();
const guest = await assemble(`(module (import "host" "f" (func $f))
  (func (export "spin") (loop $l (br $l)))
  (func (export "around") (call $f) (loop $l (br $l)))
  (func (export "after") (result i32) (call $f) (i32.const 1))
  (func (export "run") (param i32) (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))`);
let imported = () => {};
const exports = instantiate(guest, { interruption }, deadlines.imports, { host: { f: () => imported() } });

/** Whether the guest was stopped, whether it was told why, and after how many milliseconds. */
function call(timeout: number, name: string, ...args: number[]) {
  const started = performance.now();
  deadlines.enter(timeout);
  let stopped = false;
  let elapsed = 0;
  let passed = false;
  try {
    exports[name]!(...args);
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    stopped = true;
  } finally {
    elapsed = performance.now() - started;
    passed = deadlines.leave();
  }
  return { stopped, passed, elapsed };
}

/** How many turns take some two milliseconds, as far as is known. */
let turns = 1_000;
function recalibrate(elapsed: number): void {
  turns = Math.max(100, Math.round((turns * (1 + 2 / Math.max(elapsed, 0.01))) / 2));
}
for (let i = 0; i < 20; i++) recalibrate(call(5_000, 'run', turns).elapsed);
let stopped = 0;
let early = 0;
let leaked = 0;
for (let i = 0; i < calls; i++) {
  const timeout = 1 + (i % 50) / 25;
  const outcome = call(timeout, 'run', turns);
  if (outcome.stopped) {
    stopped++;
    if (!outcome.passed || outcome.elapsed < timeout) early++;
  } else if (i % 10 === 0) recalibrate(outcome.elapsed);
  if (call(10_000, 'run', 10).stopped) leaked++;
}

const nested: Record<string, unknown> = {};
let inner: ReturnType<typeof call> | undefined;
const nest = (timeout: number) => () => {
  imported = () => {};
  inner = call(timeout, 'spin');
};
imported = nest(10);
nested.innerFirst = { outer: call(5_000, 'after'), inner };
imported = nest(5_000);
nested.outerFirst = { outer: call(20, 'after'), inner };
imported = nest(10);
nested.both = { outer: call(20, 'around'), inner };
nested.after = call(5_000, 'run', 10);
imported = () => {
  // On a busy machine the watchdog may come late.
  const end = performance.now() + 2_000;
  while (!deadlines.expired() && performance.now() < end);
  nested.expiredInHost = deadlines.expired();
};
nested.slowHost = call(20, 'after');
nested.afterSlowHost = call(5_000, 'run', 10);

const coarseLate = call(1_000, 'spin').elapsed - 1_000;
await sleep(600);
const wokenLate = call(20, 'spin').elapsed - 20;

const dead: Record<string, unknown> = {};
if (deadlines instanceof EpochDeadlines) {
  imported = () => {
    void deadlines.close();
  };
  dead.running = call(5_000, 'around');
  try {
    call(5_000, 'run', 1);
  } catch (error) {
    dead.entering = (error as { code: string }).code;
  }
}
console.log(
  JSON.stringify({
    mode: interruption,
    calls,
    stopped,
    early,
    leaked,
    nested,
    coarseLate,
    wokenLate,
    dead,
  } satisfies WatchdogReport),
);
// One that nobody closes keeps no process alive.
if (interruption === 'epoch') {
  const other = new EpochDeadlines();
  other.enter(1_000);
  other.leave();
}
