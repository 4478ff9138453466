import { hatchwayError, quote } from '../errors/index.js';

const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
  ['Ki', 2 ** 10],
  ['Mi', 2 ** 20],
  ['Gi', 2 ** 30],
  ['Ti', 2 ** 40],
]);

/** What `parseSize` reads, for a schema. */
export const SIZE = /^\d{1,16}(\.\d{1,9})?([kMGT]|[KMGT]i)?$/;

/**
 * The bytes that a size says, in Kubernetes' notation: `64Mi`, `1.5Gi`, `500k`, `4096`. A number is bytes.
 * @returns a whole number, from 0 to 2^53 - 1
 * @throws HatchwayError `option`
 * @example parseSize('64Mi') === 67_108_864
 */
export function parseSize(size: string | number): number {
  const bytes = bytesOf(size);
  if (bytes !== undefined) return bytes;
  const shown = typeof size === 'string' ? quote(size) : String(size);
  throw hatchwayError('option', `${shown} is not a size`, {
    mend: 'Sizes are whole bytes, such as "64Mi", "500k" or 4096.',
  });
}

/** The same, without an error. */
export function bytesOf(size: string | number): number | undefined {
  let bytes: number;
  if (typeof size === 'number') bytes = size;
  else {
    if (!SIZE.test(size)) return undefined;
    const [, digits, unit] = /^([\d.]+)(.*)$/.exec(size)!;
    bytes = Number(digits) * UNITS.get(unit!)!;
  }
  return Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : undefined;
}
