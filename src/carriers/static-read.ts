import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';

/** Bytes that are read at a time. */
const BUFFER = 65_536;

/** Has a new socket read into one buffer that is used again and again: what `received` is given is overwritten once it returns. */
export function intoOneBuffer(received: (bytes: Uint8Array) => void): { onread: OnReadOpts } {
  const buffer = Buffer.allocUnsafeSlow(BUFFER);
  return {
    onread: {
      buffer,
      callback: (count) => {
        received(count === BUFFER ? buffer : buffer.subarray(0, count));
        return true;
      },
    },
  };
}

/**
 * The same for a socket that Node has made, such as that of a child's descriptor: a new one takes its handle over. Node has no such way in
 * its API, and makes new memory for each read of such a socket, which is collected again; where it has no such handle, it stays so.
 */
export function readingIntoOneBuffer(socket: Socket, received: (bytes: Uint8Array) => void): Socket {
  const inner = socket as unknown as { _handle: { useUserBuffer?: unknown } | null };
  const handle = inner._handle;
  if (typeof handle?.useUserBuffer !== 'function' || socket.readableLength > 0)
    return socket.on('data', received).pause();
  inner._handle = null;
  socket.destroy();
  const options = { handle, readable: true, writable: true, pauseOnCreate: true, ...intoOneBuffer(received) };
  return new Socket(options as SocketConstructorOpts);
}
