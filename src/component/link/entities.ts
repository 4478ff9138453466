import type { FunctionType } from '../../wit/index.js';
import type { Face } from '../abi/index.js';
import type { Plan } from '../analyze/index.js';
import type { HostCallable, Lifted } from '../call/index.js';
import type { RuntimeResource } from '../instance/index.js';
import type { Frame } from './frame.js';

/** A function at run time: a guest's, or one of the app's. */
export type RuntimeFunction =
  | {
      readonly kind: 'guest';
      readonly type: FunctionType;
      /** How to call it from one side; the same object for the same side. */
      lifted(face: Face): Lifted;
    }
  | {
      readonly kind: 'host';
      readonly type: FunctionType;
      readonly name: string;
      readonly implementation: HostCallable;
    };

export interface RuntimeInstance {
  readonly kind: 'instance';
  readonly exports: ReadonlyMap<string, RuntimeEntity>;
}

/** A component with the frame its outer aliases reach into. */
export interface RuntimeComponent {
  readonly kind: 'component';
  readonly plan: Plan;
  readonly frame: Frame;
}

/** `resource` is absent for types that need nothing at run time. */
export interface RuntimeType {
  readonly kind: 'type';
  readonly resource: RuntimeResource | undefined;
}

export const NO_TYPE: RuntimeType = { kind: 'type', resource: undefined };

export interface RuntimeModule {
  readonly kind: 'core module';
  readonly module: WebAssembly.Module;
}

export type RuntimeEntity = RuntimeFunction | RuntimeInstance | RuntimeComponent | RuntimeType | RuntimeModule;
