import { hatchwayError } from '../../errors/index.js';
import type { CoreValue } from '../abi/index.js';
import type { CoreFunction } from './values.js';

/** JavaScript promise integration: what the engine offers to wait for a promise inside a guest. Node 24 has it, Node 20 not. */
interface PromiseIntegration {
  readonly Suspending: new (implementation: (...args: CoreValue[]) => unknown) => CoreFunction;
  promising(core: CoreFunction): (...args: CoreValue[]) => Promise<CoreValue | undefined>;
}

const engine = WebAssembly as unknown as Partial<PromiseIntegration>;

/** Whether this engine can suspend a guest while it waits for a promise. */
export const canSuspend = typeof engine.Suspending === 'function' && typeof engine.promising === 'function';

/** @throws HatchwayError `unsupported` on an engine without promise integration. */
export function requirePromiseIntegration(): void {
  if (canSuspend) return;
  throw hatchwayError('unsupported', 'this engine cannot let a guest on this thread wait for a promise', {
    mend: 'Make the import synchronous, or run Node 24 or later.',
  });
}

/** What is behind the functions that `suspending` made. */
const implementations = new WeakMap<object, (...args: CoreValue[]) => unknown>();

/**
 * A core function that may suspend, as one that returns a promise. A component may lift what it lowered before, or a builtin:
 * such a function of ours has no guest to suspend.
 */
export function promising(core: CoreFunction): (...args: CoreValue[]) => Promise<CoreValue | undefined> {
  const ours = implementations.get(core);
  if (ours !== undefined) return async (...args) => ours(...args) as CoreValue | undefined;
  try {
    return engine.promising!(core);
  } catch (error) {
    // Only the engine knows which functions are a core module's.
    if (!(error instanceof TypeError)) throw error;
    return async (...args) => core(...args);
  }
}

/** A function of ours that may return a promise, as one a guest can import. */
export function suspending(implementation: (...args: CoreValue[]) => unknown): CoreFunction {
  const core = new engine.Suspending!(implementation);
  implementations.set(core, implementation);
  return core;
}
