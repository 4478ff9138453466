import { HatchwayError, hatchwayError, InstanceEnd } from '../../errors/index.js';
import { Trap } from '../abi/index.js';

/** Who an instance is, for errors. */
export interface InstanceName {
  readonly plugin?: string;
  readonly instance?: string;
}

/** What a failure inside a guest is to the app. `report` adds what the guest says of a trap to what the engine says. */
export function fail(name: InstanceName, cause: unknown, report?: (engine: string) => string): HatchwayError {
  if (cause instanceof HatchwayError) return cause;
  if (cause instanceof InstanceEnd) return cause.error;
  if (cause instanceof Trap) {
    return hatchwayError(
      cause.code,
      cause.code === 'trap' ? `the guest broke the canonical ABI: ${cause.message}` : cause.message,
      {
        ...name,
        cause,
      },
    );
  }
  if (isStackOverflow(cause)) {
    return hatchwayError('exhausted', 'the guest used up the stack', { ...name, cause });
  }
  if (cause instanceof RangeError && /memory/i.test(cause.message)) {
    return hatchwayError('exhausted', 'the engine has no memory left for the guest', {
      ...name,
      cause,
      mend: 'Dispose of instances that are no longer used.',
    });
  }
  if (SuspendError !== undefined && cause instanceof SuspendError) return cannotWait(name, cause);
  if (cause instanceof WebAssembly.RuntimeError) {
    return hatchwayError('trap', `the guest trapped: ${report?.(cause.message) ?? cause.message}`, { ...name, cause });
  }
  return hatchwayError('trap', 'the guest failed with an exception', { ...name, cause });
}

/** What an engine that can suspend a guest throws where it cannot. */
const { SuspendError } = WebAssembly as { SuspendError?: ErrorConstructor };

/** The guest calls what may have to wait, where nothing can: some engines notice before the import is called, some after. */
export function cannotWait(name: InstanceName, cause?: unknown): HatchwayError {
  return hatchwayError('unsupported', 'a start function or a destructor cannot wait, and calls what may have to', {
    ...name,
    mend: 'Take imports that need not be asynchronous out of `async`.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A host import threw what is no declared error, or answered with a wrong value. */
export function importFailure(name: InstanceName, importName: string, cause: unknown): HatchwayError {
  if (cause instanceof InstanceEnd) return cause.error;
  if (isStackOverflow(cause)) return fail(name, cause);
  const what = cause instanceof Error ? cause.message : 'it threw something that is not an Error';
  return hatchwayError('import-failed', `the import ${importName} failed: ${what}`, {
    ...name,
    cause,
    mend: 'To answer with the error of a result, throw a ComponentError with the payload.',
  });
}

function isStackOverflow(cause: unknown): boolean {
  return cause instanceof RangeError && cause.message.includes('call stack');
}
