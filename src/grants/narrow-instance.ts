import { quote } from '../errors/index.js';
import { deepestIncluding, includes } from './guest-path.js';
import type { Layer, VariableEntry } from './layer.js';
import type { ClocksGrant, RandomGrant, VariableGrant } from './model.js';
import { widensClocks, widensRandom } from './narrow.js';
import { Problems } from './problems.js';

/** A directory as it stands, for as long as an instance runs. */
interface Directory {
  readonly guest: string;
  readonly host: string;
  readonly mayRead: boolean;
  readonly mayWrite: boolean;
}

/** What an instance may do at this moment. */
export interface Standing<D extends Directory> {
  readonly directories: readonly D[];
  readonly environment: readonly VariableGrant[];
  readonly clocks: ClocksGrant;
  readonly random: RandomGrant;
}

/** What is left of it. */
export interface Narrowed<D extends Directory> {
  /** What may no longer be read, or written. */
  readonly unreadable: readonly D[];
  readonly unwritable: readonly D[];
  readonly environment: readonly VariableGrant[];
  readonly clocks: ClocksGrant;
  readonly random: RandomGrant;
}

/**
 * What is left to an instance that runs. A word that `less` is silent on stays as it is.
 * @throws HatchwayError `grants` where something in `less` was not there; nothing is taken back then.
 */
export function narrowInstance<D extends Directory>(now: Standing<D>, less: Layer): Narrowed<D> {
  const problems = new Problems();
  const unreadable = lostDirectories(
    'read',
    now.directories.filter((it) => it.mayRead),
    less,
    problems,
  );
  const unwritable = lostDirectories(
    'write',
    now.directories.filter((it) => it.mayWrite),
    less,
    problems,
  );
  const environment = leftVariables(now.environment, less, problems);
  const clocks = leftClocks(now.clocks, less, problems);
  const random = leftRandom(now.random, less, problems);
  if (less.run?.value) problems.add(less.run.rule, 'an instance that runs needs no "run"', 'Leave it away.');
  problems.throwIfAny('the grants of an instance can only be narrowed');
  return { unreadable, unwritable, environment, clocks, random };
}

function lostDirectories<D extends Directory>(
  word: 'read' | 'write',
  granted: readonly D[],
  less: Layer,
  problems: Problems,
): D[] {
  const byPath = new Map(granted.map((directory) => [directory.guest, directory]));
  const scope = less[word];
  if (scope !== undefined && scope !== 'all') {
    for (const [guest, entry] of scope) {
      const found = byPath.get(guest);
      if (found !== undefined && (entry.host === undefined || entry.host === found.host)) continue;
      // A directory above ones that are granted gives no more than these.
      if (found === undefined && entry.host === undefined && granted.some((it) => includes(guest, it.guest))) continue;
      if (found === undefined && deepestIncluding(byPath, guest) !== undefined) {
        problems.add(
          entry.rule,
          `${quote(guest, 200)} is a part of what is granted, and open directories cannot be cut`,
          'Revoke the whole, or make a new instance.',
        );
      } else if (found !== undefined) {
        problems.add(entry.rule, `${quote(guest, 200)} is another directory of the host`, 'Leave the host path away.');
      } else
        problems.add(
          entry.rule,
          `${word} of ${quote(guest, 200)} was not granted`,
          'Make a new instance to grant more.',
        );
    }
  }
  for (const { guest, rule } of less.deny[word]) {
    const around = granted.find((it) => it.guest !== guest && !includes(guest, it.guest) && includes(it.guest, guest));
    if (around)
      problems.add(
        rule,
        `${quote(guest, 200)} is a part of ${quote(around.guest, 200)}, and open directories cannot be cut`,
        'Revoke the whole, or make a new instance.',
      );
  }
  const isNamed = (guest: string) =>
    scope === undefined || scope === 'all' || [...scope.keys()].some((named) => includes(named, guest));
  return granted.filter(({ guest }) => !isNamed(guest) || less.deny[word].some((it) => includes(it.guest, guest)));
}

function leftVariables(now: readonly VariableGrant[], { env, deny }: Layer, problems: Problems): VariableGrant[] {
  const granted = new Map(now.map((variable) => [variable.name, variable]));
  if (env !== undefined && env !== 'all') {
    for (const [name, { value, rule }] of env) {
      const variable = granted.get(name);
      if (variable === undefined)
        problems.add(rule, `env of ${quote(name)} was not granted`, 'Make a new instance to grant more.');
      else if (value !== undefined && value.reveal() !== variable.value)
        problems.add(rule, `${quote(name)} has another value`, 'Leave the value away.');
    }
  }
  const isNamed = (name: string) =>
    env === undefined || env === 'all' || (env as ReadonlyMap<string, VariableEntry>).has(name);
  return now.filter(({ name }) => isNamed(name) && !deny.env.has(name) && !deny.env.has('*'));
}

function leftClocks(now: ClocksGrant, { clocks, deny }: Layer, problems: Problems): ClocksGrant {
  const denied = deny.words.get('clocks');
  if (denied !== undefined) return { kind: 'refused', rule: denied };
  if (clocks === undefined) return now;
  const { value, rule } = clocks;
  if (widensClocks(now, value))
    problems.add(rule, 'clocks would tell more than they do', 'Make a new instance to grant more.');
  if (now.kind === 'refused') return now;
  if (value.kind === 'refused') return { kind: 'refused', rule };
  if (value.kind === 'real') return value;
  return { kind: 'frozen', at: value.at ?? (now.kind === 'frozen' ? now.at : Date.now()) };
}

function leftRandom(now: RandomGrant, { random, deny }: Layer, problems: Problems): RandomGrant {
  const denied = deny.words.get('random');
  if (denied !== undefined) return { kind: 'refused', rule: denied };
  if (random === undefined) return now;
  const { value, rule } = random;
  if (widensRandom(now, value))
    problems.add(rule, 'random would not be the one that was granted', 'Make a new instance to grant more.');
  return value.kind === 'refused' ? { kind: 'refused', rule } : value;
}
