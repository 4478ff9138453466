import type { FunctionType, TypeDefinition } from '../../wit/index.js';
import type { AnySort, CanonicalOptions, CoreSort } from '../binary/index.js';
import type { ComponentShape } from './entities.js';
import type { Scope } from './scope.js';

/**
 * What instantiating a component does, step by step. Each step appends to one index space of the running instantiation;
 * indices were checked when the plan was made. A plan belongs to a component definition and is shared by its instances.
 */
export interface Plan {
  /** How many entries each index space comes to. */
  readonly counts: SpaceCounts;
  readonly steps: readonly Step[];
  readonly shape: ComponentShape;
  /** Every resource the component can name, with its place in an instance's `resources`. */
  readonly resources: ReadonlyMap<TypeDefinition, number>;
  /** Why instances cannot be made although the component is valid: what it uses that does not run yet. */
  readonly refusals: readonly string[];
  /** The functions to lift and lower, by the `site` of their steps. */
  readonly sites: readonly FunctionType[];
}

export interface SpaceCounts {
  readonly coreFuncs: number;
  readonly coreTables: number;
  readonly coreMemories: number;
  readonly coreGlobals: number;
  readonly coreTags: number;
  readonly coreInstances: number;
  readonly modules: number;
  readonly funcs: number;
  readonly instances: number;
  readonly components: number;
  readonly types: number;
}

export function countSpaces(scope: Scope): SpaceCounts {
  return {
    coreFuncs: scope.coreFuncs.length,
    coreTables: scope.coreTables.length,
    coreMemories: scope.coreMemories.length,
    coreGlobals: scope.coreGlobals.length,
    coreTags: scope.coreTags.length,
    coreInstances: scope.coreInstances.length,
    modules: scope.modules.length,
    funcs: scope.funcs.length,
    instances: scope.instances.length,
    components: scope.components.length,
    types: scope.types.length,
  };
}

/** The index of a type that is nothing at run time. */
export const NO_INDEX = -1;

/** Where a resource is found in an instance that was imported or created. */
export interface ResourceBinding {
  readonly path: readonly string[];
  readonly slot: number;
}

/** Each step fills the entry `at` of the index space it appends to. */
export type Step = { readonly at: number } & (
  | { readonly op: 'core module'; readonly module: number }
  | {
      readonly op: 'core instantiate';
      readonly module: number;
      readonly args: readonly { readonly name: string; readonly instance: number }[];
    }
  | {
      readonly op: 'core exports';
      readonly exports: readonly { readonly name: string; readonly sort: CoreSort; readonly index: number }[];
    }
  | { readonly op: 'core alias'; readonly sort: CoreSort; readonly instance: number; readonly name: string }
  | { readonly op: 'component'; readonly plan: Plan }
  | {
      readonly op: 'instantiate';
      readonly component: number;
      readonly args: readonly { readonly name: string; readonly sort: AnySort; readonly index: number }[];
      readonly bindings: readonly ResourceBinding[];
    }
  | {
      readonly op: 'exports';
      readonly exports: readonly { readonly name: string; readonly sort: AnySort; readonly index: number }[];
    }
  | { readonly op: 'alias'; readonly sort: AnySort; readonly instance: number; readonly name: string }
  | {
      readonly op: 'outer alias';
      readonly sort: 'core module' | 'component';
      readonly count: number;
      readonly index: number;
    }
  | { readonly op: 'resource'; readonly slot: number; readonly destructor?: number }
  | { readonly op: 'lift'; readonly site: number; readonly func: number; readonly options: CanonicalOptions }
  | { readonly op: 'lower'; readonly site: number; readonly func: number; readonly options: CanonicalOptions }
  | { readonly op: 'resource.new' | 'resource.drop' | 'resource.rep'; readonly slot: number }
  | {
      readonly op: 'import';
      readonly name: string;
      readonly slot?: number;
      readonly bindings: readonly ResourceBinding[];
    }
  | { readonly op: 'export'; readonly name: string; readonly sort: AnySort; readonly index: number }
);
