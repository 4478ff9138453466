import { quote } from '../../errors/index.js';
import { isLabel } from '../../wit/index.js';
import type { Reporter } from './scope.js';

/** Refuses labels that are not kebab-case or that differ from another of their set only in case. */
export function checkLabels(what: string, names: readonly string[], report: Reporter): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (!isLabel(name)) report(`the ${what} ${quote(name)} is not in kebab-case`);
    const key = name.toLowerCase();
    if (seen.has(key)) report(`the ${what} ${quote(name)} is there twice`);
    seen.add(key);
  }
}
