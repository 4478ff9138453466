import { streamType } from './attributes.js';
import type { Entry } from './descriptor-table.js';
import { FILE_TYPES } from './file-types.js';
import type { GuestMemory } from './guest-memory.js';

/** Flags of a descriptor. */
export const FDFLAGS = { append: 1, dsync: 2, nonblock: 4, rsync: 8, sync: 16 } as const;

/** Bits of `rights`, those that are told apart here. */
export const RIGHTS = {
  fdRead: 1n << 1n,
  fdSeek: 1n << 2n,
  fdWrite: 1n << 6n,
  fdReaddir: 1n << 14n,
  pathFilestatSetSize: 1n << 19n,
  fdFilestatSetSize: 1n << 22n,
} as const;

const ALL = (1n << 30n) - 1n;
const OF_DIRECTORY =
  ALL & ~(RIGHTS.fdRead | RIGHTS.fdWrite | RIGHTS.fdSeek | RIGHTS.fdFilestatSetSize | RIGHTS.pathFilestatSetSize);

/**
 * Rights say what a descriptor could be used for; they are what C libraries look at, not what is checked. Directories pass
 * all of them on, and the permissions of the instance decide at each use.
 */
export function writeFdstat(memory: GuestMemory, place: number, entry: Entry): void {
  const { type, flags, rights, inheriting } = describe(entry);
  memory.setU16(place, type);
  memory.setU16(place + 2, flags);
  memory.setU32(place + 4, 0);
  memory.setU64(place + 8, rights);
  memory.setU64(place + 16, inheriting);
}

function describe(entry: Entry): { type: number; flags: number; rights: bigint; inheriting: bigint } {
  switch (entry.kind) {
    case 'directory':
      return { type: FILE_TYPES.directory, flags: 0, rights: OF_DIRECTORY, inheriting: ALL };
    case 'file': {
      const { read, write } = entry.descriptor.getFlags();
      const rights = ALL & ~(read ? 0n : RIGHTS.fdRead | RIGHTS.fdReaddir) & ~(write ? 0n : RIGHTS.fdWrite);
      const flags = (entry.append ? FDFLAGS.append : 0) | (entry.nonblocking ? FDFLAGS.nonblock : 0);
      return { type: FILE_TYPES['regular-file'], flags, rights, inheriting: rights };
    }
    default: {
      const rights = entry.kind === 'stdin' ? RIGHTS.fdRead : RIGHTS.fdWrite;
      return { type: streamType(entry), flags: 0, rights, inheriting: rights };
    }
  }
}
