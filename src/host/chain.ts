import { AsyncLocalStorage } from 'node:async_hooks';

/** A call under way. Once it has ended it names no instance: code that outlives it still has it in its chain. */
interface Call {
  instance: object | undefined;
}

/** The calls that wait, one for the other, for the code that runs now. Made when an instance that can wait is called. */
let chains: AsyncLocalStorage<readonly Call[]> | undefined;

/** Whether the code that runs now was called, at any distance, by `instance`, which still waits for it. */
export function isWaitedForBy(instance: object): boolean {
  return chains?.getStore()?.some((call) => call.instance === instance) ?? false;
}

/** Runs a call of `instance`: until it has ended, what it calls in turn knows that `instance` waits for it. */
export async function asWaiting<T>(instance: object, run: () => T | Promise<T>): Promise<T> {
  chains ??= new AsyncLocalStorage();
  const outer = chains.getStore()?.filter((call) => call.instance !== undefined) ?? [];
  const call: Call = { instance };
  try {
    return await chains.run([...outer, call], run);
  } finally {
    call.instance = undefined;
  }
}
