import { hatchwayError, quote } from '../../errors/index.js';
import {
  camelCase,
  type FunctionItem,
  type Interface,
  parseFunctionName,
  parseInterfaceId,
  type ResolvedType,
  resolve,
  resourceOf,
  type TypeDefinition,
  type ValueType,
  type World,
} from '../../wit/index.js';
import { aliasNames, fileNames, freeNames, type Names, valueNames } from './names.js';
import { checkSupported } from './types.js';

/** A function with the names it has in AssemblyScript. */
export interface PlannedFunction {
  readonly item: FunctionItem;
  readonly kind: 'free' | 'constructor' | 'method' | 'static';
  readonly name: string;
  /** The names of its parameters, `self` left out. */
  readonly params: readonly { readonly name: string; readonly type: ValueType }[];
}

export interface PlannedResource {
  readonly definition: TypeDefinition;
  readonly functions: PlannedFunction[];
}

/** An interface, or the world's own types and functions, on its way to a file. */
export interface PlannedFile {
  readonly side: 'import' | 'export';
  /** What the core module calls it: `ns:pkg/name@1.2.3`, a plain name, or `$root`. */
  readonly module: string;
  /** What to call it in a text. */
  readonly title: string;
  readonly docs?: string;
  /** Without `.ts`. */
  readonly path: string;
  /** What other generated files import it as. */
  readonly alias: string;
  /** For an export, the namespace of the author's module that implements it; '' for the module itself. */
  readonly namespace: string;
  readonly names: Names;
  readonly types: readonly TypeDefinition[];
  readonly functions: readonly PlannedFunction[];
  readonly resources: readonly PlannedResource[];
}

/** The parts of a record, variant, enum or flags, by the names they have in AssemblyScript. */
export interface PlannedMembers {
  readonly names: readonly string[];
  /** The enum that tells a variant's cases apart, and its members. */
  readonly kind: string;
  readonly kinds: readonly string[];
}

/** Everything that has a name, named, before any text is made. */
export class Plan {
  readonly files: PlannedFile[] = [];
  readonly #names = new Map<TypeDefinition, string>();
  readonly #members = new Map<TypeDefinition, PlannedMembers>();
  readonly #files = new Map<TypeDefinition, PlannedFile>();
  readonly #paths = new Set(['abi', 'component', 'wit', 'plugin', 'world', 'exported-world', 'index']);
  readonly #aliases = aliasNames();
  readonly #plugin = valueNames();

