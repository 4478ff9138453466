/**
 * What the optional peers are asked for: a world from WIT text, a component from a core module. Each answer comes from a
 * child process. May import `errors`, `wit`, `component` and Node.
 */
export { JobError, runJob } from './child.js';
export { type EncodedWorld, encodeWorld, type WorldChoice } from './encode-world.js';
export { type EmbedOptions, embedWorld, newComponent } from './jco.js';
export { findPeer, type Peer } from './peer.js';
export type { Job } from './worker.js';
