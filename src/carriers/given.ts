import { CARRIER_VARIABLE, type Ends } from './channel.js';
import { inheritedSocket } from './inherited.js';
import { ownStdio } from './stdio.js';
import { connectedSocket } from './unix.js';

/**
 * The connection to the host that started this program; `undefined`: none did.
 * @param received gets the bytes, which are overwritten once it returns.
 */
export function givenConnection(received: (bytes: Uint8Array) => void): Ends | undefined {
  const given = process.env[CARRIER_VARIABLE];
  // What this program starts is not to take it for its own.
  delete process.env[CARRIER_VARIABLE];
  if (given === undefined) return inheritedSocket(received);
  return given === 'stdio' ? ownStdio(received) : connectedSocket(given, received);
}
