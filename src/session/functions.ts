import { hatchwayError, quote } from '../errors/index.js';
import { type Codec, codecOf } from '../wire/index.js';
import { type FunctionItem, resolve, type TypeDefinition, type World, type WorldItem } from '../wit/index.js';

/** A function that crosses. */
export interface RemoteFunction {
  /** `ns:pkg/iface#func`, or `func` for a function of the world itself. */
  readonly key: string;
  readonly item: FunctionItem;
  readonly index: number;
  readonly names: readonly string[];
  readonly params: readonly Codec[];
  readonly result: Codec | undefined;
  /** Its result is a WIT `result`, whose error is a value and no failure. */
  readonly throws: boolean;
}

/** What a world lets the two sides call, and who defines which resource. */
export interface FunctionTable {
  /** What the host calls. */
  readonly exports: readonly RemoteFunction[];
  /** What the plugin calls. */
  readonly imports: readonly RemoteFunction[];
  /** The resources that the plugin defines; every other one is the host's. */
  readonly pluginResources: ReadonlySet<TypeDefinition>;
}

const encoder = new TextEncoder();

interface Keyed {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly item: FunctionItem;
}

const keyed = (key: string, item: FunctionItem): Keyed => ({ key, bytes: encoder.encode(key), item });

/** Both sides number functions alike, whatever order the world has them in: by the bytes of their keys. */
function byKey({ bytes: one }: Keyed, { bytes: other }: Keyed): number {
  for (let i = 0; i < one.length && i < other.length; i++) if (one[i] !== other[i]) return one[i]! - other[i]!;
  return one.length - other.length;
}

function functionsOf(items: readonly WorldItem[]): RemoteFunction[] {
  const found: Keyed[] = [];
  for (const item of items) {
    if (item.kind === 'function') found.push(keyed(item.name, item.function));
    else if (item.kind === 'interface')
      for (const one of item.interface.functions) found.push(keyed(`${item.name}#${one.name}`, one));
  }
  return found.sort(byKey).map(({ key, item }, index) => remoteFunction(key, item, index));
}

/** @throws HatchwayError `unsupported` for a type that cannot cross. */
export function remoteFunction(key: string, item: FunctionItem, index: number): RemoteFunction {
  const { params, result } = item.type;
  return {
    key,
    item,
    index,
    names: params.map((param) => param.name),
    params: params.map((param) => codecOf(param.type)),
    result: result && codecOf(result),
    throws: result !== undefined && resolve(result).kind === 'result',
  };
}

export function functionTable(world: World): FunctionTable {
  const pluginResources = new Set<TypeDefinition>();
  for (const item of world.exports) {
    const definitions =
      item.kind === 'interface' ? item.interface.types : item.kind === 'type' ? [item.definition] : [];
    for (const definition of definitions) if (definition.type.kind === 'resource') pluginResources.add(definition);
  }
  return { exports: functionsOf(world.exports), imports: functionsOf(world.imports), pluginResources };
}

/** @throws HatchwayError `not-found`. */
export function findFunction(functions: readonly RemoteFunction[], key: string): RemoteFunction {
  const found = functions.find((it) => it.key === key);
  if (found === undefined) throw hatchwayError('not-found', `there is no function ${quote(key)}`);
  return found;
}
