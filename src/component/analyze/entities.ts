import type { FunctionType, TypeDefinition, ValueType } from '../../wit/index.js';
import type {
  CoreCompositeType,
  CoreFunctionType,
  CoreGlobalType,
  CoreMemoryType,
  CoreTableType,
} from '../binary/index.js';

/** What an index of the type space stands for. */
export type TypeEntry =
  | { readonly kind: 'value'; readonly type: ValueType }
  /** `definition` may be an alias; the resource itself is `resourceOf(definition)`. */
  | { readonly kind: 'resource'; readonly definition: TypeDefinition }
  | { readonly kind: 'function'; readonly type: FunctionType }
  | { readonly kind: 'component'; readonly shape: ComponentShape }
  | { readonly kind: 'instance'; readonly shape: InstanceShape };

/** What a name is imported or exported as. */
export type Entity =
  | { readonly kind: 'func'; readonly type: FunctionType }
  | { readonly kind: 'type'; readonly entry: TypeEntry }
  | { readonly kind: 'instance'; readonly shape: InstanceShape }
  | { readonly kind: 'component'; readonly shape: ComponentShape }
  | { readonly kind: 'core module'; readonly shape: ModuleShape };

/** The type of an instance. `declared` are the definitions it brings: each use of the type for an import makes them anew. */
export interface InstanceShape {
  readonly exports: ReadonlyMap<string, Entity>;
  readonly declared: readonly TypeDefinition[];
}

/** The type of a component. `declared` are the definitions its imports and exports bring. */
export interface ComponentShape {
  readonly imports: ReadonlyMap<string, Entity>;
  readonly exports: ReadonlyMap<string, Entity>;
  readonly declared: readonly TypeDefinition[];
}

/**
 * What core instances export. A signature is absent for what belongs to the asynchronous ABI, which does not run; a type
 * where the module says it in a way that is not read here: then the engine alone checks it.
 */
export type CoreItem =
  | { readonly sort: 'func' | 'tag'; readonly signature?: CoreFunctionType }
  | { readonly sort: 'memory'; readonly type?: CoreMemoryType }
  | { readonly sort: 'table'; readonly type?: CoreTableType }
  | { readonly sort: 'global'; readonly type?: CoreGlobalType };

/** What an index of the core type space stands for. */
export type CoreTypeEntry = CoreCompositeType | { readonly kind: 'module'; readonly shape: ModuleShape };

/** What a core module imports and exports; both `undefined` where its bytes cannot be read. */
export interface ModuleShape {
  readonly imports?: readonly { readonly module: string; readonly name: string; readonly item: CoreItem }[];
  readonly exports?: ReadonlyMap<string, CoreItem>;
}
