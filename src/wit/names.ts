/** Names: what the parts of a WIT name are, and what they become in JavaScript. */

export interface FunctionName {
  readonly kind: 'free' | 'constructor' | 'method' | 'static';
  /** The resource's WIT name; absent for a free function. */
  readonly resource?: string;
  /** The function's own WIT name; for a constructor, the resource's. */
  readonly name: string;
}

/**
 * Splits an external function name (Explainer.md, "Import and Export Definitions").
 * @example parseFunctionName('[method]counter.add-all') // { kind: 'method', resource: 'counter', name: 'add-all' }
 */
export function parseFunctionName(name: string): FunctionName {
  if (name.startsWith('[constructor]')) {
    const resource = name.slice('[constructor]'.length);
    return { kind: 'constructor', resource, name: resource };
  }
  for (const kind of ['method', 'static'] as const) {
    const prefix = `[${kind}]`;
    if (!name.startsWith(prefix)) continue;
    const dot = name.indexOf('.');
    if (dot < 0) break;
    return { kind, resource: name.slice(prefix.length, dot), name: name.slice(dot + 1) };
  }
  return { kind: 'free', name };
}

/** `add-all` → `addAll`, as jco does, so that guides and habits carry over. */
export function camelCase(name: string): string {
  const words = name.split('-');
  let out = words[0]!.toLowerCase();
  for (let i = 1; i < words.length; i++) out += capitalise(words[i]!);
  return out;
}

/** `byte-buffer` → `ByteBuffer`. */
export function pascalCase(name: string): string {
  return name.split('-').map(capitalise).join('');
}

function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}

export interface InterfaceId {
  /** `ns:pkg`. Nested namespaces and packages keep their separators. */
  readonly package: string;
  readonly name: string;
  readonly version?: string;
}

/**
 * Splits `ns:pkg/name@1.2.3`; `undefined` for a plain name.
 * @example parseInterfaceId('wasi:io/streams@0.2.3') // { package: 'wasi:io', name: 'streams', version: '0.2.3' }
 */
export function parseInterfaceId(id: string): InterfaceId | undefined {
  const at = id.indexOf('@');
  const path = at < 0 ? id : id.slice(0, at);
  const slash = path.lastIndexOf('/');
  if (slash < 0 || !path.includes(':')) return undefined;
  const base = { package: path.slice(0, slash), name: path.slice(slash + 1) };
  return at < 0 ? base : { ...base, version: id.slice(at + 1) };
}

/**
 * The key under which compatible versions of an interface meet: the id with its version reduced to what semver holds
 * stable (Explainer.md, `canonversion`). `a:b/c@1.2.3` and `@1.9.0` → `a:b/c@1`, `@0.2.6` → `@0.2`, `@0.0.3` → `@0.0.3`;
 * a pre-release is compatible with itself only.
 */
export function compatibilityKey(id: string): string {
  const parsed = parseInterfaceId(id);
  if (parsed?.version === undefined) return id;
  const base = `${parsed.package}/${parsed.name}`;
  const [core = '', ...build] = parsed.version.split('+');
  void build;
  if (core.includes('-')) return `${base}@${core}`;
  const [major = '0', minor = '0', patch = '0'] = core.split('.');
  if (major !== '0') return `${base}@${major}`;
  if (minor !== '0') return `${base}@0.${minor}`;
  return `${base}@0.0.${patch}`;
}
