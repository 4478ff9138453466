import type { Check } from './leaving.js';
import type { Report } from './report.js';
import { describe, tagOf, textOf } from './text.js';
import type { GuestFunction, GuestType } from './types.js';

/** What to throw to the component's glue, which makes the error of a `result` of what has a `payload`. */
export interface Failures {
  /** For what the author's code threw: the error of its `result`, or what ends the plugin. */
  readonly thrown: (fn: GuestFunction, reason: unknown) => unknown;
  /** For a result that is not of its type: an error with the text of that, where the error is a text. */
  readonly unfit: (fn: GuestFunction, mismatch: unknown) => unknown;
}

export function createFailures(types: readonly GuestType[], check: Check, report: Report): Failures {
  function thrown(fn: GuestFunction, reason: any): unknown {
    const isError = tagOf(reason) === 'Error' || reason instanceof Error;
    // An error of an import that was not caught has a payload of its own.
    const payload = isError && Object.hasOwn(reason, 'payload') ? reason.payload : reason;
    if (fn.fails && (!isError || payload !== reason)) {
      if (fn.error === null && payload === undefined) return { payload: undefined };
      try {
        if (fn.error !== null) return { payload: check(fn.error, payload, `what ${fn.name} threw`) };
      } catch (mismatch) {
        if (!isError) return unfit(fn, mismatch);
      }
    }
    if (isError && takesText(fn)) return { payload: textOf(reason) };
    const wanted = !fn.fails
      ? `${fn.text} has no error`
      : `its error is ${fn.error === null ? 'nothing (throw undefined)' : 'a value to throw'}: ${fn.text}`;
    return trap(`${fn.name} threw ${isError ? textOf(reason) : describe(reason)}; ${wanted}`);
  }

  /** An error that ends the plugin. The glue takes what is thrown for an error of the world, unless that cannot be had. */
  function trap(message: string): Error {
    report(message);
    const error = new TypeError(message);
    return Object.defineProperty(error, 'payload', {
      get() {
        throw error;
      },
    });
  }

  const takesText = (fn: GuestFunction) => fn.error !== null && types[fn.error]![0] === 'string';

  function unfit(fn: GuestFunction, mismatch: unknown): unknown {
    const { message } = mismatch as Error;
    return takesText(fn) ? { payload: message } : trap(message);
  }

  return { thrown, unfit };
}
