import { join } from 'node:path';
import { quote } from '../errors/index.js';
import { deepestIncluding, pathBelow } from './guest-path.js';
import { resolveHostDirectory } from './host-directory.js';
import type { ClocksChoice, Denials, Layer, PathEntry, RandomChoice, Scope, VariableEntry } from './layer.js';
import type { Problems } from './problems.js';

/**
 * A layer with less of what it has. A word that `less` is silent on stays; what `less` has beyond the layer is a problem.
 * @param less for a policy: what it says of one instance
 */
export function narrowLayer(layer: Layer, less: Layer, problems: Problems): Layer {
  const read = less.read && narrowDirectories('read', layer.read, less.read, problems);
  const write = less.write && narrowDirectories('write', layer.write, less.write, problems);
  const env = less.env && narrowVariables(layer.env, less.env, problems);
  const { clocks = layer.clocks, random = layer.random, run = layer.run } = less;
  if (less.clocks && widensClocks(layer.clocks?.value ?? REAL, less.clocks.value))
    refuse(less.clocks, 'clocks', problems);
  if (less.random && widensRandom(layer.random?.value ?? SECURE, less.random.value))
    refuse(less.random, 'random', problems);
  if (less.run?.value && !layer.run?.value) refuse(less.run, 'run', problems);
  return {
    ...layer,
    name: less.name,
    wider: layer,
    ...(read && { read }),
    ...(write && { write }),
    ...(env && { env }),
    ...(clocks && { clocks }),
    ...(random && { random }),
    ...(run && { run }),
    deny: bothDenials(layer.deny, less.deny),
    onlyDenies: layer.onlyDenies && less.onlyDenies,
    warnings: [...layer.warnings, ...less.warnings],
  };
}

const REAL: ClocksChoice = { kind: 'real', resolution: 1 };
const SECURE: RandomChoice = { kind: 'secure' };

function refuse({ rule }: { readonly rule: string }, what: string, problems: Problems): void {
  problems.add(rule, `this gives more of ${what} than there is to narrow`, 'Only less can be given here.');
}

function narrowDirectories(
  word: 'read' | 'write',
  base: Scope<PathEntry> | undefined,
  less: Scope<PathEntry>,
  problems: Problems,
): Scope<PathEntry> {
  if (base === 'all') return less;
  if (less === 'all') return base ?? new Map();
  const result = new Map<string, PathEntry>();
  for (const [guest, entry] of less) {
    const found = base && deepestIncluding(base, guest);
    if (found === undefined) {
      refuse(entry, `${word} of ${quote(guest, 200)}`, problems);
      continue;
    }
    const [directory, above] = found;
    const rest = pathBelow(directory, guest);
    if (above.host === undefined) result.set(guest, entry);
    else {
      const host = join(above.host, rest);
      const there = resolveHostDirectory(host, '/');
      if ('problem' in there) problems.add(entry.rule, there.problem, there.mend);
      else if (there.path !== host || (entry.host !== undefined && entry.host !== host)) {
        problems.add(
          entry.rule,
          `${quote(guest, 200)} is another directory of the host in ${above.rule}`,
          'Leave the host path away.',
        );
      } else result.set(guest, { host, written: join(above.written ?? above.host, rest), rule: entry.rule });
    }
  }
  return result;
}

function narrowVariables(
  base: Scope<VariableEntry> | undefined,
  less: Scope<VariableEntry>,
  problems: Problems,
): Scope<VariableEntry> {
  if (less === 'all') return base ?? new Map();
  const result = new Map<string, VariableEntry>();
  for (const [name, entry] of less) {
    const above = base === 'all' ? { rule: entry.rule, inherit: true } : base?.get(name);
    if (above === undefined) refuse(entry, `env of ${quote(name)}`, problems);
    else if (above.value && entry.value && !above.value.equals(entry.value)) {
      problems.add(entry.rule, `${quote(name)} has another value in ${above.rule}`, 'Leave the value away.');
    } else result.set(name, { ...above, ...entry });
  }
  return result;
}

/** Whether clocks would tell more than they do. */
export function widensClocks(now: ClocksChoice, next: ClocksChoice): boolean {
  if (next.kind === 'refused') return false;
  if (now.kind === 'refused') return true;
  if (next.kind === 'frozen')
    return now.kind === 'frozen' && now.at !== undefined && next.at !== undefined && now.at !== next.at;
  return now.kind === 'frozen' || next.resolution < now.resolution;
}

/** Whether random bytes would be others than the ones that were given, or come back. */
export function widensRandom(now: RandomChoice, next: RandomChoice): boolean {
  if (next.kind === 'refused') return false;
  if (now.kind === 'refused') return true;
  if (now.kind === 'secure') return false;
  return next.kind === 'secure' || next.seed !== now.seed;
}

export function bothDenials(a: Denials, b: Denials): Denials {
  return {
    read: [...a.read, ...b.read],
    write: [...a.write, ...b.write],
    env: new Map([...a.env, ...b.env]),
    words: new Map([...a.words, ...b.words]),
  };
}
