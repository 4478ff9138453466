import { millisecondsOf } from './duration.js';
import type { Problems } from './problems.js';
import type { LimitsInput } from './schema.js';
import { bytesOf } from './size.js';
import type { PlaceOf } from './validate.js';

/** How much an instance may take. What is absent is left to hatchway's defaults. */
export interface Limits {
  /** Bytes of memory. */
  readonly memory?: number;
  /** Milliseconds that one call may take. */
  readonly timeout?: number;
  /** Instructions. */
  readonly fuel?: number;
  /** Milliseconds that one call may wait in all. */
  readonly waiting?: number;
}

/** The limits that one party sets, and where. */
export interface SaidLimits {
  readonly values: Limits;
  readonly rules: Readonly<Partial<Record<keyof Limits, string>>>;
}

export const LIMIT_NAMES = ['memory', 'timeout', 'fuel', 'waiting'] as const satisfies readonly (keyof Limits)[];

/** @param path where the limits stand in their file */
export function saidLimits(input: LimitsInput | undefined, path: readonly string[], placeOf: PlaceOf): SaidLimits {
  const values: { -readonly [K in keyof Limits]: number } = {};
  const rules: { -readonly [K in keyof Limits]: string } = {};
  for (const name of LIMIT_NAMES) {
    const given = input?.[name];
    if (given === undefined) continue;
    values[name] = name === 'memory' ? bytesOf(given)! : name === 'fuel' ? Number(given) : millisecondsOf(given)!;
    rules[name] = placeOf([...path, name]);
  }
  return { values, rules };
}

/**
 * The limits that hold: for each the smallest. Nobody may have more than a more privileged party allows.
 * @param parties the most privileged first
 */
export function meetLimits(parties: readonly SaidLimits[], problems: Problems): SaidLimits {
  const values: { -readonly [K in keyof Limits]: number } = {};
  const rules: { -readonly [K in keyof Limits]: string } = {};
  for (const party of parties) {
    for (const name of LIMIT_NAMES) {
      const given = party.values[name];
      if (given === undefined) continue;
      const allowed = values[name];
      if (allowed !== undefined && given > allowed) {
        problems.add(
          party.rules[name]!,
          `${name} is more than ${rules[name]} allows`,
          'Ask for less, or allow more there.',
        );
      } else {
        values[name] = given;
        rules[name] = party.rules[name];
      }
    }
  }
  return { values, rules };
}

/**
 * Limits that this runtime does not enforce are an error, or a warning where the policy says so.
 * @returns the warnings
 */
export function checkEnforced(
  { values, rules }: SaidLimits,
  enforced: ReadonlySet<string>,
  unenforced: 'error' | 'warn',
  problems: Problems,
): string[] {
  const warnings: string[] = [];
  for (const name of LIMIT_NAMES) {
    if (values[name] === undefined || enforced.has(name)) continue;
    const what = `the limit ${name} is not enforced here`;
    if (unenforced === 'warn') warnings.push(`${rules[name]}: ${what}`);
    else problems.add(rules[name]!, what, 'Leave it away, or have the policy say "unenforced": "warn".');
  }
  return warnings;
}
