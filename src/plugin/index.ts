/**
 * What a plugin in JavaScript, run as a program of its own, is written with: `hatchway/plugin`. May import `errors`, `wit`,
 * `component` (to read worlds), `session`, `proxy`, `carriers` and Node.
 */
export { ComponentError, isComponentError } from '../errors/index.js';
export { type ByteSource, setTraffic } from '../proxy/index.js';
export type { Traffic } from '../session/index.js';
export type { AsyncImports, ErrorOf, Fallible, HostResource, Resource, Sync, SyncResource } from '../typed/index.js';
export { type PluginContext, type PluginFactory, type PluginWorld, serve } from './serve.js';
