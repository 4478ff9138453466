import type { OnReadOpts } from 'node:net';

/** Bytes that are read at a time. */
const BUFFER = 65_536;

/** Has a socket read into one buffer that is used again and again: what `received` is given is overwritten once it returns. */
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
