/**
 * `wasi:clocks`, on by default because language runtimes do not start without it: the grant can make it coarse, freeze or refuse
 * it. Imports `grants` and `wasi/io`.
 */
import { Pollable, type Waiting } from '../io/index.js';
import { type Clock, type Datetime, datetime } from './clock.js';

export { Clock, type Datetime, datetime } from './clock.js';

/** What the process' clock counts in, and what `Date.now` does. */
export const MONOTONIC_STEP = 1n;
export const WALL_STEP = 1_000_000n;

/** 2^64 - 1: later moments do not exist. */
const LAST_MOMENT = 0xffff_ffff_ffff_ffffn;

/** The interfaces of `wasi:clocks` 0.2 for one instance. */
export function clockInterfaces(clock: Clock, waiting: Waiting): Record<string, object> {
  /** Waiting goes by the time that really passes: a frozen clock would make it endless, and a coarse one late. */
  const after = (duration: bigint) => {
    const moment = saturatingAdd(waiting.now(), duration);
    return new Pollable(waiting, () => moment);
  };
  return {
    'wasi:clocks/monotonic-clock@0.2.12': {
      now: () => clock.monotonic(),
      resolution: () => clock.resolution(MONOTONIC_STEP),
      subscribeInstant: (when: bigint) => {
        const now = clock.monotonic();
        return after(when > now ? when - now : 0n);
      },
      subscribeDuration: (duration: bigint) => after(duration),
    },
    'wasi:clocks/wall-clock@0.2.12': {
      now: () => datetime(clock.wall()),
      resolution: () => datetime(clock.resolution(WALL_STEP)),
    },
    'wasi:clocks/timezone@0.2.12': {
      display: (_when: Datetime) => ({ utcOffset: 0, name: 'UTC', inDaylightSavingTime: false }),
      utcOffset: (_when: Datetime) => 0,
    },
  };
}

function saturatingAdd(moment: bigint, duration: bigint): bigint {
  const sum = moment + duration;
  return sum > LAST_MOMENT ? LAST_MOMENT : sum;
}
