import * as v from 'valibot';
import { quote } from '../errors/index.js';
import { DURATION, millisecondsOf } from './duration.js';
import { guestPathProblem } from './guest-path.js';
import { nearest } from './nearest.js';
import { bytesOf, SIZE } from './size.js';

/**
 * The words that the app's `grants` and a policy have in common. The messages never repeat a value: it may be a secret.
 */

/** More keys of one object that should not be there are not looked at. */
const MAX_UNKNOWN = 100;

/** An object with these keys and no others. `what` it is: "a policy". */
export function exactly<const T extends v.ObjectEntries>(what: string, entries: T) {
  const known = Object.keys(entries).filter((key) => !['http', 'net', '$schema'].includes(key));
  const schema = v.strictObject(entries, (issue) => {
    const key = issue.path?.at(-1)?.key;
    // A key that is there and should not be is "never" to valibot; one that is missing has its own name.
    if (issue.expected === 'never' && typeof key === 'string') {
      const meant = nearest(key, known);
      const mend = meant ? `Did you mean ${quote(meant)}?` : `It may have ${known.map((it) => quote(it)).join(', ')}.`;
      return `${what} has no ${quote(key)}. ${mend}`;
    }
    if (issue.expected?.startsWith('"')) return `${what} has no ${issue.expected}, which it needs`;
    return `${what}: expected an object`;
  });
  return {
    ...schema,
    '~run'(dataset, config) {
      const input = dataset.value as Record<string, unknown>;
      const result = schema['~run'](dataset, config);
      if (typeof input !== 'object' || input === null) return result;
      // Of the keys that should not be there valibot tells the first only.
      for (const key of Object.keys(input)
        .filter((it) => !Object.hasOwn(entries, it))
        .slice(1, MAX_UNKNOWN)) {
        const path = [{ type: 'object' as const, origin: 'key' as const, input, key, value: input[key] }] as const;
        v._addIssue(schema as never, 'key', result as never, config, {
          input: key,
          expected: 'never',
          path: [...path],
        });
      }
      return result;
    },
  } satisfies typeof schema;
}

/** A record that is no list: to valibot a list is one too, with its indices as keys. */
export function recordOf<const K extends v.GenericSchema<string, string>, const V extends v.GenericSchema>(
  key: K,
  value: V,
  message: string,
) {
  const schema = v.record(key, value, message);
  return {
    ...schema,
    '~run'(dataset, config) {
      if (!Array.isArray(dataset.value)) return schema['~run'](dataset, config);
      v._addIssue(this, 'type', dataset, config);
      return dataset as unknown as ReturnType<(typeof schema)['~run']>;
    },
  } satisfies typeof schema;
}

/** A word of the vocabulary that nothing enforces yet. */
export const reserved = (word: string) => v.optional(v.never(`${quote(word)} is a reserved word: it is not built yet`));

