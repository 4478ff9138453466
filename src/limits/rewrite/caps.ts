import { hatchwayError } from '../../errors/index.js';
import type { Reader } from './reader.js';
import type { Writer } from './writer.js';

/** How much of a memory or a table there is at first, and at most. */
export interface Limits {
  readonly minimum: number;
  readonly maximum: number;
}

/** Reads the limits of a memory or table and lowers the maximum to the cap. */
export function readCapped(reader: Reader, what: 'memory' | 'table', cap: number): Limits {
  const offset = reader.at;
  const flags = reader.byte();
  if (flags & 0x04) reader.refuse(what === 'memory' ? 'memory64' : 'table64', offset);
  if (flags & 0x02) reader.refuse('shared memories', offset);
  if (flags > 1) reader.fail(`unknown flags 0x${flags.toString(16)} of a ${what}`, offset);
  const minimum = reader.u32();
  const declared = flags & 0x01 ? reader.u32() : cap;
  if (minimum > cap) {
    const unit = what === 'memory' ? 'pages of 64 KiB' : 'entries';
    throw hatchwayError('exhausted', `a ${what} starts with ${minimum} ${unit}, and the limit is ${cap}`, {
      offset,
      section: reader.section,
    });
  }
  return { minimum, maximum: Math.min(declared, cap) };
}

export function writeLimits(out: Writer, { minimum, maximum }: Limits): void {
  out.byte(0x01);
  out.u32(minimum);
  out.u32(maximum);
}
