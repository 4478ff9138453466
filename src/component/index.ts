/**
 * The component runtime: takes the bytes of any component and gives callable exports on the calling thread. Imports
 * `errors` and `wit`; nothing from Node.
 */
export { decodeWorld } from './analyze/index.js';
export { customSections, isComponent, isCoreModule } from './binary/index.js';
export { checkValue } from './check.js';
export { Component, Instance, MAX_ARTIFACT_BYTES } from './component.js';
export { type InstanceLimits, type InstanceUsage, TRAP_REPORT } from './instance/index.js';
export type { Adapt, HostImports, Namespace } from './link/index.js';
