import type { ResourceFace } from '../abi/index.js';

/** A resource type at run time. Two handles are of one resource exactly if this object is the same. */
export interface RuntimeResource extends ResourceFace {
  /** The component instance that defines it, for comparison; absent for one of the app. */
  readonly definedBy: object | undefined;
  /** Ends one resource: runs the guest's destructor or the app's disposal. */
  drop(representation: number): void;
}
