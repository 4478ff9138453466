import { quote } from '../errors/index.js';
import { shown } from './label.js';
import {
  type FunctionType,
  type ResolvedType,
  resolve,
  resourceOf,
  type TypeDefinition,
  type ValueType,
} from './model.js';
import { compatibilityKey } from './names.js';
import { printType } from './print-line.js';

/** One way in which two types differ: where inside them, from the outside in (`field "title"`), and how. */
export interface Reason {
  readonly steps: readonly string[];
  readonly text: string;
}

/** What makes two resources one for the comparison. */
export type ResourceKey = (resource: TypeDefinition) => string;

/** Reasons kept per pair of types: enough to mend with, and a bound on what a type of 10 000 fields can make us say. */
const MAX_REASONS = 8;
/** Steps kept of the way to a reason. */
const MAX_STEPS = 10;
/** Types nested deeper than this differ, so that no input exhausts the stack. */
const MAX_DEPTH = 200;
/** Pairs of types compared in all. Types share parts, so two small types can have very many pairs. */
const MAX_PAIRS = 1_000_000;

/** A resource by its name within its interface, whose versions match by semver. */
export const byName: ResourceKey = (resource) => {
  const { owner, name } = resource;
  const id = owner !== undefined && 'id' in owner ? owner.id : undefined;
  return id === undefined ? name : `${compatibilityKey(id)}.${name}`;
};

/**
 * Whether two types are the same in structure, whatever their aliases are called: fields, cases and labels with their names in
 * order, resources by name within their interface. What is nested more than 200 deep counts as different.
 * @example equalTypes(expected.result, actual.result)
 */
export function equalTypes(a: TypeDefinition['type'], b: TypeDefinition['type']): boolean {
  return new TypeComparison(byName).definitionBodies(a, b).length === 0;
}

/** Whether two functions have the same parameters, by name and in order, the same result, and are both async or neither. */
export function equalFunctions(a: FunctionType, b: FunctionType): boolean {
  return new TypeComparison(byName).functions(a, b).length === 0;
}

/**
 * Compares types and says how they differ, `expected` from `actual`. Every pair is compared once, however often it is met: the
 * time is bounded by the number of distinct pairs, not by the size of the types written out.
 */
export class TypeComparison {
  readonly #resourceKey: ResourceKey;
  readonly #known = new Map<ResolvedType, Map<ResolvedType, readonly Reason[]>>();
  readonly #behind = new Map<TypeDefinition, ResolvedType>();
  #pairs = 0;
  #depth = 0;

  constructor(resourceKey: ResourceKey) {
    this.#resourceKey = resourceKey;
  }

  /** The reasons why two functions differ; none if they are equal. */
  functions(expected: FunctionType, actual: FunctionType): Reason[] {
    const reasons: Reason[] = [];
    if (expected.async !== actual.async) {
      const word = (async: boolean) => (async ? 'an async func' : 'a func');
      reasons.push(because(`is ${word(actual.async)}, expected ${word(expected.async)}`));
    }
    const count = Math.max(expected.params.length, actual.params.length);
    for (let i = 0; i < count; i++) {
      const wanted = expected.params[i];
      const given = actual.params[i];
      if (wanted === undefined) reasons.push(because(`has a parameter ${name(given!)} that is not expected`));
      else if (given === undefined)
        reasons.push(because(`lacks the parameter ${name(wanted)}: ${printType(wanted.type)}`));
      else if (wanted.name !== given.name) {
        reasons.push(because(`parameter ${i + 1} is called ${name(given)}, expected ${name(wanted)}`));
      } else reasons.push(...under(`parameter ${name(given)}`, this.types(wanted.type, given.type)));
    }
    if (expected.result === undefined || actual.result === undefined) {
      if (expected.result !== actual.result) {
        const word = (type: ValueType | undefined) => (type === undefined ? 'nothing' : printType(type));
        reasons.push(because(`returns ${word(actual.result)}, expected ${word(expected.result)}`));
      }
    } else reasons.push(...under('result', this.types(expected.result, actual.result)));
    return reasons;
  }

  /** As `types`, for what definitions hold: a resource, or an alias of one, is equal to another of the same name. */
  definitionBodies(expected: TypeDefinition['type'], actual: TypeDefinition['type']): readonly Reason[] {
    const wanted = resourceBehind(expected);
    const given = resourceBehind(actual);
    if (wanted === undefined && given === undefined) return this.types(expected as ValueType, actual as ValueType);
    if (wanted === undefined || given === undefined) return [because('only one is a resource')];
    const same = wanted === 'itself' || given === 'itself' ? wanted === given : this.#key(wanted) === this.#key(given);
    return same ? [] : [because('the resources differ')];
  }

