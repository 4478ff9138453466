import type { FunctionType, TypeDefinition } from '../../wit/index.js';
import type { AnySort, CanonicalOptions, CoreSort } from '../binary/index.js';
import type { ComponentShape, Entity } from './entities.js';

/**
 * What instantiating a component does, step by step. Each step appends to one index space of the running instantiation;
 * indices were checked when the plan was made. A plan belongs to a component definition and is shared by its instances.
 */
export interface Plan {
  readonly steps: readonly Step[];
  readonly shape: ComponentShape;
  /** Every resource the component can name, with its place in an instance's `resources`. */
  readonly resources: ReadonlyMap<TypeDefinition, number>;
  /** Why instances cannot be made although the component is valid: what it uses that does not run yet. */
  readonly refusals: readonly string[];
  /** The functions to lift and lower, by the `site` of their steps. */
  readonly sites: readonly FunctionType[];
}

/** Where a resource is found in an instance that was imported or created. */
export interface ResourceBinding {
  readonly path: readonly string[];
  readonly slot: number;
}

export type Step =
  | { readonly op: 'core module'; readonly module: number }
  | {
      readonly op: 'core instantiate';
      readonly module: number;
      readonly args: readonly { readonly name: string; readonly instance: number }[];
      readonly offset: number;
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
  /** `slot` is absent for a type that needs nothing at run time. */
  | { readonly op: 'type'; readonly slot?: number }
  | {
      readonly op: 'resource';
      readonly slot: number;
      readonly destructor?: number;
      readonly definition: TypeDefinition;
    }
  | { readonly op: 'lift'; readonly site: number; readonly func: number; readonly options: CanonicalOptions }
  | { readonly op: 'lower'; readonly site: number; readonly func: number; readonly options: CanonicalOptions }
  | { readonly op: 'resource.new' | 'resource.drop' | 'resource.rep'; readonly slot: number }
  | {
      readonly op: 'import';
      readonly name: string;
      readonly entity: Entity;
      readonly slot?: number;
      readonly bindings: readonly ResourceBinding[];
    }
  | { readonly op: 'export'; readonly name: string; readonly sort: AnySort; readonly index: number };
