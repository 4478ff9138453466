import { quote } from '../errors/index.js';
import { deepestIncluding, includes } from './guest-path.js';
import type { Layer } from './layer.js';
import type { Problems } from './problems.js';

/** What a plugin cannot do without has to be allowed by the policy: else it is not loaded at all. */
export function checkRequests(manifest: Layer, policy: Layer, problems: Problems): void {
  // A policy that does not know the plugin gives nothing; it has made no statement about these requests.
  if (policy.unnamed) return;
  for (const word of ['read', 'write'] as const) {
    const requested = manifest[word];
    if (requested === undefined || requested === 'all') continue;
    for (const [guest, { rule, optional }] of requested) {
      if (optional) continue;
      const scope = policy[word];
      const allowed = scope === 'all' || (scope !== undefined && deepestIncluding(scope, guest) !== undefined);
      const denied = policy.deny[word].some((denial) => includes(denial.guest, guest));
      if (!allowed || denied) refuse(word, guest, rule);
    }
  }
  if (manifest.env !== undefined && manifest.env !== 'all') {
    for (const [name, { rule, optional }] of manifest.env) {
      if (optional) continue;
      const allowed = policy.env === 'all' || policy.env?.has(name);
      if (!allowed || policy.deny.env.has(name) || policy.deny.env.has('*')) refuse('env', name, rule);
    }
  }

  function refuse(word: string, target: string, rule: string): void {
    problems.add(
      rule,
      `the plugin needs ${word} of ${quote(target, 200)}, which ${policy.name} does not allow`,
      'Allow it there, or have the request be "optional".',
    );
  }
}
