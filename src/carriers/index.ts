/**
 * What carries the bytes of a session: sockets, inherited as descriptor 3 or connected, and standard input and output. May import
 * `errors`, `wire`, `session` and Node.
 */
export { CARRIER_VARIABLE, type CarrierKind, type Channel, type Ends } from './channel.js';
export { givenConnection } from './given.js';
export { openChannel } from './open-channel.js';
export { PrintGuard } from './print-guard.js';
export { SocketCarrier } from './socket.js';
