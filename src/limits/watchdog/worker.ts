/** The watchdog's thread: looks at the calls under way, and sets the flag when one's time is up. */
import { workerData } from 'node:worker_threads';
import {
  ASLEEP,
  claimCell,
  PLANNED,
  RAISED,
  SLOTS,
  STATE,
  slotCell,
  timeCell,
  WAKE,
  type WatchdogData,
} from './cells.js';
import { MAX_NESTED } from './deadlines.js';

/** Milliseconds between looks while a call without a precise deadline is under way. */
const LOOK = 50;
/**
 * Milliseconds between announcing a claim and making good on it. Leaving a call writes its cell and then reads the claim's, and
 * has no processor keep that order, which would cost more than all the rest. Processors put writes off for nanoseconds, and
 * complete them before a thread is interrupted: whoever leaves a call after this time has seen the announcement.
 */
const NOTICE = 1;
/** Looks that find nothing before it sleeps. */
const PATIENCE = 4;

const { buffer, flag } = workerData as WatchdogData;
const cells = new Int32Array(buffer);
const times = new Float64Array(buffer);

/** The clock that all threads share. */
const clock = () => Number(process.hrtime.bigint()) / 1e6;

/** By slot: when a claim to its call was last announced here. */
const since = new Float64Array(MAX_NESTED);

/** Claims what is over; gives the milliseconds until the next look is due, `Infinity` if no call is under way. */
function look(now: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (let slot = 0; slot < cells[SLOTS]!; slot++) {
    const cell = slotCell(slot);
    const claim = claimCell(cell);
    const number = Atomics.load(cells, cell);
    const announced = Atomics.load(cells, claim);
    // What was claimed is the host's to settle.
    if (number === 0 || announced < 0) continue;
    if (announced !== number) {
      Atomics.store(cells, claim, number);
      since[slot] = clock();
    }
    const stood = now - since[slot]!;
    const time = times[timeCell(cell)]!;
    const left = Math.max(time > 0 ? time - now : -time - stood, NOTICE - stood);
    if (left > 0) next = Math.min(next, time > 0 ? left : Math.min(left, LOOK));
    else if (
      Atomics.load(cells, cell) === number &&
      Atomics.compareExchange(cells, claim, number, -number) === number
    ) {
      Atomics.store(cells, flag, 1);
      Atomics.add(cells, RAISED, 1);
      Atomics.notify(cells, RAISED);
    }
  }
  return next;
}

process.once('exit', () => {
  Atomics.store(cells, STATE, 2);
  Atomics.store(cells, ASLEEP, 1);
  // Nothing would stop what runs now.
  Atomics.store(cells, flag, 1);
  Atomics.notify(cells, RAISED);
});

Atomics.store(cells, ASLEEP, 0);
Atomics.store(cells, STATE, 1);
Atomics.notify(cells, STATE);

for (let idle = 0; ; ) {
  const wake = Atomics.load(cells, WAKE);
  let next = look(clock());
  idle = next === Number.POSITIVE_INFINITY ? idle + 1 : 0;
  if (next === Number.POSITIVE_INFINITY) next = LOOK;
  if (idle > PATIENCE) Atomics.store(cells, ASLEEP, 1);
  Atomics.store(cells, PLANNED, (clock() + next) | 0);
  // Once more, now that calls that begin can see whether they must wake this thread.
  next = Math.min(next, look(clock()));
  if (idle <= PATIENCE) Atomics.wait(cells, WAKE, wake, next);
  // A call that began without looking has shown by the end of this.
  else if (Atomics.wait(cells, WAKE, wake, LOOK) === 'timed-out' && look(clock()) === Number.POSITIVE_INFINITY)
    Atomics.wait(cells, WAKE, wake);
  if (idle > PATIENCE) {
    Atomics.store(cells, ASLEEP, 0);
    idle = 0;
  }
}
