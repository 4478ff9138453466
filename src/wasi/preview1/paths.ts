import type { Descriptor, OpenFlags, PathFlags } from '../filesystem/index.js';
import { fileAttributes, newTimestamp, writeAttributes } from './attributes.js';
import type { Entry } from './descriptor-table.js';
import { ERRNO, errnoOf, fail } from './errno.js';
import { FDFLAGS, RIGHTS } from './fdstat.js';
import { type Guest, unsigned } from './guest.js';
import type { Implementations } from './signatures.js';

const ENCODER = new TextEncoder();

type PathFunction = Extract<keyof Implementations, `path_${string}`>;

export function pathFunctions({ memory, descriptors }: Guest): Pick<Implementations, PathFunction> {
  const directory = (fd: number): Descriptor => descriptors.directory(fd).descriptor;

  return {
    path_create_directory: (fd, path, length) => directory(fd).createDirectoryAt(memory.path(path, length)),
    path_filestat_get: (fd, flags, path, length, result) => {
      const place = memory.place(result, 64);
      const base = directory(fd);
      const follow = pathFlags(flags);
      const name = memory.path(path, length);
      writeAttributes(memory, place, fileAttributes(base.statAt(follow, name), base.metadataHashAt(follow, name)));
    },
    path_filestat_set_times: (fd, flags, path, length, access, modification, times) => {
      if (times >>> 0 > 0xf) fail('inval');
      const set = [newTimestamp(times, access), newTimestamp(times >>> 2, modification)] as const;
      directory(fd).setTimesAt(pathFlags(flags), memory.path(path, length), ...set);
    },
    path_link: (fd, flags, path, length, newFd, newPath, newLength) => {
      const [from, to] = [directory(fd), directory(newFd)];
      from.linkAt(pathFlags(flags), memory.path(path, length), to, memory.path(newPath, newLength));
    },
    path_open: (fd, flags, path, length, openFlags, rights, _inheriting, fdFlags, result) => {
      const place = memory.place(result, 4);
      const name = memory.path(path, length);
      const base = directory(fd);
      // Where there is no number left, nothing is opened.
      descriptors.next();
      if (fdFlags >>> 0 > 0x1f) fail('inval');
      const follow = pathFlags(flags);
      const how = oflags(openFlags);
      const descriptor = orTooMany(() =>
        base.openAt(follow, name, how, {
          read: (unsigned(rights) & RIGHTS.fdRead) !== 0n,
          write: (unsigned(rights) & RIGHTS.fdWrite) !== 0n,
          fileIntegritySync: (fdFlags & FDFLAGS.sync) !== 0,
          dataIntegritySync: (fdFlags & FDFLAGS.dsync) !== 0,
          requestedWriteSync: (fdFlags & FDFLAGS.rsync) !== 0,
        }),
      );
      memory.setU32(place, descriptors.add(entryOf(descriptor, fdFlags)));
    },
    path_readlink: (fd, path, length, buffer, size, result) => {
      const place = memory.place(result, 4);
      const target = memory.bytes(buffer, size);
      const link = ENCODER.encode(directory(fd).readlinkAt(memory.path(path, length))).subarray(0, target.length);
      target.set(link);
      memory.setU32(place, link.length);
    },
    path_remove_directory: (fd, path, length) => directory(fd).removeDirectoryAt(memory.path(path, length)),
    path_rename: (fd, path, length, newFd, newPath, newLength) => {
      const [from, to] = [directory(fd), directory(newFd)];
      from.renameAt(memory.path(path, length), to, memory.path(newPath, newLength));
    },
    path_symlink: (target, targetLength, fd, path, length) => {
      directory(fd).symlinkAt(memory.path(target, targetLength), memory.path(path, length));
    },
    path_unlink_file: (fd, path, length) => directory(fd).unlinkFileAt(memory.path(path, length)),
  };
}

function entryOf(descriptor: Descriptor, flags: number): Entry {
  if (descriptor.getType() === 'directory') return { kind: 'directory', descriptor };
  const append = (flags & FDFLAGS.append) !== 0;
  const nonblocking = (flags & FDFLAGS.nonblock) !== 0;
  return { kind: 'file', descriptor, position: 0n, append, nonblocking };
}

function pathFlags(flags: number): PathFlags {
  return flags >>> 0 > 1 ? fail('inval') : { symlinkFollow: flags === 1 };
}

function oflags(flags: number): OpenFlags {
  if (flags >>> 0 > 0xf) fail('inval');
  const [create, directory, exclusive, truncate] = [1, 2, 4, 8].map((bit) => (flags & bit) !== 0);
  return { create: create!, directory: directory!, exclusive: exclusive!, truncate: truncate! };
}

/** The file system's word for its quota of open files is one that C programs do not expect of opening one. */
function orTooMany<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (errnoOf(error) === ERRNO.nomem) fail('mfile');
    throw error;
  }
}
