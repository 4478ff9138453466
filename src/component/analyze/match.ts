import { quote } from '../../errors/index.js';
import { type FunctionType, resolve, resourceOf, type TypeDefinition, type ValueType } from '../../wit/index.js';
import { hasType, importKey, itemFits } from './core-subtyping.js';
import type { ComponentShape, Entity, InstanceShape, ModuleShape, TypeEntry } from './entities.js';
import type { Budget, Reporter } from './scope.js';
import { Substitution } from './substitute.js';

/**
 * Whether one thing may be given where another is asked for (Explainer.md, "Instance Definitions"): names by name, types
 * exactly, resources by identity. Definitions that the asking side leaves open are bound as they are met.
 */
export class Matcher {
  readonly bindings = new Map<TypeDefinition, TypeDefinition>();
  readonly #equal = new Map<ValueType, Set<ValueType>>();

  constructor(
    private readonly budget: Budget,
    private readonly report: Reporter,
  ) {}

  /** What the bindings so far make of the asked types. */
  substitution(): Substitution {
    return new Substitution(this.bindings, this.budget, this.report);
  }

  entity(path: string, given: Entity, asked: Entity): void {
    this.budget.spend(this.report);
    if (given.kind !== asked.kind) this.report(`${path} is a ${given.kind} where a ${asked.kind} is expected`);
    switch (asked.kind) {
      case 'func':
        if (!this.function((given as typeof asked).type, asked.type))
          this.report(`${path} is a function of another type`);
        return;
      case 'type':
        return this.type(path, (given as typeof asked).entry, asked.entry);
      case 'instance':
        return this.exports(path, (given as typeof asked).shape.exports, asked.shape);
      case 'component':
        return this.component(path, (given as typeof asked).shape, asked.shape);
      case 'core module':
        return this.module(path, (given as typeof asked).shape, asked.shape);
    }
  }

  exports(path: string, given: ReadonlyMap<string, Entity>, asked: InstanceShape): void {
    for (const [name, entity] of asked.exports) {
      const actual = given.get(name);
      if (actual === undefined) this.report(`${path} does not export ${quote(name)}`);
      this.entity(`${path}.${quote(name)}`, actual, entity);
    }
  }

  /** A component may ask for less and give more. */
  component(path: string, given: ComponentShape, asked: ComponentShape): void {
    const inner = new Matcher(this.budget, this.report);
    for (const [name, entity] of given.imports) {
      const offered = asked.imports.get(name);
      if (offered === undefined) this.report(`${path} needs an import ${quote(name)}`);
      inner.entity(`${path} import ${quote(name)}`, offered, entity);
    }
    const exports = inner.substitution().exports(given.exports);
    this.exports(path, exports, { exports: asked.exports, declared: asked.declared });
  }

  /** A module may ask for less and give more, as a component. */
  module(path: string, given: ModuleShape, asked: ModuleShape): void {
    if (given.imports === undefined || given.exports === undefined)
      this.report(`${path} is a core module whose types cannot be read`);
    for (const [name, item] of asked.exports ?? []) {
      const offered = given.exports.get(name);
      if (offered === undefined || !(hasType(offered) && itemFits(offered, item)))
        this.report(`${path} does not export ${quote(name)} as it is asked for`);
    }
    const offers = new Map((asked.imports ?? []).map((it) => [importKey(it), it.item]));
    for (const needed of given.imports) {
      const offered = offers.get(importKey(needed));
      if (offered === undefined || !(hasType(needed.item) && itemFits(offered, needed.item)))
        this.report(`${path} needs an import ${quote(needed.name)}`);
    }
  }

