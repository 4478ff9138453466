/**
 * The one type model: packages, worlds, interfaces, functions and types as WIT has them. The component decoder produces
 * it; the canonical ABI, the value syntax, the printer, the comparison and the host read it. None of them keeps its own.
 *
 * A model is immutable once built. Names are WIT names (kebab-case) and come from outside: never use one as the key of
 * an ordinary object, and escape it before printing.
 */

/** The types of the component model that have no parts. */
export type PrimitiveKind =
  | 'bool'
  | 'u8'
  | 'u16'
  | 'u32'
  | 'u64'
  | 's8'
  | 's16'
  | 's32'
  | 's64'
  | 'f32'
  | 'f64'
  | 'char'
  | 'string'
  | 'error-context';

export interface PrimitiveType {
  readonly kind: PrimitiveKind;
}

/** `list<T>`, or `list<T, length>` where `length` is present (fixed-length, at least 1). */
export interface ListType {
  readonly kind: 'list';
  readonly element: ValueType;
  readonly length?: number;
}

/** `map<K, V>`. The key is a bool, an integer, a char or a string. */
export interface MapType {
  readonly kind: 'map';
  readonly key: ValueType;
  readonly value: ValueType;
}

export interface TupleType {
  readonly kind: 'tuple';
  readonly items: readonly ValueType[];
}

export interface Field {
  readonly name: string;
  readonly docs?: string;
  readonly type: ValueType;
}

export interface RecordType {
  readonly kind: 'record';
  readonly fields: readonly Field[];
}

/** A case of a variant; `type` is absent for a case without a payload. */
export interface Case {
  readonly name: string;
  readonly docs?: string;
  readonly type?: ValueType;
}

export interface VariantType {
  readonly kind: 'variant';
  readonly cases: readonly Case[];
}

/** A label of an enum or of flags. */
export interface Label {
  readonly name: string;
  readonly docs?: string;
}

export interface EnumType {
  readonly kind: 'enum';
  readonly cases: readonly Label[];
}

export interface FlagsType {
  readonly kind: 'flags';
  readonly flags: readonly Label[];
}

export interface OptionType {
  readonly kind: 'option';
  readonly some: ValueType;
}

/** `result`, `result<T>`, `result<_, E>` or `result<T, E>`. */
export interface ResultType {
  readonly kind: 'result';
  readonly ok?: ValueType;
  readonly error?: ValueType;
}

/** `R` (own) or `borrow<R>`; `resource` is the definition the type names, perhaps through `use` (see `resourceOf`). */
export interface HandleType {
  readonly kind: 'own' | 'borrow';
  readonly resource: TypeDefinition;
}

/** `stream`, `stream<T>`, `future`, `future<T>`. */
export interface AsyncType {
  readonly kind: 'stream' | 'future';
  readonly element?: ValueType;
}

/** A value type used by its name. `resolve` gives what stands behind it. */
export interface TypeReference {
  readonly kind: 'reference';
  readonly definition: TypeDefinition;
}

export type ValueType =
  | PrimitiveType
  | ListType
  | MapType
  | TupleType
  | RecordType
  | VariantType
  | EnumType
  | FlagsType
  | OptionType
  | ResultType
  | HandleType
  | AsyncType
  | TypeReference;

/** A value type that is not a reference. */
export type ResolvedType = Exclude<ValueType, TypeReference>;

/** The body of a resource definition. Its functions are in the interface, named `[method]r.f` and so on. */
export interface ResourceType {
  readonly kind: 'resource';
}

/**
 * A named type of an interface or a world.
 *
 * `type` is a resource, a value type, or a reference to another definition: then this is an alias (`type a = b`) when both
 * have one owner, and a `use` when the other's owner is another interface. That holds for resources too.
 */
export interface TypeDefinition {
  readonly name: string;
  readonly docs?: string;
  readonly owner?: Interface | World;
  readonly type: ValueType | ResourceType;
}

export interface Parameter {
  readonly name: string;
  readonly type: ValueType;
}

/** The type of a function. `result` is absent for a function that returns nothing. */
export interface FunctionType {
  readonly params: readonly Parameter[];
  readonly result?: ValueType;
  /** A P3 `async func`. */
  readonly async: boolean;
}

/**
 * A function as it is imported or exported: `name` is its external name, `[constructor]r`, `[method]r.f` and
 * `[static]r.f` for functions of a resource (see `parseFunctionName`). A method's first parameter is `self`.
 */
export interface FunctionItem {
  readonly name: string;
  readonly docs?: string;
  readonly type: FunctionType;
}

/** `id` is `ns:pkg/name` or `ns:pkg/name@1.2.3`; it is absent for an interface written inline in a world. */
export interface Interface {
  readonly id?: string;
  readonly docs?: string;
  readonly types: readonly TypeDefinition[];
  readonly functions: readonly FunctionItem[];
}

/** `name` is what the component calls it: an interface's id, or a plain kebab name. */
export type WorldItem =
  | { readonly kind: 'interface'; readonly name: string; readonly docs?: string; readonly interface: Interface }
  | { readonly kind: 'function'; readonly name: string; readonly function: FunctionItem }
  | { readonly kind: 'type'; readonly name: string; readonly definition: TypeDefinition }
  /** What components can have and WIT cannot say. */
  | { readonly kind: 'other'; readonly name: string; readonly what: 'core module' | 'component' | 'value' };

/** `package` is `ns:pkg` or `ns:pkg@1.2.3`; a world decoded from a component is `root:component`, named `root`. */
export interface World {
  readonly package: string;
  readonly name: string;
  readonly docs?: string;
  readonly imports: readonly WorldItem[];
  readonly exports: readonly WorldItem[];
}

/** The type behind any number of references.
 * @throws TypeError if the reference names a resource: those are used through `own` and `borrow` only. */
export function resolve(type: ValueType): ResolvedType {
  let current: ValueType | ResourceType = type;
  while (current.kind === 'reference') current = current.definition.type;
  if (current.kind === 'resource') throw new TypeError('a resource is not a value type');
  return current;
}

/** The definition a resource name stands for, through any number of `use` and aliases. Two handle types are of one
 * resource exactly if this gives the same object. */
export function resourceOf(definition: TypeDefinition): TypeDefinition {
  let current = definition;
  while (current.type.kind === 'reference') current = current.type.definition;
  return current;
}
