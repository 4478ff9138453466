import { hatchwayError, quote } from '../../errors/index.js';
import {
  definitionsIn,
  equalTypes,
  type FunctionItem,
  type FunctionName,
  type Interface,
  parseFunctionName,
  parseInterfaceId,
  resolve,
  resourceOf,
  type TypeDefinition,
  type ValueType,
  type World,
} from '../../wit/index.js';
import {
  camel,
  choose,
  fieldNames,
  methodNames,
  type Names,
  packageNames,
  packageWord,
  parameterNames,
  pascal,
} from './names.js';

/** A function with the names that it has in Go. */
export interface GoFunction {
  readonly item: FunctionItem;
  readonly parsed: FunctionName;
  readonly resource?: TypeDefinition;
  /** Its number in the protocol. */
  readonly number: number;
  readonly key: string;
  /** Of a method; of an import; of a method of an exported interface. */
  readonly name: string;
  /** What its unexported helpers have in their names. */
  readonly word: string;
}

/** An interface, or what the world has at its top level. */
export interface GoInterface {
  readonly direction: 'import' | 'export';
  /** The world's name for it; empty for the world itself. */
  readonly id: string;
  readonly docs?: string | undefined;
  readonly types: readonly TypeDefinition[];
  /** Of an export: the Go interface that the author implements. */
  name: string;
  readonly items: readonly FunctionItem[];
  functions: GoFunction[];
}

/** Everything that has a name, named, before any text is made. */
export class Plan {
  readonly interfaces: GoInterface[] = [];
  /** The types to declare, each once and after those that it is made of. */
  readonly definitions: TypeDefinition[] = [];
  /** Names of the package that are not exported. */
  readonly helpers = new Set<string>();
  readonly #names = packageNames();
  readonly #typeNames = new Map<TypeDefinition, string>();
  readonly #members = new Map<TypeDefinition, readonly string[]>();
  readonly #canonical = new Map<TypeDefinition, TypeDefinition>();
  readonly #byPath = new Map<string, TypeDefinition>();
  readonly #placed = new Map<TypeDefinition, GoInterface>();
  readonly #exported = new Set<TypeDefinition>();
  readonly #errors = new Set<TypeDefinition>();

  constructor(readonly world: World) {
    for (const direction of ['import', 'export'] as const) this.#collect(direction);
    for (const it of this.interfaces) {
      for (const definition of it.types) this.#declare(definition, it);
      for (const item of it.items)
        for (const type of typesOfFunction(item)) for (const part of definitionsIn(type)) this.#declare(part, it);
    }
    for (const it of this.interfaces) for (const item of it.items) this.#noteError(item);
    this.#nameTypes();
    this.#nameInterfaces();
    this.#nameFunctions();
  }

  /** The definition that stands for this one: a `use` is what it uses, a copy the first of its kind. */
  declared(definition: TypeDefinition): TypeDefinition {
    let current = definition;
    while (current.type.kind === 'reference' && current.type.definition.owner !== current.owner)
      current = current.type.definition;
    return this.#canonical.get(current) ?? current;
  }

  typeName(definition: TypeDefinition): string {
    return this.#typeNames.get(this.declared(definition))!;
  }

  /** The names of the fields of a record, the cases of a variant or enum, the labels of flags. */
  members(definition: TypeDefinition): readonly string[] {
    return this.#members.get(this.declared(definition))!;
  }

  /** Whether the plugin implements a resource. */
  isExported(resource: TypeDefinition): boolean {
    return this.#exported.has(resourceOf(resource));
  }

  /** Whether values of the type are errors of functions. */
  isError(definition: TypeDefinition): boolean {
    return this.#errors.has(this.declared(definition));
  }

  /** The interface that declares a type. */
  placeOf(definition: TypeDefinition): GoInterface {
    return this.#placed.get(this.declared(definition))!;
  }

  /** Names for the parameters of a function, `self` left out. */
  parameters({ item, parsed }: GoFunction): { name: string; type: ValueType }[] {
    const names = parameterNames(this.helpers);
    names.take('self');
    const params = parsed.kind === 'method' ? item.type.params.slice(1) : item.type.params;
    return params.map((param) => ({ name: names.take(camel(param.name)), type: param.type }));
  }

