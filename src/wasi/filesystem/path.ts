import { failure } from './codes.js';

/** Bytes in a path, as on Linux: `PATH_MAX` without its NUL. */
export const MAX_PATH = 4_095;

/** What a walk throws that would leave its directory. */
export const ESCAPE = new Error('a path leads out of its directory');

/**
 * Refuses what cannot be a path in a directory.
 * @throws ESCAPE for an absolute one
 */
export function checkPath(path: string): void {
  if (path.length === 0) throw failure('no-entry');
  if (path.charCodeAt(0) === SLASH) throw ESCAPE;
  // A UTF-16 unit takes at most three bytes.
  if (path.length > MAX_PATH / 3 && Buffer.byteLength(path) > MAX_PATH) throw failure('name-too-long');
  if (path.includes('\0')) throw failure('invalid');
}

export const SLASH = 0x2f;

/**
 * A guest path, absolute and normal, for the record: what `path` means to a program whose directory is `base`. Cut where no
 * path goes on.
 */
export function guestPath(base: string, path: string): string {
  const parts: string[] = [];
  const known = path.length > MAX_PATH ? path.slice(0, MAX_PATH) : path;
  for (const part of (known.startsWith('/') ? known : `${base}/${known}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Whether a guest path is that directory or below it. */
export function isWithin(directory: string, path: string): boolean {
  return directory === '/' || path === directory || path.startsWith(`${directory}/`);
}

/**
 * Whether the target of a link stays inside a mapping, by its words alone. `depth`: of the directory the link is in, the
 * mapping's own being 0.
 */
export function staysInside(target: string, depth: number): boolean {
  if (target.charCodeAt(0) === SLASH) return false;
  let level = depth;
  for (const part of target.split('/')) {
    if (part === '..') level--;
    else if (part !== '' && part !== '.') level++;
    if (level < 0) return false;
  }
  return true;
}

/** Whether `..` comes after a name: that name may be a link, and lead further up than it says. */
export function turnsBack(target: string): boolean {
  let named = false;
  for (const part of target.split('/')) {
    if (part === '..' && named) return true;
    if (part !== '' && part !== '.' && part !== '..') named = true;
  }
  return false;
}
