import { hatchwayError, InstanceEnd } from '../../errors/index.js';

/**
 * What a guest throws by exiting: it ends its instance, never the host.
 * @param exitCode 0 to 255
 */
export function exited(name: { readonly plugin: string; readonly instance: string }, exitCode: number): InstanceEnd {
  return new InstanceEnd(hatchwayError('exited', `the guest exited with code ${exitCode}`, { ...name, exitCode }));
}
