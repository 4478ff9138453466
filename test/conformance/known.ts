/**
 * Where an implementation falls short for reasons outside of hatchway: each was seen in another runtime too. The values
 * concerned are left out of the rows, and each must still fail, so that what was mended does not stay here.
 */

export interface Known {
  readonly language: string;
  readonly reason: string;
  /** The rows in which it shows. */
  readonly rows: readonly string[] | 'all';
  /** Whether a call of such a row would fail. */
  concerns(args: readonly unknown[]): boolean;
}

export const KNOWN: readonly Known[] = [
  {
    language: 'JavaScript',
    reason: 'componentize-js 0.22 answers another number than the u32 it was told to, from 2^31 on',
    rows: ['echo-u32'],
    concerns: ([value]) => (value as number) >= 2 ** 31,
  },
  {
    language: 'JavaScript',
    reason: 'componentize-js 0.22 traps on answering an s64 below 0',
    rows: ['echo-s64'],
    concerns: ([value]) => (value as bigint) < 0n,
  },
  {
    language: 'JavaScript',
    reason: 'componentize-js 0.22 drops U+FEFF at the start of a string',
    rows: 'all',
    concerns: holdsByteOrderMark,
  },
  {
    language: 'JavaScript',
    reason: 'componentize-js 0.22 traps on handing the app a variant whose payload is a negative number in 64 bits',
    rows: ['shapeByHost'],
    concerns: ([shape]) => isNegative((shape as { val?: unknown }).val),
  },
];

function isNegative(payload: unknown): boolean {
  if (typeof payload === 'number') return payload < 0;
  return typeof payload === 'object' && (payload as { x?: number }).x! < 0;
}

function holdsByteOrderMark(value: unknown): boolean {
  if (typeof value === 'string') return value.startsWith('\ufeff');
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  return Object.values(value).some(holdsByteOrderMark);
}
