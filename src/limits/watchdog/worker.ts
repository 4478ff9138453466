/** The watchdog's thread: looks at the calls under way, and sets the flag when one's time is up. */
import { workerData } from 'node:worker_threads';
import {
  ASLEEP,
  CLAIMED,
  deadlineCell,
  FLAG_CELL,
  PLANNED,
  RAISED,
  SLOTS,
  STATE,
  slotCell,
  timeoutCell,
  WAKE,
} from './cells.js';

/** Milliseconds between looks while a call without a precise deadline is under way. */
const LOOK = 50;
/** Looks that find nothing before it sleeps. */
const PATIENCE = 4;

const buffer = workerData as SharedArrayBuffer;
const cells = new Int32Array(buffer);
const times = new Float64Array(buffer);

/** The clock that all threads share. */
const clock = () => Number(process.hrtime.bigint()) / 1e6;

/** By slot: the number last seen, and since when it stands there. */
const seen: number[] = [];
const since: number[] = [];

/** Claims what is over; gives the milliseconds until the next look is due, `Infinity` if no call is under way. */
function look(now: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (let slot = 0; slot < cells[SLOTS]!; slot++) {
    const cell = slotCell(slot);
    const number = Atomics.load(cells, cell);
    if (number <= 0) continue;
    if (seen[slot] !== number) {
      seen[slot] = number;
      since[slot] = now;
    }
    // Should these be another call's already, then so is the number, and the claim fails.
    const deadline = times[deadlineCell(slot)]!;
    const left = deadline > 0 ? deadline - now : since[slot]! + times[timeoutCell(slot)]! - now;
    if (left > 0) next = Math.min(next, deadline > 0 ? left : Math.min(left, LOOK));
    else if (Atomics.compareExchange(cells, cell, number, CLAIMED) === number) {
      Atomics.store(cells, FLAG_CELL, 1);
      Atomics.add(cells, RAISED, 1);
      Atomics.notify(cells, RAISED);
    }
  }
  return next;
}

process.once('exit', () => {
  Atomics.store(cells, STATE, 2);
  // Nothing would stop what runs now.
  Atomics.store(cells, FLAG_CELL, 1);
  Atomics.notify(cells, RAISED);
});

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
