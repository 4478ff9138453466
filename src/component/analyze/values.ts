import { type FunctionType, partsOf, resolve, type TypeDefinition, type ValueType } from '../../wit/index.js';
import type { DefinedType, FunctionDefinition, ValueTypeUse } from '../binary/index.js';
import { checkLabels } from './labels.js';
import { at, type Reporter, type Scope } from './scope.js';
import { wideLayout } from './wide-layout.js';

/** A value may nest this deep; what lifts and lowers values recurses as deep. */
const MAX_DEPTH = 100;
/** The number of types in a type with every shared part counted each time, as the reference validator bounds it. */
const MAX_NODES = 1_000_000;
/** The bytes one value may take in a memory with 64-bit addresses, exclusive (Binary.md, "Type Definitions"). */
const MAX_SIZE = 2 ** 28;

interface Measure {
  readonly depth: number;
  /** Names that stand one for the other before the type itself. */
  readonly names: number;
  readonly nodes: number;
  readonly borrows: boolean;
  /** Whether a handle, own or borrow, is in it. */
  readonly handles: boolean;
  /** Whether values own memory outside themselves. */
  readonly pointers: boolean;
  /** Whether a list of fixed length is in it: nothing else makes values large. */
  readonly repeats: boolean;
  /** Kinds of asynchronous types in it. */
  readonly asynchronous: readonly string[];
}

const measures = new WeakMap<ValueType, Measure>();
const NONE: readonly string[] = [];

/** What holds for any part of a type. Taken once for each type. */
export function measure(type: ValueType): Measure {
  const known = measures.get(type);
  if (known) return known;
  const { kind } = type;
  let depth = 0;
  let nodes = 1;
  let borrows = kind === 'borrow';
  let handles = borrows || kind === 'own';
  let pointers = kind === 'string' || kind === 'map' || (kind === 'list' && type.length === undefined);
  let repeats = kind === 'list' && type.length !== undefined;
  let asynchronous = kind === 'stream' || kind === 'future' || kind === 'error-context' ? [kind as string] : NONE;
  for (const part of partsBehind(type)) {
    const inner = measure(part);
    depth = Math.max(depth, inner.depth);
    nodes += inner.nodes;
    borrows ||= inner.borrows;
    handles ||= inner.handles;
    // What goes through a stream or a future is not in the value: that is a handle.
    pointers ||= inner.pointers && kind !== 'stream' && kind !== 'future';
    repeats ||= inner.repeats;
    if (inner.asynchronous.length > 0) asynchronous = [...new Set([...asynchronous, ...inner.asynchronous])];
  }
  if (kind !== 'reference') depth++;
  const names = kind === 'reference' ? 1 + namesBehind(type.definition) : 0;
  const result = { depth, names, nodes, borrows, handles, pointers, repeats, asynchronous };
  measures.set(type, result);
  return result;
}

function namesBehind({ type }: TypeDefinition): number {
  return type.kind === 'reference' ? measure(type).names : 0;
}

/** A name for a type. Names of names are followed wherever a type is used, so their number is bounded. */
export function reference(definition: TypeDefinition, report: Reporter): ValueType {
  const type: ValueType = { kind: 'reference', definition };
  if (measure(type).names > MAX_DEPTH) report(`a type has more than ${MAX_DEPTH} names, each for the next`);
  return type;
}

/** The parts of a type; that of a name is what it names. */
function partsBehind(type: ValueType): readonly ValueType[] {
  if (type.kind !== 'reference') return partsOf(type);
  return type.definition.type.kind === 'resource' ? [] : [type.definition.type];
}

/** Types are built bottom up, so each check here sees parts that passed it: nothing recurses deeper than the bound. */
function bounded(type: ValueType, report: Reporter): ValueType {
  const { depth, nodes, repeats } = measure(type);
  if (depth > MAX_DEPTH) report(`a type nests deeper than ${MAX_DEPTH}`);
  if (nodes > MAX_NODES) report(`a type has more than ${MAX_NODES} parts`);
  if (repeats && wideLayout(type).size >= MAX_SIZE) report(`a value of a type takes ${MAX_SIZE} bytes or more`);
  return type;
}

