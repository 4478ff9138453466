import type {
  FunctionItem,
  Interface,
  ResourceType,
  TypeDefinition,
  ValueType,
  World,
  WorldItem,
} from '../../src/wit/index.js';

/**
 * A world as plain data for `toEqual`: a definition that is named is `owner#name`, with everything in an order of its own, for
 * WIT keeps neither that of functions among resources nor that of types among types.
 */
export function plain(world: World, { docs = true } = {}) {
  const names = new Map<Interface | World, string>([[world, 'world']]);
  const items = [
    ...world.imports.map((item) => ['import', item] as const),
    ...world.exports.map((item) => ['export', item] as const),
  ];
  for (const [side, item] of items) if (item.kind === 'interface') names.set(item.interface, `${side} ${item.name}`);
  const documented = (of: { readonly docs?: string }) => (docs && of.docs !== undefined ? { docs: of.docs } : {});
  const named = ({ owner, name }: TypeDefinition) => `${(owner && names.get(owner)) ?? 'nowhere'}#${name}`;

  function type(of: ValueType | ResourceType): unknown {
    switch (of.kind) {
      case 'reference':
        return named(of.definition);
      case 'own':
      case 'borrow':
        return { [of.kind]: named(of.resource) };
      case 'list':
        return { list: type(of.element), length: of.length };
      case 'map':
        return { map: [type(of.key), type(of.value)] };
      case 'tuple':
        return { tuple: of.items.map(type) };
      case 'record':
        return {
          record: of.fields.map((field) => ({ name: field.name, type: type(field.type), ...documented(field) })),
        };
      case 'variant':
        return {
          variant: of.cases.map((one) => ({ name: one.name, type: one.type && type(one.type), ...documented(one) })),
        };
      case 'enum':
        return { enum: of.cases.map((one) => ({ name: one.name, ...documented(one) })) };
      case 'flags':
        return { flags: of.flags.map((one) => ({ name: one.name, ...documented(one) })) };
      case 'option':
        return { option: type(of.some) };
      case 'result':
        return { ok: of.ok && type(of.ok), error: of.error && type(of.error) };
      case 'stream':
      case 'future':
        return { [of.kind]: of.element && type(of.element) };
      default:
        return of.kind;
    }
  }

  const signature = (item: FunctionItem) => ({
    params: item.type.params.map((param) => [param.name, type(param.type)]),
    result: item.type.result && type(item.type.result),
    async: item.type.async,
    ...documented(item),
  });
  const sorted = (entries: [string, unknown][]) => Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  const definition = (of: TypeDefinition) => ({ type: type(of.type), ...documented(of) });
  const content = (one: Interface) => ({
    ...documented(one),
    types: sorted(one.types.map((of) => [of.name, definition(of)])),
    functions: sorted(one.functions.map((item) => [item.name, signature(item)])),
  });
  const whole = (item: WorldItem) => {
    switch (item.kind) {
      case 'interface':
        return {
          ...content(item.interface),
          id: item.interface.id,
          ...(item.docs && docs ? { itemDocs: item.docs } : {}),
        };
      case 'function':
        return signature(item.function);
      case 'type':
        return definition(item.definition);
      case 'other':
        return item.what;
    }
  };
  return {
    package: world.package,
    name: world.name,
    ...documented(world),
    items: sorted(items.map(([side, item]) => [`${side} ${item.name}`, whole(item)])),
  };
}
