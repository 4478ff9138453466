import { hatchwayError } from '../errors/index.js';
import { IncomingBytes, OutgoingBytes, type StreamFaces } from '../session/index.js';
import type { Share } from '../wire/index.js';
import { shareOf, shares } from './traffic.js';

/**
 * What bytes can be sent from: a stream, pieces that come one after the other, or bytes that are there. A piece is its owner's again
 * when the next one is asked for.
 */
export type ByteSource = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | Uint8Array;

/** Byte streams as JavaScript has them: what is read as a `ReadableStream`, what is written to as a `WritableStream`. */
export const STREAM_FACES: StreamFaces = {
  wrap: (stream) => (stream instanceof IncomingBytes ? readable(stream) : writable(stream)),
  unwrap(value, direction) {
    if (direction === 'against') return value instanceof WritableStream ? into(value) : undefined;
    const source = value instanceof Uint8Array ? once(value) : isAsyncIterable(value) ? value : undefined;
    return source && from(source, shareOf(value as object));
  },
};

function isAsyncIterable(value: unknown): value is AsyncIterable<Uint8Array> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** What the peer sends. It sends no more than is read. */
function readable(stream: IncomingBytes): ReadableStream<Uint8Array> {
  const take = (controller: ReadableStreamDefaultController<Uint8Array>): boolean => {
    const piece = stream.read();
    if (piece !== undefined) controller.enqueue(piece);
    else if (stream.ended === 'end') controller.close();
    else if (stream.ended === 'reset') controller.error(brokenOff());
    else return false;
    return true;
  };
  return new ReadableStream(
    {
      pull(controller) {
        if (take(controller)) return;
        return new Promise<void>((resolve) => {
          stream.onReadable = () => {
            if (!take(controller)) return;
            stream.onReadable = undefined;
            resolve();
          };
        });
      },
      cancel: () => stream.cancel(),
    },
    { highWaterMark: 0 },
  );
}

/** What the peer reads. A write waits until the peer keeps up. */
function writable(stream: OutgoingBytes): WritableStream<Uint8Array> {
  const face = new WritableStream<Uint8Array>({
    start(controller) {
      stream.onStop = () => controller.error(brokenOff());
    },
    async write(bytes) {
      if (!(bytes instanceof Uint8Array)) {
        stream.reset();
        throw new TypeError('a stream of bytes has pieces that are Uint8Arrays');
      }
      await send(stream, bytes);
      if (stream.closed) throw brokenOff();
    },
    close: () => stream.end(),
    abort: () => stream.reset(),
  });
  shares.set(face, stream.share);
  return face;
}

/** Up to so many bytes are copied, so that small pieces leave together. */
const SMALL = 8192;

/** Settles when there is room for more and the bytes are the caller's again, or when nobody wants them. */
function send(stream: OutgoingBytes, bytes: Uint8Array): void | Promise<void> {
  if (bytes.length > SMALL) {
    return new Promise((resolve) => {
      stream.onEmpty = resolve;
      // Of this length, whatever becomes of the memory behind it.
      stream.write(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
      if (stream.closed) resolve();
    });
  }
  // Not `slice`, with which a Buffer copies nothing.
  if (stream.write(new Uint8Array(bytes)) || stream.closed) return;
  return new Promise((resolve) => {
    stream.onDrain = resolve;
  });
}

/** Bytes for the peer, which are asked for when the message that brings the stream has left. */
function from(source: AsyncIterable<Uint8Array>, share: Share): OutgoingBytes {
  const stream = new OutgoingBytes(undefined, share);
  stream.onAttach = () => void pump(source, stream);
  return stream;
}

async function pump(source: AsyncIterable<Uint8Array>, stream: OutgoingBytes): Promise<void> {
  try {
    const pieces = source[Symbol.asyncIterator]();
    while (!stream.closed) {
      const next = await nextOf(pieces, stream);
      if (next === undefined) break;
      if (next.done) return stream.end();
      if (next.value instanceof Uint8Array) await send(stream, next.value);
      else stream.reset();
    }
    await pieces.return?.();
  } catch {
    // The peer learns that not all of it came; whose source it is knows why.
    stream.reset();
  }
}

/** The next piece; `undefined` as soon as nobody wants it. */
function nextOf<T>(pieces: AsyncIterator<T>, stream: OutgoingBytes): Promise<IteratorResult<T> | undefined> {
  return new Promise((resolve, reject) => {
    stream.onStop = () => resolve(undefined);
    pieces.next().then(resolve, reject);
  });
}

/** Bytes of the peer, for a stream of this side. */
function into(target: WritableStream<Uint8Array>): IncomingBytes {
  const stream = new IncomingBytes();
  // A call that is refused leaves the target as it was.
  stream.onAttach = () => {
    readable(stream)
      .pipeTo(target)
      .catch(() => stream.cancel());
  };
  return stream;
}

function brokenOff() {
  return hatchwayError('unavailable', 'the other side broke off the stream');
}
