/**
 * A session as JavaScript: what the peer offers as objects whose functions answer with promises, and an object of this side
 * behind the calls of the peer. May import `errors`, `wit`, `wire` and `session`; nothing from Node.
 */
export { answerWith, importFailed } from './answer.js';
export { type ByteSource, STREAM_FACES } from './byte-streams.js';
export {
  findImplementation,
  interfaceObject,
  type Members,
  member,
  missingExports,
  namesOf,
  offeredInterface,
} from './implementation.js';
export {
  implementExports,
  implementImports,
  type LocalFunction,
  type LocalFunctions,
  refusalOf,
} from './local.js';
export { type AdaptRemote, RemoteClasses, type RemoteNamespace, remoteNamespace, remoteOf } from './remote.js';
export { setTraffic } from './traffic.js';
