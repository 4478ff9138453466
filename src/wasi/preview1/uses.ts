import type { GrantKind } from '../../grants/index.js';
import { type GrantUse, Uses } from '../uses.js';
import type { Preview1Module } from './command.js';
import { type FunctionName, PREVIEW1 } from './signatures.js';

/** Which grants a function is about. Those of open files are not here: `path_open` comes before them. */
const OF_FUNCTIONS: ReadonlyMap<string, readonly GrantKind[]> = new Map<FunctionName, readonly GrantKind[]>([
  ['path_open', ['read', 'write']],
  ['path_filestat_get', ['read']],
  ['path_readlink', ['read']],
  ['fd_readdir', ['read']],
  ['path_create_directory', ['write']],
  ['path_filestat_set_times', ['write']],
  ['path_link', ['write']],
  ['path_remove_directory', ['write']],
  ['path_rename', ['write']],
  ['path_symlink', ['write']],
  ['path_unlink_file', ['write']],
  ['environ_get', ['env']],
  ['clock_time_get', ['clocks']],
  ['clock_res_get', ['clocks']],
  ['poll_oneoff', ['clocks']],
  ['random_get', ['random']],
]);

/** The grants that a program could use, by what it imports. */
export function preview1GrantUses({ module }: Preview1Module): GrantUse[] {
  const uses = new Uses();
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    if (from === PREVIEW1) uses.add(OF_FUNCTIONS.get(name), name);
  }
  return uses.list();
}
