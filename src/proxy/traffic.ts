import { argumentError } from '../errors/index.js';
import { setShare, type Traffic } from '../session/index.js';
import { Share } from '../wire/index.js';
import type { ByteSource } from './byte-streams.js';

/** Turns and rates of what is sent, by what the code of this side has of it. */
export const shares = new WeakMap<object, Share>();

/** That of something to send; made when it is first asked for. */
export function shareOf(source: object): Share {
  let share = shares.get(source);
  if (share === undefined) {
    share = new Share();
    shares.set(source, share);
  }
  return share;
}

/**
 * Says how a stream of bytes is sent from now on, beside others on the same connection. It may be called before the stream is handed
 * over, and at any time while it is sent; what is sent more than once has one rate for all.
 * @param stream something that is given for a `stream<u8>` or an `input-stream`, or a `WritableStream` that came for an
 * `output-stream`. What the other side sends is the other side's to pace.
 * @throws TypeError `argument` for anything else, HatchwayError `option` for values that cannot be.
 * @example
 * setTraffic(upload, { bytesPerSecond: 1_000_000 });
 * await instance.exports.store.put(upload);
 */
export function setTraffic(stream: ByteSource | WritableStream<Uint8Array>, traffic: Traffic): void {
  const isSource = typeof stream === 'object' && stream !== null && Symbol.asyncIterator in stream;
  const known = isSource || stream instanceof Uint8Array ? shareOf(stream) : shares.get(stream);
  if (known === undefined) throw argumentError('stream', 'a stream that this side sends', stream);
  setShare(known, traffic);
}
