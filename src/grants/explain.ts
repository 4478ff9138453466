import { quote } from '../errors/index.js';
import { deepestIncluding, meantPath } from './guest-path.js';
import type { LayerKind } from './layer.js';
import { type GrantContext, grantWith, LAYER_NAMES, refusedBy, verdictsOf } from './mend.js';
import type { GrantKind } from './model.js';

/** Why a target is allowed, or is not. */
export interface Explanation {
  readonly kind: GrantKind;
  readonly target: string;
  readonly allowed: boolean;
  /** What each layer says, the most privileged first; without those that only deny, and not this. */
  readonly steps: readonly {
    readonly layer: LayerKind;
    readonly outcome: 'allows' | 'gives nothing' | 'denies';
    /** Where it says so. */
    readonly rule: string;
  }[];
  /** What decided. */
  readonly rule: string;
  /** What would allow it, if it is not. */
  readonly grantWith?: string;
}

export function explain(context: GrantContext, kind: GrantKind, target: string): Explanation {
  const verdicts = verdictsOf(context, kind, target);
  const allowed = isAllowed(context, kind, target, verdicts);
  const steps = verdicts
    .filter(({ layer, outcome }) => outcome === 'denies' || !layer.onlyDenies)
    .map(({ layer, outcome, rule }) => ({ layer: layer.kind, outcome, rule }));
  if (allowed) {
    const rules = steps.filter(({ outcome }) => outcome === 'allows').map(({ rule }) => rule);
    return { kind, target, allowed, steps, rule: rules[0] ?? `${kind} is on unless somebody says no` };
  }
  return {
    kind,
    target,
    allowed,
    steps,
    rule: refusedBy(context, kind, target),
    grantWith: grantWith(context, kind, target),
  };
}

function isAllowed(
  { giving, directories }: GrantContext,
  kind: GrantKind,
  target: string,
  verdicts: ReturnType<typeof verdictsOf>,
): boolean {
  if (verdicts.some(({ outcome }) => outcome === 'denies')) return false;
  if (kind === 'clocks' || kind === 'random') return true;
  if (kind === 'read' || kind === 'write') {
    return deepestIncluding(new Map(directories.map((it) => [it.guest, it])), meantPath(target))?.[1][kind] ?? false;
  }
  return giving.length > 0 && verdicts.every(({ layer, outcome }) => outcome === 'allows' || layer.onlyDenies);
}

/** An explanation as lines for a person. */
export function printExplanation({ kind, target, allowed, steps, rule, grantWith }: Explanation): string {
  const what = kind === 'read' || kind === 'write' || kind === 'env' ? `${kind} of ${quote(target, 200)}` : kind;
  const lines = [`${what} is ${allowed ? 'allowed' : 'refused'}: ${rule}`];
  for (const { layer, outcome, rule } of steps) {
    const name = LAYER_NAMES[layer];
    lines.push(`  ${name} ${outcome}: ${rule.startsWith(`${name}: `) ? rule.slice(name.length + 2) : rule}`);
  }
  if (grantWith !== undefined) lines.push(`To allow it: ${grantWith}`);
  return lines.join('\n');
}
