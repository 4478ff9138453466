import { fstatSync } from 'node:fs';
import type { OnReadOpts } from 'node:net';
import { Socket, type SocketConstructorOpts } from 'node:net';

/** Bytes that are read at a time. */
const BUFFER = 65_536;

/** The descriptor over which a program that a host started is reached. */
const DESCRIPTOR = 3;

/**
 * The socket that the host left for this program, read into one buffer that is used again and again. `undefined`: it was not
 * started by a host.
 * @param received gets the bytes, which are overwritten once it returns.
 */
export function inheritedSocket(received: (bytes: Uint8Array) => void): Socket | undefined {
  try {
    if (!fstatSync(DESCRIPTOR).isSocket()) return undefined;
  } catch {
    return undefined;
  }
  const buffer = Buffer.allocUnsafeSlow(BUFFER);
  const options: SocketConstructorOpts & { onread: OnReadOpts } = {
    fd: DESCRIPTOR,
    readable: true,
    writable: true,
    onread: {
      buffer,
      callback: (count) => {
        received(count === BUFFER ? buffer : buffer.subarray(0, count));
        return true;
      },
    },
  };
  return new Socket(options);
}
