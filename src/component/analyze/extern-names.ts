/** The grammar of import and export names (Explainer.md, "Import and Export Definitions"). */
import { quote } from '../../errors/index.js';
import { isLabel } from '../../wit/index.js';
import type { ExternName } from '../binary/index.js';
import type { Reporter } from './scope.js';

export type Direction = 'import' | 'export';

/** What a name is; `resource` and `member` are the labels of the name of a resource's function. */
export type NameForm =
  | { readonly kind: 'label' | 'interface' }
  | { readonly kind: 'constructor'; readonly resource: string }
  | { readonly kind: 'method' | 'static'; readonly resource: string; readonly member: string };

/**
 * Refuses what is no name of an import or export of that sort, or carries attributes it may not have. Names that pass may be
 * printed by later stages.
 */
export function checkExternName({ name, attributes = {} }: ExternName, sort: string, report: Reporter): NameForm {
  const form = parseExternName(name);
  if (form === undefined) report(`${quote(name)} is not a valid import or export name`);
  if ('resource' in form && sort !== 'func') report(`${quote(name)} is the name of a function, not of a ${sort}`);
  if (form.kind === 'interface') {
    const version = versionOf(name);
    if (version !== undefined && !SEMVER.test(version + (attributes.versionSuffix ?? '')))
      report(`the version of ${quote(name)} is not a semantic version`);
  }
  if (attributes.versionSuffix !== undefined && (form.kind !== 'interface' || versionOf(name) === undefined))
    report(`${quote(name)} has a version suffix, and no version`);
  if (attributes.implements !== undefined) {
    const implemented = attributes.implements;
    if (form.kind !== 'label') report(`${quote(name)} is no plain name, and cannot say what it implements`);
    if (sort !== 'instance') report(`${quote(name)} is a ${sort}: only an instance implements an interface`);
    const version = versionOf(implemented);
    if (!INTERFACE.test(implemented) || (version !== undefined && !SEMVER.test(version)))
      report(`${quote(name)} implements ${quote(implemented)}, which is not the id of an interface`);
  }
  return form;
}

/** `undefined` for what is no name. The version of an interface is not looked into. */
function parseExternName(name: string): NameForm | undefined {
  const annotated = ANNOTATED.exec(name);
  if (annotated !== null) {
    const kind = annotated[1] as 'constructor' | 'method' | 'static';
    const [resource = '', member, ...rest] = annotated[2]!.split('.');
    if (!isLabel(resource) || rest.length > 0) return undefined;
    if (kind === 'constructor') return member === undefined ? { kind, resource } : undefined;
    return member !== undefined && isLabel(member) ? { kind, resource, member } : undefined;
  }
  if (isLabel(name)) return { kind: 'label' };
  if (INTERFACE.test(name)) return { kind: 'interface' };
  return undefined;
}

/**
 * The form under which names must differ from each other, whatever their case: a method or a static function by what it is
 * in its resource, one that is called as its resource by that; a constructor may have the name of its resource.
 */
export function uniqueKey(name: string, form: NameForm): string {
  if (form.kind !== 'method' && form.kind !== 'static') return name.toLowerCase();
  const [resource, member] = [form.resource.toLowerCase(), form.member.toLowerCase()];
  return resource === member ? member : `${resource}.${member}`;
}

/** What stands behind the `@`, which may be nothing. */
function versionOf(name: string): string | undefined {
  const at = name.indexOf('@');
  return at < 0 ? undefined : name.slice(at + 1);
}

const ANNOTATED = /^\[(constructor|method|static)\](.*)$/s;
const WORDS = '[a-z][0-9a-z]*(?:-[0-9a-z]+)*';
const LABEL = '(?:[a-z][0-9a-z]*|[A-Z][0-9A-Z]*)(?:-(?:[0-9a-z]+|[0-9A-Z]+))*';
const INTERFACE = new RegExp(`^${WORDS}:${WORDS}/${LABEL}(?:@[^@]*)?$`);

const NUMBER = '(?:0|[1-9]\\d*)';
const PRERELEASE = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)';
const SEMVER = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${PRERELEASE}(?:\\.${PRERELEASE})*)?` +
    '(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$',
);
