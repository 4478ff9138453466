import { InstanceEnd, isComponentError } from '../errors/index.js';
import { contextWith } from './context.js';
import { type Finding, failed, ok } from './finding.js';

const NAME = 'surroundings';

/** A guest that was granted nothing sees no variable of this process, opens no socket, and is not told the time if that is off. */
export function trySurroundings(): Finding {
  const context = contextWith({ clocks: false });
  try {
    const interfaces = context.interfaces(['wasi:cli', 'wasi:sockets', 'wasi:clocks']) as Record<
      string,
      Record<string, (...args: unknown[]) => unknown>
    >;
    const call = (face: string, name: string, ...args: unknown[]) => interfaces[`${face}@0.2.12`]![name]!(...args);
    const problems: string[] = [];
    const variables = call('wasi:cli/environment', 'getEnvironment') as unknown[];
    if (variables.length > 0) problems.push('variables are seen');
    if (!isRefused(() => call('wasi:sockets/tcp-create-socket', 'createTcpSocket', 'ipv4')))
      problems.push('a socket is made');
    if (!isRefused(() => call('wasi:clocks/wall-clock', 'now'))) problems.push('the time is told');
    if (problems.length > 0) return failed(NAME, `with nothing granted ${problems.join(', ')}`);
    return ok(NAME, 'with nothing granted there are no variables and no network; clocks can be refused');
  } finally {
    context.dispose();
  }
}

function isRefused(action: () => unknown): boolean {
  try {
    action();
    return false;
  } catch (error) {
    if (isComponentError(error) || error instanceof InstanceEnd) return true;
    throw error;
  }
}
