import { hatchwayError } from '../../errors/index.js';
import { Reader } from './reader.js';

export const TYPE = 1;
export const IMPORT = 2;
export const FUNCTION = 3;
export const TABLE = 4;
export const MEMORY = 5;
export const GLOBAL = 6;
export const EXPORT = 7;
export const START = 8;
export const ELEMENT = 9;
export const CODE = 10;
export const DATA = 11;
export const DATA_COUNT = 12;
export const TAG = 13;

/** The order in which the sections stand in a module. */
export const ORDER = [
  TYPE,
  IMPORT,
  FUNCTION,
  TABLE,
  MEMORY,
  TAG,
  GLOBAL,
  EXPORT,
  START,
  ELEMENT,
  DATA_COUNT,
  CODE,
  DATA,
] as const;

const NAMES = [
  'custom',
  'type',
  'import',
  'function',
  'table',
  'memory',
  'global',
  'export',
  'start',
  'element',
  'code',
  'data',
  'data count',
  'tag',
];

export interface Sections {
  /** A reader of a section's body, or of an empty vector where the module has none. */
  open(id: number): Reader;
  has(id: number): boolean;
  /** Whole custom sections, with their sizes, that hold for the rewritten module too. */
  readonly kept: readonly Uint8Array[];
  /** The body of the `name` section, after its name. */
  readonly names: Reader | undefined;
}

/**
 * Custom sections that speak of offsets, or of what only a linker or a debugger asks; engines that take hints from one would
 * take wrong ones.
 */
const STALE = /^(?:name|\.debug_.*|sourceMappingURL|external_debug_info|linking|reloc\..*|metadata\.code\..*)$/;

export function splitSections(bytes: Uint8Array): Sections {
  const bodies = new Map<number, readonly [from: number, to: number]>();
  const kept: Uint8Array[] = [];
  let names: Reader | undefined;
  const reader = new Reader(bytes, 8, bytes.length, 'next');
  while (!reader.done) {
    const start = reader.at;
    const id = reader.byte();
    const size = reader.u32();
    const from = reader.at;
    reader.skip(size);
    if (NAMES[id] === undefined) reader.fail(`unknown section ${id}`, start);
    if (id !== 0) {
      if (bodies.has(id)) throw hatchwayError('malformed', `a second ${NAMES[id]} section`, { offset: start });
      bodies.set(id, [from, reader.at]);
      continue;
    }
    const custom = new Reader(bytes, from, reader.at, 'custom');
    const name = custom.name();
    if (name === 'name') names ??= custom;
    if (!STALE.test(name)) kept.push(bytes.subarray(start, reader.at));
  }
  return {
    open: (id) => {
      const body = bodies.get(id);
      return body === undefined
        ? new Reader(Uint8Array.of(0), 0, 1, NAMES[id]!)
        : new Reader(bytes, body[0], body[1], NAMES[id]!);
    },
    has: (id) => bodies.has(id),
    kept,
    names,
  };
}
