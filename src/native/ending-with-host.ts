import { accessSync, constants } from 'node:fs';

/** Of util-linux, which every Linux has. */
const SETPRIV = '/usr/bin/setpriv';

let found: boolean | undefined;

/**
 * A command that the kernel kills when this process ends, however it ends, where there is such a thing. A plugin ends with its
 * connection anyway; this is for a program that is none, or that does not listen.
 */
export function endingWithHost(command: readonly string[]): readonly string[] {
  if (process.platform !== 'linux') return command;
  found ??= canExecute(SETPRIV);
  return found ? [SETPRIV, '--pdeathsig', 'KILL', ...command] : command;
}

function canExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
