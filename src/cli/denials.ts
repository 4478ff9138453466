import { type Denial, quote } from '../errors/index.js';
import { styled, type TextStream } from './streams.js';

/** Suggestions that are shown, and targets of each; of the rest only the number is. */
const MAX_SHOWN = 10;
const MAX_TARGETS = 3;

/** Where a suggestion leaves it to the reader which directory of the host it is. */
const PLACEHOLDER = /\bHOST(::|")/;

/** Says what a plugin was refused, and the flag that would allow it. What one flag would allow is said at once. */
export function showDenials(stderr: TextStream, denials: readonly Denial[]): void {
  const groups = [...grouped(denials).values()];
  const shown = groups.slice(0, MAX_SHOWN);
  for (const group of shown) {
    const [{ kind, rule, grantWith }] = group;
    const targets = group.slice(0, MAX_TARGETS).map(({ target }) => quote(target, 200));
    if (group.length > MAX_TARGETS) targets.push(`${group.length - MAX_TARGETS} more`);
    // The rules of several differ in nothing but their targets.
    const why = group.length === 1 ? `: ${rule}` : '';
    stderr.write(`${styled(stderr, 'red', 'denied:')} ${kind} of ${listed(targets)}${why}\n`);
    stderr.write(`  to allow ${group.length === 1 ? 'it' : 'them'}: ${grantWith}\n`);
  }
  if (shown.some(([{ grantWith }]) => PLACEHOLDER.test(grantWith))) {
    stderr.write(styled(stderr, 'dim', 'HOST is the directory of yours that the plugin is to find under that path\n'));
  }
  const left = groups.slice(MAX_SHOWN).reduce((sum, { length }) => sum + length, 0);
  if (left > 0) stderr.write(styled(stderr, 'dim', `and ${left} more; --audit FILE has all of them\n`));
}

type Group = [Denial, ...Denial[]];

/** Denials that the same line would allow, in the order in which the first of each came. */
function grouped(denials: readonly Denial[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const denial of denials) {
    const key = `${denial.kind} ${denial.grantWith}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [denial]);
    else group.push(denial);
  }
  return groups;
}

/** `"a"`, `"a" and "b"`, `"a", "b" and "c"`. */
function listed(items: readonly string[]): string {
  return items.length === 1 ? items[0]! : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
