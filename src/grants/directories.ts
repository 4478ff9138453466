import { join } from 'node:path';
import { quote } from '../errors/index.js';
import { deepestIncluding, includes, pathBelow } from './guest-path.js';
import type { Layer, PathEntry, Scope } from './layer.js';
import type { Problems } from './problems.js';

/** A directory that all layers so far agree on. */
export interface Agreed {
  readonly host?: string;
  readonly written?: string;
  /** Whether `host` lies below what a layer named, so that nobody has looked at it yet. */
  readonly derived: boolean;
  /** Who says so, the most privileged first. */
  readonly rules: readonly string[];
}

/** What is agreed on for one word: everything, or directories by guest path. */
export type AgreedDirectories = Scope<Agreed>;

/** What a layer says of a word, as an agreement of one. */
export function directoriesOf(layer: Layer, word: 'read' | 'write'): AgreedDirectories {
  const scope = layer[word] ?? new Map<string, PathEntry>();
  if (scope === 'all') return 'all';
  return new Map(
    [...scope].map(([guest, { host, written, rule }]) => [
      guest,
      { ...(host !== undefined && { host, written }), derived: false, rules: [rule] },
    ]),
  );
}

/**
 * What two agreements have in common. Each is a tree of guest paths in which the deepest directory counts, so a path is in
 * both if each has a directory that includes it.
 * @param higher the more privileged: whose host paths hold
 */
export function meetDirectories(
  higher: AgreedDirectories,
  lower: AgreedDirectories,
  problems: Problems,
): AgreedDirectories {
  if (higher === 'all') return lower;
  if (lower === 'all') return higher;
  const result = new Map<string, Agreed>();
  for (const guest of new Set([...higher.keys(), ...lower.keys()])) {
    const above = at(higher, guest);
    const below = at(lower, guest);
    if (above === undefined || below === undefined) continue;
    if (above.host !== undefined && below.host !== undefined && above.host !== below.host) {
      problems.add(
        below.rules[0]!,
        `${quote(guest, 200)} is ${quote(below.host, 200)} here and ${quote(above.host, 200)} in ${above.rules[0]}`,
        'Leave the host path away, or repeat that one.',
      );
      continue;
    }
    const named = above.host !== undefined ? above : below;
    result.set(guest, {
      ...(named.host !== undefined && { host: named.host, written: named.written }),
      // A layer that names the very path has looked at it.
      derived: [above, below].every((it) => it.host === undefined || it.derived),
      rules: [...above.rules, ...below.rules],
    });
  }
  return result;
}

/** What a tree has at a path. */
function at(tree: ReadonlyMap<string, Agreed>, guest: string): Agreed | undefined {
  const found = deepestIncluding(tree, guest);
  if (found === undefined) return undefined;
  const [directory, agreed] = found;
  const rest = pathBelow(directory, guest);
  if (rest === '' || agreed.host === undefined) return agreed;
  return {
    ...agreed,
    host: join(agreed.host, rest),
    written: join(agreed.written ?? agreed.host, rest),
    derived: true,
  };
}

/** A guest path is one directory of the host, whichever word and layer names it. */
export function checkOneHost(layers: readonly Layer[], problems: Problems): void {
  const known = new Map<string, PathEntry>();
  for (const layer of layers) {
    for (const scope of [layer.read, layer.write]) {
      if (scope === undefined || scope === 'all') continue;
      for (const [guest, entry] of scope) {
        if (entry.host === undefined) continue;
        const first = known.get(guest);
        if (first === undefined) known.set(guest, entry);
        else if (first.host !== entry.host) {
          problems.add(
            entry.rule,
            `${quote(guest, 200)} is ${quote(entry.host, 200)} here and ${quote(first.host!, 200)} in ${first.rule}`,
            'One guest path is one directory of the host: repeat that one, or use another guest path.',
          );
        }
      }
    }
  }
}

/** Takes away what a layer denies. What would be a hole in a directory cannot be enforced, and is an error. */
export function withoutDenied(
  word: 'read' | 'write',
  directories: ReadonlyMap<string, Agreed>,
  layers: readonly Layer[],
  problems: Problems,
): ReadonlyMap<string, Agreed> {
  const denials = layers.flatMap(({ deny }) => deny[word]);
  if (denials.length === 0) return directories;
  const left = new Map<string, Agreed>();
  for (const [guest, agreed] of directories) {
    const gone = denials.some(
      (it) =>
        includes(it.guest, guest) ||
        (it.host !== undefined && agreed.host !== undefined && includes(it.host, agreed.host)),
    );
    if (!gone) left.set(guest, agreed);
  }
  for (const [guest, agreed] of left) {
    for (const denial of denials) {
      const inside =
        includes(guest, denial.guest) ||
        (denial.host !== undefined && agreed.host !== undefined && includes(agreed.host, denial.host));
      if (!inside) continue;
      problems.add(
        denial.rule,
        `${quote(denial.guest, 200)} lies in ${quote(guest, 200)}, which is granted, and a directory includes what is below it`,
        `Grant the directories beside it, or deny ${quote(guest, 200)}.`,
      );
    }
  }
  return left;
}
