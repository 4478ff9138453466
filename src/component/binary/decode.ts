import { readCanon } from './canon.js';
import { readCustom } from './custom.js';
import type { ComponentDefinition, CoreSort, CustomSection, Definition, SortIndex } from './definitions.js';
import { readAlias, readCoreSort, readExternName, readSort } from './names.js';
import { Reader } from './reader.js';
import { MAX_NESTING, readCoreType, readExternType, readType } from './types.js';

const MAGIC = [0x00, 0x61, 0x73, 0x6d];
/** Core modules in one artifact, nested ones included. */
const MAX_CORE_MODULES = 1_000;

/** Whether the bytes begin like a core module (`\0asm`, version 1). */
export function isCoreModule(bytes: Uint8Array): boolean {
  return startsWith(bytes, [...MAGIC, 0x01, 0x00, 0x00, 0x00]);
}

/** Whether the bytes begin like a component (`\0asm`, version 0x0d, layer 1). */
export function isComponent(bytes: Uint8Array): boolean {
  return startsWith(bytes, [...MAGIC, 0x0d, 0x00, 0x01, 0x00]);
}

function startsWith(bytes: Uint8Array, prefix: number[]): boolean {
  return bytes.length >= prefix.length && prefix.every((byte, i) => bytes[i] === byte);
}

/**
 * Decodes a component. Module bodies and custom sections are views of `bytes`, which must not change afterwards.
 * @throws HatchwayError `malformed` with offset and section; `core-module` for a core module; `unsupported` for parts of
 * the format that hatchway does not have.
 */
export function decodeComponent(bytes: Uint8Array): ComponentDefinition {
  return readComponent(new Reader(bytes), 0, { modules: 0 });
}

function readComponent(reader: Reader, depth: number, totals: { modules: number }): ComponentDefinition {
  const offset = reader.at;
  readPreamble(reader, depth);
  if (depth > MAX_NESTING) reader.fail(`components nest deeper than ${MAX_NESTING}`, offset);
  const definitions: Definition[] = [];
  const customs: CustomSection[] = [];
  while (!reader.done) {
    reader.section = 'next';
    const start = reader.at;
    const id = reader.byte();
    const name = SECTION_NAMES[id];
    if (name === undefined) reader.fail(`unknown section ${id}`, start);
    reader.section = name;
    const body = reader.slice(reader.u32());
    readSection(body, id, definitions, customs, depth, totals);
    if (!body.done) body.fail('the section is longer than its contents');
  }
  return { offset, definitions, customs };
}

const SECTION_NAMES = [
  'custom',
  'core module',
  'core instance',
  'core type',
  'component',
  'instance',
  'alias',
  'type',
  'canonical',
  'start',
  'import',
  'export',
  'value',
];

function readPreamble(reader: Reader, depth: number): void {
  const start = reader.at;
  for (const byte of MAGIC)
    if (reader.byte() !== byte) reader.fail('not WebAssembly: the magic number is missing', start);
  const version = reader.byte() | (reader.byte() << 8);
  const layer = reader.byte() | (reader.byte() << 8);
  if (layer === 0 && version === 1) {
    reader.fail('this is a core module, not a component', start, depth === 0 ? 'core-module' : 'malformed');
  }
  if (layer !== 1) reader.fail(`unknown layer ${layer}`, start + 6);
  if (version !== 0x0d)
    reader.fail(`component format version 0x${version.toString(16)} is not supported`, start + 4, 'unsupported');
}

function readSection(
  body: Reader,
  id: number,
  definitions: Definition[],
  customs: CustomSection[],
  depth: number,
  totals: { modules: number },
): void {
  const each = (what: string, read: (offset: number) => Definition) => {
    const count = body.count(what);
    for (let i = 0; i < count; i++) definitions.push(read(body.at));
  };
  switch (id) {
    case 0:
      customs.push(readCustom(body));
      body.at = body.end;
      return;
    case 1: {
      if (++totals.modules > MAX_CORE_MODULES) body.fail(`more than ${MAX_CORE_MODULES} core modules`);
      definitions.push({ kind: 'core module', offset: body.at, bytes: body.bytes.subarray(body.at, body.end) });
      body.at = body.end;
      return;
    }
    case 2:
      return each('core instances', (offset) => readCoreInstance(body, offset));
    case 3:
      for (let count = body.count('core types'); count > 0; count--) definitions.push(...readCoreType(body, body.at));
      return;
    case 4: {
      const component = readComponent(body, depth + 1, totals);
      definitions.push({ kind: 'component', offset: component.offset, component });
      return;
    }
    case 5:
      return each('instances', (offset) => readInstance(body, offset));
    case 6:
      return each('aliases', (offset) => readAlias(body, offset));
    case 7:
      return each('types', (offset) => ({ kind: 'type', offset, type: readType(body, depth) }));
    case 8:
      return each('canonical definitions', (offset) => readCanon(body, offset));
    case 10:
      return each('imports', (offset) => ({
        kind: 'import',
        offset,
        ...readExternName(body),
        type: readExternType(body),
      }));
    case 11:
      return each('exports', (offset) => readExport(body, offset));
    default:
      body.fail('component start functions and values are not supported', body.at, 'unsupported');
  }
}

function readCoreInstance(reader: Reader, offset: number): Definition {
  switch (reader.byte()) {
    case 0x00: {
      const module = reader.u32();
      const args = reader.vector('arguments', () => {
        const name = reader.name();
        if (reader.byte() !== 0x12) reader.fail('a core argument is an instance', reader.at - 1);
        return { name, instance: reader.u32() };
      });
      return { kind: 'core instance', offset, form: 'instantiate', module, args };
    }
    case 0x01: {
      const exports = reader.vector('exports', () => ({
        name: reader.name(),
        sort: readCoreSort(reader) as CoreSort,
        index: reader.u32(),
      }));
      return { kind: 'core instance', offset, form: 'exports', exports };
    }
    default:
      reader.fail('unknown form of a core instance', offset);
  }
}

function readInstance(reader: Reader, offset: number): Definition {
  switch (reader.byte()) {
    case 0x00: {
      const component = reader.u32();
      const args = reader.vector('arguments', () => ({ name: reader.name(), ...readSortIndex(reader) }));
      return { kind: 'instance', offset, form: 'instantiate', component, args };
    }
    case 0x01: {
      const exports = reader.vector('exports', () => ({ ...readExternName(reader), ...readSortIndex(reader) }));
      return { kind: 'instance', offset, form: 'exports', exports };
    }
    default:
      reader.fail('unknown form of an instance', offset);
  }
}

function readExport(reader: Reader, offset: number): Definition {
  const name = readExternName(reader);
  const target = readSortIndex(reader);
  const flag = reader.byte();
  if (flag > 1) reader.fail('expected 0x00 or 0x01 before an optional type', reader.at - 1);
  if (flag === 0) return { kind: 'export', offset, ...name, ...target };
  return { kind: 'export', offset, ...name, ...target, type: readExternType(reader) };
}

function readSortIndex(reader: Reader): SortIndex {
  const sort = readSort(reader);
  return { sort, index: reader.u32() };
}