  #collect(direction: 'import' | 'export'): void {
    const types: TypeDefinition[] = [];
    const items: FunctionItem[] = [];
    for (const item of this.world[`${direction}s`]) {
      if (item.kind === 'function') items.push(item.function);
      else if (item.kind === 'type') types.push(item.definition);
      else if (item.kind === 'interface')
        this.#add(direction, item.name, item.interface, item.interface.docs ?? item.docs);
      else throw hatchwayError('unsupported', `the world has a ${item.what}, ${quote(item.name)}, which has no type`);
    }
    this.#add(direction, '', { types, functions: items }, undefined);
  }

  #add(
    direction: GoInterface['direction'],
    id: string,
    { types, functions }: Pick<Interface, 'types' | 'functions'>,
    docs: string | undefined,
  ): void {
    for (const { name, type } of functions)
      if (type.async) throw hatchwayError('unsupported', `${quote(name)} is an async func, which does not cross yet`);
    if (direction === 'export')
      for (const definition of types) if (definition.type.kind === 'resource') this.#exported.add(definition);
    this.interfaces.push({ direction, id, docs, types, items: functions, name: '', functions: [] });
  }

  #declare(definition: TypeDefinition, from: GoInterface): void {
    const declared = this.declared(definition);
    if (this.#placed.has(declared)) return;
    const place = this.#ownerOf(declared) ?? from;
    const { type } = declared;
    const path = `${place.id}#${declared.name}`;
    const twin = this.#byPath.get(path);
    if (twin !== undefined && !hasResource(declared) && equalTypes(twin.type, type)) {
      this.#canonical.set(declared, twin);
      return;
    }
    this.#byPath.set(path, declared);
    this.#placed.set(declared, place);
    if (type.kind !== 'resource') for (const part of definitionsIn(type)) this.#declare(part, place);
    this.definitions.push(declared);
  }

  #ownerOf({ owner }: TypeDefinition): GoInterface | undefined {
    if (owner === undefined || 'package' in owner) return undefined;
    const item = [...this.world.exports, ...this.world.imports].find(
      (it) => it.kind === 'interface' && it.interface === owner,
    );
    const direction = item !== undefined && this.world.exports.includes(item) ? 'export' : 'import';
    const known = this.interfaces.find((it) => it.direction === direction && it.id === (item?.name ?? owner.id));
    return known ?? { direction, id: owner.id ?? '', types: [], items: [], name: '', functions: [] };
  }

  /** Named types that functions have as their error are errors in Go. */
  #noteError({ type: { result } }: FunctionItem): void {
    const resolved = result && resolve(result);
    if (resolved?.kind !== 'result' || resolved.error === undefined) return;
    const { definition } = terminal(resolved.error);
    if (definition !== undefined) this.#errors.add(this.declared(definition));
  }

  #nameTypes(): void {
    const named = choose(
      this.definitions.map((definition) => {
        const { direction, id } = this.#placed.get(definition)!;
        const own = pascal(definition.name);
        const inInterface = interfaceWord(id, this.world) + own;
        const prefix = direction === 'import' ? 'Imported' : 'Exported';
        const full = parseInterfaceId(id);
        const choices = [own, inInterface, prefix + inInterface];
        if (full !== undefined) choices.push(prefix + packageWord(full.package) + inInterface);
        return { thing: definition, choices };
      }),
      this.#names,
    );
    for (const [definition, name] of named) this.#typeNames.set(definition, name);
    for (const definition of this.definitions) {
      const { type } = definition;
      const name = this.typeName(definition);
      const prefixed = (labels: readonly { readonly name: string }[]) =>
        labels.map((label) => this.#names.take(name + pascal(label.name)));
      if (type.kind === 'record') {
        const fields = fieldNames();
        this.#members.set(
          definition,
          type.fields.map((field) => fields.take(pascal(field.name))),
        );
      } else if (type.kind === 'enum' || type.kind === 'variant') this.#members.set(definition, prefixed(type.cases));
      else if (type.kind === 'flags') this.#members.set(definition, prefixed(type.flags));
      for (const verb of ['read', 'write', 'resource']) this.helpers.add(verb + name);
    }
  }

  #nameInterfaces(): void {
    const exported = this.interfaces.filter((it) => it.direction === 'export' && it.items.length > 0);
    const named = choose(
      exported.map((it) => {
        const word = interfaceWord(it.id, this.world);
        const full = parseInterfaceId(it.id);
        const choices = [word, `Exported${word}`];
        if (full !== undefined) choices.push(`Exported${packageWord(full.package)}${word}`);
        return { thing: it, choices };
      }),
      this.#names,
    );
    for (const [it, name] of named) it.name = name;
  }

  #nameFunctions(): void {
    const words = new Set<string>();
    const methods = new Map<TypeDefinition, Names>();
    for (const direction of ['import', 'export'] as const) {
      const keyed: { key: string; item: FunctionItem; it: GoInterface }[] = [];
      for (const it of this.interfaces.filter((one) => one.direction === direction))
        for (const item of it.items) keyed.push({ key: it.id === '' ? item.name : `${it.id}#${item.name}`, item, it });
      keyed.sort((a, b) => compareBytes(a.key, b.key));
      const number = new Map(keyed.map(({ item }, index) => [item, { index, key: keyed[index]!.key }]));
      for (const it of this.interfaces.filter((one) => one.direction === direction)) {
        const own = direction === 'export' ? methodNames() : this.#names;
        const prefix = direction === 'export' || it.id === '' ? '' : interfaceWord(it.id, this.world);
        for (const item of it.items) {
          const parsed = parseFunctionName(item.name);
          const resource = it.types.find((one) => one.name === parsed.resource && one.type.kind === 'resource');
          let scope = own;
          let name = prefix + pascal(parsed.name);
          if (resource !== undefined) {
            const type = this.typeName(resource);
            if (parsed.kind === 'method') {
              scope = methods.get(resource) ?? methodNames();
              methods.set(resource, scope);
              name = pascal(parsed.name);
            } else name = parsed.kind === 'constructor' ? `New${type}` : type + pascal(parsed.name);
          }
          const taken = scope.take(name);
          const owner = direction === 'export' ? it.name : '';
          let word = owner + (parsed.kind === 'method' && resource ? this.typeName(resource) : '') + taken;
          while (words.has(word)) word += '_';
          words.add(word);
          for (const verb of ['decode', 'import']) this.helpers.add(verb + word);
          const { index, key } = number.get(item)!;
          it.functions.push({
            item,
            parsed,
            ...(resource !== undefined && { resource }),
            ...{ number: index, key, name: taken, word },
          });
        }
      }
    }
  }
}

