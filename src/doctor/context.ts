import { type GrantsOption, Permissions, parseAppGrants, resolveGrants } from '../grants/index.js';
import { EMPTY_STDIN, WasiContext } from '../wasi/index.js';

/** The WASI of a guest that is granted this. What it writes is dropped. */
export function contextWith(grants: GrantsOption): WasiContext {
  const name = { plugin: 'doctor', instance: 'doctor' };
  const nowhere = { write: () => {} };
  return new WasiContext({
    name,
    permissions: new Permissions(name, resolveGrants({ app: parseAppGrants(grants) })),
    args: [],
    stdin: EMPTY_STDIN,
    stdout: nowhere,
    stderr: nowhere,
    terminals: { stdin: false, stdout: false, stderr: false },
    waiting: 0,
  });
}