  constructor(world: World) {
    for (const side of ['import', 'export'] as const) {
      const items = side === 'import' ? world.imports : world.exports;
      const types: TypeDefinition[] = [];
      const functions: FunctionItem[] = [];
      for (const item of items) {
        if (item.kind === 'type') types.push(item.definition);
        else if (item.kind === 'function') functions.push(item.function);
        else if (item.kind === 'other') {
          throw hatchwayError('unsupported', `AssemblyScript bindings have no ${item.what}s: ${quote(item.name)}`);
        }
      }
      if (types.length + functions.length > 0) {
        const title = `The world ${quote(world.name)}`;
        const [path, names] = side === 'import' ? ['world', fileNames()] : ['exported-world', this.#plugin];
        this.#add({ side, module: '$root', title, docs: world.docs, path, names }, types, functions);
      }
      for (const item of items)
        if (item.kind === 'interface') this.#addInterface(side, item.name, item.interface, item.docs);
    }
  }

  #addInterface(side: 'import' | 'export', module: string, { types, functions, docs }: Interface, itemDocs?: string) {
    const path = this.#path(side, module);
    this.#add(
      { side, module, title: `\`${module}\``, docs: itemDocs ?? docs, path, names: fileNames() },
      types,
      functions,
    );
  }

  /** The interface's short name, with as much of its package before it as tells it from those named before. */
  #path(side: 'import' | 'export', module: string): string {
    const id = parseInterfaceId(module);
    const short = id?.name ?? module;
    const candidates = [short];
    if (side === 'export') candidates.push(`exported-${short}`);
    if (id !== undefined) {
      const full = `${id.package.replace(/[:/]/g, '-')}-${short}`;
      candidates.push(full, ...(id.version === undefined ? [] : [`${full}-${id.version.replace(/[.+]/g, '-')}`]));
    }
    const free = candidates.find((candidate) => !this.#paths.has(candidate.toLowerCase()));
    const path = free ?? `${candidates.at(-1)!}-${this.files.length}`;
    this.#paths.add(path.toLowerCase());
    return path;
  }

  #add(
    base: Pick<PlannedFile, 'side' | 'module' | 'title' | 'path' | 'names'> & { docs: string | undefined },
    types: readonly TypeDefinition[],
    functions: readonly FunctionItem[],
  ): void {
    const { names, docs, ...rest } = base;
    const alias = this.#aliases.take(identifier(base.path));
    const namespace = base.side === 'import' || base.module === '$root' ? '' : this.#plugin.take(identifier(base.path));
    const resources = new Map<string, PlannedResource & { members: Names }>();
    for (const definition of types) {
      this.#names.set(definition, names.type(definition.name));
      if (definition.type.kind !== 'resource') {
        if (!isResource(definition)) checkSupported(definition.type, definition.name);
        continue;
      }
      // `drop` ends a handle on either side.
      resources.set(definition.name, { definition, functions: [], members: valueNames('drop') });
    }
    for (const definition of types) this.#addMembers(definition, names);
    const free: PlannedFunction[] = [];
    for (const item of functions) {
      if (item.type.async) {
        throw hatchwayError('unsupported', `AssemblyScript bindings have no async functions: ${quote(item.name)}`);
      }
      for (const param of item.type.params) checkSupported(param.type, item.name);
      if (item.type.result !== undefined) checkSupported(item.type.result, item.name);
      const { kind, resource, name } = parseFunctionName(item.name);
      const owner = resource === undefined ? undefined : resources.get(resource);
      const scope = owner?.members ?? names;
      const paramNames = valueNames();
      const params = (kind === 'method' ? item.type.params.slice(1) : item.type.params).map((param) => ({
        name: paramNames.value(param.name),
        type: param.type,
      }));
      const planned = { item, kind, name: kind === 'constructor' ? 'constructor' : scope.value(name), params };
      (owner?.functions ?? free).push(planned);
    }
    const file: PlannedFile = {
      ...rest,
      ...(docs !== undefined && { docs }),
      ...{ names, alias, namespace, types, functions: free },
      resources: [...resources.values()],
    };
    for (const definition of types) this.#files.set(definition, file);
    this.files.push(file);
  }

  #addMembers(definition: TypeDefinition, names: Names): void {
    const type = definition.type;
    const set = (members: readonly string[], kind = '', kinds: readonly string[] = []) =>
      this.#members.set(definition, { names: members, kind, kinds });
    if (type.kind === 'record') {
      const scope = valueNames();
      set(type.fields.map((field) => scope.value(field.name)));
    } else if (type.kind === 'flags') {
      const scope = valueNames('bits');
      set(type.flags.map((flag) => scope.value(flag.name)));
    } else if (type.kind === 'enum') {
      const scope = freeNames();
      set(type.cases.map((one) => scope.type(one.name)));
    } else if (type.kind === 'variant') {
      const scope = valueNames('kind');
      const kinds = freeNames();
      set(
        type.cases.map((one) => scope.value(one.name)),
        names.take(`${this.nameOf(definition)}Kind`),
        type.cases.map((one) => kinds.type(one.name)),
      );
    }
  }

  nameOf(definition: TypeDefinition): string {
    const name = this.#names.get(definition);
    if (name === undefined)
      throw hatchwayError('unsupported', `type ${quote(definition.name)} belongs to no interface`);
    return name;
  }

  fileOf(definition: TypeDefinition): PlannedFile {
    this.nameOf(definition);
    return this.#files.get(definition)!;
  }

  membersOf(definition: TypeDefinition): PlannedMembers {
    return this.#members.get(definition)!;
  }

  /** Whether a definition names a resource that the author's module defines. */
  isExportedResource(definition: TypeDefinition): boolean {
    return isResource(definition) && this.isExported(resourceOf(definition));
  }

  /** Whether a resource is one that the author's module defines. */
  isExported(resource: TypeDefinition): boolean {
    return this.fileOf(resource).side === 'export';
  }
}

/** The definition that a value type's name ends at, and its type; an anonymous type has none. */
export function terminal(type: ValueType): { definition?: TypeDefinition; type: ResolvedType } {
  let current = type;
  let definition: TypeDefinition | undefined;
  while (current.kind === 'reference') {
    definition = current.definition;
    current = definition.type as ValueType;
  }
  return { ...(definition !== undefined && { definition }), type: resolve(current) };
}

/** Whether a definition names a resource, perhaps through others. */
export function isResource(definition: TypeDefinition): boolean {
  return resourceOf(definition).type.kind === 'resource';
}

/** `ns-pkg-name-1-2-3` as an identifier. */
function identifier(path: string): string {
  return camelCase(path.replace(/[^A-Za-z0-9-]/g, '-'));
}