function typesOfFunction({ type: { params, result } }: FunctionItem): ValueType[] {
  return [...params.map((param) => param.type), ...(result ? [result] : [])];
}

/** The definition that a value type's name ends at, and its type; an anonymous type has none. */
export function terminal(type: ValueType): { definition?: TypeDefinition; type: ReturnType<typeof resolve> } {
  let current = type;
  let definition: TypeDefinition | undefined;
  while (current.kind === 'reference') {
    definition = current.definition;
    current = definition.type as ValueType;
  }
  const resolved = resolve(current);
  const named = definition !== undefined && isNamed(resolved.kind);
  return { ...(named && { definition }), type: resolved };
}

/** Whether a type of the kind is declared as a type of its own in Go; others are aliases. */
export function isNamed(kind: string): boolean {
  return kind === 'record' || kind === 'variant' || kind === 'enum' || kind === 'flags';
}

function interfaceWord(id: string, world: World): string {
  return pascal(id === '' ? world.name : (parseInterfaceId(id)?.name ?? id));
}

function hasResource({ type }: TypeDefinition): boolean {
  return type.kind === 'resource' || [...definitionsIn(type)].some(hasResource);
}

const encoder = new TextEncoder();

/** Both sides of the protocol number functions by the bytes of their keys. */
function compareBytes(one: string, other: string): number {
  const a = encoder.encode(one);
  const b = encoder.encode(other);
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
