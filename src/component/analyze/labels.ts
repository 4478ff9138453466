import { quote } from '../../errors/index.js';
import { isLabel } from '../../wit/index.js';
import type { Reporter } from './scope.js';

const FUNCTION = /^\[(?:constructor|method|static)\](.+)$/;

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

/**
 * Checks the name of an import or export: a label, a function of a resource, or an interface's id. Anything else (URLs,
 * hashes, text that only looks like a name) is refused, so that later stages may print it.
 */
export function checkExternName(name: string, kind: string, report: Reporter): void {
  const member = FUNCTION.exec(name);
  if (member) {
    const labels = name.startsWith('[constructor]') ? [member[1]!] : member[1]!.split('.');
    const expected = name.startsWith('[constructor]') ? 1 : 2;
    if (kind !== 'func' || labels.length !== expected || !labels.every(isLabel))
      report(`${quote(name)} is not a valid name of a ${kind}`);
    return;
  }
  if (isLabel(name) || INTERFACE.test(name) || EXTERNAL.test(name)) return;
  report(`${quote(name)} is not a valid import or export name`);
}

const WORDS = '[a-z][0-9a-z]*(?:-[0-9a-z]+)*';
const LABEL = '(?:[a-z][0-9a-z]*|[A-Z][0-9A-Z]*)(?:-(?:[0-9a-z]+|[0-9A-Z]+))*';
const INTERFACE = new RegExp(`^(?:${WORDS}:)+${WORDS}(?:/${LABEL})+(?:@[0-9A-Za-z.+-]+)?$`);
/** Dependencies by locked or unlocked name, url or hash: valid, never offered by a host. */
const EXTERNAL = /^(?:locked-dep|unlocked-dep|url|integrity|relative-url)=<[^<>]*>(?:,integrity=<[^<>]*>)?$/;
