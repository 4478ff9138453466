import { hatchwayError } from '../../errors/index.js';
import {
  type FunctionType,
  primitiveInTypeScript,
  resolve,
  type TypeDefinition,
  typedArrayOf,
  type ValueType,
} from '../../wit/index.js';
import { literal } from './lines.js';
import { parameterNames, propertyNames } from './names.js';
import type { Plan } from './plan.js';

/** Whose eyes a type is seen with: of the two faces of a plugin's exports, or of the app that implements its imports. */
export type View = 'async' | 'sync' | 'import';

/** Fixed-length lists up to this length are tuples; a longer one is an array whose length is checked when it is passed. */
const MAX_TUPLE = 16;

/** Types as TypeScript text, in one view. */
export class Types {
  constructor(
    private readonly plan: Plan,
    readonly view: View,
  ) {}

  text(type: ValueType): string {
    switch (type.kind) {
      case 'reference':
        return this.#named(type.definition) ?? this.text(type.definition.type as ValueType);
      case 'own':
      case 'borrow':
        return this.#named(type.resource) ?? 'object';
      case 'list':
        return this.#list(type.element, type.length);
      case 'map':
        return `Map<${this.text(type.key)}, ${this.text(type.value)}>`;
      case 'tuple':
        return `[${type.items.map((item) => this.text(item)).join(', ')}]`;
      case 'option':
        return this.#option(type.some);
      case 'result':
        return `${this.#tagged('ok', type.ok, true)} | ${this.#tagged('err', type.error, true)}`;
      case 'record':
        return `{ ${propertyNames(type.fields.map((field) => field.name))
          .map((key, i) => this.property(key, type.fields[i]!.type))
          .join('; ')} }`;
      case 'variant':
        return type.cases.map((it) => this.case(it.name, it.type)).join(' | ');
      case 'enum':
        return type.cases.map((it) => literal(it.name)).join(' | ');
      case 'flags':
        return `{ ${propertyNames(type.flags.map((flag) => flag.name))
          .map((key) => `${key}?: boolean`)
          .join('; ')} }`;
      case 'stream':
      case 'future':
      case 'error-context':
        throw hatchwayError('unsupported', `the world has a ${type.kind}, which does not run yet`);
      default:
        return primitiveInTypeScript(type.kind)!;
    }
  }

  /** A field of a record. One that may be absent may also be left out. */
  property(key: string, type: ValueType): string {
    // Nested options say which they are in an object, which cannot be left out.
    const optional = resolve(type).kind === 'option' && !isNestedOption(type);
    if (!optional) return `${key}: ${this.text(type)}`;
    const text = this.text(type);
    return `${key}?: ${text.endsWith(' | undefined') ? text : `${text} | undefined`}`;
  }

  case(name: string, type: ValueType | undefined): string {
    return this.#tagged(name, type, false);
  }

  /** What a function returns: of a `result`, what it has when it succeeds. */
  returns({ result }: FunctionType): string {
    if (result === undefined) return 'void';
    const resolved = resolve(result);
    if (resolved.kind !== 'result') return this.text(result);
    return resolved.ok === undefined ? 'void' : this.text(resolved.ok);
  }

  /** What a function throws the payload of; `undefined` where it has no error of its own. */
  throws({ result }: FunctionType): string | undefined {
    const resolved = result && resolve(result);
    if (resolved?.kind !== 'result') return undefined;
    return resolved.error === undefined ? 'undefined' : this.text(resolved.error);
  }

  parameters(params: FunctionType['params']): string {
    const names = parameterNames(params.map((param) => param.name));
    return params.map((param, i) => `${names[i]}: ${this.text(param.type)}`).join(', ');
  }

  #named(definition: TypeDefinition): string | undefined {
    const name = this.plan.typeName(definition);
    return name !== undefined && this.view === 'sync' && this.plan.isFaced(definition) ? `${name}Sync` : name;
  }

  #list(element: ValueType, length: number | undefined): string {
    if (length !== undefined && length <= MAX_TUPLE) {
      return `[${Array.from({ length }, () => this.text(element)).join(', ')}]`;
    }
    const typed = length === undefined ? typedArrayOf(element) : undefined;
    if (typed !== undefined) return typed;
    const text = this.text(element);
    return /^[\w.]+$/.test(text) ? `${text}[]` : `Array<${text}>`;
  }

  #option(some: ValueType): string {
    const text = this.text(some);
    if (resolve(some).kind === 'option') return `{ tag: 'some'; val: ${text} } | { tag: 'none' }`;
    return `${text} | undefined`;
  }

  #tagged(tag: string, type: ValueType | undefined, alwaysVal: boolean): string {
    if (type !== undefined) return `{ tag: ${literal(tag)}; val: ${this.text(type)} }`;
    return alwaysVal ? `{ tag: ${literal(tag)}; val?: undefined }` : `{ tag: ${literal(tag)} }`;
  }
}

/** An option of an option is an object that says which it is, never `undefined`. */
function isNestedOption(type: ValueType): boolean {
  const resolved = resolve(type);
  return resolved.kind === 'option' && resolve(resolved.some).kind === 'option';
}
