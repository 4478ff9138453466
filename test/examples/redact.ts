/** The same filter in four languages, on both runtimes. */
import { guestPath, nativeGuestPath } from '../../guests/build.js';
import { goGuest, noGo } from '../native/go-guests.js';

export interface Redact {
  readonly name: string;
  readonly missing?: string | undefined;
  readonly native: boolean;
  path(): Promise<string>;
}

export const REDACT: readonly Redact[] = [
  { name: 'AssemblyScript', native: false, path: async () => guestPath('assemblyscript', 'redact') },
  { name: 'JavaScript', native: false, path: async () => guestPath('javascript', 'redact') },
  { name: 'Node', native: true, path: async () => nativeGuestPath('node', 'redact') },
  { name: 'Go', missing: noGo, native: true, path: () => goGuest('redact', 'wit/relay.wit', 'filter-plugin') },
];
