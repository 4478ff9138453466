import { hatchwayError, quote } from '../errors/index.js';

/** Milliseconds. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** What `parseDuration` reads, for a schema. */
export const DURATION = /^\d{1,12}(\.\d{1,9})?(ns|us|ms|s|m|h)$/;

/** Ten years: no deadline is later, and nanoseconds of it still count exactly enough. */
const MAX = 10 * 365 * 24 * 3_600_000;

/**
 * The milliseconds that a duration says: `200ms`, `2s`, `1.5m`, `50us`. A number is milliseconds.
 * @returns from 0 to ten years; not always whole
 * @throws HatchwayError `option`
 * @example parseDuration('2s') === 2_000
 */
export function parseDuration(duration: string | number): number {
  const milliseconds = millisecondsOf(duration);
  if (milliseconds !== undefined) return milliseconds;
  const shown = typeof duration === 'string' ? quote(duration) : String(duration);
  throw hatchwayError('option', `${shown} is not a duration`, {
    mend: 'Durations are a number and a unit, such as "200ms", "2s" or "1m"; at most ten years.',
  });
}

/** The same, without an error. */
export function millisecondsOf(duration: string | number): number | undefined {
  let milliseconds: number;
  if (typeof duration === 'number') milliseconds = duration;
  else {
    if (!DURATION.test(duration)) return undefined;
    const [, digits, unit] = /^([\d.]+)(.*)$/.exec(duration)!;
    milliseconds = Number(digits) * UNITS.get(unit!)!;
  }
  return milliseconds >= 0 && milliseconds <= MAX ? milliseconds : undefined;
}
