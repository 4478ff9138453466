import type { HoistedMemory } from '../../limits/rewrite/index.js';
import type { FunctionType } from '../../wit/index.js';
import type { Context, Face, StringEncoding } from '../abi/index.js';
import type { Plan } from '../analyze/index.js';
import type { CoreFunction, HostCallable, Lifted, Signatures } from '../call/index.js';
import type { ComponentInstance, RuntimeResource } from '../instance/index.js';

/** A function at run time: a guest's, or one of the app's. */
export type RuntimeFunction = GuestFunction | HostFunction;

export interface HostFunction {
  readonly kind: 'host';
  readonly type: FunctionType;
  /** With its interface's name; for errors. */
  readonly name: string;
  readonly implementation: HostCallable;
}

/** What `canon lift` makes. */
export class GuestFunction {
  readonly kind = 'guest';

  constructor(
    readonly type: FunctionType,
    private readonly signatures: Signatures,
    private readonly site: number,
    private readonly encoding: StringEncoding,
    private readonly instance: ComponentInstance,
    private readonly cx: Context,
    private readonly core: CoreFunction,
    private readonly postReturn: CoreFunction | undefined,
  ) {}

  /** How to call it from one side. */
  lifted(face: Face): Lifted {
    const { instance, cx, core, postReturn } = this;
    return { signature: this.signatures.of(this.site, this.encoding, face), instance, cx, core, postReturn };
  }
}

export interface RuntimeInstance {
  readonly kind: 'instance';
  readonly exports: ReadonlyMap<string, RuntimeEntity>;
}

/** A core module, compiled, and the memories that each of its instances is to be given. */
export interface CompiledModule {
  readonly module: WebAssembly.Module;
  readonly memories: readonly HoistedMemory[];
}

/** What outer aliases reach: the components and modules of the instantiations around. */
export interface OuterFrame {
  readonly parent: OuterFrame | undefined;
  readonly components: readonly RuntimeComponent[];
  readonly modules: readonly CompiledModule[];
}

/** A component with the frame its outer aliases reach into. */
export interface RuntimeComponent {
  readonly kind: 'component';
  readonly plan: Plan;
  readonly frame: OuterFrame;
}

/** `resource` is absent for types that need nothing at run time. */
export interface RuntimeType {
  readonly kind: 'type';
  readonly resource: RuntimeResource | undefined;
}

export const NO_TYPE: RuntimeType = { kind: 'type', resource: undefined };

export interface RuntimeModule {
  readonly kind: 'core module';
  readonly module: CompiledModule;
}

export type RuntimeEntity = RuntimeFunction | RuntimeInstance | RuntimeComponent | RuntimeType | RuntimeModule;
