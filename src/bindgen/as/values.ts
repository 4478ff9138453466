import { hatchwayError } from '../../errors/index.js';
import {
  type CoreType,
  discriminantSize,
  joinedFlat,
  layoutOf,
  payloads,
  type ResolvedType,
  resourceOf,
  type TypeDefinition,
  type ValueType,
} from '../../wit/index.js';
import { type Plan, terminal } from './plan.js';
import { natureOf, type Spelling, spell, typedArray } from './types.js';

/** What the generated functions of `abi.ts` do with a type; `Abi` makes those that are asked for. */
export type Operation = 'load' | 'store' | 'lift' | 'lower' | 'give' | 'take' | 'get' | 'drop';

/** Gives the name of a function of `abi.ts`, which is then in it. */
export interface AbiFunctions {
  typed(operation: Operation, type: ValueType): string;
  resource(operation: Operation, resource: TypeDefinition): string;
  helper(name: string): string;
}

/**
 * AssemblyScript expressions that take values over the boundary: `load` and `store` between memory and values, `lift` and
 * `lower` between core values and values (CanonicalABI.md, "Loading", "Storing", "Lifting Flat Values", "Lowering Flat
 * Values"). What a value is read from is memory that the host had allocated here: reading frees it.
 */
export class Values {
  constructor(
    readonly plan: Plan,
    readonly abi: AbiFunctions,
    readonly by: Spelling,
  ) {}

  spell(type: ValueType): string {
    return spell(type, this.by);
  }

