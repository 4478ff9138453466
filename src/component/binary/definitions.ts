/** What a component's bytes say, in their order, indices unresolved. Offsets are from the start of the artifact. */

export type CoreSort = 'func' | 'table' | 'memory' | 'global' | 'tag' | 'type' | 'module' | 'instance';
export type Sort = 'func' | 'value' | 'type' | 'component' | 'instance';
/** A sort of either index space; `core module` is the one core sort that components import and export. */
export type AnySort = Sort | `core ${CoreSort}`;

/** A `valtype`: a primitive by name, or an index into the type space. */
export type ValueTypeUse = number | PrimitiveName;
export type PrimitiveName =
  | 'bool'
  | 's8'
  | 'u8'
  | 's16'
  | 'u16'
  | 's32'
  | 'u32'
  | 's64'
  | 'u64'
  | 'f32'
  | 'f64'
  | 'char'
  | 'string'
  | 'error-context';

export interface LabelledType {
  readonly name: string;
  readonly type: ValueTypeUse;
}

export interface FunctionDefinition {
  readonly kind: 'function';
  readonly async: boolean;
  readonly params: readonly LabelledType[];
  readonly result?: ValueTypeUse;
}

export type DefinedType =
  | { readonly kind: 'primitive'; readonly type: PrimitiveName }
  | { readonly kind: 'record'; readonly fields: readonly LabelledType[] }
  | { readonly kind: 'variant'; readonly cases: readonly { readonly name: string; readonly type?: ValueTypeUse }[] }
  | { readonly kind: 'list'; readonly element: ValueTypeUse; readonly length?: number }
  | { readonly kind: 'map'; readonly key: ValueTypeUse; readonly value: ValueTypeUse }
  | { readonly kind: 'tuple'; readonly items: readonly ValueTypeUse[] }
  | { readonly kind: 'flags' | 'enum'; readonly labels: readonly string[] }
  | { readonly kind: 'option'; readonly some: ValueTypeUse }
  | { readonly kind: 'result'; readonly ok?: ValueTypeUse; readonly error?: ValueTypeUse }
  | { readonly kind: 'own' | 'borrow'; readonly resource: number }
  | { readonly kind: 'stream' | 'future'; readonly element?: ValueTypeUse };

export type TypeBody =
  | DefinedType
  | FunctionDefinition
  | { readonly kind: 'component'; readonly declarations: readonly Declaration[] }
  | { readonly kind: 'instance'; readonly declarations: readonly Declaration[] }
  | { readonly kind: 'resource'; readonly destructor?: number };

/** What stands inside a component type or an instance type. */
export type Declaration =
  | CoreTypeDefinition
  | TypeEntryDefinition
  | AliasDefinition
  | ImportDeclaration
  | ExportDeclaration;

/** The name of an import or export. Attributes say something about it, and take no part in linking. */
export interface ExternName {
  readonly name: string;
  readonly attributes?: NameAttributes;
}

export interface NameAttributes {
  /** The interface that an instance with a plain name is. */
  readonly implements?: string;
  /** What the interface's version lost when it was made canonical. */
  readonly versionSuffix?: string;
  /** What the host calls it; any text. */
  readonly externalId?: string;
}

export interface ImportDeclaration extends ExternName {
  readonly kind: 'import';
  readonly offset: number;
  readonly type: ExternTypeUse;
}

export interface ExportDeclaration extends ExternName {
  readonly kind: 'export declaration';
  readonly offset: number;
  readonly type: ExternTypeUse;
}

export type ExternTypeUse =
  | { readonly sort: 'core module' | 'func' | 'component' | 'instance'; readonly type: number }
  | { readonly sort: 'value' }
  /** `equal` is the index of the type it must equal; absent: any resource. */
  | { readonly sort: 'type'; readonly equal?: number };

/** A reference is written `ref [null] [shared] HEAP`, where `HEAP` is the name of an abstract type or the index of another. */
export type CoreValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128' | `ref ${string}`;

export interface CoreFunctionType {
  readonly kind: 'function';
  readonly params: readonly CoreValueType[];
  readonly results: readonly CoreValueType[];
}

/** A type of core WebAssembly: only those of functions are looked into. */
export type CoreCompositeType = CoreFunctionType | { readonly kind: 'other' };

export interface CoreLimits {
  readonly minimum: number;
  readonly maximum?: number;
  readonly shared: boolean;
  /** Whether indices and addresses have 64 bits. */
  readonly wide: boolean;
}

export interface CoreTableType {
  readonly sort: 'table';
  readonly element: CoreValueType;
  readonly limits: CoreLimits;
}

export interface CoreMemoryType {
  readonly sort: 'memory';
  /** In pages. */
  readonly limits: CoreLimits;
  /** In bytes. */
  readonly pageSize: number;
}

