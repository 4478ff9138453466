import { posix } from 'node:path';

const MAX_LENGTH = 4_096;

/** Why a text is no path that a directory can be granted under; `undefined` if it is one. */
export function guestPathProblem(text: string): string | undefined {
  if (text === '') return 'an empty path';
  if (!text.startsWith('/')) return 'a guest path starts with "/"';
  if (text.length > MAX_LENGTH) return `a guest path has ${MAX_LENGTH} characters at most`;
  if (text.includes('\0')) return 'a path has no NUL';
  if (/[*?]/.test(text)) return 'patterns are for nothing here: a directory includes what is below it';
  const parts = text.split('/').slice(1, text.endsWith('/') ? -1 : undefined);
  if (parts.some((part) => part === '.' || part === '..')) return 'a guest path has no "." and ".."';
  if (text !== '/' && parts.includes('')) return 'a guest path has no empty part';
  return undefined;
}

/** The one spelling of a guest path: without the slash at its end. */
export function normalGuestPath(text: string): string {
  return text.length > 1 && text.endsWith('/') ? text.slice(0, -1) : text;
}

/** Whether `path` is `directory` or below it. Both are normal. */
export function includes(directory: string, path: string): boolean {
  return directory === '/' || path === directory || path.startsWith(`${directory}/`);
}

/** What leads from `directory` to `path`, which it includes: without a slash in front, empty for the directory itself. */
export function pathBelow(directory: string, path: string): string {
  return path === directory ? '' : path.slice(directory === '/' ? 1 : directory.length + 1);
}

/** Of the paths that are keys, the deepest that includes `path`. */
export function deepestIncluding<T>(map: ReadonlyMap<string, T>, path: string): readonly [string, T] | undefined {
  for (let at = path; ; at = parentOf(at)) {
    const found = map.get(at);
    if (found !== undefined) return [at, found];
    if (at === '/' || at === '') return undefined;
  }
}

/** `/` for what lies there, and for `/` itself. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

/** What a guest means by a path, however it spells it. */
export function meantPath(target: string): string {
  return normalGuestPath(posix.normalize(`/${target}`));
}