  /** The value at `at + offset`. */
  load(type: ValueType, at: string, offset: number): string {
    const resolved = terminal(type).type;
    const place = offset === 0 ? at : `${at}, ${offset}`;
    const pair = (lift: string) => `${lift}(load<usize>(${place}), load<i32>(${at}, ${offset + 4}))`;
    switch (resolved.kind) {
      case 'bool':
        return `load<u8>(${place}) != 0`;
      case 'string':
        return pair(this.abi.helper('liftString'));
      case 'map':
        return pair(this.abi.typed('lift', type));
      case 'list':
        if (resolved.length === undefined) return pair(this.#liftList(type, resolved));
        break;
      case 'enum':
        return `<${this.spell(type)}>load<u${8 * discriminantSize(resolved.cases.length)}>(${place})`;
      case 'flags':
        return `${this.spell(type)}.fromBits(load<u${8 * layoutOf(resolved).size}>(${place}))`;
      case 'own':
      case 'borrow':
        return this.#liftHandle(resolved, `load<i32>(${place})`);
    }
    const core = this.#scalar(resolved);
    if (core !== undefined) return `load<${core}>(${place})`;
    return `${this.abi.typed('load', type)}(${offset === 0 ? at : `${at} + ${offset}`})`;
  }

  /** The statement that writes `value` to `at + offset`. */
  store(type: ValueType, at: string, offset: number, value: string): string {
    const resolved = terminal(type).type;
    const tail = offset === 0 ? '' : `, ${offset}`;
    const place = offset === 0 ? at : `${at} + ${offset}`;
    const pair = (pointer: string, length: string) =>
      `${this.abi.helper('storePair')}(${place}, ${pointer}, ${length});`;
    switch (resolved.kind) {
      case 'bool':
        return `store<u8>(${at}, ${value}${tail});`;
      case 'string':
        return `${this.abi.helper('storeString')}(${place}, ${value});`;
      case 'map':
        return pair(...this.#pair(type, resolved, value));
      case 'list':
        if (resolved.length === undefined) return pair(...this.#pair(type, resolved, value));
        break;
      case 'enum':
        return `store<u${8 * discriminantSize(resolved.cases.length)}>(${at}, ${value}${tail});`;
      case 'flags':
        return `store<u${8 * layoutOf(resolved).size}>(${at}, ${value}.bits${tail});`;
      case 'own':
      case 'borrow':
        return `store<i32>(${at}, ${this.#lowerHandle(resolved, value)}${tail});`;
    }
    const core = this.#scalar(resolved);
    if (core !== undefined) return `store<${core}>(${at}, ${value}${tail});`;
    return `${this.abi.typed('store', type)}(${place}, ${value});`;
  }

  /** The value that core values stand for. */
  lift(type: ValueType, slots: readonly string[]): string {
    const { type: resolved, definition } = terminal(type);
    const [first] = slots as [string];
    switch (resolved.kind) {
      case 'bool':
        return `${first} != 0`;
      case 'char':
      case 's32':
      case 's64':
      case 'f32':
      case 'f64':
        return first;
      case 'string':
        return `${this.abi.helper('liftString')}(${slots.join(', ')})`;
      case 'map':
        return `${this.abi.typed('lift', type)}(${slots.join(', ')})`;
      case 'list':
        if (resolved.length === undefined) return `${this.#liftList(type, resolved)}(${slots.join(', ')})`;
        return `<${this.spell(type)}>[${this.#liftEach(
          Array.from({ length: resolved.length }, () => resolved.element),
          slots,
        ).join(', ')}]`;
      case 'enum':
        return `<${this.spell(type)}>${first}`;
      case 'flags':
        return `${this.spell(type)}.fromBits(${first})`;
      case 'own':
      case 'borrow':
        return this.#liftHandle(resolved, first);
      case 'record': {
        const types = resolved.fields.map((field) => field.type);
        return `new ${this.#class(definition)}(${this.#liftEach(types, slots).join(', ')})`;
      }
      case 'tuple':
        return `new ${spell(resolved, this.by)}(${this.#liftEach(resolved.items, slots).join(', ')})`;
      case 'variant':
        return `${this.abi.typed('lift', type)}(${slots.join(', ')})`;
      case 'option': {
        const some = this.lift(resolved.some, this.payload(resolved, 1, slots));
        return natureOf(resolved) === 'nullable'
          ? `(${first} ? <${spell(resolved, this.by)}>${some} : null)`
          : `(${first} ? ${this.some(resolved, some)} : ${this.none(resolved)})`;
      }
      case 'result': {
        const [ok, error] = [0, 1].map((i) => {
          const side = payloads(resolved)[i];
          return side === undefined ? '0' : this.lift(side, this.payload(resolved, i, slots));
        }) as [string, string];
        return `(${first} ? ${this.side(resolved, 1, error)} : ${this.side(resolved, 0, ok)})`;
      }
      default:
        return `<${this.#scalar(resolved)!}>${first}`;
    }
  }

  /** The core values of the value of an expression that may be written several times. */
  lower(type: ValueType, value: string): string[] {
    const { type: resolved } = terminal(type);
    switch (resolved.kind) {
      case 'f32':
      case 'f64':
        return [value];
      case 'u64':
      case 's64':
        return [`<i64>${value}`];
      case 'string':
        return [`<i32>changetype<usize>(${value})`, `${value}.length`];
      case 'map':
        return this.#flatPair(type, resolved, value);
      case 'list':
        if (resolved.length === undefined) return this.#flatPair(type, resolved, value);
        return Array.from({ length: resolved.length }, (_, i) => this.lower(resolved.element, `${value}[${i}]`)).flat();
      case 'flags':
        return [`<i32>${value}.bits`];
      case 'own':
      case 'borrow':
        return [this.#lowerHandle(resolved, value)];
      case 'record': {
        const names = this.members(type).names;
        return resolved.fields.flatMap((field, i) => this.lower(field.type, `${value}.${names[i]}`));
      }
      case 'tuple':
        return resolved.items.flatMap((item, i) => this.lower(item, `${value}._${i}`));
      case 'variant':
      case 'option':
      case 'result':
        return this.#lowerCases(type, resolved, value);
      default:
        return [`<i32>${value}`];
    }
  }

  /** The expression that tells whether `value` is the case `index`, and the one of its payload. */
  caseOf(type: ValueType, index: number, value: string): { is: string; payload: string } {
    const { type: resolved } = terminal(type);
    if (resolved.kind === 'option') {
      return natureOf(resolved) === 'nullable'
        ? { is: `${value} ${index === 0 ? '=' : '!'}== null`, payload: isLocal(value) ? value : `${value}!` }
        : { is: index === 0 ? `${value}.isNone` : `${value}.isSome`, payload: `${value}.value` };
    }
    if (resolved.kind === 'result') {
      return index === 0
        ? { is: `${value}.isOk`, payload: `${value}.value` }
        : { is: `${value}.isErr`, payload: `${value}.error` };
    }
    return { is: `${value}.kind == ${index}`, payload: `${value}.${this.members(type).names[index]}` };
  }

  /** The discriminant of a value. */
  discriminant(type: ValueType, value: string): string {
    const { type: resolved } = terminal(type);
    if (resolved.kind === 'variant') return `<i32>${value}.kind`;
    return `<i32>(${this.caseOf(type, 1, value).is})`;
  }

  /** The slots of a payload, of the core types that its own type has. */
  payload(
    type: ResolvedType & { kind: 'variant' | 'option' | 'result' },
    index: number,
    slots: readonly string[],
  ): string[] {
    const types = payloads(type);
    const joined = joinedFlat(types);
    return layoutOf(types[index]!).flat.map((core, i) => narrow(slots[i + 1]!, joined[i]!, core));
  }

  some(type: ResolvedType & { kind: 'option' }, value: string): string {
    if (natureOf(type) === 'nullable') return value;
    return `${this.by.support('Option')}.some<${this.spell(type.some)}>(${value})`;
  }

  none(type: ResolvedType & { kind: 'option' }): string {
    if (natureOf(type) === 'nullable') return 'null';
    return `${this.by.support('Option')}.none<${this.spell(type.some)}>()`;
  }

  side(type: ResolvedType & { kind: 'result' }, index: 0 | 1, value: string): string {
    const spelled = spell(type, this.by);
    const open = spelled.indexOf('<');
    return `${spelled.slice(0, open)}.${index === 0 ? 'ok' : 'err'}${spelled.slice(open)}(${value})`;
  }

  members(type: ValueType) {
    return this.plan.membersOf(named(terminal(type).definition));
  }

  #class(definition: TypeDefinition | undefined): string {
    return this.by.definition(named(definition));
  }

  /** The type to load and store a scalar as. */
  #scalar(type: ResolvedType): string | undefined {
    if (type.kind === 'char') return 'i32';
    return natureOf(type) === 'value' && type.kind !== 'enum' ? spell(type, this.by) : undefined;
  }

  #liftEach(types: readonly ValueType[], slots: readonly string[]): string[] {
    let next = 0;
    return types.map((type) => {
      const { length } = layoutOf(type).flat;
      next += length;
      return this.lift(type, slots.slice(next - length, next));
    });
  }

  #liftList(type: ValueType, resolved: ResolvedType): string {
    const numbers = typedArray(resolved);
    return numbers === undefined ? this.abi.typed('lift', type) : `${this.abi.helper('liftNumbers')}<${numbers}>`;
  }

