import type { AliasDefinition, AnySort, CoreSort, ExternName, NameAttributes, Sort } from './definitions.js';
import type { Reader } from './reader.js';

const CORE_SORTS: ReadonlyMap<number, CoreSort> = new Map([
  [0x00, 'func'],
  [0x01, 'table'],
  [0x02, 'memory'],
  [0x03, 'global'],
  [0x04, 'tag'],
  [0x10, 'type'],
  [0x11, 'module'],
  [0x12, 'instance'],
]);

const SORTS: ReadonlyMap<number, Sort> = new Map([
  [0x01, 'func'],
  [0x02, 'value'],
  [0x03, 'type'],
  [0x04, 'component'],
  [0x05, 'instance'],
]);

export function readCoreSort(reader: Reader): CoreSort {
  const code = reader.byte();
  const sort = CORE_SORTS.get(code);
  if (sort === undefined) reader.fail(`unknown core sort 0x${code.toString(16)}`, reader.at - 1);
  return sort;
}

export function readSort(reader: Reader): AnySort {
  if (reader.peek() === 0x00) {
    reader.byte();
    return `core ${readCoreSort(reader)}`;
  }
  const sort = SORTS.get(reader.byte());
  if (sort === undefined) reader.fail('unknown sort', reader.at - 1);
  return sort;
}

const ATTRIBUTES = ['implements', 'versionSuffix', 'externalId'] as const;

/** `nameattributes`: the name, and what is said about it. */
export function readExternName(reader: Reader): ExternName {
  const start = reader.at;
  const form = reader.byte();
  if (form > 0x02) reader.fail('unknown form of an import or export name', start);
  const name = reader.name();
  if (form !== 0x02) return { name };
  const attributes: { -readonly [K in keyof NameAttributes]: NameAttributes[K] } = {};
  for (let count = reader.count('attributes'); count > 0; count--) {
    const attribute = ATTRIBUTES[reader.byte()];
    if (attribute === undefined) reader.fail('unknown attribute of a name', reader.at - 1);
    if (attributes[attribute] !== undefined) reader.fail('an attribute of a name is given twice', reader.at - 1);
    attributes[attribute] = reader.name();
  }
  return { name, attributes };
}

export function readAlias(reader: Reader, offset: number): AliasDefinition {
  const sort = readSort(reader);
  const start = reader.at;
  switch (reader.byte()) {
    case 0x00:
      return { kind: 'alias', offset, sort, target: 'export', instance: reader.u32(), name: reader.name() };
    case 0x01:
      return { kind: 'alias', offset, sort, target: 'core export', instance: reader.u32(), name: reader.name() };
    case 0x02:
      return { kind: 'alias', offset, sort, target: 'outer', count: reader.u32(), index: reader.u32() };
    default:
      reader.fail('unknown alias target', start);
  }
}
