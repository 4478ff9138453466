/**
 * What an instance is at run time: its state, its handles, its resources, and what its failures become. Imports `errors` and
 * `component/abi`.
 */
export { fail, importFailure } from './failure.js';
export { BorrowScope, Handle, HandleTable } from './handle-table.js';
export { GuestResource, HostResource, type RuntimeResource, type WrapperClass } from './resource.js';
export { BUSY, ComponentInstance, DISPOSED, IDLE, type InstanceName, leave, POISONED } from './state.js';
export { isWrapper, Wrapper, WrapperState, wrapperState } from './wrapper.js';
