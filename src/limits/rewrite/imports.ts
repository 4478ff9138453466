import { type Limits, readCapped, writeLimits } from './caps.js';
import type { Policy } from './policy.js';
import type { Reader } from './reader.js';
import type { Writer } from './writer.js';

/** The module name under which a rewritten module imports what the host adds; a module that uses it itself is refused. */
export const RESERVED_MODULE = 'hatchway:limits';

/** The codes of what can be imported: functions, tables, memories, globals, tags. */
export type ImportKind = 0 | 1 | 2 | 3 | 4;

/**
 * Reads an import, and writes it if there is where, with the caps in it.
 * @returns what is imported
 */
export function copyImport(reader: Reader, policy: Policy, out: Writer | undefined): ImportKind {
  const start = reader.at;
  if (reader.name() === RESERVED_MODULE)
    reader.fail(`the module imports from "${RESERVED_MODULE}", which is reserved`, start);
  reader.skipName();
  const kind = reader.byte();
  let limits: Limits | undefined;
  switch (kind) {
    case 0x00:
      reader.skipInteger();
      break;
    case 0x01:
      reader.valueType();
      out?.copy(reader.bytes, start, reader.at);
      limits = readCapped(reader, 'table', policy.maxTableEntries);
      break;
    case 0x02:
      out?.copy(reader.bytes, start, reader.at);
      limits = readCapped(reader, 'memory', policy.maxMemoryPages);
      break;
    case 0x03:
      reader.valueType();
      reader.byte();
      break;
    case 0x04:
      reader.byte();
      reader.skipInteger();
      break;
    default:
      reader.fail(`unknown import kind ${kind}`, reader.at - 1);
  }
  if (out !== undefined) {
    if (limits !== undefined) writeLimits(out, limits);
    else out.copy(reader.bytes, start, reader.at);
  }
  return kind as ImportKind;
}
