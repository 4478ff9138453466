import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Channel, Ends } from './channel.js';
import { intoOneBuffer, readingIntoOneBuffer } from './static-read.js';

/** The descriptor over which a program that a host started is reached. */
const DESCRIPTOR = 3;

/** A socket that the program inherits. */
export function inheritedChannel(terminal: boolean): Channel {
  const standard = terminal ? 'inherit' : 'pipe';
  let socket: Socket | undefined;
  return {
    kind: 'fd3',
    env: {},
    stdio: [terminal ? 'inherit' : 'ignore', standard, standard, 'pipe'],
    async connect(child, received) {
      socket = readingIntoOneBuffer(child.stdio[DESCRIPTOR] as Socket, received);
      return { input: socket, output: socket };
    },
    close() {
      socket?.destroy();
    },
  };
}

/** The socket that the host left for this program; `undefined`: it was not started by a host. */
export function inheritedSocket(received: (bytes: Uint8Array) => void): Ends | undefined {
  try {
    if (!fstatSync(DESCRIPTOR).isSocket()) return undefined;
  } catch {
    return undefined;
  }
  const socket = new Socket({ fd: DESCRIPTOR, readable: true, writable: true, ...intoOneBuffer(received) });
  return { input: socket, output: socket };
}
