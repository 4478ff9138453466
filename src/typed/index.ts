/**
 * What generated bindings are made of: types only, and the one check they need. Imports `errors`.
 */
import { type ComponentError, isComponentError } from '../errors/index.js';

declare const TYPES: unique symbol;
declare const ERROR: unique symbol;
declare const RESOURCE: unique symbol;

/**
 * A world with the types of what its plugins export and import, as `hatchway bindgen ts` writes it. `load` checks a plugin
 * against it and knows the types of its instances from it.
 */
export interface TypedWorld<Exports = any, SyncExports = any, Imports = any> {
  /** The world in binary, in base64. */
  readonly encoded: string;
  /** Never there: it is what the type checker knows. */
  readonly [TYPES]?: { readonly exports: Exports; readonly sync: SyncExports; readonly imports: Imports };
}

/** A function that throws a `ComponentError` with a payload of type `E`: the error of its WIT `result`. */
export type Fallible<F, E> = F & { readonly [ERROR]?: { readonly payload: E } };

/**
 * The payload of the error that a function throws; `never` for one that has none.
 * @example throw new ComponentError('no such key' satisfies ErrorOf<Storage['get']>)
 */
export type ErrorOf<F> = typeof ERROR extends keyof F
  ? F extends { readonly [ERROR]?: { readonly payload: infer E } }
    ? E
    : never
  : never;

/** The synchronous face of an interface: the same functions without their promises. */
export type Sync<T> = { [K in keyof T]: SyncFunction<T[K]> };

type SyncFunction<F> = F extends (...args: infer A) => Promise<infer R>
  ? typeof ERROR extends keyof F
    ? Fallible<(...args: A) => R, ErrorOf<F>>
    : (...args: A) => R
  : F;

/** A resource that a plugin implements, of the asynchronous face. */
export interface Resource<Name extends string> extends AsyncDisposable, Disposable {
  /** Never there: it tells resources apart that have the same methods. */
  readonly [RESOURCE]?: { readonly async: Name };
}

/** A resource that a plugin implements, of the synchronous face. */
export interface SyncResource<Name extends string> extends Disposable {
  /** Never there: it tells resources apart that have the same methods. */
  readonly [RESOURCE]?: { readonly sync: Name };
}

/** A resource that the app implements. `[Symbol.dispose]` is called when the plugin drops it. */
export type HostResource = Partial<Disposable>;

/** The same imports where they may answer with promises: see `InstantiateOptions.async`. */
export type AsyncImports<T> = T extends abstract new (
  ...args: infer A
) => infer R
  ? (abstract new (...args: A) => AsyncImports<R>) & { [K in keyof T]: AsyncImports<T[K]> }
  : T extends (...args: infer A) => infer R
    ? (...args: A) => R | Promise<R>
    : T extends object
      ? { [K in keyof T]: AsyncImports<T[K]> }
      : T;

/**
 * Whether what a function threw is the error of its WIT `result`; its payload then has the function's type.
 * @param of the function that was called: the checker takes the type from it.
 * @example
 * try {
 *   await exports.filter.apply(message);
 * } catch (error) {
 *   if (!isErrorOf(exports.filter.apply, error)) throw error;
 *   console.log('refused:', error.payload);
 * }
 */
export function isErrorOf<F extends (...args: never[]) => unknown>(
  of: F,
  error: unknown,
): error is ComponentError<ErrorOf<F>> {
  void of;
  return isComponentError(error);
}
