import { hatchwayError, quote } from '../errors/index.js';

/** Words that WIT reads as syntax (WIT.md, "Keywords", and what parsers reserve besides): as names they need a `%`. */
const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'as async bool borrow char constructor enum error-context export f32 f64 flags float32 float64 from func future ' +
    'import include interface list map option own package record resource result s16 s32 s64 s8 static stream string ' +
    'tuple type u16 u32 u64 u8 use variant with world'
  ).split(' '),
);

/** `label` of the Explainer's "Import and Export Definitions": words of one case each, joined by `-`. */
const LABEL = /^(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(?:-(?:[a-z0-9]+|[A-Z0-9]+))*$/;

const SEMVER =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** Whether WIT can spell `name`. */
export function isLabel(name: string): boolean {
  return LABEL.test(name);
}

/** A name as WIT text spells it, `%` before a keyword. The caller has checked that it is a label. */
export function escapeLabel(label: string): string {
  return KEYWORDS.has(label) ? `%${label}` : label;
}

/** A name as WIT text spells it.
 * @throws HatchwayError `invalid` if it is not a label: it would be read as something else, or not at all. */
export function identifier(name: string): string {
  if (!isLabel(name))
    throw hatchwayError('invalid', `${quote(name)} is not a name that WIT has: it must be kebab-case`);
  return escapeLabel(name);
}

/**
 * A package name, `ns:pkg` or `ns:pkg@1.2.3`, as WIT text spells it; nested namespaces and packages keep their separators.
 * @throws HatchwayError `invalid` if a part is not a label, or the version not a semantic one.
 */
export function packagePath(name: string): string {
  const at = name.indexOf('@');
  const path = at < 0 ? name : name.slice(0, at);
  const version = at < 0 ? '' : name.slice(at);
  if (!path.includes(':') || (version !== '' && !SEMVER.test(version.slice(1)))) {
    throw hatchwayError('invalid', `${quote(name)} is not the name of a package, such as "ns:pkg" or "ns:pkg@1.2.3"`);
  }
  const parts = path.split(/([:/])/).map((part, i) => (i % 2 === 0 ? identifier(part) : part));
  return parts.join('') + version;
}

/** A name from outside as a message shows it: bare if it is harmless, quoted and escaped if not. */
export function shown(name: string): string {
  return name.length <= 120 && /^[a-zA-Z0-9:/@.+-]+$/.test(name) ? name : quote(name);
}
