/**
 * What an instance may do: the vocabulary, where it comes from (manifest, policy, flags, the app), the intersection of these,
 * and the one check that every capability asks. Imports `errors` and Node.
 */
export { Audit, type AuditEvent, type AuditSink } from './audit.js';
export type { ClocksGrant, DirectoryGrant, GrantKind, Grants, RandomGrant, VariableGrant } from './model.js';
export { DirectoryPermission, Permissions } from './permissions.js';
