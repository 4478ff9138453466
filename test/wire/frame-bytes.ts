/** Frames by hand, for peers that break rules. */
import { MAX_BODY, putHeader, Type, Writer } from '../../src/wire/index.js';

export function frame(type: number, id: number, body: Uint8Array | number[] = [], length = body.length): Uint8Array {
  const bytes = new Uint8Array(8 + body.length);
  putHeader(bytes, 0, type, length, id);
  bytes.set(body, 8);
  return bytes;
}

export function body(write: (writer: Writer) => void): Uint8Array {
  const writer = new Writer();
  write(writer);
  return Uint8Array.from(writer.take());
}

export function hello(
  role: 'host' | 'plugin',
  {
    version = 1,
    window = 1 << 20,
    message = 1 << 20,
    calls = 1000,
    streams = 100,
    digest = 32,
    magic = 'hatchway',
  } = {},
): Uint8Array {
  return frame(
    Type.hello,
    0,
    body((writer) => {
      writer.characters(magic);
      writer.byte(version);
      writer.byte(role === 'host' ? 0 : 1);
      for (const limit of [window, message, calls, streams]) writer.unsigned(limit);
      writer.unsigned(role === 'host' ? 0 : digest);
      writer.raw(new Uint8Array(role === 'host' ? 0 : digest));
      writer.text('by hand');
    }),
  );
}

/** The head of a call: instance, function, no deadline, no parent; and its arguments. */
export function callBody(instance: number, fn: number, write: (writer: Writer) => void = () => {}): Uint8Array {
  return body((writer) => {
    for (const value of [instance, fn, 0, 0]) writer.unsigned(value);
    write(writer);
  });
}

/** The first frame of a message of `total` bytes. */
export function longBody(total: number, start: Uint8Array | number[] = []): Uint8Array {
  const bytes = new Uint8Array(MAX_BODY);
  new DataView(bytes.buffer).setUint32(0, total, true);
  bytes.set(start, 4);
  return bytes;
}
