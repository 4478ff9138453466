import { InstanceEnd } from '../../errors/index.js';
import type { DirectoryEntry } from './descriptor-table.js';
import { fail } from './errno.js';
import { FILE_TYPES } from './file-types.js';
import { type Guest, unsigned } from './guest.js';
import type { Implementations } from './signatures.js';

/** An entry of a directory, as it was when the directory was read. */
export interface Listed {
  readonly name: Uint8Array;
  /** Its name as a path; none for `.` and `..`, which are the directory itself here. */
  readonly path?: string;
  readonly type: number;
}

/** Entries that a guest may hold in all the directories it is reading. */
const MAX_LISTED = 100_000;
/** Bytes of an entry before its name. */
const HEAD = 24;

const ENCODER = new TextEncoder();
const ITSELF: readonly Listed[] = ['.', '..'].map((name) => ({
  name: ENCODER.encode(name),
  type: FILE_TYPES.directory,
}));

export function directoryFunctions({ memory, descriptors }: Guest): Pick<Implementations, 'fd_readdir'> {
  let listed = 0;

  const forget = (directory: DirectoryEntry) => {
    listed -= directory.listing?.length ?? 0;
    directory.listing = undefined;
  };

  /** What is read from the start stays the same until the end is reached: entries may come and go meanwhile. */
  const listingOf = (directory: DirectoryEntry, cookie: bigint): readonly Listed[] => {
    if (directory.listing !== undefined && cookie > 0n) {
      directory.descriptor.checkListing();
      return directory.listing;
    }
    forget(directory);
    const listing = list(directory, MAX_LISTED - listed);
    directory.listing = listing;
    directory.onClose = () => forget(directory);
    listed += listing.length;
    return listing;
  };

  return {
    fd_readdir: (fd, buffer, length, cookie, used) => {
      const place = memory.place(used, 4);
      const bytes = memory.bytes(buffer, length);
      const directory = descriptors.directory(fd);
      const listing = listingOf(directory, cookie);
      const from = unsigned(cookie);
      let at = 0;
      let index = from < BigInt(listing.length) ? Number(from) : listing.length;
      for (; index < listing.length && at < bytes.length; index++) {
        const entry = encode(directory, listing[index]!, index + 1);
        const part = entry.subarray(0, bytes.length - at);
        bytes.set(part, at);
        at += part.length;
      }
      memory.setU32(place, at);
      if (at < bytes.length) forget(directory);
    },
  };
}

function list({ descriptor }: DirectoryEntry, max: number): Listed[] {
  const listing = [...ITSELF];
  const stream = descriptor.readDirectory();
  try {
    for (let entry = stream.readDirectoryEntry(); entry !== undefined; entry = stream.readDirectoryEntry()) {
      if (listing.length >= max) fail('nomem');
      listing.push({ name: ENCODER.encode(entry.name), path: entry.name, type: FILE_TYPES[entry.type] });
    }
  } finally {
    stream[Symbol.dispose]();
  }
  return listing;
}

/** @param next the cookie of what comes after. */
function encode(directory: DirectoryEntry, entry: Listed, next: number): Uint8Array {
  const bytes = new Uint8Array(HEAD + entry.name.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(next), true);
  view.setBigUint64(8, inode(directory, entry.path), true);
  view.setUint32(16, entry.name.length, true);
  view.setUint8(20, entry.type);
  bytes.set(entry.name, HEAD);
  return bytes;
}

/** The number that attributes have too; 0 for what is gone meanwhile. */
function inode({ descriptor }: DirectoryEntry, path: string | undefined): bigint {
  try {
    return (path === undefined ? descriptor.metadataHash() : descriptor.metadataHashAt({}, path)).lower;
  } catch (error) {
    if (error instanceof InstanceEnd) throw error;
    return 0n;
  }
}
