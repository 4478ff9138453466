import { hatchwayError, quote } from '../../errors/index.js';
import {
  type FunctionItem,
  type FunctionType,
  type Interface,
  parseInterfaceId,
  type TypeDefinition,
  type ValueType,
  type World,
  type WorldItem,
} from '../../wit/index.js';
import { type ComponentDefinition, customSections, decodeComponent, isCoreModule } from '../binary/index.js';
import { analyze } from './analyze.js';
import { type InterfaceDocs, PackageDocs, type WorldDocs } from './docs.js';
import type { ComponentShape, Entity, TypeEntry } from './entities.js';
import { Budget, reporter } from './scope.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Direction = 'import' | 'export';

/**
 * The world of an artifact: of a component, what it imports and exports (`root:component/root`); of an encoded world, or of a
 * core module that carries one in a `component-type` section, that world with its documentation.
 * @throws HatchwayError as `decodeComponent` and `analyze` do; `core-module` for a core module without a world.
 * @example decodeWorld(readFileSync('filter.wasm')).exports.map((item) => item.name)
 */
export function decodeWorld(bytes: Uint8Array): World {
  if (isCoreModule(bytes)) {
    const section = customSections(bytes).find(({ name }) => name.startsWith('component-type'));
    if (section) return decodeWorld(section.bytes);
  }
  const definition = decodeComponent(bytes);
  return worldOf(definition, analyze(definition).plan.shape);
}

/** The world of a component that was decoded and analysed. */
export function worldOf(definition: ComponentDefinition, shape: ComponentShape): World {
  const docs = new PackageDocs(definition.customs);
  const encoded = encodedWorld(shape);
  if (encoded === undefined) return new Builder(docs, { package: 'root:component', name: 'root' }).build(shape);
  const id = parseInterfaceId(encoded.name);
  if (id === undefined)
    throw hatchwayError('invalid', `the encoded world has the name ${quote(encoded.name)}, which is not an id`);
  const version = id.version === undefined ? '' : `@${id.version}`;
  return new Builder(docs, { package: id.package + version, name: id.name }).build(encoded.shape);
}

/** An encoded world is a component that exports a component type that exports, under the world's id, a component. */
function encodedWorld(shape: ComponentShape): { name: string; shape: ComponentShape } | undefined {
  if (shape.imports.size > 0 || shape.exports.size !== 1) return undefined;
  const [outer] = shape.exports.values();
  if (outer?.kind !== 'type' || outer.entry.kind !== 'component' || outer.entry.shape.exports.size !== 1)
    return undefined;
  const [[name, inner]] = outer.entry.shape.exports as unknown as [[string, Entity]];
  return inner.kind === 'component' ? { name, shape: inner.shape } : undefined;
}

/** Turns the types of an analysis, which know only where they were named, into the model, which knows their owners. */
class Builder {
  readonly #definitions = new Map<TypeDefinition, TypeDefinition>();
  readonly #world: Mutable<World>;
  readonly #worldDocs: WorldDocs;
  readonly #budget = new Budget();

  constructor(
    private readonly docs: PackageDocs,
    id: { package: string; name: string },
  ) {
    this.#worldDocs = docs.world(id.name);
    this.#world = { ...id, ...documented(this.#worldDocs.docs), imports: [], exports: [] };
  }

  build(shape: ComponentShape): World {
    this.#world.imports = [...shape.imports].map(([name, entity]) => this.#item('import', name, entity));
    this.#world.exports = [...shape.exports].map(([name, entity]) => this.#item('export', name, entity));
    return this.#world;
  }