  type(path: string, given: TypeEntry, asked: TypeEntry): void {
    if (given.kind !== asked.kind) this.report(`${path} is another sort of type`);
    if (asked.kind === 'resource') {
      const wanted = asked.definition;
      const offered = (given as typeof asked).definition;
      if (wanted.type.kind === 'resource' && !this.bindings.has(wanted)) this.bindings.set(wanted, offered);
      else if (!this.resource(offered, wanted)) this.report(`${path} is another resource`);
      return;
    }
    if (asked.kind === 'value') {
      const offered = (given as typeof asked).type;
      if (!this.equal(offered, asked.type)) this.report(`${path} is another type`);
      // The name of an asked type stands for the given type from here on, so that names survive linking.
      if (asked.type.kind === 'reference' && offered.kind === 'reference') {
        this.bindings.set(asked.type.definition, offered.definition);
      }
      return;
    }
    if (asked.kind === 'function' && !this.function((given as typeof asked).type, asked.type))
      this.report(`${path} is another type`);
  }

  function(given: FunctionType, asked: FunctionType): boolean {
    if (given === asked) return true;
    return (
      given.async === asked.async &&
      given.params.length === asked.params.length &&
      given.params.every((param, i) => {
        const other = asked.params[i]!;
        return param.name === other.name && this.equal(param.type, other.type);
      }) &&
      this.#optional(given.result, asked.result)
    );
  }

  resource(given: TypeDefinition, asked: TypeDefinition): boolean {
    let wanted = asked;
    for (;;) {
      const bound = this.bindings.get(wanted);
      if (bound !== undefined) return resourceOf(bound) === resourceOf(given);
      if (wanted.type.kind !== 'reference') return wanted === resourceOf(given);
      wanted = wanted.type.definition;
    }
  }

  #optional(given: ValueType | undefined, asked: ValueType | undefined): boolean {
    if (given === undefined || asked === undefined) return given === asked;
    return this.equal(given, asked);
  }

  /** Structural equality; each pair of types is compared once, so shared types cost no more than their number. */
  equal(left: ValueType, right: ValueType): boolean {
    const given = resolve(left);
    const asked = resolve(right);
    if (given === asked && this.bindings.size === 0) return true;
    if (given.kind !== asked.kind) return false;
    const met = this.#equal.get(given);
    if (met?.has(asked)) return true;
    this.budget.spend(this.report);
    if (!this.#sameParts(given, asked)) return false;
    if (met) met.add(asked);
    else this.#equal.set(given, new Set([asked]));
    return true;
  }

  #sameParts(given: ValueType, asked: ValueType): boolean {
    switch (asked.kind) {
      case 'list': {
        const it = given as typeof asked;
        return it.length === asked.length && this.equal(it.element, asked.element);
      }
      case 'map': {
        const it = given as typeof asked;
        return this.equal(it.key, asked.key) && this.equal(it.value, asked.value);
      }
      case 'tuple': {
        const it = given as typeof asked;
        return it.items.length === asked.items.length && it.items.every((item, i) => this.equal(item, asked.items[i]!));
      }
      case 'record': {
        const it = given as typeof asked;
        return sameBy(it.fields, asked.fields, (a, b) => a.name === b.name && this.equal(a.type, b.type));
      }
      case 'variant': {
        const it = given as typeof asked;
        return sameBy(it.cases, asked.cases, (a, b) => a.name === b.name && this.#optional(a.type, b.type));
      }
      case 'enum':
        return sameBy((given as typeof asked).cases, asked.cases, (a, b) => a.name === b.name);
      case 'flags':
        return sameBy((given as typeof asked).flags, asked.flags, (a, b) => a.name === b.name);
      case 'option':
        return this.equal((given as typeof asked).some, asked.some);
      case 'result': {
        const it = given as typeof asked;
        return this.#optional(it.ok, asked.ok) && this.#optional(it.error, asked.error);
      }
      case 'own':
      case 'borrow':
        return this.resource((given as typeof asked).resource, asked.resource);
      case 'stream':
      case 'future':
        return this.#optional((given as typeof asked).element, asked.element);
      default:
        return true;
    }
  }
}

function sameBy<T>(left: readonly T[], right: readonly T[], same: (a: T, b: T) => boolean): boolean {
  return left.length === right.length && left.every((item, i) => same(item, right[i]!));
}
