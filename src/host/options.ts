import { hatchwayError, quote } from '../errors/index.js';

/** Options the design names and a later version will honour. Until then they are refused: nothing is accepted and ignored. */
const PLANNED = new Set([
  'policy',
  'audit',
  'limits',
  'grants',
  'trust',
  'run',
  'args',
  'stdin',
  'stdout',
  'stderr',
  'terminal',
  'sandbox',
  'timeout',
]);

/**
 * Refuses options that are unknown or not built yet.
 * @throws HatchwayError `option`
 */
export function checkOptions(where: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    const what = PLANNED.has(key) ? 'is not built yet' : 'does not exist';
    throw hatchwayError('option', `the option ${quote(key)} of ${where} ${what}`, {
      mend: known.length > 0 ? `Known options: ${known.join(', ')}.` : 'It takes no options yet.',
    });
  }
}
