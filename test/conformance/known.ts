/**
 * Where an implementation falls short for reasons outside of hatchway: each was seen without it. The values concerned are left
 * out of the rows, and each must still fail (unless it does so at times), so that what was mended does not stay here.
 */

export interface Known {
  readonly language: string;
  readonly reason: string;
  /** The rows in which it shows. */
  readonly rows: readonly string[] | 'all';
  /** Whether a call of such a row fails; `all` where the row itself does. */
  readonly concerns: 'all' | ((args: readonly unknown[]) => boolean);
  /** It depends on what was called before. */
  readonly sometimes?: true;
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
  {
    language: 'JavaScript',
    reason: 'componentize-js 0.22 traps, after some calls, on a variant whose payload is a negative s32 in 64 bits',
    rows: ['echo-shape'],
    concerns: ([shape]) => (shape as { tag: string }).tag === 'placed' && isNegative((shape as { val?: unknown }).val),
    sometimes: true,
  },
  {
    language: 'transpiled',
    reason: 'what jco 1.35 writes drops U+FEFF at the start of a string',
    rows: 'all',
    concerns: holdsByteOrderMark,
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
