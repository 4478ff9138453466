import { type GrantUse, grantUses } from '../wasi/index.js';
import { type World, type WorldItem, wasiPackage } from '../wit/index.js';

/** What a plugin needs, by what it imports. */
export interface Needs {
  /** What the app has to implement. */
  readonly imports: readonly WorldItem[];
  /** The grants that it could use, each with the imports that say so. */
  readonly grants: readonly GrantUse[];
}

/** What a component needs. WASI is not the app's to implement. */
export function needsOf({ imports }: World): Needs {
  return {
    imports: imports.filter(({ kind, name }) => kind !== 'interface' || wasiPackage(name) === undefined),
    grants: grantUses(imports),
  };
}
