import { parseInterfaceId } from '../wit/index.js';
import type { Block, Item } from './wit-parser.js';
import type { WitPackage } from './wit-source.js';

type Json = Record<string, unknown>;

const object = (): Json => Object.create(null);

/**
 * The documentation of a package as WIT tools keep it beside the types: the contents of a `package-docs` section. `undefined`
 * where nothing is documented.
 */
export function packageDocs(wit: WitPackage): Uint8Array | undefined {
  const interfaces = object();
  const worlds = object();
  for (const block of wit.blocks) {
    const docs = block.kind === 'interface' ? interfaceDocs(block) : new WorldDocs(wit).of(block);
    if (Object.keys(docs).length > 0) (block.kind === 'interface' ? interfaces : worlds)[block.name] = docs;
  }
  const root = object();
  if (Object.keys(worlds).length > 0) root.worlds = worlds;
  if (Object.keys(interfaces).length > 0) root.interfaces = interfaces;
  if (Object.keys(root).length === 0) return undefined;
  const json = new TextEncoder().encode(JSON.stringify(root));
  const section = new Uint8Array(json.length + 1);
  section[0] = 1;
  section.set(json, 1);
  return section;
}

/** Sets what is there to set. */
function put(target: Json, key: string, name: string, value: unknown): void {
  if (value === undefined || (typeof value === 'object' && Object.keys(value as Json).length === 0)) return;
  target[key] ??= object();
  (target[key] as Json)[name] = value;
}

function interfaceDocs(block: Block): Json {
  const json = object();
  if (block.docs !== undefined) json.docs = block.docs;
  for (const item of block.items) addItem(json, item);
  return json;
}

function addItem(json: Json, item: Item): void {
  if (item.kind === 'function') put(json, 'funcs', item.name, item.docs);
  if (item.kind !== 'type') return;
  const type = object();
  if (item.docs !== undefined) type.docs = item.docs;
  for (const member of item.members) put(type, 'items', member.name, member.docs);
  put(json, 'types', item.name, type);
}

class WorldDocs {
  constructor(private readonly wit: WitPackage) {}

  of(world: Block): Json {
    const json = object();
    this.#addItems(json, world, new Set());
    if (world.docs !== undefined) json.docs = world.docs;
    return json;
  }

  #addItems(json: Json, world: Block, included: Set<string>): void {
    if (included.has(world.name)) return;
    included.add(world.name);
    const imports = new Set(world.items.filter((item) => item.kind === 'import').map((item) => item.name));
    for (const item of world.items) {
      if (item.kind === 'include') {
        const other = this.wit.blocks.find((block) => block.kind === 'world' && block.name === item.name);
        if (other !== undefined) this.#addItems(json, other, included);
      } else if (item.kind !== 'import' && item.kind !== 'export') {
        addItem(json, item);
      } else if (item.what === 'path') {
        put(json, `interface_${item.kind}_docs`, this.#id(item.name), item.docs);
      } else {
        // An import and an export may have one name; then the export is kept apart.
        const apart = item.kind === 'export' && imports.has(item.name);
        if (item.what === 'function') put(json, apart ? 'func_exports' : 'funcs', item.name, item.docs);
        else
          put(json, apart ? 'interface_exports' : 'interfaces', item.name, interfaceDocs(documented(item, item.what)));
      }
    }
  }

  /** `log` → `ns:pkg/log@1.0.0`, of this package or of what a top-level `use` means by it. */
  #id(path: string): string {
    if (parseInterfaceId(path) !== undefined) return path;
    const use = this.wit.uses.find(({ local }) => local === path);
    if (use !== undefined && use.path !== path) return this.#id(use.path);
    const [base, version] = this.wit.name.split('@');
    return version === undefined ? `${base}/${path}` : `${base}/${path}@${version}`;
  }
}

/** The documentation of an interface written inline stands before the statement. */
function documented(item: Item, block: Block): Block {
  return item.docs === undefined ? block : { ...block, docs: item.docs };
}