  /** The reasons why two types differ, at most 8; none if they are equal. */
  types(expected: ValueType, actual: ValueType): readonly Reason[] {
    if (expected === actual) return [];
    const a = this.#resolve(expected);
    const b = this.#resolve(actual);
    if (a === b) return [];
    const known = this.#known.get(a)?.get(b);
    if (known !== undefined) return known;
    if (this.#depth >= MAX_DEPTH || this.#pairs >= MAX_PAIRS) return [because('is too large to compare')];
    this.#pairs++;
    this.#depth++;
    const reasons: Reason[] = [];
    for (const reason of a.kind === b.kind ? this.#parts(a, b) : [because(mismatch(expected, actual))]) {
      reasons.push(reason);
      if (reasons.length >= MAX_REASONS) break;
    }
    this.#depth--;
    let row = this.#known.get(a);
    if (row === undefined) {
      row = new Map();
      this.#known.set(a, row);
    }
    row.set(b, reasons);
    return reasons;
  }

  /** What differs between two types of one kind. */
  *#parts(a: ResolvedType, b: ResolvedType): Generator<Reason> {
    switch (a.kind) {
      case 'list': {
        const other = b as typeof a;
        if (a.length === other.length) yield* under('element', this.types(a.element, other.element));
        else yield because(mismatch(a, other));
        return;
      }
      case 'map': {
        const other = b as typeof a;
        yield* under('key', this.types(a.key, other.key));
        yield* under('value', this.types(a.value, other.value));
        return;
      }
      case 'tuple': {
        const other = b as typeof a;
        if (a.items.length !== other.items.length) {
          yield because(`has ${other.items.length} items, expected ${a.items.length}`);
          return;
        }
        for (const [i, item] of a.items.entries()) yield* under(`item ${i}`, this.types(item, other.items[i]!));
        return;
      }
      case 'record':
        return yield* this.#named('field', a.fields, (b as typeof a).fields);
      case 'variant':
        return yield* this.#named('case', a.cases, (b as typeof a).cases);
      case 'enum':
        return yield* this.#named('case', a.cases, (b as typeof a).cases);
      case 'flags':
        return yield* this.#named('flag', a.flags, (b as typeof a).flags);
      case 'option':
        return yield* under('some', this.types(a.some, (b as typeof a).some));
      case 'result': {
        const other = b as typeof a;
        yield* this.#optional('ok', a.ok, other.ok);
        yield* this.#optional('error', a.error, other.error);
        return;
      }
      case 'stream':
      case 'future':
        return yield* this.#optional('element', a.element, (b as typeof a).element);
      case 'own':
      case 'borrow': {
        const other = b as typeof a;
        if (this.#key(a.resource) === this.#key(other.resource)) return;
        const [wanted, given] = [a, other].map(({ resource }) => shown(this.#key(resource)));
        yield because(`is a handle of the resource ${given}, expected ${wanted}`);
      }
    }
  }

  /** Fields, cases and labels: equal names in equal order, and equal types. */
  *#named(
    what: string,
    expected: readonly { name: string; type?: ValueType }[],
    actual: readonly { name: string; type?: ValueType }[],
  ): Generator<Reason> {
    const given = new Map(actual.map((part) => [part.name, part]));
    let missing = false;
    for (const part of expected) {
      const other = given.get(part.name);
      if (other === undefined) {
        missing = true;
        yield because(`lacks the ${what} ${name(part)}`);
      } else yield* this.#optional(`${what} ${name(part)}`, part.type, other.type);
    }
    const wanted = new Set(expected.map((part) => part.name));
    for (const part of actual) {
      if (wanted.has(part.name)) continue;
      missing = true;
      yield because(`has a ${what} ${name(part)} that is not expected`);
    }
    if (!missing && expected.some((part, i) => part.name !== actual[i]?.name)) {
      const list = (parts: readonly { name: string }[]) => parts.slice(0, 12).map(name).join(', ');
      yield because(`has its ${what}s in the order ${list(actual)}, expected ${list(expected)}`);
    }
  }

  *#optional(step: string, expected: ValueType | undefined, actual: ValueType | undefined): Generator<Reason> {
    if (expected !== undefined && actual !== undefined) yield* under(step, this.types(expected, actual));
    else if (expected !== undefined) yield* under(step, [because(`has no type, expected ${printType(expected)}`)]);
    else if (actual !== undefined) yield* under(step, [because(`is ${printType(actual)}, expected no type`)]);
  }

  /** As `resolve`, but a long chain of aliases that many types end in is followed once. */
  #resolve(type: ValueType): ResolvedType {
    if (type.kind !== 'reference') return type;
    let behind = this.#behind.get(type.definition);
    if (behind === undefined) {
      behind = resolve(type);
      this.#behind.set(type.definition, behind);
    }
    return behind;
  }

  #key(resource: TypeDefinition): string {
    return this.#resourceKey(resourceOf(resource));
  }
}

/** A reason as a sentence: `field "author": field "name" is u32, expected string`. */
export function reasonText({ steps, text }: Reason): string {
  return steps.length === 0 ? text : `${steps.join(': ')} ${text}`;
}

/** Reasons one step further out. Of a long way only the ends are kept. */
function under(step: string, reasons: readonly Reason[]): Reason[] {
  return reasons.map(({ steps, text }) => {
    if (steps.length < MAX_STEPS) return { steps: [step, ...steps], text };
    return { steps: [step, ...steps.slice(0, MAX_STEPS / 2 - 1), '…', ...steps.slice(1 - MAX_STEPS / 2)], text };
  });
}

function because(text: string): Reason {
  return { steps: [], text };
}

function name(part: { readonly name: string }): string {
  return quote(part.name);
}

function mismatch(expected: ValueType, actual: ValueType): string {
  const [wanted, given] = [expected, actual].map(describe);
  return wanted === given ? `is another ${given}` : `is ${given}, expected ${wanted}`;
}

/** A type as a message names it: one that only has a name in WIT with its kind, an alias by what it stands for. */
function describe(type: ValueType): string {
  const behind = resolve(type);
  if (type.kind !== 'reference') return printType(type);
  const nominal = ['record', 'variant', 'enum', 'flags'].includes(behind.kind);
  return nominal ? `${behind.kind} ${printType(type)}` : printType(behind);
}

/** The resource a definition's body stands for; `itself` where it is the resource; nothing for a value type. */
function resourceBehind(type: TypeDefinition['type']): TypeDefinition | 'itself' | undefined {
  if (type.kind === 'resource') return 'itself';
  if (type.kind !== 'reference') return undefined;
  const last = resourceOf(type.definition);
  return last.type.kind === 'resource' ? last : undefined;
}
