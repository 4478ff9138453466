import type { Repair } from './arriving.js';
import type { Failures } from './failures.js';
import type { Check } from './leaving.js';
import type { Callable, GuestFunction } from './types.js';

/** Functions with the checks around them. */
export interface Wrappers {
  readonly exported: (fn: GuestFunction, callee: Callable) => Callable;
  readonly imported: (fn: GuestFunction, callee: Callable) => Callable;
  readonly argumentsOf: (fn: GuestFunction, args: readonly unknown[]) => unknown[];
}

export function createWrappers(check: Check, arrived: Repair, failures: Failures): Wrappers {
  /** The author's function, with what it returns or throws checked. */
  function exported(fn: GuestFunction, callee: Callable): Callable {
    const finish = (value: unknown) => {
      if (fn.result === null) return undefined;
      try {
        return check(fn.result, value, `the result of ${fn.name}`);
      } catch (mismatch) {
        throw failures.unfit(fn, mismatch);
      }
    };
    const fail = (thrown: unknown): never => {
      throw failures.thrown(fn, thrown);
    };
    return function (this: unknown, ...args) {
      let value: any;
      try {
        value = callee.apply(
          this,
          fn.params.map(([, type], i) => arrived(type, args[i])),
        );
      } catch (thrown) {
        return fail(thrown);
      }
      return value instanceof Promise ? value.then(finish, fail) : finish(value);
    };
  }

  /** A function of the app, with what it is given checked. */
  function imported(fn: GuestFunction, callee: Callable): Callable {
    return function (this: unknown, ...args) {
      const value = callee.apply(this, argumentsOf(fn, args));
      return fn.result === null ? value : arrived(fn.result, value);
    };
  }

  function argumentsOf(fn: GuestFunction, args: readonly unknown[]): unknown[] {
    return fn.params.map(([name, type], i) => check(type, args[i], `${name}, an argument of ${fn.name}`));
  }

  return { exported, imported, argumentsOf };
}