  #item(direction: Direction, name: string, entity: Entity): WorldItem {
    const docs = this.#worldDocs;
    switch (entity.kind) {
      case 'instance': {
        const ofItem = documented(docs.item(direction, name));
        return {
          kind: 'interface',
          name,
          ...ofItem,
          interface: this.#interface(direction, name, entity.shape.exports),
        };
      }
      case 'func':
        return { kind: 'function', name, function: this.#function(name, entity.type, docs.directed(direction, name)) };
      case 'type':
        return { kind: 'type', name, definition: this.#define(name, entity.entry, this.#world, docs) };
      default:
        return { kind: 'other', name, what: entity.kind };
    }
  }

  #interface(direction: Direction, name: string, exports: ReadonlyMap<string, Entity>): Interface {
    const docs = this.#interfaceDocs(direction, name);
    const types: TypeDefinition[] = [];
    const functions: FunctionItem[] = [];
    const id = parseInterfaceId(name) ? { id: name } : {};
    const result: Interface = { ...id, ...documented(docs.docs), types, functions };
    for (const [itemName, entity] of exports) {
      if (entity.kind === 'type') types.push(this.#define(itemName, entity.entry, result, docs));
      else if (entity.kind === 'func') functions.push(this.#function(itemName, entity.type, docs.function(itemName)));
      else
        throw hatchwayError(
          'unsupported',
          `the instance ${quote(name)} exports a ${entity.kind}, which WIT cannot say`,
        );
    }
    return result;
  }

  /** Documentation comes for the world's own package only. */
  #interfaceDocs(direction: Direction, name: string): InterfaceDocs {
    const id = parseInterfaceId(name);
    if (id === undefined) return this.#worldDocs.inline(direction, name);
    const version = id.version === undefined ? '' : `@${id.version}`;
    return this.docs.interface(id.package + version === this.#world.package ? id.name : '');
  }

  #function(name: string, type: FunctionType, docs: string | undefined): FunctionItem {
    const params = type.params.map((param) => ({ name: param.name, type: this.#type(param.type) }));
    const result = type.result ? { result: this.#type(type.result) } : {};
    return { name, ...documented(docs), type: { async: type.async, params, ...result } };
  }

  /**
   * A named type. The names between this one and the first that the model knows (or the type itself) are scaffolding of the
   * encoding: from here on they all mean this definition.
   */
  #define(name: string, entry: TypeEntry, owner: Interface | World, docs: InterfaceDocs): TypeDefinition {
    const scaffolding: TypeDefinition[] = [];
    let current: TypeDefinition['type'];
    if (entry.kind === 'value') current = entry.type;
    else if (entry.kind === 'resource') current = { kind: 'reference', definition: entry.definition };
    else throw hatchwayError('unsupported', `the type ${quote(name)} is a ${entry.kind} type, which WIT cannot name`);
    let known: TypeDefinition | undefined;
    while (current.kind === 'reference') {
      known = this.#definitions.get(current.definition);
      if (known) break;
      scaffolding.push(current.definition);
      current = current.definition.type;
    }
    const type: TypeDefinition['type'] = known
      ? { kind: 'reference', definition: known }
      : current.kind === 'resource'
        ? current
        : withDocs(this.#type(current), name, docs);
    const definition: TypeDefinition = { name, ...documented(docs.type(name)), owner, type };
    for (const it of scaffolding) this.#definitions.set(it, definition);
    return definition;
  }

  #resource(definition: TypeDefinition): TypeDefinition {
    let current = definition;
    for (;;) {
      const known = this.#definitions.get(current);
      if (known) return known;
      if (current.type.kind !== 'reference') break;
      current = current.type.definition;
    }
    const anonymous: TypeDefinition = { name: current.name, type: { kind: 'resource' } };
    this.#definitions.set(current, anonymous);
    return anonymous;
  }

  /** Each use of a type is built anew, because the names known by then decide what it becomes. */
  #type(type: ValueType): ValueType {
    this.#budget.spend(reporter(0));
    const maybe = (it: ValueType | undefined) => it && this.#type(it);
    switch (type.kind) {
      case 'reference': {
        const known = this.#definitions.get(type.definition);
        if (known) return { kind: 'reference', definition: known };
        return this.#type(type.definition.type as ValueType);
      }
      case 'own':
      case 'borrow':
        return { kind: type.kind, resource: this.#resource(type.resource) };
      case 'list':
        return { ...type, element: this.#type(type.element) };
      case 'map':
        return { kind: 'map', key: this.#type(type.key), value: this.#type(type.value) };
      case 'tuple':
        return { kind: 'tuple', items: type.items.map((item) => this.#type(item)) };
      case 'record':
        return { kind: 'record', fields: type.fields.map((field) => ({ ...field, type: this.#type(field.type) })) };
      case 'variant':
        return {
          kind: 'variant',
          cases: type.cases.map((it) => (it.type ? { ...it, type: this.#type(it.type) } : it)),
        };
      case 'option':
        return { kind: 'option', some: this.#type(type.some) };
      case 'result': {
        const ok = maybe(type.ok);
        const error = maybe(type.error);
        return { kind: 'result', ...(ok ? { ok } : {}), ...(error ? { error } : {}) };
      }
      case 'stream':
      case 'future': {
        const element = maybe(type.element);
        return element ? { kind: type.kind, element } : { kind: type.kind };
      }
      default:
        return type;
    }
  }
}

function documented(docs: string | undefined): { docs?: string } {
  return docs === undefined ? {} : { docs };
}

function withDocs(type: ValueType, owner: string, docs: InterfaceDocs): ValueType {
  const label = <T extends { readonly name: string }>(it: T) => ({ ...it, ...documented(docs.member(owner, it.name)) });
  switch (type.kind) {
    case 'record':
      return { ...type, fields: type.fields.map(label) };
    case 'variant':
    case 'enum':
      return { ...type, cases: type.cases.map(label) } as ValueType;
    case 'flags':
      return { ...type, flags: type.flags.map(label) };
    default:
      return type;
  }
}
