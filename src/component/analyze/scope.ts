import { hatchwayError } from '../../errors/index.js';
import type { FunctionType, TypeDefinition } from '../../wit/index.js';
import type { CoreSort } from '../binary/index.js';
import type {
  ComponentShape,
  CoreItem,
  CoreTypeEntry,
  Entity,
  InstanceShape,
  ModuleShape,
  TypeEntry,
} from './entities.js';
import { Visibility } from './visibility.js';

/** Ends the analysis with an error that says what is invalid. */
export type Reporter = (what: string) => never;

export function reporter(offset: number, section?: string): Reporter {
  return (what) => {
    throw hatchwayError('invalid', what, { offset, ...(section === undefined ? {} : { section }) });
  };
}

/** Steps of substitution and comparison in one analysis: real components take a few thousand. */
const MAX_WORK = 10_000_000;

/** Bounds the work that a small artifact can ask for by using large types many times. */
export class Budget {
  #left = MAX_WORK;

  spend(report: Reporter): void {
    if (--this.#left < 0) report(`checking the types takes more than ${MAX_WORK} steps`);
  }
}

/** The index spaces of a component, a component type or an instance type, while its definitions are read in order. */
export class Scope {
  readonly types: TypeEntry[] = [];
  readonly funcs: FunctionType[] = [];
  readonly instances: InstanceShape[] = [];
  readonly components: ComponentShape[] = [];

  readonly coreTypes: CoreTypeEntry[] = [];
  readonly coreFuncs: CoreItem[] = [];
  readonly coreTables: CoreItem[] = [];
  readonly coreMemories: CoreItem[] = [];
  readonly coreGlobals: CoreItem[] = [];
  readonly coreTags: CoreItem[] = [];
  readonly modules: ModuleShape[] = [];
  /** `undefined` parts: the exports of a module whose shape is not known. */
  readonly coreInstances: (ReadonlyMap<string, CoreItem> | undefined)[] = [];

  /** Definitions that imports and exports brought. */
  readonly declared: TypeDefinition[] = [];

  readonly budget: Budget;
  /** Of the types that imports and exports may speak of; the type of an instance is checked where it is used. */
  readonly visibility: Visibility | undefined;

  constructor(
    readonly kind: 'component' | 'component type' | 'instance type',
    readonly parent?: Scope,
  ) {
    this.budget = parent?.budget ?? new Budget();
    this.visibility = kind === 'instance type' ? undefined : new Visibility(this.budget);
  }

  /** The scope `count` levels out, and whether a component's boundary lies between. */
  outer(count: number, report: Reporter): { scope: Scope; crosses: boolean } {
    let scope: Scope = this;
    let crosses = false;
    for (let i = 0; i < count; i++) {
      if (scope.kind === 'component') crosses = true;
      if (scope.parent === undefined) report(`an outer alias reaches ${count} scopes out, past the outermost`);
      scope = scope.parent;
    }
    return { scope, crosses };
  }
}

/** The entry of an index space. */
export function at<T>(space: readonly T[], index: number, what: string, report: Reporter): T {
  if (index >= space.length) report(`${what} ${index} does not exist: there are ${space.length}`);
  return space[index]!;
}

/** The core index space of a sort; `undefined` for sorts that core instances do not export. */
export function coreSpace(scope: Scope, sort: CoreSort): CoreItem[] | undefined {
  switch (sort) {
    case 'func':
      return scope.coreFuncs;
    case 'table':
      return scope.coreTables;
    case 'memory':
      return scope.coreMemories;
    case 'global':
      return scope.coreGlobals;
    case 'tag':
      return scope.coreTags;
    default:
      return undefined;
  }
}

export function coreItemAt(scope: Scope, sort: CoreSort, index: number, report: Reporter): CoreItem {
  const space = coreSpace(scope, sort);
  if (space === undefined) report(`a core instance cannot export a ${sort}`);
  return at(space, index, `core ${sort}`, report);
}

/** What a component can import, export or hand on, by sort and index. */
export function entityAt(scope: Scope, sort: string, index: number, report: Reporter): Entity {
  switch (sort) {
    case 'func':
      return { kind: 'func', type: at(scope.funcs, index, 'function', report) };
    case 'type':
      return { kind: 'type', entry: at(scope.types, index, 'type', report) };
    case 'instance':
      return { kind: 'instance', shape: at(scope.instances, index, 'instance', report) };
    case 'component':
      return { kind: 'component', shape: at(scope.components, index, 'component', report) };
    case 'core module':
      return { kind: 'core module', shape: at(scope.modules, index, 'core module', report) };
    default:
      return report(`a ${sort} cannot be imported or exported`);
  }
}
