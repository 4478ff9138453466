import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { quote } from '../errors/index.js';

/** A directory of the host: where it really is, or why it is none. */
export type HostDirectory = { readonly path: string } | { readonly problem: string; readonly mend: string };

/** Resolves the host path of a grant, once: symbolic links are followed now, and never again. */
export function resolveHostDirectory(written: string, base: string): HostDirectory {
  if (written === '')
    return { problem: 'an empty host path', mend: 'Name a directory; "." is the one it is relative to.' };
  if (written.includes('\0')) return { problem: 'a path has no NUL', mend: 'Name a directory.' };
  const path = resolve(base, written);
  try {
    if (!statSync(path).isDirectory()) {
      return { problem: `${quote(path, 200)} is not a directory`, mend: 'Grant the directory that it lies in.' };
    }
    return { path: realpathSync(path) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return { problem: `there is no directory ${quote(path, 200)}`, mend: 'Create it, or correct the path.' };
    }
    return {
      problem: `${quote(path, 200)} cannot be reached: ${code ?? 'it failed'}`,
      mend: 'Let this user enter it.',
    };
  }
}
