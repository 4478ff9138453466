import { quote } from '../../errors/index.js';
import { type FunctionType, resourceOf, type TypeDefinition } from '../../wit/index.js';
import type {
  AliasDefinition,
  CanonicalDefinition,
  ComponentDefinition,
  CoreSort,
  Definition,
} from '../binary/index.js';
import { asynchronousFunction } from './asynchronous.js';
import { asynchronousParts, checkFunction, checkLifted, checkOptions, flatten } from './canonical.js';
import { checkCoreArguments } from './core-arguments.js';
import { readModuleShape } from './core-module.js';
import { sameSignature, signatureOf } from './core-subtyping.js';
import { checkModuleNames, coreTypeEntry } from './core-types.js';
import { addExtern, ascribe, exportOf, externEntity, named, outerType, pushEntity, typeEntry } from './declare.js';
import type { CoreItem, Entity, InstanceShape, ModuleShape, TypeEntry } from './entities.js';
import { Externs } from './externs.js';
import { forwarded } from './forwarded.js';
import { Matcher } from './match.js';
import { countSpaces, type Plan, type Step } from './plan.js';
import { ResourceSlots } from './resource-slots.js';
import { at, coreItemAt, coreSpace, entityAt, type Reporter, reporter, Scope } from './scope.js';
import { freshen } from './substitute.js';
import { resource } from './values.js';

/** A component with every index resolved and every type checked, ready to be instantiated any number of times. */
export interface Analysis {
  readonly plan: Plan;
  /** The bodies of all core modules, nested ones included, in the numbering of the plan's `core module` steps. */
  readonly modules: readonly { readonly bytes: Uint8Array; readonly offset: number }[];
}

/**
 * Checks a decoded component and plans its instantiation.
 * @throws HatchwayError `invalid` with the offset of the definition that is wrong.
 */
export function analyze(component: ComponentDefinition): Analysis {
  const modules: { bytes: Uint8Array; offset: number }[] = [];
  const plan = new Planner(undefined, modules).run(component);
  return { plan, modules };
}

function moduleShape(bytes: Uint8Array, report: Reporter): ModuleShape {
  const shape = readModuleShape(bytes);
  checkModuleNames(shape.imports ?? [], [], report);
  return shape;
}

/** The section a definition stands in, for errors. */
function sectionOf({ kind }: Definition): string {
  return kind === 'canon' ? 'canonical' : kind;
}

type Of<K extends Definition['kind']> = Extract<Definition, { kind: K }>;

class Planner {
  readonly #scope: Scope;
  readonly #steps: Step[] = [];
  readonly #imports = new Externs('import');
  readonly #exports = new Externs('export');
  readonly #slots = new ResourceSlots();
  readonly #sites: FunctionType[] = [];
  readonly #refusals: string[] = [];
  /** The resources that this component itself defines. */
  readonly #own = new Set<TypeDefinition>();
  /** The plans of components that are defined here, by index. */
  readonly #plans = new Map<number, Plan>();

  constructor(
    parent: Scope | undefined,
    private readonly modules: { bytes: Uint8Array; offset: number }[],
  ) {
    this.#scope = new Scope('component', parent);
  }

  run(component: ComponentDefinition): Plan {
    for (const definition of component.definitions)
      this.#define(definition, reporter(definition.offset, sectionOf(definition)));
    const shape = { imports: this.#imports.entities, exports: this.#exports.entities, declared: this.#scope.declared };
    return {
      counts: countSpaces(this.#scope),
      steps: this.#steps,
      shape,
      resources: this.#slots.all,
      sites: this.#sites,
      refusals: this.#refusals,
    };
  }

  #define(definition: Definition, report: Reporter): void {
    const scope = this.#scope;
    switch (definition.kind) {
      case 'core module':
        this.#steps.push({ op: 'core module', at: scope.modules.length, module: this.modules.length });
        this.modules.push({ bytes: definition.bytes, offset: definition.offset });
        scope.modules.push(moduleShape(definition.bytes, report));
        return;
      case 'core instance':
        return this.#coreInstance(definition, report);
      case 'core type':
        scope.coreTypes.push(coreTypeEntry(scope, definition.type, report));
        return;
      case 'component':
        return this.#component(definition);
      case 'instance':
        return this.#instance(definition, report);
      case 'alias':
        return this.#alias(definition, report);
      case 'type':
        return this.#type(definition, report);
      case 'canon':
        return this.#canon(definition, report);
      case 'import':
        return this.#import(definition, report);
      case 'export':
        return this.#export(definition, report);
      case 'start':
        return report('component start functions are not supported');
    }
  }

  #coreInstance(definition: Of<'core instance'>, report: Reporter): void {
    const scope = this.#scope;
    if (definition.form === 'exports') {
      const exports = new Map<string, CoreItem>();
      for (const { name, sort, index } of definition.exports) {
        if (exports.has(name)) report(`the core export ${quote(name)} is there twice`);
        exports.set(name, coreItemAt(scope, sort, index, report));
      }
      this.#steps.push({ op: 'core exports', at: scope.coreInstances.length, exports: definition.exports });
      scope.coreInstances.push(exports);
      return;
    }
    const shape = at(scope.modules, definition.module, 'core module', report);
    const given = new Map<string, ReadonlyMap<string, CoreItem> | undefined>();
    for (const { name, instance } of definition.args) {
      if (given.has(name)) report(`the core argument ${quote(name)} is given twice`);
      given.set(name, at(scope.coreInstances, instance, 'core instance', report));
    }
    checkCoreArguments(shape, given, report);
    const { module, args } = definition;
    this.#steps.push({ op: 'core instantiate', at: scope.coreInstances.length, module, args });
    scope.coreInstances.push(shape.exports);
  }

