/** What came of scripts: for the terminal, and for `docs/conformance.md`. */
import type { Outcome } from './run.js';

type Count = { [K in Outcome['result']]: number };

export function count(outcomes: readonly Outcome[]): Count {
  const total: Count = { passed: 0, failed: 0, skipped: 0 };
  for (const { result } of outcomes) total[result]++;
  return total;
}

/** The counts of each kind of command, in order of appearance. */
export function countByKind(outcomes: readonly Outcome[]): Map<string, Count> {
  return mapValues(
    groupBy(outcomes, ({ command }) => command.type),
    count,
  );
}

/** How often each reason for skipping was given. */
export function reasons(outcomes: readonly Outcome[]): Map<string, number> {
  const skipped = outcomes.filter(({ result }) => result === 'skipped');
  return mapValues(
    groupBy(skipped, ({ reason }) => reason ?? ''),
    (them) => them.length,
  );
}

export function failures(outcomes: readonly Outcome[]): string[] {
  return outcomes
    .filter(({ result }) => result === 'failed')
    .map(({ script, command: { type, line, text }, reason }) => {
      const wanted = text === undefined ? '' : ` [${text}]`;
      return `${script}:${line} ${type}${wanted}: ${reason?.split('\n')[0]}`;
    });
}

/** Counts for each kind, every failure, the reasons for skipping; last, `N passed, N failed, N skipped`. */
export function printReport(outcomes: readonly Outcome[]): string {
  const kinds = [...countByKind(outcomes)].map(
    ([kind, it]) => `${kind.padEnd(22)} ${summary(it).replaceAll(/\d+/g, (digits) => digits.padStart(4))}`,
  );
  const skips = [...reasons(outcomes)].map(([reason, times]) => `skipped ${times}: ${reason}`);
  return [...kinds, ...failures(outcomes).map((it) => `failed ${it}`), ...skips, summary(count(outcomes))].join('\n');
}

function summary({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

export interface Results {
  readonly outcomes: readonly Outcome[];
  /** The revision of the suite. */
  readonly revision: string;
  readonly date: Date;
}

/** The section of `docs/conformance.md`. */
export function printSection({ outcomes, revision, date }: Results): string {
  const kinds = [...countByKind(outcomes)].map(([kind, it]) => row(`\`${kind}\``, it));
  const skips = [...reasons(outcomes)].map(([reason, times]) => `- ${times}: ${reason}`);
  const failed = failures(outcomes).map((it) => `- ${it}`);
  return [
    '## The specification’s scripts',
    '',
    'The `test` folder of the component model’s repository (WebAssembly/component-model), revision',
    `\`${revision}\`, on ${date.toISOString().slice(0, 10)} with Node ${process.versions.node.split('.')[0]}:`,
    'written by `npm run spec -- DIR --record REVISION`.',
    '',
    '| command | passed | failed | skipped |',
    '|---|---:|---:|---:|',
    ...kinds,
    row('all', count(outcomes)),
    ...(skips.length === 0 ? [] : ['', 'Skipped, each by a rule of the runner:', '', ...skips]),
    ...(failed.length === 0 ? [] : ['', 'Failed:', '', ...failed]),
  ].join('\n');
}

function row(what: string, { passed, failed, skipped }: Count): string {
  return `| ${what} | ${passed} | ${failed} | ${skipped} |`;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

function mapValues<T, U>(map: ReadonlyMap<string, T>, change: (value: T) => U): Map<string, U> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}
