/**
 * What an app uses: hosts, plugins, instances. Imports `errors`, `wit`, `component`, `grants`, `wasi`, `native`, `proxy`, `session` and Node.
 */

export { type ByteSource, setTraffic } from '../proxy/index.js';
export type { Traffic } from '../session/index.js';
export {
  type AsyncImports,
  type ErrorOf,
  type Fallible,
  type HostResource,
  isErrorOf,
  type Resource,
  type Sync,
  type SyncResource,
  type TypedWorld,
} from '../typed/index.js';
export type { HostLimits } from './budget.js';
export { createHost, type Host, type HostOptions, type LoadOptions } from './host.js';
export type { Instance, InstanceState, InstantiateOptions, Usage } from './instance.js';
export type { InstanceLimits } from './limits.js';
export { type LogEvent, nativeProgram } from './native.js';
export type { Needs } from './needs.js';
export type { Output, OutputLine, OutputOption } from './output.js';
export type { PlainPlugin, PlainPluginFactory } from './plain.js';
export type { InstantiateArguments, Plugin } from './plugin.js';
export type { Pool, PoolOptions } from './pool.js';
export type { CallOptions } from './queue.js';
export type { InputOption, SandboxOptions } from './sandbox.js';
export type { ArtifactSource } from './source.js';
export type {
  HealthOptions,
  RestartOptions,
  Supervised,
  SupervisedState,
  SuperviseOptions,
  SupervisionEvent,
} from './supervise.js';
export { withOptions } from './with-options.js';
