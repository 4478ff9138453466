import type { FunctionItem, Interface, ResourceType, TypeDefinition, ValueType, World } from './model.js';
import { partsOf, present } from './parts.js';

/** The definitions a type names itself, not those behind them. `seen` holds what was walked before: types share parts. */
export function* definitionsIn(
  type: ValueType | ResourceType,
  seen: Set<ValueType | ResourceType> = new Set(),
): Generator<TypeDefinition> {
  const stack = [type];
  while (stack.length > 0) {
    const current = stack.pop()!;
    if (seen.has(current)) continue;
    seen.add(current);
    if (current.kind === 'reference') yield current.definition;
    else if (current.kind === 'own' || current.kind === 'borrow') yield current.resource;
    else stack.push(...partsOf(current).reverse());
  }
}

/** The types a function's type is made of. */
export function typesOfFunction({ type }: FunctionItem): ValueType[] {
  return present([...type.params.map((param) => param.type), type.result]);
}

/** Every interface with an id that a world imports, exports or uses a type of, by id, in the order of their mention. The
 * same id may stand for several: an import and an export of it are two. */
export function interfacesOf(world: World): Map<string, Interface[]> {
  const byId = new Map<string, Interface[]>();
  const known = new Set<Interface>();
  const queue: Interface[] = [];
  const seen = new Set<ValueType | ResourceType>();
  const add = (owner: Interface) => {
    if (known.has(owner)) return;
    known.add(owner);
    queue.push(owner);
    if (owner.id === undefined) return;
    const copies = byId.get(owner.id);
    if (copies === undefined) byId.set(owner.id, [owner]);
    else copies.push(owner);
  };
  const scan = (type: ValueType | ResourceType) => {
    for (const { owner } of definitionsIn(type, seen)) if (owner !== undefined && !('package' in owner)) add(owner);
  };
  for (const item of [...world.imports, ...world.exports]) {
    if (item.kind === 'interface') add(item.interface);
    else if (item.kind === 'function') typesOfFunction(item.function).forEach(scan);
    else if (item.kind === 'type') scan(item.definition.type);
  }
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const definition of next.types) scan(definition.type);
    for (const item of next.functions) typesOfFunction(item).forEach(scan);
  }
  return byId;
}