/** Each primitive is one object, so that types that are the same are often identical. */
const primitives = new Map<string, ValueType>();

export function primitive(kind: string): ValueType {
  let type = primitives.get(kind);
  if (type === undefined) {
    type = { kind } as ValueType;
    primitives.set(kind, type);
  }
  return type;
}

/** `valtype`: a primitive, or an index that must be a value type. */
export function valueType(scope: Scope, use: ValueTypeUse, report: Reporter): ValueType {
  if (typeof use === 'string') return primitive(use);
  const entry = at(scope.types, use, 'type', report);
  if (entry.kind !== 'value') report(`type ${use} is not a value type`);
  return entry.type;
}

export function resource(scope: Scope, index: number, report: Reporter): TypeDefinition {
  const entry = at(scope.types, index, 'type', report);
  if (entry.kind !== 'resource') report(`type ${index} is not a resource`);
  return entry.definition;
}

const KEYS = new Set(['bool', 'u8', 'u16', 'u32', 'u64', 's8', 's16', 's32', 's64', 'char', 'string']);

export function definedType(scope: Scope, raw: DefinedType, report: Reporter): ValueType {
  return bounded(build(scope, raw, report), report);
}

function build(scope: Scope, raw: DefinedType, report: Reporter): ValueType {
  const use = (it: ValueTypeUse) => valueType(scope, it, report);
  const maybe = (it: ValueTypeUse | undefined) => (it === undefined ? undefined : use(it));
  switch (raw.kind) {
    case 'primitive':
      return primitive(raw.type);
    case 'record':
      checkLabels('field', names(raw.fields), report);
      return { kind: 'record', fields: raw.fields.map((field) => ({ name: field.name, type: use(field.type) })) };
    case 'variant':
      checkLabels('case', names(raw.cases), report);
      return {
        kind: 'variant',
        cases: raw.cases.map((it) =>
          it.type === undefined ? { name: it.name } : { name: it.name, type: use(it.type) },
        ),
      };
    case 'list':
      return raw.length === undefined
        ? { kind: 'list', element: use(raw.element) }
        : { kind: 'list', element: use(raw.element), length: raw.length };
    case 'map': {
      const key = use(raw.key);
      if (!KEYS.has(key.kind)) report(`a map cannot have keys of type ${key.kind}`);
      return { kind: 'map', key, value: use(raw.value) };
    }
    case 'tuple':
      return { kind: 'tuple', items: raw.items.map(use) };
    case 'flags':
      checkLabels('flag', raw.labels, report);
      return { kind: 'flags', flags: raw.labels.map((name) => ({ name })) };
    case 'enum':
      checkLabels('case', raw.labels, report);
      return { kind: 'enum', cases: raw.labels.map((name) => ({ name })) };
    case 'option':
      return { kind: 'option', some: use(raw.some) };
    case 'result': {
      const ok = maybe(raw.ok);
      const error = maybe(raw.error);
      return { kind: 'result', ...(ok ? { ok } : {}), ...(error ? { error } : {}) };
    }
    case 'own':
    case 'borrow':
      return { kind: raw.kind, resource: resource(scope, raw.resource, report) };
    case 'stream':
    case 'future': {
      const element = maybe(raw.element);
      if (element && measure(element).borrows) report(`a ${raw.kind} cannot carry a borrow`);
      if (element && raw.kind === 'stream' && resolve(element).kind === 'char')
        report('a stream cannot carry char yet: the specification leaves open how it is encoded');
      return element ? { kind: raw.kind, element } : { kind: raw.kind };
    }
  }
}

function names(items: readonly { readonly name: string }[]): string[] {
  return items.map((item) => item.name);
}

export function functionType(scope: Scope, raw: FunctionDefinition, report: Reporter): FunctionType {
  checkLabels('parameter', names(raw.params), report);
  const params = raw.params.map((param) => ({ name: param.name, type: valueType(scope, param.type, report) }));
  if (raw.result === undefined) return { async: raw.async, params };
  const result = valueType(scope, raw.result, report);
  if (measure(result).borrows) report('a function cannot return a borrow');
  return { async: raw.async, params, result };
}