export interface CoreGlobalType {
  readonly sort: 'global';
  readonly type: CoreValueType;
  readonly mutable: boolean;
  readonly shared: boolean;
}

/** What a core module imports or exports; `type` is an index into its types. */
export type CoreExternType =
  | CoreTableType
  | CoreMemoryType
  | CoreGlobalType
  | { readonly sort: 'func' | 'tag'; readonly type: number };

/** A type of a module type: written there, or one of an outer scope. */
export type CoreTypeUse = CoreCompositeType | CoreTypeAlias;

export interface CoreTypeAlias {
  readonly kind: 'outer';
  /** Scopes between it and the module type, which counts as the first. */
  readonly count: number;
  readonly index: number;
}

export interface CoreModuleType {
  readonly kind: 'module';
  /** Its types, in order: those that imports and exports refer to by index. */
  readonly types: readonly CoreTypeUse[];
  readonly imports: readonly (CoreDeclaration & { readonly module: string })[];
  readonly exports: readonly CoreDeclaration[];
}

/** An import or export of a module type. */
export interface CoreDeclaration {
  readonly name: string;
  readonly type: CoreExternType;
  /** How many types there are before it: it can refer to no other. */
  readonly types: number;
}

export interface CoreTypeDefinition {
  readonly kind: 'core type';
  readonly offset: number;
  readonly type: CoreCompositeType | CoreModuleType;
}

export interface TypeEntryDefinition {
  readonly kind: 'type';
  readonly offset: number;
  readonly type: TypeBody;
}

export type AliasDefinition = { readonly kind: 'alias'; readonly offset: number; readonly sort: AnySort } & (
  | { readonly target: 'export' | 'core export'; readonly instance: number; readonly name: string }
  | { readonly target: 'outer'; readonly count: number; readonly index: number }
);

export interface SortIndex {
  readonly sort: AnySort;
  readonly index: number;
}

export interface CanonicalOptions {
  readonly encoding: 'utf8' | 'utf16' | 'latin1+utf16';
  readonly memory?: number;
  readonly realloc?: number;
  readonly postReturn?: number;
  readonly async: boolean;
  readonly callback?: number;
}

/** A built-in of the asynchronous ABI with what it is given: indices, unless said otherwise. */
export interface AsynchronousDefinition {
  readonly name: string;
  /** Of a stream or a future. */
  readonly type?: number;
  readonly options?: CanonicalOptions;
  /** Of `task.return`. */
  readonly result?: ValueTypeUse;
  /** The number of a slot of the context, and the type of what it holds. */
  readonly slot?: number;
  readonly slotType?: CoreValueType;
  readonly memory?: number;
  /** The core type of what a thread starts with, and the table it comes from. */
  readonly functionType?: number;
  readonly table?: number;
}

export type CanonicalDefinition = { readonly kind: 'canon'; readonly offset: number } & (
  | { readonly operation: 'lift'; readonly func: number; readonly options: CanonicalOptions; readonly type: number }
  | { readonly operation: 'lower'; readonly func: number; readonly options: CanonicalOptions }
  | { readonly operation: 'resource.new' | 'resource.drop' | 'resource.rep'; readonly resource: number }
  /** A built-in of the asynchronous ABI: it takes a place in the index space and cannot run yet. */
  | { readonly operation: 'asynchronous'; readonly builtin: AsynchronousDefinition }
);

export type Definition =
  | { readonly kind: 'core module'; readonly offset: number; readonly bytes: Uint8Array }
  | ({ readonly kind: 'core instance'; readonly offset: number } & (
      | {
          readonly form: 'instantiate';
          readonly module: number;
          readonly args: readonly { readonly name: string; readonly instance: number }[];
        }
      | {
          readonly form: 'exports';
          readonly exports: readonly { readonly name: string; readonly sort: CoreSort; readonly index: number }[];
        }
    ))
  | CoreTypeDefinition
  | { readonly kind: 'component'; readonly offset: number; readonly component: ComponentDefinition }
  | ({ readonly kind: 'instance'; readonly offset: number } & (
      | {
          readonly form: 'instantiate';
          readonly component: number;
          readonly args: readonly ({ readonly name: string } & SortIndex)[];
        }
      | { readonly form: 'exports'; readonly exports: readonly (ExternName & SortIndex)[] }
    ))
  | AliasDefinition
  | TypeEntryDefinition
  | CanonicalDefinition
  | ImportDeclaration
  | ({
      readonly kind: 'export';
      readonly offset: number;
      readonly type?: ExternTypeUse;
    } & ExternName &
      SortIndex)
  | { readonly kind: 'start'; readonly offset: number };

export interface CustomSection {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly offset: number;
}

export interface ComponentDefinition {
  readonly offset: number;
  readonly definitions: readonly Definition[];
  readonly customs: readonly CustomSection[];
}
