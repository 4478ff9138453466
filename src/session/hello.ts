import {
  copyBytes,
  type Limits,
  MAGIC,
  MAX_BODY,
  MAX_ID,
  MAX_TEXT,
  MalformedValue,
  type Reader,
  VERSION,
  Violation,
  type Writer,
} from '../wire/index.js';

export type Role = 'host' | 'plugin';

/** What each side says first. */
export interface Hello {
  readonly role: Role;
  /** Of the program or the SDK, for logs: at most 4096 bytes. */
  readonly name: string;
  /** SHA-256 of the plugin's encoded world, from the plugin; empty from the host. */
  readonly digest: Uint8Array;
  readonly limits: Limits;
}

const magic = Uint8Array.from(MAGIC, (letter) => letter.charCodeAt(0));

export function writeHello(writer: Writer, hello: Hello): void {
  writer.raw(magic);
  writer.byte(VERSION);
  writer.byte(hello.role === 'host' ? 0 : 1);
  writer.unsigned(hello.limits.window);
  writer.unsigned(hello.limits.message);
  writer.unsigned(hello.limits.calls);
  writer.unsigned(hello.limits.streams);
  writer.unsigned(hello.digest.length);
  writer.raw(hello.digest);
  writer.text(hello.name.slice(0, MAX_TEXT / 4));
}

/** Later versions may add to the end of a hello; what is there is skipped.
 * @throws Violation */
export function readHello(reader: Reader, expected: Role): Hello {
  try {
    for (const byte of magic)
      if (reader.byte() !== byte) throw new Violation('hello', 'it does not begin with a hello');
    const version = reader.byte();
    if (version !== VERSION) throw new Violation('hello', `it speaks version ${version} of the protocol`);
    const role = reader.byte();
    if (role !== (expected === 'host' ? 0 : 1)) throw new Violation('hello', `it is no ${expected}`);
    const limits: Limits = {
      window: limit(reader.unsigned(), 2 * MAX_BODY, MAX_ID),
      message: limit(reader.unsigned(), 65_536, MAX_ID),
      calls: limit(reader.unsigned(), 1, 1_000_000),
      streams: limit(reader.unsigned(), 0, 1_000_000),
    };
    const length = reader.unsigned();
    if (length !== (expected === 'plugin' ? 32 : 0)) throw new Violation('hello', 'the digest has a wrong length');
    const start = reader.skip(length);
    const digest = copyBytes(reader.bytes, start, start + length);
    return { role: expected, limits, digest, name: reader.text(MAX_TEXT) };
  } catch (error) {
    if (error instanceof MalformedValue) throw new Violation('hello', error.message);
    throw error;
  }
}

function limit(value: number, least: number, most: number): number {
  if (value < least || value > most)
    throw new Violation('hello', `a limit of ${value} is not from ${least} to ${most}`);
  return value;
}
