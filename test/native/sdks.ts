/** The programs of the conformance world that the SDKs make. */
import { join } from 'node:path';
import { nativeGuestPath } from '../../guests/build.js';
import { goGuest, noGo } from './go-guests.js';

export interface Sdk {
  readonly name: string;
  /** Why it cannot be checked here. */
  readonly missing?: string | undefined;
  /** The program and its arguments. */
  command(): Promise<readonly string[]>;
}

export const SDKS: readonly Sdk[] = [
  {
    name: 'Node',
    command: async () => [process.execPath, join(nativeGuestPath('node', 'conformance'), 'main.js')],
  },
  {
    name: 'Go',
    missing: noGo,
    command: async () => [join(await goGuest('conformance', 'wit/conformance.wit', 'conformance'), 'plugin')],
  },
];
