import { type HandleType, resolve, type ValueType } from '../wit/index.js';
import type { Reader } from './reader.js';
import type { Writer } from './writer.js';

/** How values of one type are written and read. Both are built once; a call does no type dispatch. */
export interface Codec<T = any> {
  /** @throws Mismatch if the value is not of the type. What was written by then is to be taken back. */
  write(writer: Writer, value: T, table: Table): void;
  /** @throws MalformedValue if the bytes are no value of the type. */
  read(reader: Reader, table: Table): T;
  /** Bytes of host memory that a value takes, roughly, without its strings and the elements of its lists. */
  readonly weight: number;
}

/** Where values that are no data come from and go to: handles of resources, and byte streams. */
export interface Table {
  writeHandle(writer: Writer, type: HandleType, value: unknown): void;
  readHandle(reader: Reader, type: HandleType): unknown;
  writeStream(writer: Writer, direction: Direction, value: unknown): void;
  readStream(reader: Reader, direction: Direction): unknown;
}

/** Which way the bytes of a stream flow, seen from where the value is sent: with the value, or against it. */
export type Direction = 'with' | 'against';

/** A value the app handed over is not of its type. */
export class Mismatch extends Error {
  path = '';

  constructor(
    readonly expected: string,
    readonly got: unknown,
  ) {
    super(`expected ${expected}`);
  }
}

export function mismatch(expected: string, got: unknown): never {
  throw new Mismatch(expected, got);
}

/** The same error, one step further out. */
export function within(error: unknown, segment: string): unknown {
  if (error instanceof Mismatch) error.path = segment + error.path;
  return error;
}

/** Which way bytes flow if values of a type are byte streams: `stream<u8>`, and the streams of `wasi:io/streams`. */
export function streamDirection(type: ValueType): Direction | undefined {
  const resolved = resolve(type);
  if (resolved.kind === 'stream') {
    return resolved.element !== undefined && resolve(resolved.element).kind === 'u8' ? 'with' : undefined;
  }
  if (resolved.kind !== 'own') return undefined;
  let definition = resolved.resource;
  while (definition.type.kind === 'reference') definition = definition.type.definition;
  const owner = definition.owner;
  if (owner === undefined || 'package' in owner || !/^wasi:io\/streams(@|$)/.test(owner.id ?? '')) return undefined;
  if (definition.name === 'input-stream') return 'with';
  return definition.name === 'output-stream' ? 'against' : undefined;
}
