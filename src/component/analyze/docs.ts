import type { CustomSection } from '../binary/index.js';

type Json = { readonly [key: string]: unknown };

/** Documentation longer than this, in bytes of its JSON, is left out. */
const MAX_DOCS = 4 * 1024 * 1024;

/**
 * The documentation of a package (`package-docs`: a version byte, then JSON). It is a comment: whatever does not have the
 * expected form is left out, never an error.
 */
export class PackageDocs {
  readonly #root: Json;

  constructor(customs: readonly CustomSection[]) {
    this.#root = parse(customs.find((section) => section.name === 'package-docs')?.bytes);
  }

  interface(name: string): InterfaceDocs {
    return new InterfaceDocs(child(this.#root, 'interfaces', name));
  }

  world(name: string): WorldDocs {
    return new WorldDocs(child(this.#root, 'worlds', name));
  }
}

export class InterfaceDocs {
  constructor(private readonly json: Json = {}) {}

  get docs(): string | undefined {
    return text(this.json.docs);
  }

  function(name: string): string | undefined {
    return functionDocs(this.json, 'funcs', name);
  }

  type(name: string): string | undefined {
    return text(child(this.json, 'types', name).docs);
  }

  /** Of a field, case or flag of a type. */
  member(type: string, name: string): string | undefined {
    return text(own(object(child(this.json, 'types', type).items), name));
  }
}

export class WorldDocs extends InterfaceDocs {
  readonly #json: Json;

  constructor(json: Json = {}) {
    super(json);
    this.#json = json;
  }

  /** Of the statement that imports or exports an interface. */
  item(direction: 'import' | 'export', name: string): string | undefined {
    return text(own(object(this.#json[`interface_${direction}_docs`]), name));
  }

  /** Of an interface written inline. */
  inline(direction: 'import' | 'export', name: string): InterfaceDocs {
    const exported = child(this.#json, 'interface_exports', name);
    if (direction === 'export' && Object.keys(exported).length > 0) return new InterfaceDocs(exported);
    return new InterfaceDocs(child(this.#json, 'interfaces', name));
  }

  directed(direction: 'import' | 'export', name: string): string | undefined {
    const exported = direction === 'export' ? functionDocs(this.#json, 'func_exports', name) : undefined;
    return exported ?? this.function(name);
  }
}

function functionDocs(json: Json, key: string, name: string): string | undefined {
  const entry = own(object(json[key]), name);
  return text(entry) ?? text(object(entry).docs);
}

function parse(bytes: Uint8Array | undefined): Json {
  if (bytes === undefined || bytes.length < 2 || bytes.length > MAX_DOCS || bytes[0]! > 1) return {};
  try {
    return object(JSON.parse(new TextDecoder().decode(bytes.subarray(1))));
  } catch {
    return {};
  }
}

function child(json: Json, key: string, name: string): Json {
  return object(own(object(json[key]), name));
}

function own(json: Json, name: string): unknown {
  return Object.hasOwn(json, name) ? json[name] : undefined;
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
