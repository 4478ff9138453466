/**
 * What carries the bytes of a session: sockets, inherited as descriptor 3 or connected. May import `session` and Node.
 */
export { inheritedSocket } from './inherited.js';
export { SocketCarrier } from './socket.js';
