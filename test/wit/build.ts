import type {
  FunctionItem,
  FunctionType,
  Interface,
  PrimitiveKind,
  TypeDefinition,
  ValueType,
  World,
  WorldItem,
} from '../../src/wit/index.js';

/** Short words to build models by hand. The arrays they return are filled in as the model grows. */

export const prim = (kind: PrimitiveKind): ValueType => ({ kind });
export const [bool, u8, u32, u64, s32, f64, char, string] = (
  ['bool', 'u8', 'u32', 'u64', 's32', 'f64', 'char', 'string'] as const
).map(prim) as [ValueType, ValueType, ValueType, ValueType, ValueType, ValueType, ValueType, ValueType];

export const list = (element: ValueType, length?: number): ValueType =>
  length === undefined ? { kind: 'list', element } : { kind: 'list', element, length };
export const option = (some: ValueType): ValueType => ({ kind: 'option', some });
export const tuple = (...items: ValueType[]): ValueType => ({ kind: 'tuple', items });
export const map = (key: ValueType, value: ValueType): ValueType => ({ kind: 'map', key, value });
export const result = (ok?: ValueType, error?: ValueType): ValueType => ({
  kind: 'result',
  ...(ok && { ok }),
  ...(error && { error }),
});
export const stream = (element?: ValueType): ValueType => ({ kind: 'stream', ...(element && { element }) });
export const future = (element?: ValueType): ValueType => ({ kind: 'future', ...(element && { element }) });
export const ref = (definition: TypeDefinition): ValueType => ({ kind: 'reference', definition });
export const own = (resource: TypeDefinition): ValueType => ({ kind: 'own', resource });
export const borrow = (resource: TypeDefinition): ValueType => ({ kind: 'borrow', resource });
export const record = (fields: Record<string, ValueType>): ValueType => ({
  kind: 'record',
  fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
});
export const variant = (cases: Record<string, ValueType | undefined>): ValueType => ({
  kind: 'variant',
  cases: Object.entries(cases).map(([name, type]) => (type === undefined ? { name } : { name, type })),
});
export const enumeration = (...names: string[]): ValueType => ({
  kind: 'enum',
  cases: names.map((name) => ({ name })),
});
export const flags = (...names: string[]): ValueType => ({ kind: 'flags', flags: names.map((name) => ({ name })) });

export const func = (params: Record<string, ValueType> = {}, result?: ValueType, async = false): FunctionType => ({
  params: Object.entries(params).map(([name, type]) => ({ name, type })),
  ...(result && { result }),
  async,
});

/** An interface to be filled: `types` and `functions` may be pushed to while it is built. */
export interface Draft extends Interface {
  readonly types: TypeDefinition[];
  readonly functions: FunctionItem[];
}

export function iface(id?: string, docs?: string): Draft {
  return { ...(id !== undefined && { id }), ...(docs !== undefined && { docs }), types: [], functions: [] };
}

/** Adds a definition to an interface. */
export function define(owner: Draft, name: string, type: TypeDefinition['type'], docs?: string): TypeDefinition {
  const definition: TypeDefinition = { name, owner, type, ...(docs !== undefined && { docs }) };
  owner.types.push(definition);
  return definition;
}

/** Adds a function to an interface. */
export function add(owner: Draft, name: string, type: FunctionType = func(), docs?: string): FunctionItem {
  const item: FunctionItem = { name, type, ...(docs !== undefined && { docs }) };
  owner.functions.push(item);
  return item;
}

export interface WorldDraft extends World {
  readonly imports: WorldItem[];
  readonly exports: WorldItem[];
}

export function world(owner = 'test:app', name = 'w', docs?: string): WorldDraft {
  return { package: owner, name, ...(docs !== undefined && { docs }), imports: [], exports: [] };
}

export const asInterface = (one: Interface, name = one.id!, docs?: string): WorldItem => ({
  kind: 'interface',
  name,
  ...(docs !== undefined && { docs }),
  interface: one,
});
export const asFunction = (name: string, type: FunctionType = func(), docs?: string): WorldItem => ({
  kind: 'function',
  name,
  function: { name, type, ...(docs !== undefined && { docs }) },
});
export function asType(owner: World, name: string, type: TypeDefinition['type'], docs?: string) {
  const definition: TypeDefinition = { name, owner, type, ...(docs !== undefined && { docs }) };
  return { kind: 'type', name, definition } as const;
}
