import { constants, fstatSync, openSync } from 'node:fs';
import { failure, systemCode } from './codes.js';
import type { Context } from './context.js';
import { closeQuietly, Opened } from './opened.js';
import { guestPath, MAX_PATH } from './path.js';
import { CAREFUL, WALK } from './platform.js';
import { Walk } from './walk.js';

export interface PathFlags {
  readonly symlinkFollow?: boolean;
}

export interface OpenFlags {
  readonly create?: boolean;
  readonly directory?: boolean;
  readonly exclusive?: boolean;
  readonly truncate?: boolean;
}

export interface DescriptorFlags {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly fileIntegritySync?: boolean;
  readonly dataIntegritySync?: boolean;
  readonly requestedWriteSync?: boolean;
  readonly mutateDirectory?: boolean;
}

const { O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_DIRECTORY, S_IFMT, S_IFREG, S_IFDIR } = constants;

/**
 * Opens a file or directory below `directory`.
 *
 * Creating and truncating are writing. What is not opened for writing is opened for reading, whether or not it was asked for,
 * as elsewhere. In a mapping that may only be written, that leaves directories, to go through them.
 */
export function openAt(
  context: Context,
  directory: Opened,
  pathFlags: PathFlags,
  path: string,
  openFlags: OpenFlags,
  flags: DescriptorFlags,
): Opened {
  if (flags.fileIntegritySync || flags.dataIntegritySync || flags.requestedWriteSync) throw failure('unsupported');
  const { create, exclusive, truncate } = openFlags;
  if (openFlags.directory && (create || exclusive || truncate)) throw failure('invalid');
  const writes = create || truncate || flags.write || false;
  if (writes) context.mayWrite(directory, path);
  else context.mayLook(directory, path);
  const { mayRead } = directory.mapping;
  if (writes && flags.read) context.mayRead(directory, path);
  const reads = mayRead && (flags.read || !flags.write);
  context.usage.handle();

  const walk = new Walk(directory, path);
  try {
    const follows = pathFlags.symlinkFollow ?? false;
    const mode = (writes ? (reads ? O_RDWR : O_WRONLY) : O_RDONLY) | CAREFUL;
    const wants = mode | (create ? O_CREAT : 0) | (create && exclusive ? O_EXCL : 0) | (truncate ? O_TRUNC : 0);
    for (;;) {
      // As on Linux: a slash asks for a directory, and a directory is not made by opening it.
      if (create && (walk.slash || walk.name === '.')) throw failure('is-directory');
      const needsDirectory = openFlags.directory || walk.slash || walk.name === '.';
      let fd: number;
      try {
        fd =
          reads || writes
            ? openSync(walk.place, needsDirectory ? wants | O_DIRECTORY : wants)
            : openSync(walk.place, WALK);
      } catch (error) {
        const code = systemCode(error);
        if ((follows || walk.slash) && (code === 'ELOOP' || code === 'ENOTDIR') && walk.follow()) continue;
        if (!reads && !writes && code === 'ENOTDIR') context.mayRead(directory, path);
        throw error;
      }
      return admit(context, directory, fd, { path, reads, writes });
    }
  } finally {
    walk.close();
  }
}

/** Takes in what was opened, if it is a file or a directory: a device or a FIFO is not what a directory was granted for. */
function admit(
  context: Context,
  directory: Opened,
  fd: number,
  { path, reads, writes }: { readonly path: string; readonly reads: boolean; readonly writes: boolean },
): Opened {
  let type: number;
  try {
    const stats = fstatSync(fd);
    type = stats.mode & S_IFMT;
    if (stats.dev === context.processes) context.refuseProcesses(writes ? 'write' : 'read', directory, path);
    if (type !== S_IFREG && type !== S_IFDIR) throw failure('no-such-device');
  } catch (error) {
    closeQuietly(fd);
    throw error;
  }
  const isDirectory = type === S_IFDIR;
  const opened = new Opened(
    fd,
    directory.mapping,
    isDirectory,
    reads,
    writes,
    nameOf(directory, path),
    directory.top,
    context.opened,
  );
  if (reads) context.allowed('read', directory, path);
  if (writes || !reads) context.allowed('write', directory, path);
  return opened;
}

/** What an opened file is called in the record. Its length is bounded: each name is made of that of the directory above. */
function nameOf(directory: Opened, path: string): string {
  const guest = `${directory.guest === '/' ? '' : directory.guest}/${path}`;
  return guest.length > MAX_PATH ? guestPath(directory.guest, path).slice(0, MAX_PATH) : guest;
}
