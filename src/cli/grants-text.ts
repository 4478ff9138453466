import { quote } from '../errors/index.js';
import type { Explanation, GrantKind, PermissionRequest } from '../grants/index.js';
import type { Inspection } from './inspection.js';
import { shortPath } from './short-path.js';

/** What a plugin could use, what it asks for, what it gets and what it does not, as lines for a person. */
export function grantLines(found: Inspection): string[] {
  const { needs, manifest, isDecided } = found;
  return [
    ...section(
      'could use',
      needs.grants.map(
        ({ kind, by }) => `${kind.padEnd(6)} by ${by.map((name) => quote(name).slice(1, -1)).join(', ')}`,
      ),
    ),
    ...section('requests', (manifest?.requests ?? []).map(requestLine)),
    ...(isDecided ? grantedLines(allowances(found)) : []),
    ...(isDecided ? section('is refused', refusals(found).flatMap(refusalLines)) : []),
  ];
}

export function grantsAsJson(found: Inspection): object {
  const { needs, manifest, isDecided } = found;
  return {
    couldUse: needs.grants,
    ...(manifest && { requests: manifest.requests }),
    ...(isDecided && { granted: allowances(found), refused: refusals(found) }),
  };
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

function grantedLines(granted: readonly Allowance[]): string[] {
  return granted.length === 0 ? ['is granted nothing'] : section('is granted', granted.map(allowanceLine));
}

/** Something that is granted. Values of variables are nobody's to see. */
interface Allowance {
  readonly kind: GrantKind;
  readonly target?: string;
  /** Which directory of the host it is. */
  readonly host?: string;
  readonly rule: string;
}

function allowances({ grants, needs }: Inspection): Allowance[] {
  const found: Allowance[] = [];
  for (const kind of ['read', 'write'] as const) {
    for (const { guest, host, rule, ...may } of grants.directories) {
      if (may[kind]) found.push({ kind, target: guest, host, rule });
    }
  }
  for (const { name, rule } of grants.environment) found.push({ kind: 'env', target: name, rule });
  for (const kind of ['clocks', 'random'] as const) {
    const uses = needs.grants.some((it) => it.kind === kind);
    const { allowed, rule } = grants.explain(kind, '');
    if (uses && allowed) found.push({ kind, rule: `${grants[kind].kind}; ${rule}` });
  }
  if (grants.run) found.push({ kind: 'run', rule: grants.explain('run', '').rule });
  return found;
}

function allowanceLine({ kind, target, host, rule }: Allowance): string {
  const where = host === undefined ? '' : `, which is ${quote(shortPath(host), 400)}`;
  return `${kind}${target === undefined ? '' : ` of ${quote(target, 200)}`}${where}: ${rule}`;
}

/** A request that is not granted, or what the plugin could use and somebody turned off. */
type Refusal = Explanation & { readonly optional?: boolean };

function refusals({ grants, manifest, needs }: Inspection): Refusal[] {
  const requested = (manifest?.requests ?? [])
    .filter(({ target, kind }) => target !== '*' || kind === 'run')
    .map(({ kind, target, optional }): Refusal => ({ ...grants.explain(kind, target), optional }));
  const used = needs.grants
    .filter(({ kind }) => kind === 'clocks' || kind === 'random' || kind === 'net' || kind === 'http')
    .map(({ kind }): Refusal => grants.explain(kind, ''));
  return [...requested, ...used].filter(({ allowed }) => !allowed);
}

function refusalLines({ kind, target, rule, grantWith, optional }: Refusal): string[] {
  const what = target === '' ? kind : `${kind} of ${quote(target, 200)}`;
  const lines = [`${what}: ${rule}`, `  to allow it: ${grantWith}`];
  if (optional === false) lines.push('  the plugin does not run without it');
  return lines;
}

function requestLine({ kind, target, reason, optional }: PermissionRequest): string {
  const what = target === '*' ? `all of ${kind}` : `${kind} of ${quote(target, 200)}`;
  // The plugin's own words.
  const why = reason === undefined ? 'no reason given' : quote(reason, 300);
  return `${what}${optional ? ', optional' : ''}: ${why}`;
}
