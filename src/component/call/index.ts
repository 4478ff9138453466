/**
 * Calls: what stands between the app and a guest's function, between a guest and the app's, and between two guests. Built once
 * for each function of an instance. Imports `errors`, `wit`, `component/abi` and `component/instance`.
 */
export { asynchronousCallable, exportCallable, type HostCallable, type Lifted } from './export.js';
export { stackGuard } from './guard.js';
export { asynchronousImport, bridgeCallable, importCallable, type Lowering } from './import.js';
export { requirePromiseIntegration } from './promise-integration.js';
export { type Signature, Signatures } from './signature.js';
export type { CoreFunction } from './values.js';
export { argumentFailure } from './values.js';
