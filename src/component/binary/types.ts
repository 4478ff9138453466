import { readCoreExternType, readRecursiveTypes } from './core-types.js';
import type {
  CoreModuleType,
  CoreTypeDefinition,
  CoreTypeUse,
  Declaration,
  DefinedType,
  ExternTypeUse,
  FunctionDefinition,
  LabelledType,
  PrimitiveName,
  TypeBody,
  ValueTypeUse,
} from './definitions.js';
import { readAlias, readCoreSort, readExternName } from './names.js';
import type { Reader } from './reader.js';

/** Component and instance types, and components, nest at most this deep. */
export const MAX_NESTING = 100;

const PRIMITIVES: ReadonlyMap<number, PrimitiveName> = new Map([
  [0x7f, 'bool'],
  [0x7e, 's8'],
  [0x7d, 'u8'],
  [0x7c, 's16'],
  [0x7b, 'u16'],
  [0x7a, 's32'],
  [0x79, 'u32'],
  [0x78, 's64'],
  [0x77, 'u64'],
  [0x76, 'f32'],
  [0x75, 'f64'],
  [0x74, 'char'],
  [0x73, 'string'],
  [0x64, 'error-context'],
]);

/** `valtype` (Binary.md, "Type Definitions"). */
export function readValueType(reader: Reader): ValueTypeUse {
  const start = reader.at;
  const code = reader.s33();
  if (code >= 0) return code;
  const primitive = PRIMITIVES.get(code + 0x80);
  if (primitive === undefined) reader.fail('unknown value type', start);
  return primitive;
}

function readOptional<T>(reader: Reader, read: () => T): T | undefined {
  const flag = reader.byte();
  if (flag === 0) return undefined;
  if (flag === 1) return read();
  reader.fail('expected 0x00 or 0x01 before an optional item', reader.at - 1);
}

function readLabelled(reader: Reader): LabelledType {
  return { name: reader.name(), type: readValueType(reader) };
}

function nonEmpty<T>(reader: Reader, what: string, items: T[], start: number): T[] {
  if (items.length === 0) reader.fail(`a ${what} needs at least one member`, start);
  return items;
}

/** `deftype`: a value type, a function, component, instance or resource type. */
export function readType(reader: Reader, depth: number): TypeBody {
  const start = reader.at;
  const code = reader.byte();
  switch (code) {
    case 0x40:
    case 0x43:
      return readFunctionType(reader, code === 0x43);
    case 0x41:
    case 0x42: {
      if (depth >= MAX_NESTING) reader.fail(`types nest deeper than ${MAX_NESTING}`, start);
      const kind = code === 0x41 ? 'component' : 'instance';
      const declarations: Declaration[] = [];
      for (let count = reader.count('declarations'); count > 0; count--)
        declarations.push(...readDeclaration(reader, kind, depth + 1));
      return { kind, declarations };
    }
    case 0x3f: {
      const representation = reader.byte();
      if (representation !== 0x7f) reader.fail('a resource is represented by an i32', reader.at - 1);
      const destructor = readOptional(reader, () => reader.u32());
      return destructor === undefined ? { kind: 'resource' } : { kind: 'resource', destructor };
    }
    default:
      return readDefinedType(reader, code, start);
  }
}

function readFunctionType(reader: Reader, async: boolean): FunctionDefinition {
  const params = reader.vector('parameters', () => readLabelled(reader));
  const result = readResultList(reader);
  return result === undefined ? { kind: 'function', async, params } : { kind: 'function', async, params, result };
}

/** `resultlist` */
export function readResultList(reader: Reader): ValueTypeUse | undefined {
  const start = reader.at;
  const form = reader.byte();
  if (form === 0x00) return readValueType(reader);
  if (form === 0x01 && reader.byte() === 0x00) return undefined;
  reader.fail('unknown form of results', start);
}

