import type { FunctionItem, FunctionType, Parameter, ResolvedType, TypeDefinition, ValueType } from './model.js';
import { parseFunctionName } from './names.js';

/** How a definition is called where the type is printed. `undefined` spells the type out instead of naming it. */
export type NameOf = (definition: TypeDefinition) => string | undefined;

/** What the text of a type needs to know of its surroundings. */
export interface TypeContext {
  readonly nameOf: NameOf;
  /** Spells the name of a field, a case or a parameter. */
  readonly label: (name: string) => string;
  /** What stands for a type that WIT only has by name (record, variant, enum, flags) where it has none. */
  readonly anonymous: (type: ResolvedType, depth: number) => string;
  /** What stands for a type nested too deeply. */
  readonly tooDeep: () => string;
  /** Told of every piece that was made, so that it can stop a type that grows without bound: sharing makes text exponential. */
  readonly grown: (length: number) => void;
}

/** The nesting up to which WIT parsers read a type. */
const MAX_DEPTH = 100;

/** A value type as WIT text. */
export function typeText(type: ValueType, context: TypeContext, depth = 0): string {
  if (depth >= MAX_DEPTH) return context.tooDeep();
  const inner = (part: ValueType) => typeText(part, context, depth + 1);
  const text = shape(type, context, inner, depth);
  context.grown(text.length);
  return text;
}

function shape(type: ValueType, context: TypeContext, inner: (part: ValueType) => string, depth: number): string {
  switch (type.kind) {
    case 'reference': {
      const name = context.nameOf(type.definition);
      if (name !== undefined) return name;
      const behind = type.definition.type;
      return behind.kind === 'resource' ? context.label(type.definition.name) : inner(behind);
    }
    case 'own':
      return resourceName(type.resource, context);
    case 'borrow':
      return `borrow<${resourceName(type.resource, context)}>`;
    case 'list':
      return type.length === undefined
        ? `list<${inner(type.element)}>`
        : `list<${inner(type.element)}, ${type.length}>`;
    case 'map':
      return `map<${inner(type.key)}, ${inner(type.value)}>`;
    case 'tuple':
      return `tuple<${type.items.map(inner).join(', ')}>`;
    case 'option':
      return `option<${inner(type.some)}>`;
    case 'result': {
      if (type.ok === undefined) return type.error === undefined ? 'result' : `result<_, ${inner(type.error)}>`;
      return type.error === undefined ? `result<${inner(type.ok)}>` : `result<${inner(type.ok)}, ${inner(type.error)}>`;
    }
    case 'stream':
    case 'future':
      return type.element === undefined ? type.kind : `${type.kind}<${inner(type.element)}>`;
    case 'record':
    case 'variant':
    case 'enum':
    case 'flags':
      return context.anonymous(type, depth);
    default:
      return type.kind;
  }
}

function resourceName(definition: TypeDefinition, context: TypeContext): string {
  return context.nameOf(definition) ?? context.label(definition.name);
}

/** A function's type as WIT text: `async func(a: u32) -> string`. A method's `self` is left out, as WIT does. */
export function functionText(item: FunctionItem, context: TypeContext): string {
  const { kind } = parseFunctionName(item.name);
  const { params, result, async } = item.type;
  const list = (kind === 'method' ? params.slice(1) : params).map((param) => parameterText(param, context)).join(', ');
  if (kind === 'constructor') {
    // The plain form returns the resource itself; a fallible one says what it returns (WIT.md, "Item: resource").
    const returns = result === undefined || result.kind === 'own' ? '' : ` -> ${typeText(result, context)}`;
    return `constructor(${list})${returns}`;
  }
  return `${kind === 'static' ? 'static ' : ''}${signature(async, list, result, context)}`;
}

/** A function's type on its own, every parameter shown. */
export function functionTypeText(type: FunctionType, context: TypeContext): string {
  return signature(
    type.async,
    type.params.map((param) => parameterText(param, context)).join(', '),
    type.result,
    context,
  );
}

function signature(async: boolean, params: string, result: ValueType | undefined, context: TypeContext): string {
  return `${async ? 'async ' : ''}func(${params})${result === undefined ? '' : ` -> ${typeText(result, context)}`}`;
}

function parameterText({ name, type }: Parameter, context: TypeContext): string {
  return `${context.label(name)}: ${typeText(type, context)}`;
}
