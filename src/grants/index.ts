/**
 * What an instance may do: the vocabulary, where it comes from (manifest, policy, flags, the app), the intersection of these,
 * and the one check that every capability asks. Imports `errors` and Node.
 */
export { type AppOptions, type GrantsOption, parseAppGrants } from './app.js';
export { Audit, type AuditEvent, type AuditSink } from './audit.js';
export type { PluginIdentity } from './binding.js';
export { parseDuration } from './duration.js';
export { type Explanation, printExplanation } from './explain.js';
export { type GrantFlags, parseFlags } from './flags.js';
export type { Layer, LayerKind } from './layer.js';
export { checkEnforced, type Limits, meetLimits, type SaidLimits } from './limits.js';
export {
  MANIFEST_FILE,
  type Manifest,
  type ManifestArtifact,
  type ManifestProgram,
  type PermissionRequest,
  readManifest,
} from './manifest.js';
export type { ClocksGrant, DirectoryGrant, GrantKind, Grants, RandomGrant, VariableGrant } from './model.js';
export { DirectoryPermission, Permissions, type Unmendable } from './permissions.js';
export { type PluginPolicy, Policy, type PolicyOptions, parsePolicy, readPolicy } from './policy.js';
export { Problems } from './problems.js';
export { type Layers, type ResolvedGrants, resolveGrants } from './resolve.js';
export { parseSize } from './size.js';
