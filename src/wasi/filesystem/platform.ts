import { closeSync, constants, fstatSync, openSync, statfsSync, statSync } from 'node:fs';

/** `O_PATH`, which Node does not name: a place in the file system, opened for nothing but to look things up in it. */
const O_PATH = 0x20_0000;

/** Opens a directory to walk through, and nothing that is a link. */
export const WALK = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** Opens the directory of a grant; its host path may lead through links. */
export const ROOT = O_PATH | constants.O_DIRECTORY;
/** Of every other open: a FIFO does not block, a terminal does not become ours, a link is not followed. */
export const CAREFUL = constants.O_NONBLOCK | constants.O_NOCTTY | constants.O_NOFOLLOW;

/** What procfs says it is. */
const PROC_SUPER_MAGIC = 0x9fa0;

/** Where an open directory is found by its descriptor, whatever its name has become. */
export function pathOf(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

/**
 * Why a directory cannot be granted here; `undefined` where it can. A walk that nothing can swap under needs Linux with
 * `/proc`, where an open directory has a name of its own.
 */
export function whyNoDirectories(): string | undefined {
  if (process.platform !== 'linux') return `directories can be granted on Linux only, and this is ${process.platform}`;
  let fd: number | undefined;
  try {
    if (statfsSync('/proc/self/fd').type !== PROC_SUPER_MAGIC) return '/proc is not what Linux has there';
    fd = openSync('/', ROOT);
    const opened = fstatSync(fd, { bigint: true });
    const found = statSync(`${pathOf(fd)}/.`, { bigint: true });
    if (opened.dev !== found.dev || opened.ino !== found.ino) return '/proc/self/fd leads elsewhere';
    return undefined;
  } catch (error) {
    return `/proc/self/fd cannot be used (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
