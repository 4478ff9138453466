import type { HostImports } from '../component/index.js';
import {
  camelCase,
  type FunctionItem,
  parseFunctionName,
  parseInterfaceId,
  pascalCase,
  type World,
} from '../wit/index.js';

/** An object that implements the exports of a world: interfaces by short name or id, functions in camelCase. */
export type PlainPlugin = Readonly<Record<string, unknown>>;
/**
 * The same, made anew for each instance, which gets what the world imports: interfaces by id or short name, functions in
 * camelCase, resources as the app's own classes. What passes is checked and copied, as it is for a guest.
 */
export type PlainPluginFactory = (imports: HostImports) => PlainPlugin;

/** What a plain object lacks of a world's exports, in WIT terms. */
export function missingExports(world: World, plugin: PlainPlugin): string[] {
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

export function interfaceObject(plugin: PlainPlugin, name: string): PlainPlugin | undefined {
  const short = camelCase(parseInterfaceId(name)?.name ?? name);
  const object = member(plugin, name) ?? member(plugin, short);
  return typeof object === 'object' && object !== null ? (object as PlainPlugin) : undefined;
}

/** A member, but none that every object has: `to-string` is not implemented by being an object. */
export function member(object: PlainPlugin, key: string): unknown {
  const value = object[key];
  return value === (Object.prototype as unknown as PlainPlugin)[key] ? undefined : value;
}

function checkFunction(object: PlainPlugin, func: FunctionItem, prefix: string, missing: string[]): void {
  if (findImplementation(object, func) === undefined) missing.push(`${prefix}${func.name} is missing`);
}

/** What implements a function: called with what the WIT function takes, a method with its object first. */
export function findImplementation(object: PlainPlugin, func: FunctionItem): ((...args: any[]) => any) | undefined {
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

function boundTo(owner: PlainPlugin, key: string): ((...args: any[]) => any) | undefined {
  const target = member(owner, key);
  return typeof target === 'function' ? target.bind(owner) : undefined;
}
