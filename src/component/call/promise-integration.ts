import { hatchwayError } from '../../errors/index.js';
import type { CoreFunction } from './values.js';

/** JavaScript promise integration: what the engine offers to wait for a promise inside a guest. Node 24 has it, Node 20 not. */
interface PromiseIntegration {
  readonly Suspending: new (implementation: (...args: never[]) => unknown) => CoreFunction;
  promising(core: CoreFunction): (...args: unknown[]) => Promise<number | bigint | undefined>;
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

/** A function of the guest that may suspend, as one that returns a promise. */
export function promising(core: CoreFunction): (...args: unknown[]) => Promise<number | bigint | undefined> {
  return engine.promising!(core);
}

/** A function of ours that may return a promise, as one a guest can import. */
export function suspending(implementation: (...args: never[]) => unknown): CoreFunction {
  return new engine.Suspending!(implementation);
}
