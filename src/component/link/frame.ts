import { hatchwayError } from '../../errors/index.js';
import { Context } from '../abi/index.js';
import type { Plan } from '../analyze/index.js';
import type { CoreFunction } from '../call/index.js';
import type { ComponentInstance } from '../instance/index.js';
import type {
  CompiledModule,
  OuterFrame,
  RuntimeComponent,
  RuntimeEntity,
  RuntimeFunction,
  RuntimeInstance,
  RuntimeType,
} from './entities.js';

/** Index spaces are as long as the plan says from the start; those that stay empty are one array. */
const EMPTY: never[] = [];

function space<T>(count: number): T[] {
  return count === 0 ? EMPTY : new Array<T>(count);
}

/** The index spaces of one instantiation of a component. */
export class Frame implements OuterFrame {
  readonly coreFuncs: CoreFunction[];
  readonly coreTables: WebAssembly.Table[];
  readonly coreMemories: WebAssembly.Memory[];
  readonly coreGlobals: WebAssembly.Global[];
  readonly coreTags: object[];
  readonly coreInstances: WebAssembly.Exports[];
  readonly modules: CompiledModule[];
  readonly funcs: RuntimeFunction[];
  readonly instances: RuntimeInstance[];
  readonly components: RuntimeComponent[];
  /** Sparse: most types are nothing at run time. */
  readonly types: (RuntimeType | undefined)[];
  readonly exports = new Map<string, RuntimeEntity>();
  readonly #contexts: { memory: number | undefined; realloc: number | undefined; cx: Context }[] = [];

  constructor(
    readonly plan: Plan,
    readonly instance: ComponentInstance,
    readonly parent: OuterFrame | undefined,
  ) {
    const { counts } = plan;
    this.coreFuncs = space(counts.coreFuncs);
    this.coreTables = space(counts.coreTables);
    this.coreMemories = space(counts.coreMemories);
    this.coreGlobals = space(counts.coreGlobals);
    this.coreTags = space(counts.coreTags);
    this.coreInstances = space(counts.coreInstances);
    this.modules = space(counts.modules);
    this.funcs = space(counts.funcs);
    this.instances = space(counts.instances);
    this.components = space(counts.components);
    this.types = space(counts.types);
  }

  /** The context of a memory and a realloc: canonical definitions with the same options share one. */
  context(memory: number | undefined, realloc: number | undefined): Context {
    for (const it of this.#contexts) if (it.memory === memory && it.realloc === realloc) return it.cx;
    const given = memory === undefined ? undefined : this.coreMemories[memory]!;
    // Its buffer is not detached when it grows, which is how a context learns of that; nor is it valid there.
    if (given && !(given.buffer instanceof ArrayBuffer))
      throw hatchwayError('invalid', 'values cannot be passed through a shared memory', this.instance.name);
    const cx = new Context(
      this.instance,
      given,
      realloc === undefined ? undefined : (this.coreFuncs[realloc] as never),
    );
    this.#contexts.push({ memory, realloc, cx });
    this.instance.addLifting(cx);
    return cx;
  }
}
