import { join, posix } from 'node:path';
import { deepestIncluding, guestPathProblem, meantPath, parentOf, pathBelow } from './guest-path.js';
import type { Layer, LayerKind, PathEntry } from './layer.js';
import { RESERVED } from './layer.js';
import type { DirectoryGrant, GrantKind } from './model.js';
import { jsKey, jsonString, jsString, shellWord } from './text.js';
import { isVariableName } from './variables.js';
import { type Verdict, verdictOf } from './verdict.js';

/** Where whoever starts the instance says what it may: in code or on the command line. */
export type Surface = 'app' | 'flags';

/** What is known of an instance's grants when something is refused. */
export interface GrantContext {
  readonly layers: readonly Layer[];
  /** Those whose silence gives nothing. */
  readonly giving: readonly Layer[];
  readonly directories: readonly DirectoryGrant[];
  readonly surface: Surface;
}

/** Stands for a directory of the host that nobody has named yet. */
const HOST = 'HOST';

/** What each layer says, the most privileged first. */
export function verdictsOf({ layers }: GrantContext, kind: GrantKind, target: string): Verdict[] {
  if (kind !== 'read' && kind !== 'write') return layers.map((layer) => verdictOf(layer, kind, target));
  const path = meantPath(target);
  const named = namedDirectory(layers, path);
  const host = named && join(named[1].host, pathBelow(named[0], path));
  return layers.map((layer) => verdictOf(layer, kind, path, host));
}

/** Which rule refuses a target. */
export function refusedBy(context: GrantContext, kind: GrantKind, target: string): string {
  if (RESERVED.includes(kind)) return `${kind} is not built yet`;
  const verdicts = verdictsOf(context, kind, target).filter(
    ({ outcome, layer }) => outcome === 'denies' || (outcome === 'gives nothing' && !layer.onlyDenies),
  );
  const deciding = verdicts.find(({ outcome }) => outcome === 'denies') ?? verdicts[0];
  if (deciding?.outcome === 'denies') return `denied by ${deciding.rule}`;
  if (context.giving.length === 0) return 'nothing was granted';
  if (deciding === undefined && isUnplaced(context, kind, target))
    return 'nobody says which directory of the host it is';
  return deciding?.rule ?? `no rule gives ${kind}`;
}

/** What to write where, to have a target allowed: one line for each layer that does not allow it yet. */
export function grantWith(context: GrantContext, kind: GrantKind, target: string): string {
  if (RESERVED.includes(kind)) return `nothing can: ${kind} is not built yet`;
  if (kind === 'env' && (!isVariableName(target) || /[*?]/.test(target)))
    return 'nothing can: no variable has such a name';
  const verdicts = verdictsOf(context, kind, target);
  const lines = verdicts
    .filter(({ outcome, layer }) => outcome === 'denies' || (outcome === 'gives nothing' && !layer.onlyDenies))
    .map((verdict) =>
      verdict.outcome === 'denies' ? withoutDenial(verdict) : line(verdict.layer, context, kind, target),
    );
  if (context.giving.length === 0 && !context.layers.some((it) => it.kind === context.surface && !it.onlyDenies)) {
    if (kind !== 'clocks' && kind !== 'random') lines.unshift(surfaceLine(context.surface, context, kind, target));
  }
  if (lines.length > 0) return lines.join(' and ');
  if (isUnplaced(context, kind, target)) return surfaceLine(context.surface, context, kind, target);
  return 'nothing: it is granted';
}

/** Whether everybody allows a path, and nobody has said yet where it lies. */
function isUnplaced({ directories }: GrantContext, kind: GrantKind, target: string): boolean {
  if (kind !== 'read' && kind !== 'write') return false;
  return !deepestIncluding(new Map(directories.map((it) => [it.guest, it])), meantPath(target))?.[1][kind];
}

function withoutDenial({ rule }: Verdict): string {
  return `without ${rule}`;
}

function line(layer: Layer, context: GrantContext, kind: GrantKind, target: string): string {
  switch (layer.kind) {
    case 'app':
    case 'flags':
      return surfaceLine(layer.kind, context, kind, target);
    case 'manifest':
      return `in ${layer.name}: "permissions": { ${request(kind, target, context)} }`;
    case 'policy': {
      const grant = policyGrant(kind, target, context);
      if (layer.unnamed === undefined) return `in ${layer.name}: ${grant}`;
      const { key, sha256 } = layer.unnamed;
      return `in ${layer.name}: "plugins": { ${jsonString(key)}: { "sha256": [${jsonString(sha256)}], ${grant} } }`;
    }
  }
}

