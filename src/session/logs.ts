import { copyBytes, MalformedValue, type Reader, type Writer } from '../wire/index.js';

export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

/** A record of a plugin's log. All text in it comes from outside. */
export interface LogRecord {
  /** 0 for the process itself. */
  readonly instance: number;
  readonly level: (typeof LEVELS)[number];
  /** Milliseconds since 1970. */
  readonly time: number;
  /** What in the plugin speaks. */
  readonly target: string;
  readonly message: string;
  readonly fields: readonly (readonly [string, string])[];
  /** Records that were dropped before this one, because the host did not keep up. */
  readonly dropped: number;
}

/** What an instance printed. */
export interface Output {
  readonly instance: number;
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
}

/** UTF-16 code units of any text in a record; what is longer is cut. */
const MAX_UNITS = 4096;
const MAX_FIELDS = 3;

export function writeLog(writer: Writer, record: LogRecord): void {
  writer.unsigned(record.instance);
  writer.byte(LEVELS.indexOf(record.level));
  writer.unsigned64(BigInt(Math.max(0, Math.floor(record.time))));
  writer.unsigned(record.dropped);
  writer.text(record.target.slice(0, 256));
  writer.text(record.message.slice(0, MAX_UNITS));
  const fields = record.fields.slice(0, MAX_FIELDS * 4);
  writer.unsigned(fields.length);
  for (const [name, value] of fields) {
    writer.text(name.slice(0, 256));
    writer.text(value.slice(0, 512));
  }
}

export function readLog(reader: Reader): LogRecord {
  const instance = reader.unsigned();
  const level = LEVELS[reader.byte()];
  if (level === undefined) throw new MalformedValue('bad-arguments', 'there is no such level');
  const time = Number(reader.unsigned64());
  const dropped = reader.unsigned();
  const target = reader.text();
  const message = reader.text();
  const count = reader.unsigned();
  if (count > reader.remaining) throw new MalformedValue('bad-arguments', 'more fields than there are bytes');
  const fields: [string, string][] = [];
  for (let i = 0; i < count; i++) fields.push([reader.text(), reader.text()]);
  reader.finish();
  return { instance, level, time, target, message, fields, dropped };
}

export function writeStdio(writer: Writer, { instance, stream, bytes }: Output): void {
  writer.unsigned(instance);
  writer.byte(stream === 'stdout' ? 1 : 2);
  writer.raw(bytes.subarray(0, 32 * 1024));
}

export function readStdio(reader: Reader): Output {
  const instance = reader.unsigned();
  const stream = reader.byte();
  if (stream !== 1 && stream !== 2) throw new MalformedValue('bad-arguments', 'there is no such stream');
  const bytes = copyBytes(reader.bytes, reader.at, reader.end);
  return { instance, stream: stream === 1 ? 'stdout' : 'stderr', bytes };
}
