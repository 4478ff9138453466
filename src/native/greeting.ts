import { type HatchwayError, hatchwayError } from '../errors/index.js';
import type { Hello } from '../session/index.js';
import type { Child } from './child.js';
import { describeExit } from './stop.js';

/**
 * Waits for a program's hello.
 * @param connected whether it is there at all.
 * @param timeout milliseconds that it may take.
 * @throws HatchwayError that says what the program is, where it is no plugin.
 */
export async function greeting(
  hello: Promise<Hello>,
  child: Child,
  connected: () => boolean,
  timeout: number,
): Promise<void> {
  const noPlugin = (code: 'timeout' | 'protocol' | 'unavailable', what: string, details = {}) =>
    hatchwayError(code, `it is not a hatchway plugin: ${what}${child.printed}`, details);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const what = `it ${connected() ? 'said nothing' : 'did not connect'} in ${timeout} ms`;
      reject(noPlugin('timeout', what, { mend: 'Serve the plugin from its main function.' }));
    }, timeout);
  });
  try {
    await Promise.race([hello, late]);
  } catch (error) {
    const { code, message } = error as HatchwayError;
    if (code === 'timeout') throw error;
    if (code === 'protocol') throw noPlugin('protocol', message, { cause: error });
    // What it printed, and how it ended, says more than that the connection did.
    const exit = await child.lastWords();
    if (exit === undefined) throw error;
    throw noPlugin('unavailable', `it ${describeExit(exit)}`, {
      cause: error,
      mend: 'Run it by hand: a plugin says what it is.',
    });
  } finally {
    clearTimeout(timer);
  }
}
