import * as v from 'valibot';
import { digest } from './manifest-schema.js';
import { clocks, deny, exactly, grantEntries, hostPath, limits, random, recordOf } from './schema.js';

/** What `hatchway.policy.json` may hold. */

const unenforced = v.optional(
  v.pipe(
    v.picklist(['error', 'warn'], '"unenforced" is "error" or "warn"'),
    v.description('What to do about a limit that cannot be enforced. Default: "error".'),
  ),
);

const instance = exactly('an instance', { ...grantEntries, limits: v.optional(limits) });

const entry = exactly('an entry', {
  path: v.optional(
    v.pipe(hostPath, v.description('The artifact, or the folder of the plugin; relative to this file.')),
  ),
  sha256: v.optional(
    v.pipe(
      v.union([digest, v.array(digest)], 'a sha256 is a string of 64 hexadecimal digits, or a list of them'),
      v.description('The digests of the artifacts that this entry is for.'),
    ),
  ),
  ...grantEntries,
  limits: v.optional(limits),
  unenforced,
  instances: v.optional(
    v.pipe(
      recordOf(v.string(), instance, 'expected { "name of an instance": { … } }'),
      v.description('What single instances get less of. A word that is not there is as above.'),
    ),
  ),
});

export const policySchema = exactly('a policy', {
  $schema: v.optional(v.string('"$schema" is a string')),
  version: v.literal(1, 'this hatchway reads policies of version 1: "version": 1'),
  defaults: v.optional(
    v.pipe(
      exactly('defaults', {
        clocks: v.optional(clocks),
        random: v.optional(random),
        deny: v.optional(deny),
        limits: v.optional(limits),
      }),
      v.description('What holds for every plugin whose entry says nothing else. Denials hold for all.'),
    ),
  ),
  unenforced,
  plugins: v.optional(
    v.pipe(
      recordOf(v.string(), entry, 'expected { "acme.weather@^1": { … } }'),
      v.description('By id, with a range of versions: "acme.weather@^1". Each is bound by "path" or "sha256".'),
    ),
  ),
});
export type PolicyInput = v.InferOutput<typeof policySchema>;
export type PolicyEntryInput = NonNullable<PolicyInput['plugins']>[string];
export type PolicyInstanceInput = NonNullable<PolicyEntryInput['instances']>[string];