  /** Where the elements are, and how many. */
  #pair(type: ValueType, resolved: ResolvedType, value: string): [string, string] {
    if (typedArray(resolved) !== undefined) return [`${value}.dataStart`, `${value}.length`];
    const length = resolved.kind === 'map' ? 'size' : 'length';
    return [`${this.abi.typed('lower', type)}(${value})`, `${value}.${length}`];
  }

  #flatPair(type: ValueType, resolved: ResolvedType, value: string): string[] {
    const [pointer, length] = this.#pair(type, resolved, value);
    return [`<i32>${pointer}`, length];
  }

  #liftHandle(type: ResolvedType & { kind: 'own' | 'borrow' }, handle: string): string {
    const resource = resourceOf(type.resource);
    if (this.plan.isExported(resource)) {
      return `${this.abi.resource(type.kind === 'own' ? 'take' : 'get', resource)}(${handle})`;
    }
    const lift = this.abi.helper(type.kind === 'own' ? 'liftOwn' : 'liftBorrow');
    return `${lift}<${this.by.resource(resource)}>(${handle})`;
  }

  #lowerHandle(type: ResolvedType & { kind: 'own' | 'borrow' }, value: string): string {
    const resource = resourceOf(type.resource);
    if (this.plan.isExported(resource)) return `${this.abi.resource('give', resource)}(${value})`;
    return `${value}.${type.kind === 'own' ? '__give' : '__lend'}()`;
  }

  #lowerCases(
    type: ValueType,
    resolved: ResolvedType & { kind: 'variant' | 'option' | 'result' },
    value: string,
  ): string[] {
    const types = payloads(resolved);
    const joined = joinedFlat(types);
    const slots = joined.map((core) => (core.startsWith('f') ? `<${core}>0` : core === 'i64' ? '<i64>0' : '0'));
    // The last case first: each one before it becomes the outer condition.
    for (let index = types.length - 1; index >= 0; index--) {
      const payload = types[index];
      if (payload === undefined) continue;
      const one = this.caseOf(type, index, value);
      const own = layoutOf(payload).flat;
      this.lower(payload, one.payload).forEach((slot, i) => {
        slots[i] = `(${one.is} ? ${widen(slot, own[i]!, joined[i]!)} : ${slots[i]})`;
      });
    }
    return [this.discriminant(type, value), ...slots];
  }
}

/** Whether the compiler sees by itself that a value is not null where that was asked before. */
function isLocal(value: string): boolean {
  return /^[\w$]+$/.test(value) && value !== 'this';
}

/** @throws HatchwayError `unsupported`; WIT always names these types. */
function named(definition: TypeDefinition | undefined): TypeDefinition {
  if (definition === undefined) throw hatchwayError('unsupported', 'a record, variant, enum or flags without a name');
  return definition;
}

/** A core value as one of the type its slot has: bits are kept (CanonicalABI.md, "Flattening"). */
function widen(value: string, from: CoreType, to: CoreType): string {
  if (from === to) return value;
  if (to === 'i32') return `reinterpret<i32>(${value})`;
  if (from === 'f32') return `<i64>reinterpret<u32>(${value})`;
  if (from === 'f64') return `reinterpret<i64>(${value})`;
  return `<i64><u32>(${value})`;
}

function narrow(value: string, from: CoreType, to: CoreType): string {
  if (from === to) return value;
  if (from === 'i32') return `reinterpret<f32>(${value})`;
  if (to === 'f32') return `reinterpret<f32>(<i32>${value})`;
  if (to === 'f64') return `reinterpret<f64>(${value})`;
  return `<i32>${value}`;
}
