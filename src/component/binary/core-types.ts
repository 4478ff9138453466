/** The types of core WebAssembly, as far as components and the shapes of modules speak of them. */
import type {
  CoreCompositeType,
  CoreExternType,
  CoreFunctionType,
  CoreGlobalType,
  CoreLimits,
  CoreMemoryType,
  CoreTableType,
  CoreValueType,
} from './definitions.js';
import type { Reader } from './reader.js';

const NUMERIC: ReadonlyMap<number, CoreValueType> = new Map([
  [0x7f, 'i32'],
  [0x7e, 'i64'],
  [0x7d, 'f32'],
  [0x7c, 'f64'],
  [0x7b, 'v128'],
]);

const HEAP: ReadonlyMap<number, string> = new Map([
  [0x75, 'nocont'],
  [0x74, 'noexn'],
  [0x73, 'nofunc'],
  [0x72, 'noextern'],
  [0x71, 'none'],
  [0x70, 'func'],
  [0x6f, 'extern'],
  [0x6e, 'any'],
  [0x6d, 'eq'],
  [0x6c, 'i31'],
  [0x6b, 'struct'],
  [0x6a, 'array'],
  [0x69, 'exn'],
  [0x68, 'cont'],
]);

const SHARED = 0x65;

export function readCoreValueType(reader: Reader): CoreValueType {
  const start = reader.at;
  const code = reader.byte();
  const numeric = NUMERIC.get(code);
  if (numeric !== undefined) return numeric;
  if (code === 0x63) return `ref null ${readHeapType(reader)}`;
  if (code === 0x64) return `ref ${readHeapType(reader)}`;
  if (!HEAP.has(code) && code !== SHARED) reader.fail('unknown core value type', start);
  reader.at = start;
  return `ref null ${readHeapType(reader)}`;
}

/** The name of an abstract heap type, or the index of a defined one. */
export function readHeapType(reader: Reader): string {
  const start = reader.at;
  if (reader.peek() === SHARED) {
    reader.byte();
    return `shared ${readHeapType(reader)}`;
  }
  const index = reader.s33();
  const heap = index >= 0 ? String(index) : HEAP.get(index + 0x80);
  if (heap === undefined) reader.fail('unknown heap type', start);
  return heap;
}

/** `rectype`: the types of a group, in order; what is no function takes its place only. */
export function readRecursiveTypes(reader: Reader): CoreCompositeType[] {
  if (reader.peek() !== 0x4e) return [readSubtype(reader)];
  reader.byte();
  return reader.vector('types', () => readSubtype(reader));
}

function readSubtype(reader: Reader): CoreCompositeType {
  if (reader.peek() === 0x50 || reader.peek() === 0x4f) {
    reader.byte();
    reader.vector('supertypes', () => reader.u32());
  }
  if (reader.peek() === SHARED) reader.byte();
  const start = reader.at;
  switch (reader.byte()) {
    case 0x60:
      return readFunctionType(reader);
    case 0x5f:
      reader.vector('fields', () => skipField(reader));
      return { kind: 'other' };
    case 0x5e:
      skipField(reader);
      return { kind: 'other' };
    case 0x5d:
      readHeapType(reader);
      return { kind: 'other' };
    default:
      return reader.fail('unknown core type', start);
  }
}

function readFunctionType(reader: Reader): CoreFunctionType {
  const params = reader.vector('parameters', () => readCoreValueType(reader));
  const results = reader.vector('results', () => readCoreValueType(reader));
  return { kind: 'function', params, results };
}

function skipField(reader: Reader): void {
  // A packed type, or any other.
  if (reader.peek() === 0x78 || reader.peek() === 0x77) reader.byte();
  else readCoreValueType(reader);
  readFlag(reader);
}

/** `importdesc` of a core module; function types and those of tags are indices. */
export function readCoreExternType(reader: Reader): CoreExternType {
  const start = reader.at;
  const kind = reader.byte();
  switch (kind) {
    case 0x00:
      return { sort: 'func', type: reader.u32() };
    case 0x01:
      return readTableType(reader);
    case 0x02:
      return readMemoryType(reader);
    case 0x03:
      return readGlobalType(reader);
    case 0x04:
      return readTagType(reader);
    default:
      return reader.fail(`unknown core import or export 0x${kind.toString(16)}`, start);
  }
}

export function readTableType(reader: Reader): CoreTableType {
  const element = readCoreValueType(reader);
  if (!element.startsWith('ref ')) reader.fail('a table holds references');
  const { limits } = readLimits(reader, 0x07);
  return { sort: 'table', element, limits };
}

export function readMemoryType(reader: Reader): CoreMemoryType {
  const { limits, flags } = readLimits(reader, 0x0f);
  return { sort: 'memory', limits, pageSize: flags & 0x08 ? 2 ** Math.min(reader.u32(), 64) : 0x1_0000 };
}

export function readGlobalType(reader: Reader): CoreGlobalType {
  const type = readCoreValueType(reader);
  const flags = reader.byte();
  if (flags > 0x03) reader.fail('expected whether a global is mutable', reader.at - 1);
  return { sort: 'global', type, mutable: (flags & 0x01) !== 0, shared: (flags & 0x02) !== 0 };
}

export function readTagType(reader: Reader): CoreExternType & { sort: 'tag' } {
  if (reader.byte() !== 0x00) reader.fail('unknown attribute of a tag', reader.at - 1);
  return { sort: 'tag', type: reader.u32() };
}

function readLimits(reader: Reader, allowed: number): { limits: CoreLimits; flags: number } {
  const flags = reader.byte();
  if ((flags & ~allowed) !== 0) reader.fail('unknown form of limits', reader.at - 1);
  const minimum = readU64(reader);
  const maximum = flags & 0x01 ? readU64(reader) : undefined;
  const limits = { minimum, ...(maximum === undefined ? {} : { maximum }) };
  return { limits: { ...limits, shared: (flags & 0x02) !== 0, wide: (flags & 0x04) !== 0 }, flags };
}

/** Rounded above 2^53, where no limit lies that an engine would grant. */
function readU64(reader: Reader): number {
  const start = reader.at;
  let result = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = reader.byte();
    if (shift === 63 && byte > 1) reader.fail('integer too large', start);
    result += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return result;
  }
  return reader.fail('integer representation too long', start);
}

/** `bool` of the binary format. */
export function readFlag(reader: Reader): boolean {
  const flag = reader.byte();
  if (flag > 1) reader.fail('expected 0x00 or 0x01', reader.at - 1);
  return flag === 1;
}