  #component(definition: Of<'component'>): void {
    const plan = new Planner(this.#scope, this.modules).run(definition.component);
    this.#plans.set(this.#scope.components.length, plan);
    this.#steps.push({ op: 'component', at: this.#scope.components.length, plan });
    this.#refusals.push(...plan.refusals);
    this.#scope.components.push(plan.shape);
  }

  #instance(definition: Of<'instance'>, report: Reporter): void {
    const scope = this.#scope;
    if (definition.form === 'exports') {
      const listed = new Externs('export', false);
      for (const external of definition.exports)
        listed.add(external, entityAt(scope, external.sort, external.index, report), report);
      this.#steps.push({ op: 'exports', at: scope.instances.length, exports: definition.exports });
      scope.instances.push({ exports: listed.entities, declared: [] });
      return;
    }
    const shape = at(scope.components, definition.component, 'component', report);
    const args = new Map<string, Entity>();
    for (const { name, sort, index } of definition.args) {
      if (args.has(name)) report(`the argument ${quote(name)} is given twice`);
      args.set(name, entityAt(scope, sort, index, report));
    }
    const matcher = new Matcher(scope.budget, report);
    for (const [name, asked] of shape.imports) {
      const given = args.get(name);
      if (given === undefined) report(`the import ${quote(name)} is not given`);
      matcher.entity(`the argument ${quote(name)}`, given, asked);
    }
    const exports = freshen(shape.declared, matcher.bindings, scope.budget, report).exports(shape.exports);
    const instance: InstanceShape = { exports, declared: [] };
    const bindings = this.#slots.bind(instance.exports);
    const place = scope.instances.length;
    const names = bindings.length === 0 ? forwarded(this.#plans.get(definition.component), definition.args) : undefined;
    if (names) this.#steps.push({ op: 'exports', at: place, exports: names });
    else
      this.#steps.push({
        op: 'instantiate',
        at: place,
        component: definition.component,
        args: definition.args,
        bindings,
      });
    scope.instances.push(instance);
  }

  #alias(alias: AliasDefinition, report: Reporter): void {
    const scope = this.#scope;
    switch (alias.target) {
      case 'export': {
        const instance = at(scope.instances, alias.instance, 'instance', report);
        const place = pushEntity(scope, exportOf(instance, alias.name, alias.sort, report));
        this.#steps.push({ op: 'alias', at: place, sort: alias.sort, instance: alias.instance, name: alias.name });
        return;
      }
      case 'core export': {
        const exports = at(scope.coreInstances, alias.instance, 'core instance', report);
        const sort = alias.sort.replace('core ', '') as CoreSort;
        const space = alias.sort.startsWith('core ') ? coreSpace(scope, sort) : undefined;
        if (space === undefined) report(`a core instance does not export a ${alias.sort}`);
        const item = exports ? exports.get(alias.name) : ({ sort } as CoreItem);
        if (item === undefined) report(`the core instance does not export ${quote(alias.name)}`);
        if (item.sort !== sort) report(`the core export ${quote(alias.name)} is a ${item.sort}, not a ${sort}`);
        const index = space.push(item) - 1;
        this.#steps.push({ op: 'core alias', at: index, sort, instance: alias.instance, name: alias.name });
        return;
      }
      case 'outer': {
        const { scope: outer, crosses } = scope.outer(alias.count, report);
        if (alias.sort === 'type') {
          scope.types.push(outerType(outer, alias.index, crosses, report));
        } else if (alias.sort === 'core type') {
          scope.coreTypes.push(at(outer.coreTypes, alias.index, 'core type', report));
        } else if (alias.sort === 'component' || alias.sort === 'core module') {
          const { count, index, sort } = alias;
          const place =
            sort === 'component'
              ? scope.components.push(at(outer.components, index, 'component', report))
              : scope.modules.push(at(outer.modules, index, 'core module', report));
          this.#steps.push({ op: 'outer alias', at: place - 1, sort, count, index });
        } else {
          report(`an outer ${alias.sort} cannot be aliased`);
        }
      }
    }
  }

  #type(definition: Of<'type'>, report: Reporter): void {
    const scope = this.#scope;
    if (definition.type.kind !== 'resource') {
      scope.types.push(typeEntry(scope, definition.type, report));
      return;
    }
    const root: TypeDefinition = { name: '', type: { kind: 'resource' } };
    const { destructor } = definition.type;
    if (destructor !== undefined) {
      const signature = signatureOf(at(scope.coreFuncs, destructor, 'core func', report));
      if (signature && !sameSignature(signature, { kind: 'function', params: ['i32'], results: [] })) {
        report('a destructor takes an i32 and returns nothing');
      }
    }
    this.#own.add(root);
    scope.declared.push(root);
    this.#steps.push({
      op: 'resource',
      at: scope.types.push({ kind: 'resource', definition: root }) - 1,
      slot: this.#slots.take(root),
      ...(destructor === undefined ? {} : { destructor }),
    });
  }

  #canon(canon: CanonicalDefinition, report: Reporter): void {
    const scope = this.#scope;
    switch (canon.operation) {
      case 'lift': {
        const entry = at(scope.types, canon.type, 'type', report);
        if (entry.kind !== 'function') report(`type ${canon.type} is not a function type`);
        const core = at(scope.coreFuncs, canon.func, 'core func', report);
        checkOptions(scope, canon.options, 'lift', report);
        checkFunction(canon.options, entry.type, 'lift', report);
        checkLifted(scope, core, entry.type, canon.options, report);
        this.#refusals.push(...asynchronousParts(entry.type, canon.options));
        const place = scope.funcs.push(entry.type) - 1;
        const { func, options } = canon;
        this.#steps.push({ op: 'lift', at: place, site: this.#site(entry.type), func, options });
        return;
      }
      case 'lower': {
        const type = at(scope.funcs, canon.func, 'function', report);
        checkOptions(scope, canon.options, 'lower', report);
        checkFunction(canon.options, type, 'lower', report);
        this.#refusals.push(...asynchronousParts(type, canon.options));
        const { func, options } = canon;
        this.#steps.push({ op: 'lower', at: scope.coreFuncs.length, site: this.#site(type), func, options });
        scope.coreFuncs.push({ sort: 'func', signature: flatten(type, 'lower', canon.options) });
        return;
      }
      case 'resource.new':
      case 'resource.drop':
      case 'resource.rep': {
        const definition = resource(scope, canon.resource, report);
        if (canon.operation !== 'resource.drop' && !this.#own.has(resourceOf(definition)))
          report(`${canon.operation} needs a resource that this component defines`);
        this.#steps.push({ op: canon.operation, at: scope.coreFuncs.length, slot: this.#slots.of(definition, report) });
        const results = canon.operation === 'resource.drop' ? [] : (['i32'] as const);
        scope.coreFuncs.push({ sort: 'func', signature: { kind: 'function', params: ['i32'], results } });
        return;
      }
      case 'asynchronous': {
        const signature = asynchronousFunction(scope, canon.builtin, report);
        this.#refusals.push(`it uses ${canon.builtin.name}`);
        scope.coreFuncs.push(signature ? { sort: 'func', signature } : { sort: 'func' });
        return;
      }
    }
  }

  #site(type: FunctionType): number {
    return this.#sites.push(type) - 1;
  }

  #import(definition: Of<'import'>, report: Reporter): void {
    const { name } = definition;
    const { entity, at: place } = externEntity(this.#scope, this.#imports, definition, definition.type, report);
    const resourceRoot =
      entity.kind === 'type' && entity.entry.kind === 'resource' ? resourceOf(entity.entry.definition) : undefined;
    const slot = resourceRoot && this.#slots.take(resourceRoot);
    const bindings = entity.kind === 'instance' ? this.#slots.bind(entity.shape.exports) : [];
    this.#steps.push({ op: 'import', at: place, name, bindings, ...(slot === undefined ? {} : { slot }) });
  }

  #export(definition: Of<'export'>, report: Reporter): void {
    const scope = this.#scope;
    const { name, sort, index } = definition;
    let entity = entityAt(scope, sort, index, report);
    if (definition.type && definition.type.sort !== sort)
      report(`${quote(name)} is a ${sort}, not a ${definition.type.sort}`);
    if (definition.type) {
      const given = entity;
      const ascribed = ascribe(scope, name, definition.type, report);
      const matcher = new Matcher(scope.budget, report);
      matcher.entity(quote(name), given, ascribed);
      if (ascribed.kind === 'type') {
        entity = ascribed;
        this.#hide(given, ascribed.entry, report);
      } else {
        entity = matcher.substitution().entity(ascribed);
      }
    } else if (entity.kind === 'type') {
      entity = { kind: 'type', entry: named(scope, name, entity.entry, report) };
    }
    const place = addExtern(scope, this.#exports, definition, entity, report);
    this.#steps.push({ op: 'export', at: place, name, sort, index });
  }

  /** A resource that is exported as some resource, and not as itself, is another to all who see the export. */
  #hide(given: Entity, ascribed: TypeEntry, report: Reporter): void {
    if (ascribed.kind !== 'resource' || ascribed.definition.type.kind !== 'resource') return;
    const { entry } = given as Entity & { kind: 'type' };
    this.#slots.share(ascribed.definition, (entry as TypeEntry & { kind: 'resource' }).definition, report);
  }
}