export const guestPath = v.pipe(
  v.string('a guest path is a string'),
  v.regex(/^\/$|^(\/(?!\.{1,2}(\/|$))[^/*?\0]+)+\/?$/, (issue) => {
    return `${quote(String(issue.input), 200)}: ${guestPathProblem(String(issue.input)) ?? 'this is no guest path'}. ${GUEST_PATH_MEND}`;
  }),
  v.maxLength(4_096, 'a guest path has 4096 characters at most'),
);
const GUEST_PATH_MEND = 'Write the path as the plugin sees it, such as "/config".';

export const hostPath = v.pipe(
  v.string('a host path is a string, such as "./conf"'),
  v.minLength(1, 'an empty host path. "." is the directory that it is relative to.'),
  v.maxLength(4_096, 'a host path has 4096 characters at most'),
);

export const variableName = v.pipe(
  v.string('the name of a variable is a string'),
  v.regex(/^[^=\0*?]+$/, (issue) => {
    const why = /[*?]/.test(String(issue.input))
      ? 'patterns are for nothing here: name each variable'
      : 'a name has no "=" and no NUL, and is not empty';
    return `${quote(String(issue.input))}: ${why}`;
  }),
  v.maxLength(1_000, 'the name of a variable has 1000 characters at most'),
);

export const variableValue = v.union(
  [
    v.pipe(
      v.string(),
      v.check((text) => !text.includes('\0'), 'the value of a variable has no NUL'),
    ),
    exactly('a value', {
      from: v.pipe(
        v.string('"from" is a string such as "env:NAME"'),
        v.regex(/^env:[^=\0*?]+$/, 'values come from the environment of hatchway: "env:NAME"'),
      ),
    }),
  ],
  'the value of a variable is a string, or { "from": "env:NAME" }',
);

const all = [v.boolean(), v.literal('*')] as const;

const DIRECTORIES_EXPECTED = 'expected { "/guest": "./host" }, ["/guest"], true or false';
export const directories = v.union(
  [...all, v.array(guestPath), recordOf(guestPath, hostPath, DIRECTORIES_EXPECTED)],
  DIRECTORIES_EXPECTED,
);

const VARIABLES_EXPECTED = 'expected { "NAME": "value" }, ["NAME"], true or false';
export const variables = v.union(
  [...all, v.array(variableName), recordOf(variableName, variableValue, VARIABLES_EXPECTED)],
  VARIABLES_EXPECTED,
);

const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

export const date = v.pipe(
  v.string('a date is a string such as "2024-01-01T00:00:00Z"'),
  v.regex(DATE, 'a date is written as "2024-01-01" or "2024-01-01T00:00:00Z"'),
  v.check((text) => Date.parse(text) >= 0, 'there is no such date since 1970'),
);

export const size = v.union(
  [v.pipe(v.string(), v.regex(SIZE, SIZE_EXPECTED())), v.pipe(v.number(), v.integer(SIZE_EXPECTED()))],
  SIZE_EXPECTED(),
);
export const duration = v.union(
  [v.pipe(v.string(), v.regex(DURATION, DURATION_EXPECTED())), v.number()],
  DURATION_EXPECTED(),
);
function SIZE_EXPECTED(): string {
  return 'a size is whole bytes, such as "64Mi" or 4096';
}
function DURATION_EXPECTED(): string {
  return 'a duration is a number and a unit, such as "200ms" or "2s"';
}

const moreThanNone = <T extends string | number>(measure: (value: T) => number | undefined, expected: string) =>
  v.check<T, string>((value) => (measure(value) ?? 0) > 0, `${expected}, and more than none`);

export const clocks = v.union(
  [
    v.boolean(),
    v.literal('frozen'),
    exactly('clocks', { frozen: date }),
    exactly('clocks', {
      resolution: v.pipe(
        duration,
        v.check((it) => {
          const milliseconds = millisecondsOf(it) ?? 0;
          return milliseconds >= 1e-6 && milliseconds <= 86_400_000;
        }, 'the resolution of a clock is 1ns to 24h'),
      ),
    }),
  ],
  'clocks are true, false, "frozen", { "frozen": "2024-01-01T00:00:00Z" } or { "resolution": "1ms" }',
);

const SEED_EXPECTED = 'a seed is a whole number from 0 to 2^64 - 1';
const seed = v.union(
  [
    v.pipe(
      v.number(),
      v.integer(SEED_EXPECTED),
      v.minValue(0, SEED_EXPECTED),
      v.maxValue(Number.MAX_SAFE_INTEGER, `${SEED_EXPECTED}; write one beyond 2^53 as a string`),
    ),
    v.pipe(
      v.string(),
      v.regex(/^\d{1,20}$/, SEED_EXPECTED),
      v.check((it) => BigInt(it) < 2n ** 64n, SEED_EXPECTED),
    ),
  ],
  SEED_EXPECTED,
);
const RANDOM_EXPECTED = 'random is true, false or { "seed": 42 }';
export const random = v.union([v.boolean(), exactly('random', { seed })], RANDOM_EXPECTED);

/** In code a seed may also be a bigint. */
const bigintSeed = v.pipe(v.bigint(), v.minValue(0n, SEED_EXPECTED), v.maxValue(2n ** 64n - 1n, SEED_EXPECTED));
const randomInCode = v.union(
  [v.boolean(), exactly('random', { seed: v.union([seed, bigintSeed], SEED_EXPECTED) })],
  RANDOM_EXPECTED,
);

export const run = v.boolean('run is true or false');

const deniedPaths = v.union([...all, v.array(guestPath)], 'expected ["/guest"], true or false');
export const deny = exactly('deny', {
  read: v.optional(deniedPaths),
  write: v.optional(deniedPaths),
  env: v.optional(v.union([...all, v.array(variableName)], 'expected ["NAME"], true or false')),
  clocks: v.optional(v.boolean('expected true or false')),
  random: v.optional(v.boolean('expected true or false')),
  run: v.optional(v.boolean('expected true or false')),
  http: reserved('http'),
  net: reserved('net'),
});

/** What a policy grants to a plugin or to an instance. */
export const grantEntries = {
  read: v.optional(directories),
  write: v.optional(directories),
  env: v.optional(variables),
  clocks: v.optional(clocks),
  random: v.optional(random),
  run: v.optional(run),
  http: reserved('http'),
  net: reserved('net'),
  deny: v.optional(deny),
};

/** The app's `grants`. */
export const appGrants = exactly('grants', { ...grantEntries, random: v.optional(randomInCode) });
export type GrantsInput = v.InferOutput<typeof appGrants>;

/** What may be limited, by name. */
export const limits = exactly('limits', {
  memory: v.optional(v.pipe(size, moreThanNone(bytesOf, SIZE_EXPECTED()))),
  timeout: v.optional(v.pipe(duration, moreThanNone(millisecondsOf, DURATION_EXPECTED()))),
  fuel: v.optional(
    v.pipe(
      v.number('fuel is a whole number of instructions'),
      v.safeInteger('fuel is a whole number of instructions'),
      v.minValue(1, 'fuel is a whole number of instructions, and more than none'),
    ),
  ),
  waiting: v.optional(v.pipe(duration, moreThanNone(millisecondsOf, DURATION_EXPECTED()))),
});
export type LimitsInput = v.InferOutput<typeof limits>;
