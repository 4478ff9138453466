import { hatchwayError, quote } from '../errors/index.js';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isQuantity = (value: unknown) => typeof value === 'string' || (typeof value === 'number' && value >= 0);
const isQuantityOrNone = (value: unknown) => value === false || isQuantity(value);
const isArgument = (value: unknown) => typeof value === 'string' && !value.includes('\0');

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1;

type Expectation = readonly [expected: string, holds: (value: unknown) => boolean];

const OUTPUT: Expectation = [
  "'collect', 'lines', 'stream', 'inherit', 'ignore' or a function",
  (it: unknown) =>
    typeof it === 'function' || ['collect', 'lines', 'stream', 'inherit', 'ignore'].includes(it as string),
];

/** What the value of an option is, where it is given at all. */
const VALUES: ReadonlyMap<string, Expectation> = new Map<string, Expectation>([
  ['name', ['a string', (it) => typeof it === 'string']],
  [
    'world',
    [
      'a world, or the bytes of an encoded one',
      (it) =>
        it instanceof Uint8Array ||
        (isObject(it) && (typeof it.encoded === 'string' || (Array.isArray(it.imports) && Array.isArray(it.exports)))),
    ],
  ],
  ['sha256', ['64 hexadecimal digits', (it) => typeof it === 'string' && /^[0-9a-f]{64}$/i.test(it)]],
  ['trust', ["'host-code'", (it) => it === 'host-code']],
  ['run', ['true or false', (it) => typeof it === 'boolean']],
  ['terminal', ['true or false', (it) => typeof it === 'boolean']],
  ['sandbox', ["'required' or 'off'", (it) => it === 'required' || it === 'off']],
  ['logs', ['a function', (it) => typeof it === 'function']],
  [
    'config',
    ['an object of strings', (it) => isObject(it) && Object.values(it).every((one) => typeof one === 'string')],
  ],
  ['imports', ['an object', isObject]],
  ['async', ['true, or an array of names', (it) => it === true || Array.isArray(it)]],
  ['grants', ['an object of grants', isObject]],
  ['args', ['an array of strings without NUL', (it) => Array.isArray(it) && it.every(isArgument)]],
  [
    'stdin',
    [
      "bytes, { file: path } or 'inherit'",
      (it) => it === 'inherit' || it instanceof Uint8Array || (isObject(it) && typeof it.file === 'string'),
    ],
  ],
  ['stdout', OUTPUT],
  ['stderr', OUTPUT],
  ['limits', ['an object of limits', isObject]],
  ['memory', ["bytes, or a size such as '64Mi'", isQuantity]],
  ['timeout', ["milliseconds, or a duration such as '200ms', or false", isQuantityOrNone]],
  ['waiting', ["milliseconds, or a duration such as '200ms', or false", isQuantityOrNone]],
  ['instances', ['a whole number, 1 or more', isCount]],
  ['size', ['a whole number, 0 or more', (it) => it === 0 || isCount(it)]],
  ['max', ['a whole number, 1 or more', isCount]],
  ['fuel', ['a whole number of instructions, 1 or more', isCount]],
  ['backoff', ["milliseconds, or a duration such as '200ms'", isQuantity]],
  ['maxBackoff', ["milliseconds, or a duration such as '10s'", isQuantity]],
  ['within', ["milliseconds, or a duration such as '1m'", isQuantity]],
  ['every', ["milliseconds, or a duration such as '10s'", isQuantity]],
  ['limit', ['a whole number, 0 or more', (it) => it === 0 || isCount(it)]],
  ['check', ['a function', (it) => typeof it === 'function']],
  ['policy', ['the path of a file, or an object', (it) => typeof it === 'string' || isObject(it)]],
  ['audit', ['a function, or the path of a file', (it) => typeof it === 'function' || typeof it === 'string']],
  ['signal', ['an AbortSignal', (it) => isObject(it) && typeof it.aborted === 'boolean']],
]);

/**
 * Refuses options that are unknown, and values that are none of theirs.
 * @throws HatchwayError `option`
 */
export function checkOptions(where: string, options: object, known: readonly string[]): void {
  if (!isObject(options)) throw hatchwayError('option', `the options of ${where} are an object`);
  for (const [key, value] of Object.entries(options)) {
    if (known.includes(key)) {
      const [expected, holds] = VALUES.get(key) ?? [];
      if (value === undefined || holds === undefined || holds(value)) continue;
      throw hatchwayError('option', `the option ${quote(key)} of ${where} is not ${expected}`);
    }
    throw hatchwayError('option', `the option ${quote(key)} of ${where} does not exist`, {
      mend: known.length > 0 ? `Known options: ${known.join(', ')}.` : 'It takes no options yet.',
    });
  }
}
