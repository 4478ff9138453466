/** Parts of a module that may name a global, copied one by one with the globals where they are now. */
import { type Limits, readCapped, writeLimits } from './caps.js';
import { copyConstant } from './constant.js';
import type { Reader } from './reader.js';
import type { Writer } from './writer.js';

/** Where a global is now. */
export type Moved = (index: number) => number;

/** A table, with its cap. */
export function copyTable(reader: Reader, out: Writer, moved: Moved, maxEntries: number): Limits {
  const start = reader.at;
  const initialized = reader.peek() === 0x40;
  if (initialized) reader.skip(2);
  reader.valueType();
  out.copy(reader.bytes, start, reader.at);
  const limits = readCapped(reader, 'table', maxEntries);
  writeLimits(out, limits);
  if (initialized) copyConstant(reader, out, moved);
  return limits;
}

export function copyGlobal(reader: Reader, out: Writer, moved: Moved): void {
  const start = reader.at;
  reader.valueType();
  reader.byte();
  out.copy(reader.bytes, start, reader.at);
  copyConstant(reader, out, moved);
}

export function copyExport(reader: Reader, out: Writer, moved: Moved): void {
  const start = reader.at;
  reader.skipName();
  const kind = reader.byte();
  out.copy(reader.bytes, start, reader.at);
  const index = reader.u32();
  out.u32(kind === 0x03 ? moved(index) : index);
}

export function copyElement(reader: Reader, out: Writer, moved: Moved): void {
  const start = reader.at;
  const flags = reader.u32();
  if (flags > 7) reader.fail(`unknown flags ${flags} of an element segment`, start);
  const active = (flags & 1) === 0;
  const explicit = (flags & 2) !== 0;
  const expressions = (flags & 4) !== 0;
  if (active && explicit) reader.skipInteger();
  out.copy(reader.bytes, start, reader.at);
  if (active) copyConstant(reader, out, moved);
  const kind = reader.at;
  if (flags & 3) {
    if (expressions) reader.valueType();
    else reader.byte();
  }
  const count = reader.u32();
  if (!expressions) for (let i = 0; i < count; i++) reader.skipInteger();
  out.copy(reader.bytes, kind, reader.at);
  if (expressions) for (let i = 0; i < count; i++) copyConstant(reader, out, moved);
}

export function copyData(reader: Reader, out: Writer, moved: Moved): void {
  const start = reader.at;
  const flags = reader.u32();
  if (flags > 2) reader.fail(`unknown flags ${flags} of a data segment`, start);
  if (flags === 2) reader.skipInteger();
  out.copy(reader.bytes, start, reader.at);
  if (flags !== 1) copyConstant(reader, out, moved);
  const from = reader.at;
  reader.skip(reader.u32());
  out.copy(reader.bytes, from, reader.at);
}
