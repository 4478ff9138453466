import { type Denial, quote } from '../errors/index.js';
import { styled, type TextStream } from './streams.js';

/** Denials that are shown; of the rest only the number is. */
const MAX_SHOWN = 10;

/** Where a suggestion leaves it to the reader which directory of the host it is. */
const PLACEHOLDER = /\bHOST(::|")/;

/** Says what a plugin was refused, and the flag that would allow it. */
export function showDenials(stderr: TextStream, denials: readonly Denial[]): void {
  for (const { kind, target, rule, grantWith } of denials.slice(0, MAX_SHOWN)) {
    stderr.write(`${styled(stderr, 'red', 'denied:')} ${kind} of ${quote(target, 200)}: ${rule}\n`);
    stderr.write(`  to allow it: ${grantWith}\n`);
  }
  if (denials.slice(0, MAX_SHOWN).some(({ grantWith }) => PLACEHOLDER.test(grantWith))) {
    stderr.write(styled(stderr, 'dim', 'HOST is the directory of yours that the plugin is to find under that path\n'));
  }
  const left = denials.length - MAX_SHOWN;
  if (left > 0) stderr.write(styled(stderr, 'dim', `and ${left} more; --audit FILE has all of them\n`));
}
