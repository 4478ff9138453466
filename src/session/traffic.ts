import { hatchwayError, quote } from '../errors/index.js';
import { MAX_WEIGHT, type Share } from '../wire/index.js';

/** How what is sent shares a connection. What is left away stays as it is. */
export interface Traffic {
  /**
   * Turns to send, compared with those of others on the same connection: one of 32 sends twice as much as one of 16. A whole number from 1
   * to 256. Default 16.
   */
  readonly priority?: number;
  /**
   * Bytes a second, at most, of what is in the stream, or in the streams and long messages of the instance; a tenth of it may go at
   * once after a pause. From 1; `Infinity` for no bound, the default.
   */
  readonly bytesPerSecond?: number;
}

const WORDS: readonly string[] = ['priority', 'bytesPerSecond'] satisfies (keyof Traffic)[];

/**
 * Has something be sent so from now on.
 * @throws HatchwayError `option` where a value is none that there is; then nothing has changed.
 */
export function setShare(share: Share, traffic: Traffic): void {
  if (typeof traffic !== 'object' || traffic === null) throw wrong('traffic is an object');
  const unknown = Object.keys(traffic).find((key) => !WORDS.includes(key));
  if (unknown !== undefined) throw wrong(`there is no ${quote(unknown, 50)} in traffic`);
  const { priority = share.weight, bytesPerSecond } = traffic;
  if (!Number.isInteger(priority) || priority < 1 || priority > MAX_WEIGHT)
    throw wrong(`priority is a whole number from 1 to ${MAX_WEIGHT}`);
  if (bytesPerSecond !== undefined && !isRate(bytesPerSecond))
    throw wrong('bytesPerSecond is a number from 1, or Infinity');
  share.weight = priority;
  if (bytesPerSecond !== undefined) share.rate = bytesPerSecond === Number.POSITIVE_INFINITY ? 0 : bytesPerSecond;
}

function isRate(value: number): boolean {
  const bounded = typeof value === 'number' && value >= 1 && value <= Number.MAX_SAFE_INTEGER;
  return bounded || value === Number.POSITIVE_INFINITY;
}

function wrong(what: string) {
  return hatchwayError('option', what, { mend: 'Pass { priority, bytesPerSecond }, or one of them.' });
}
