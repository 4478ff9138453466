import { type HatchwayError, hatchwayError, isComponentError } from '../errors/index.js';
import type { IncomingCall } from '../session/index.js';
import type { LocalFunction } from './local.js';

/**
 * Answers a call of the peer with what a function of this side makes of it: at once, or when its promise does. An error of the
 * function's WIT result is a value.
 * @param failed is told what the function failed with instead, or what was wrong with its answer; then the peer has been told.
 * @param ended is called when the call was answered in any way.
 */
export function answerWith(
  call: IncomingCall,
  target: LocalFunction,
  failed: (error: unknown) => void,
  ended?: () => void,
): void {
  let value: unknown;
  try {
    value = target(...call.args);
  } catch (error) {
    refuse(call, error, failed);
    ended?.();
    return;
  }
  if (value instanceof Promise) {
    value
      .then(
        (it) => give(call, it, failed),
        (error) => refuse(call, error, failed),
      )
      .finally(ended);
    return;
  }
  give(call, value, failed);
  ended?.();
}

function give(call: IncomingCall, value: unknown, failed: (error: unknown) => void): void {
  try {
    call.return(call.fn.throws ? { tag: 'ok', val: value } : value);
  } catch (error) {
    failed(error);
  }
}

function refuse(call: IncomingCall, error: unknown, failed: (error: unknown) => void): void {
  if (call.fn.throws && isComponentError(error)) {
    try {
      return call.return({ tag: 'err', val: error.payload });
    } catch (wrong) {
      return failed(wrong);
    }
  }
  // A callee that was told to give up did as it was told.
  if (call.cancelled !== undefined) return call.fail(call.cancelled, messageOf(error));
  call.fail('trap', messageOf(error));
  failed(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'it threw something that is not an Error';
}

/** The error of an import that failed, for the instance that called it. */
export function importFailed(key: string, cause: unknown): HatchwayError {
  return hatchwayError('import-failed', `the import ${key} failed: ${messageOf(cause)}`, {
    cause,
    mend: 'To answer with the error of a result, throw a ComponentError with the payload.',
  });
}