function surfaceLine(surface: Surface, { layers }: GrantContext, kind: GrantKind, target: string): string {
  if (kind === 'read' || kind === 'write') {
    const { guest, host } = directoryFor(layers, surface, target);
    if (surface === 'flags') return `--allow-${kind}=${shellWord(`${host}::${guest}`)}`;
    return `grants: { ${kind}: { ${jsKey(guest)}: ${jsString(host)} } }`;
  }
  if (surface === 'flags') return kind === 'env' ? `--allow-env=${shellWord(target)}` : `--allow-${kind}`;
  if (kind !== 'env') return `grants: { ${kind}: true }`;
  if (hasValue(layers, target)) return `grants: { env: [${jsString(target)}] }`;
  return `grants: { env: { ${jsKey(target)}: { from: ${jsString(`env:${target}`)} } } }`;
}

function policyGrant(kind: GrantKind, target: string, { layers }: GrantContext): string {
  if (kind === 'read' || kind === 'write') {
    const { guest, host } = directoryFor(layers, 'policy', target);
    return `"${kind}": { ${jsonString(guest)}: ${jsonString(host)} }`;
  }
  if (kind !== 'env') return `"${kind}": true`;
  if (hasValue(layers, target)) return `"env": [${jsonString(target)}]`;
  return `"env": { ${jsonString(target)}: { "from": ${jsonString(`env:${target}`)} } }`;
}

function request(kind: GrantKind, target: string, { layers }: GrantContext): string {
  if (kind !== 'read' && kind !== 'write' && kind !== 'env') return `"${kind}": true`;
  const allow = kind === 'env' ? target : directoryFor(layers, 'manifest', target).guest;
  return `"${kind}": [{ "allow": ${jsonString(allow)}, "reason": "WHY" }]`;
}

/** Whether somebody has said already what the value of a variable is. */
function hasValue(layers: readonly Layer[], name: string): boolean {
  return layers.some(
    ({ env, wider }) =>
      (env !== undefined && env !== 'all' && env.get(name)?.value !== undefined) ||
      (wider !== undefined && hasValue([wider], name)),
  );
}

/**
 * The directory to grant for a target, and which one of the host it is: the deepest that somebody has named already, else one
 * to be filled in. A relative path is repeated only where it was written: elsewhere it is relative to something else.
 */
function directoryFor(layers: readonly Layer[], kind: LayerKind, target: string): { guest: string; host: string } {
  const path = meantPath(target);
  const named = namedDirectory(layers, path);
  if (named === undefined) return { guest: directoryOf(path), host: HOST };
  const [guest, { host, written = host }, by] = named;
  return { guest, host: by.kind === kind ? written : host };
}

type Named = readonly [guest: string, entry: PathEntry & { readonly host: string }, by: Layer];

/** The deepest directory that includes a path and whose host path a layer has said. */
function namedDirectory(layers: readonly Layer[], path: string): Named | undefined {
  let deepest: Named | undefined;
  for (const layer of layers.flatMap((it) => (it.wider ? [it, it.wider] : [it]))) {
    for (const scope of [layer.read, layer.write]) {
      const found = scope === undefined || scope === 'all' ? undefined : deepestIncluding(scope, path);
      if (found === undefined || found[1].host === undefined) continue;
      if (deepest === undefined || found[0].length > deepest[0].length)
        deepest = [found[0], found[1] as Named[1], layer];
    }
  }
  return deepest;
}

/** A guess at the directory that a program means by a path: where its last part looks like a file, or lies deeper, the one above. */
function directoryOf(path: string): string {
  const isDirectory = path === '/' || (parentOf(path) === '/' && !posix.basename(path).includes('.'));
  let directory = isDirectory ? path : parentOf(path);
  while (guestPathProblem(directory) !== undefined) directory = parentOf(directory);
  return directory;
}

/** How the parties are called. */
export const LAYER_NAMES: Readonly<Record<LayerKind, string>> = {
  manifest: 'the plugin',
  app: 'the app',
  flags: 'the command line',
  policy: 'the policy',
};
