import { hatchwayError } from '../errors/index.js';
import { checkOptions } from './options.js';
import type { CallOptions } from './queue.js';

type Callable = (...args: any[]) => Promise<unknown>;
/** Makes the same call with options. */
type Optioned = (options: CallOptions) => Callable;

const optioned = new WeakMap<object, Optioned>();

/** Remembers how a function of an instance is called with options. */
export function registerOptioned(callable: Callable, make: Optioned): Callable {
  optioned.set(callable, make);
  return callable;
}

/**
 * The same function, or a resource with the same methods, called with options.
 * @throws HatchwayError `option` for an option that does not exist, for a timeout that the instance cannot keep, and for what
 * is no function or resource of an instance.
 * @example await withOptions(shout.exports.filter.apply, { timeout: '50ms', signal: AbortSignal.timeout(500) })(message)
 */
export function withOptions<T extends object>(target: T, options: CallOptions): T {
  checkOptions('withOptions', options, ['signal', 'timeout']);
  if ((typeof target !== 'object' && typeof target !== 'function') || target === null) throw notOptioned();
  const make = optioned.get(target);
  if (make !== undefined) return make(options) as unknown as T;
  const methods = resourceMethods(target, options);
  if (methods !== undefined) return methods as T;
  const result: Record<string, unknown> = Object.create(null);
  let found = false;
  for (const key of Object.keys(target)) {
    const value = (target as Record<string, unknown>)[key];
    const inner = typeof value === 'function' ? optioned.get(value) : undefined;
    if (inner === undefined) continue;
    result[key] = inner(options);
    found = true;
  }
  if (found) return result as T;
  throw notOptioned();
}

function notOptioned() {
  return hatchwayError(
    'option',
    'withOptions takes a function, an interface or a resource of an instance’s asynchronous exports',
    {
      mend: 'The synchronous face has no options.',
    },
  );
}

/** An object with the methods of a resource, each called with the options on the resource itself. */
function resourceMethods(target: object, options: CallOptions): object | undefined {
  const prototype = Object.getPrototypeOf(target);
  if (prototype === null) return undefined;
  const result: Record<string, unknown> = Object.create(null);
  let found = false;
  for (const key of Object.getOwnPropertyNames(prototype)) {
    const value = Object.getOwnPropertyDescriptor(prototype, key)!.value;
    const make = typeof value === 'function' ? optioned.get(value) : undefined;
    if (make === undefined) continue;
    const call = make(options);
    result[key] = (...args: unknown[]) => call.apply(target, args);
    found = true;
  }
  return found ? result : undefined;
}
