import { type BigIntStats, lutimesSync, utimesSync } from 'node:fs';
import { failure } from './codes.js';
import type { Datetime } from './stat.js';

export type NewTimestamp =
  | { readonly tag: 'no-change' }
  | { readonly tag: 'now' }
  | { readonly tag: 'timestamp'; readonly val: Datetime };

/**
 * Sets the times of what is open, found by its descriptor's path, or of what is at a place, a link itself included.
 *
 * Node takes times as seconds in a double, which is good for about a quarter of a microsecond today; one that is to stay is
 * set to what it was, to that precision.
 */
export function setTimes(
  target: { readonly opened: string } | { readonly place: string },
  stat: () => BigIntStats,
  access: NewTimestamp,
  modification: NewTimestamp,
): void {
  if (access.tag === 'no-change' && modification.tag === 'no-change') return;
  const was = access.tag === 'no-change' || modification.tag === 'no-change' ? stat() : undefined;
  const now = Date.now() / 1_000;
  const seconds = (time: NewTimestamp, before: bigint | undefined): number => {
    switch (time.tag) {
      case 'no-change':
        return nanosecondsToSeconds(before!);
      case 'now':
        return now;
      case 'timestamp':
        return toSeconds(time.val);
    }
  };
  const atime = seconds(access, was?.atimeNs);
  const mtime = seconds(modification, was?.mtimeNs);
  if ('opened' in target) utimesSync(target.opened, atime, mtime);
  else lutimesSync(target.place, atime, mtime);
}

/** Seconds that a 64-bit file system can hold, and a double tell apart. */
const MAX_SECONDS = 2n ** 53n;

function toSeconds({ seconds, nanoseconds }: Datetime): number {
  if (nanoseconds >= 1_000_000_000 || seconds >= MAX_SECONDS) throw failure('invalid');
  return up(Number(seconds), nanoseconds);
}

function nanosecondsToSeconds(time: bigint): number {
  if (time < 0n) return Number(time) / 1e9;
  return up(Number(time / 1_000_000_000n), Number(time % 1_000_000_000n));
}

/**
 * A double that the system, which cuts off what it cannot hold, reads as the same microsecond: the least that is not below,
 * lest what was set in milliseconds is read back as less; but none so near to the next microsecond that it is taken for that.
 */
function up(seconds: number, given: number): number {
  const part = given % 1_000;
  const nanoseconds = part > 700 ? given - part + 500 : given;
  let time = seconds + nanoseconds / 1e9;
  if (Math.floor((time - seconds) * 1e9) < nanoseconds) time += 2 ** (Math.floor(Math.log2(time)) - 52);
  return time;
}
