import type { InstanceLimits as GuestLimits } from '../component/index.js';
import { hatchwayError } from '../errors/index.js';
import {
  checkEnforced,
  type Limits,
  type Manifest,
  meetLimits,
  type PluginPolicy,
  Problems,
  parseDuration,
  parseSize,
  type SaidLimits,
} from '../grants/index.js';
import { engineInterruption, FuelBudget, threadDeadlines } from '../limits/index.js';
import { checkOptions } from './options.js';

/** How much one instance may take. */
export interface InstanceLimits {
  /** What each memory may grow to: bytes, or a size such as `'64Mi'`. Default: 64 MiB. */
  readonly memory?: number | string;
  /**
   * What one call from outside may take, nested calls and imports included: milliseconds, or a duration such as `'200ms'`.
   * The guest is stopped, and its instance is at its end. `false` for no limit. Default: 5 s.
   */
  readonly timeout?: number | string | false;
  /**
   * What one call may wait in total (timers, sleeping) while it holds the thread: milliseconds, or a duration such as `'1s'`.
   * `false` for no limit. Default: 100 ms.
   */
  readonly waiting?: number | string | false;
  /**
   * Instructions that one call from outside may execute: the same call takes the same, on every machine. A guest that needs more
   * is stopped, and its instance is at its end. Guests run some 1.5 times longer with it. Default: they are not counted.
   */
  readonly fuel?: number;
}

/** The limits of one instance, complete. `Infinity` is no limit. */
export interface CompleteLimits {
  /** Bytes. */
  readonly memory: number;
  /** Milliseconds. */
  readonly timeout: number;
  /** Milliseconds. */
  readonly waiting: number;
  /** Instructions; absent where they are not counted. */
  readonly fuel?: number;
}

/** What can be kept to: `all` for a component; a program has no fuel, and a call that waits in imports cannot be stopped at all; of a native program only the time of a call is bounded. */
export type Keeping = 'all' | 'no fuel' | 'no stop' | 'timeout';

/** Bytes of a page of memory. */
export const PAGE = 65_536;
const DEFAULTS: CompleteLimits = { memory: 1_024 * PAGE, timeout: 5_000, waiting: 100 };

/** The limits that are kept; any other that somebody sets is an error. */
const ENFORCED: Readonly<Record<Keeping, ReadonlySet<keyof Limits>>> = {
  all: new Set(['memory', 'timeout', 'waiting', 'fuel']),
  'no fuel': new Set(['memory', 'timeout', 'waiting']),
  'no stop': new Set(['memory', 'waiting']),
  timeout: new Set(['timeout']),
};

/** How guests can be stopped on this engine. */
export const interruption = engineInterruption();

/**
 * What holds for one instance: of what the policy, the app and the manifest say the least.
 * @param warn gets what the policy has as a warning only.
 * @throws HatchwayError `grants` for more than the policy allows, or what is not enforced; `option` for what is no limit.
 */
export function limitsOf(
  parties: { readonly policy: PluginPolicy | undefined; readonly manifest: Manifest | undefined },
  instance: string,
  given: InstanceLimits | undefined,
  keeping: Keeping,
  warn: (text: string) => void,
): CompleteLimits {
  const waits = keeping === 'no stop';
  if (parties.policy === undefined && parties.manifest === undefined && given === undefined) {
    return waits ? { ...DEFAULTS, timeout: Number.POSITIVE_INFINITY } : DEFAULTS;
  }
  const problems = new Problems();
  const { said, unlimited } = appLimits(given);
  const all = [parties.policy?.limits(instance), said, parties.manifest?.limits];
  const met = meetLimits(
    all.filter((it) => it !== undefined),
    problems,
  );
  const enforced = ENFORCED[keeping];
  const warnings = checkEnforced(met, enforced, parties.policy?.unenforced ?? 'error', problems);
  problems.throwIfAny('the limits cannot hold');
  for (const warning of warnings) warn(warning);
  const milliseconds = (name: 'timeout' | 'waiting') =>
    met.values[name] ?? (unlimited.has(name) ? Number.POSITIVE_INFINITY : DEFAULTS[name]);
  return {
    memory: met.values.memory ?? DEFAULTS.memory,
    timeout: waits ? Number.POSITIVE_INFINITY : milliseconds('timeout'),
    waiting: milliseconds('waiting'),
    ...(met.values.fuel !== undefined && enforced.has('fuel') ? { fuel: met.values.fuel } : {}),
  };
}

/** The limits as the component runtime takes them. */
export function guestLimits(
  { memory, timeout, fuel: budget }: CompleteLimits,
  reserve?: GuestLimits['reserve'],
): GuestLimits {
  const fuel = budget === undefined ? undefined : new FuelBudget(budget, threadDeadlines());
  return {
    deadlines: fuel ?? threadDeadlines(),
    timeout,
    maxMemoryPages: Math.floor(memory / PAGE),
    ...(reserve === undefined ? {} : { reserve }),
    ...(fuel === undefined ? {} : { fuel }),
  };
}

/** What the app says, and which limits it takes off. */
function appLimits(given: InstanceLimits | undefined): {
  said: SaidLimits | undefined;
  unlimited: ReadonlySet<string>;
} {
  if (given === undefined) return { said: undefined, unlimited: new Set() };
  checkOptions('limits', given, ['memory', 'timeout', 'waiting', 'fuel']);
  const values: { -readonly [K in keyof Limits]: number } = {};
  const rules: { -readonly [K in keyof Limits]: string } = {};
  const unlimited = new Set<string>();
  if (given.fuel !== undefined) {
    values.fuel = given.fuel;
    rules.fuel = 'limits.fuel';
  }
  for (const name of ['memory', 'timeout', 'waiting'] as const) {
    const value = given[name];
    if (value === undefined) continue;
    if (value === false || value === Number.POSITIVE_INFINITY) {
      unlimited.add(name);
      continue;
    }
    values[name] = name === 'memory' ? parseSize(value) : parseDuration(value);
    rules[name] = `limits.${name}`;
    if (values[name] === 0 && name !== 'waiting') {
      throw hatchwayError('option', `limits.${name} is 0, with which nothing could run`);
    }
  }
  return { said: { values, rules }, unlimited };
}

/**
 * What one call may take, in milliseconds, where its caller says so.
 * @param most what the instance allows a call
 * @throws HatchwayError `option` for nothing at all, and for more than the instance allows.
 */
export function callTimeout(
  timeout: number | string,
  most: number,
  name: { readonly plugin: string; readonly instance: string },
): number {
  const milliseconds = parseDuration(timeout);
  if (!(milliseconds > 0))
    throw hatchwayError('option', 'with a timeout of 0 nothing could run', { ...name, mend: 'Give it more.' });
  if (milliseconds > most) {
    throw hatchwayError('option', `the timeout is more than the ${most} ms that a call of the instance may take`, {
      ...name,
      mend: 'Ask for less, or raise the `limits: { timeout }` of the instance.',
    });
  }
  return milliseconds;
}
