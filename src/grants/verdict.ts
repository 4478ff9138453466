import { join } from 'node:path';
import { quote } from '../errors/index.js';
import { deepestIncluding, includes, pathBelow } from './guest-path.js';
import type { Layer } from './layer.js';
import type { GrantKind } from './model.js';

/** What one layer says of one target. */
export interface Verdict {
  readonly layer: Layer;
  readonly outcome: 'allows' | 'gives nothing' | 'denies';
  /** Where it says so. */
  readonly rule: string;
}

/**
 * What a layer says of a target: a guest path, a variable's name; whatever it is for the other kinds.
 * @param host where a guest path lies, as far as anybody has said: a denial may name that
 */
export function verdictOf(layer: Layer, kind: GrantKind, target: string, host?: string): Verdict {
  const denial = denialOf(layer, kind, target, host);
  if (denial !== undefined) return { layer, outcome: 'denies', rule: denial };
  const allowed = allowanceOf(layer, kind, target);
  if (allowed !== undefined) return { layer, outcome: 'allows', rule: allowed };
  // What the wider layer does not give, the narrower cannot.
  if (layer.wider !== undefined) {
    const verdict = verdictOf(layer.wider, kind, target, host);
    if (verdict.outcome === 'gives nothing') return verdict;
  }
  return { layer, outcome: 'gives nothing', rule: silence(layer, kind, target) };
}

function denialOf({ deny, ...layer }: Layer, kind: GrantKind, target: string, host?: string): string | undefined {
  switch (kind) {
    case 'read':
    case 'write':
      return deny[kind].find(
        (it) => includes(it.guest, target) || (it.host !== undefined && host !== undefined && includes(it.host, host)),
      )?.rule;
    case 'env':
      return deny.env.get(target) ?? deny.env.get('*');
    case 'clocks':
    case 'random':
      return deny.words.get(kind) ?? (layer[kind]?.value.kind === 'refused' ? layer[kind].rule : undefined);
    case 'run':
      return deny.words.get(kind);
    default:
      return undefined;
  }
}

function allowanceOf(layer: Layer, kind: GrantKind, target: string): string | undefined {
  switch (kind) {
    case 'read':
    case 'write':
      return pathAllowance(layer, kind, target);
    case 'env':
      if (layer.env === 'all') return `${layer.name}: all of the environment`;
      return layer.env?.get(target)?.rule;
    case 'clocks':
    case 'random':
      return (
        layer[kind]?.rule ?? `${layer.name} is silent on ${kind}, which leaves ${kind === 'clocks' ? 'them' : 'it'} on`
      );
    case 'run':
      return layer.run?.value ? layer.run.rule : undefined;
    default:
      return undefined;
  }
}

function silence(layer: Layer, kind: GrantKind, target: string): string {
  if (layer.unnamed) return `${layer.name} has no entry for this plugin`;
  const what = kind === 'run' ? 'run' : `${kind} of ${quote(target, 200)}`;
  return layer.kind === 'manifest' ? `${layer.name} does not request ${what}` : `${layer.name}: nothing gives ${what}`;
}

/** A directory of the other word that lies deeper, and is another one of the host, hides what is below it. */
function pathAllowance(layer: Layer, word: 'read' | 'write', target: string): string | undefined {
  const scope = layer[word];
  if (scope === 'all') return `${layer.name}: ${word} of everything`;
  const found = scope && deepestIncluding(scope, target);
  if (found === undefined) return undefined;
  const [directory, { host, rule }] = found;
  const other = layer[word === 'read' ? 'write' : 'read'];
  const hiding = other === undefined || other === 'all' ? undefined : deepestIncluding(other, target);
  const isHidden =
    hiding?.[1].host !== undefined &&
    host !== undefined &&
    includes(directory, hiding[0]) &&
    join(host, pathBelow(directory, hiding[0])) !== hiding[1].host;
  return isHidden ? undefined : rule;
}
