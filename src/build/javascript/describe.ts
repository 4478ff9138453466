import { hatchwayError, quote } from '../../errors/index.js';
import {
  camelCase,
  type FunctionItem,
  parseFunctionName,
  pascalCase,
  printFunction,
  resolve,
  resourceOf,
  type TypeDefinition,
  typedArrayOf,
  type ValueType,
} from '../../wit/index.js';
import type { GuestFunction, GuestType } from './guest/index.js';

const INTEGERS: ReadonlyMap<string, readonly [min: number, max: number]> = new Map([
  ['u8', [0, 2 ** 8 - 1]],
  ['u16', [0, 2 ** 16 - 1]],
  ['u32', [0, 2 ** 32 - 1]],
  ['s8', [-(2 ** 7), 2 ** 7 - 1]],
  ['s16', [-(2 ** 15), 2 ** 15 - 1]],
  ['s32', [-(2 ** 31), 2 ** 31 - 1]],
]);

/** The types and functions of a world as `guest/` reads them. */
export class Descriptions {
  readonly types: GuestType[] = [];
  readonly #indices = new Map<ValueType, number>();
  readonly #resources = new Map<TypeDefinition, string>();

  function(item: FunctionItem, owner: string): GuestFunction {
    const { kind, resource, name } = parseFunctionName(item.name);
    const { params, result } = item.type;
    const returns = result === undefined ? undefined : resolve(result);
    const fails = kind !== 'constructor' && returns?.kind === 'result';
    const answered = fails ? returns.ok : result;
    const own =
      kind === 'constructor'
        ? `new ${pascalCase(resource!)}`
        : [resource && pascalCase(resource), camelCase(name)].filter(Boolean).join('.');
    return {
      name: owner === '' || kind === 'constructor' ? own : `${owner}.${own}`,
      params: (kind === 'method' ? params.slice(1) : params).map((param) => [
        camelCase(param.name),
        this.type(param.type),
      ]),
      result: answered === undefined || kind === 'constructor' ? null : this.type(answered),
      fails,
      error: fails && returns.error !== undefined ? this.type(returns.error) : null,
      text: printFunction(item),
    };
  }

  type(type: ValueType): number {
    const known = this.#indices.get(type);
    if (known !== undefined) return known;
    const described = this.#describe(type);
    const index = this.types.push(described) - 1;
    this.#indices.set(type, index);
    return index;
  }

  /** What tells a resource from every other. */
  resource(definition: TypeDefinition): string {
    const resource = resourceOf(definition);
    const key = this.#resources.get(resource) ?? `${this.#resources.size}`;
    this.#resources.set(resource, key);
    return key;
  }

  #describe(named: ValueType): GuestType {
    const type = resolve(named);
    const optional = (part: ValueType | undefined) => (part === undefined ? null : this.type(part));
    switch (type.kind) {
      case 'bool':
      case 'string':
      case 'char':
        return [type.kind];
      case 'f32':
      case 'f64':
        return ['float'];
      case 'u64':
      case 's64':
        return ['bigint', type.kind, 64, type.kind === 's64'];
      case 'list': {
        const typed = type.length === undefined ? typedArrayOf(type.element) : undefined;
        return ['list', this.type(type.element), type.length ?? null, typed ?? null];
      }
      case 'tuple':
        return ['tuple', type.items.map((item) => this.type(item))];
      case 'record':
        return ['record', type.fields.map((field) => [camelCase(field.name), this.type(field.type)] as const)];
      case 'variant':
        return ['variant', type.cases.map((one) => [one.name, optional(one.type)] as const)];
      case 'enum':
        return ['enum', type.cases.map((one) => one.name)];
      case 'flags':
        return ['flags', type.flags.map((flag) => camelCase(flag.name))];
      case 'option':
        return ['option', this.type(type.some), resolve(type.some).kind === 'option'];
      case 'result':
        return ['result', optional(type.ok), optional(type.error)];
      case 'own':
      case 'borrow':
        return ['resource', this.resource(type.resource), pascalCase(resourceOf(type.resource).name)];
      default: {
        const range = INTEGERS.get(type.kind);
        if (range !== undefined) return ['int', type.kind, ...range];
        throw hatchwayError('unsupported', `plugins in JavaScript cannot have values of the type ${quote(type.kind)}`);
      }
    }
  }
}
