import { Context } from '../abi/index.js';
import type { Plan } from '../analyze/index.js';
import type { CoreFunction } from '../call/index.js';
import type { ComponentInstance } from '../instance/index.js';
import type { RuntimeComponent, RuntimeEntity, RuntimeFunction, RuntimeInstance, RuntimeType } from './entities.js';

/** The index spaces of one instantiation of a component. */
export class Frame {
  readonly coreFuncs: CoreFunction[] = [];
  readonly coreTables: WebAssembly.Table[] = [];
  readonly coreMemories: WebAssembly.Memory[] = [];
  readonly coreGlobals: WebAssembly.Global[] = [];
  readonly coreTags: object[] = [];
  readonly coreInstances: WebAssembly.Exports[] = [];
  readonly modules: WebAssembly.Module[] = [];
  readonly funcs: RuntimeFunction[] = [];
  readonly instances: RuntimeInstance[] = [];
  readonly components: RuntimeComponent[] = [];
  readonly types: RuntimeType[] = [];
  readonly exports = new Map<string, RuntimeEntity>();
  readonly #contexts: { memory: number | undefined; realloc: number | undefined; cx: Context }[] = [];

  constructor(
    readonly plan: Plan,
    readonly instance: ComponentInstance,
    readonly parent: Frame | undefined,
  ) {}

  /** The context of a memory and a realloc: canonical definitions with the same options share one. */
  context(memory: number | undefined, realloc: number | undefined): Context {
    const known = this.#contexts.find((it) => it.memory === memory && it.realloc === realloc);
    if (known) return known.cx;
    const cx = new Context(
      this.instance,
      memory === undefined ? undefined : this.coreMemories[memory],
      realloc === undefined ? undefined : (this.coreFuncs[realloc] as never),
    );
    this.#contexts.push({ memory, realloc, cx });
    return cx;
  }
}
