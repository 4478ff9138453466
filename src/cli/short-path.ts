import { relative } from 'node:path';

/** A path as one would type it: relative where it is below the working directory. */
export function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
}
