import {
  camelCase,
  compatibilityKey,
  type FunctionItem,
  parseFunctionName,
  parseInterfaceId,
  pascalCase,
  type World,
} from '../wit/index.js';

/** What implements something of a world: an app's object, or a plugin's. */
export type Members = Readonly<Record<string, unknown>>;

/** What an object lacks of a world's exports, in WIT terms. */
export function missingExports(world: World, plugin: Members): string[] {
  const missing: string[] = [];
  for (const item of world.exports) {
    if (item.kind === 'interface') {
      const object = interfaceObject(plugin, item.name);
      if (object === undefined) missing.push(`export ${item.name}: the interface is missing`);
      else for (const func of item.interface.functions) checkFunction(object, func, `export ${item.name}.`, missing);
    } else if (item.kind === 'function') {
      checkFunction(plugin, item.function, 'export ', missing);
    }
  }
  return missing;
}

export function interfaceObject(plugin: Members, name: string): Members | undefined {
  const short = camelCase(parseInterfaceId(name)?.name ?? name);
  const object = member(plugin, name) ?? member(plugin, short);
  return typeof object === 'object' && object !== null ? (object as Members) : undefined;
}

/** The names under which an interface may be given: by id, by id without the version, by short name. */
export function namesOf(name: string): string[] {
  const id = parseInterfaceId(name);
  return id === undefined ? [name, camelCase(name)] : [name, `${id.package}/${id.name}`, camelCase(id.name)];
}

/** What an app offers for an imported interface: by a compatible version's id, by id without a version, by short name. */
export function offeredInterface(offered: object, name: string): Members | undefined {
  const track = compatibilityKey(name);
  const compatible = Object.keys(offered).find((key) => compatibilityKey(key) === track);
  const [id, bare] = namesOf(name) as [string, string];
  const all = offered as Members;
  const given = member(all, id) ?? (compatible && all[compatible]) ?? member(all, bare);
  return (typeof given === 'object' || typeof given === 'function') && given !== null ? (given as Members) : undefined;
}

/** A member, but none that every object has: `to-string` is not implemented by being an object. */
export function member(object: Members, key: string): unknown {
  const value = object[key];
  return value === (Object.prototype as unknown as Members)[key] ? undefined : value;
}

function checkFunction(object: Members, func: FunctionItem, prefix: string, missing: string[]): void {
  if (findImplementation(object, func) === undefined) missing.push(`${prefix}${func.name} is missing`);
}

/** What implements a function: called with what the WIT function takes, a method with its object first. */
export function findImplementation(object: Members, func: FunctionItem): ((...args: any[]) => any) | undefined {
  const { kind, resource, name } = parseFunctionName(func.name);
  const key = camelCase(name);
  if (kind === 'free') return boundTo(object, key);
  const type = member(object, pascalCase(resource!));
  if (typeof type !== 'function') return undefined;
  switch (kind) {
    case 'constructor':
      return (...args) => new (type as new (...args: unknown[]) => object)(...args);
    case 'static':
      return boundTo(type as never, key);
    default:
      if (typeof member(type.prototype ?? {}, key) !== 'function') return undefined;
      return (self, ...args) => self[key](...args);
  }
}

function boundTo(owner: Members, key: string): ((...args: any[]) => any) | undefined {
  const target = member(owner, key);
  return typeof target === 'function' ? target.bind(owner) : undefined;
}
