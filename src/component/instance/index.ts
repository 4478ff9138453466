/**
 * What an instance is at run time: its state, its handles, its resources, and what its failures become. Imports `errors` and
 * `component/abi`.
 */
export { ComponentInstance, type InstanceUsage, leave } from './component-instance.js';
export { cannotWait, fail, type InstanceName, importFailure } from './failure.js';
export { BorrowScope, Handle, HandleTable } from './handle-table.js';
export { type InstanceLimits, UNLIMITED } from './limits.js';
export { GuestResource, HostResource, type WrapperClass } from './resource.js';
export type { RuntimeResource } from './runtime-resource.js';
export { BUSY, DISPOSED, IDLE, POISONED } from './status.js';
export { reportAddress, TRAP_REPORT } from './trap-report.js';
export { isWrapper, Wrapper, WrapperState, wrapperState } from './wrapper.js';
