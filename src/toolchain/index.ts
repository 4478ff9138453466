/**
 * What the optional peers are asked for: a world from WIT text, a component from a core module. Each answer comes from a
 * child process, or from a cache of such answers. May import `errors`, `wit`, `component` and Node.
 */
export { JobError, PeerProcess, runJob } from './child.js';
export { ContentCache } from './content-cache.js';
export { type EncodedWorld, encodeWorld, type WorldChoice } from './encode-world.js';
export { type EmbedOptions, embedWorld, newComponent, warmJco } from './jco.js';
export { findPeer, type Peer } from './peer.js';
export { customSection } from './section.js';
export { installedVersion, versionOf } from './version.js';
export type { Job } from './worker.js';