function readDefinedType(reader: Reader, code: number, start: number): DefinedType {
  const type = () => readValueType(reader);
  switch (code) {
    case 0x72:
      return {
        kind: 'record',
        fields: nonEmpty(
          reader,
          'record',
          reader.vector('fields', () => readLabelled(reader)),
          start,
        ),
      };
    case 0x71:
      return {
        kind: 'variant',
        cases: nonEmpty(
          reader,
          'variant',
          reader.vector('cases', () => readCase(reader)),
          start,
        ),
      };
    case 0x70:
      return { kind: 'list', element: type() };
    case 0x67: {
      const element = type();
      const length = reader.u32();
      if (length === 0) reader.fail('a fixed-length list needs at least one element', start);
      return { kind: 'list', element, length };
    }
    case 0x63:
      return { kind: 'map', key: type(), value: type() };
    case 0x6f:
      return { kind: 'tuple', items: nonEmpty(reader, 'tuple', reader.vector('items', type), start) };
    case 0x6e: {
      const labels = nonEmpty(
        reader,
        'set of flags',
        reader.vector('flags', () => reader.name()),
        start,
      );
      if (labels.length > 32) reader.fail('more than 32 flags', start);
      return { kind: 'flags', labels };
    }
    case 0x6d:
      return {
        kind: 'enum',
        labels: nonEmpty(
          reader,
          'enum',
          reader.vector('cases', () => reader.name()),
          start,
        ),
      };
    case 0x6b:
      return { kind: 'option', some: type() };
    case 0x6a: {
      const ok = readOptional(reader, type);
      const error = readOptional(reader, type);
      return { kind: 'result', ...(ok === undefined ? {} : { ok }), ...(error === undefined ? {} : { error }) };
    }
    case 0x69:
      return { kind: 'own', resource: reader.u32() };
    case 0x68:
      return { kind: 'borrow', resource: reader.u32() };
    case 0x66:
    case 0x65: {
      const element = readOptional(reader, type);
      const kind = code === 0x66 ? 'stream' : 'future';
      return element === undefined ? { kind } : { kind, element };
    }
    default: {
      const primitive = PRIMITIVES.get(code);
      if (primitive === undefined) reader.fail(`unknown type 0x${code.toString(16)}`, start);
      return { kind: 'primitive', type: primitive };
    }
  }
}

function readCase(reader: Reader): { name: string; type?: ValueTypeUse } {
  const name = reader.name();
  const type = readOptional(reader, () => readValueType(reader));
  if (reader.byte() !== 0x00) reader.fail('a variant case may not refine another', reader.at - 1);
  return type === undefined ? { name } : { name, type };
}

function readDeclaration(reader: Reader, within: 'component' | 'instance', depth: number): Declaration[] {
  const offset = reader.at;
  const code = reader.byte();
  switch (code) {
    case 0x00:
      return readCoreType(reader, offset);
    case 0x01:
      return [{ kind: 'type', offset, type: readType(reader, depth) }];
    case 0x02:
      return [readAlias(reader, offset)];
    case 0x03:
      if (within === 'instance') reader.fail('an instance type has no imports', offset);
      return [{ kind: 'import', offset, ...readExternName(reader), type: readExternType(reader) }];
    case 0x04:
      return [{ kind: 'export declaration', offset, ...readExternName(reader), type: readExternType(reader) }];
    default:
      return reader.fail(`unknown declaration 0x${code.toString(16)}`, offset);
  }
}

/** `externtype` */
export function readExternType(reader: Reader): ExternTypeUse {
  const start = reader.at;
  const code = reader.byte();
  switch (code) {
    case 0x00:
      if (reader.byte() !== 0x11) reader.fail('only modules of the core sorts can be imported or exported', start);
      return { sort: 'core module', type: reader.u32() };
    case 0x01:
      return { sort: 'func', type: reader.u32() };
    case 0x02:
      reader.fail('values cannot be imported or exported yet', start, 'unsupported');
      break;
    case 0x03: {
      const bound = reader.byte();
      if (bound === 0x00) return { sort: 'type', equal: reader.u32() };
      if (bound === 0x01) return { sort: 'type' };
      return reader.fail('unknown type bound', reader.at - 1);
    }
    case 0x04:
      return { sort: 'component', type: reader.u32() };
    case 0x05:
      return { sort: 'instance', type: reader.u32() };
  }
  reader.fail(`unknown sort 0x${code.toString(16)}`, start);
}

/** `core:deftype`: a type, a group of types that refer to each other, or a module type. */
export function readCoreType(reader: Reader, offset: number): CoreTypeDefinition[] {
  const code = reader.peek();
  if (code === 0x50) {
    reader.byte();
    return [{ kind: 'core type', offset, type: readModuleType(reader) }];
  }
  // A type that others may extend begins like a module type: this sets it apart.
  if (code === 0x00) {
    reader.byte();
    if (reader.peek() !== 0x50) reader.fail('expected a core type that is not final');
  }
  return readRecursiveTypes(reader).map((type) => ({ kind: 'core type', offset, type }));
}

function readModuleType(reader: Reader): CoreModuleType {
  const types: CoreTypeUse[] = [];
  const imports: CoreModuleType['imports'][number][] = [];
  const exports: CoreModuleType['exports'][number][] = [];
  const declaration = () => ({ name: reader.name(), type: readCoreExternType(reader), types: types.length });
  for (let count = reader.count('declarations'); count > 0; count--) {
    const start = reader.at;
    switch (reader.byte()) {
      case 0x00:
        imports.push({ module: reader.name(), ...declaration() });
        break;
      case 0x01:
        types.push(...readRecursiveTypes(reader));
        break;
      case 0x02: {
        if (readCoreSort(reader) !== 'type' || reader.byte() !== 0x01)
          reader.fail('unknown alias in a module type', start);
        types.push({ kind: 'outer', count: reader.u32(), index: reader.u32() });
        break;
      }
      case 0x03:
        exports.push(declaration());
        break;
      default:
        reader.fail('unknown declaration in a module type', start);
    }
  }
  return { kind: 'module', types, imports, exports };
}
