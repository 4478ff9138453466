import { createHash } from 'node:crypto';
import { type BigIntStats, constants, type Dirent, type Stats } from 'node:fs';

export type DescriptorType =
  | 'unknown'
  | 'block-device'
  | 'character-device'
  | 'directory'
  | 'fifo'
  | 'symbolic-link'
  | 'regular-file'
  | 'socket';

/** `datetime` of `wasi:clocks/wall-clock`. */
export interface Datetime {
  readonly seconds: bigint;
  readonly nanoseconds: number;
}

export interface DescriptorStat {
  readonly type: DescriptorType;
  readonly linkCount: bigint;
  readonly size: bigint;
  readonly dataAccessTimestamp: Datetime | undefined;
  readonly dataModificationTimestamp: Datetime | undefined;
  readonly statusChangeTimestamp: Datetime | undefined;
}

const TYPES: ReadonlyMap<number, DescriptorType> = new Map<number, DescriptorType>([
  [constants.S_IFREG, 'regular-file'],
  [constants.S_IFDIR, 'directory'],
  [constants.S_IFLNK, 'symbolic-link'],
  [constants.S_IFIFO, 'fifo'],
  [constants.S_IFSOCK, 'socket'],
  [constants.S_IFCHR, 'character-device'],
  [constants.S_IFBLK, 'block-device'],
]);

export function typeOfMode(mode: number): DescriptorType {
  return TYPES.get(mode & constants.S_IFMT) ?? 'unknown';
}

export function typeOfEntry(entry: Dirent | Dirent<Buffer> | Stats): DescriptorType {
  if (entry.isFile()) return 'regular-file';
  if (entry.isDirectory()) return 'directory';
  if (entry.isSymbolicLink()) return 'symbolic-link';
  if (entry.isFIFO()) return 'fifo';
  if (entry.isSocket()) return 'socket';
  if (entry.isCharacterDevice()) return 'character-device';
  return entry.isBlockDevice() ? 'block-device' : 'unknown';
}

/** What a guest may know of a file: neither its device nor its inode, its owner or its mode. */
export function describe(stats: BigIntStats): DescriptorStat {
  return {
    type: typeOfMode(Number(stats.mode)),
    linkCount: stats.nlink,
    size: stats.size,
    dataAccessTimestamp: datetime(stats.atimeNs),
    dataModificationTimestamp: datetime(stats.mtimeNs),
    statusChangeTimestamp: datetime(stats.ctimeNs),
  };
}

const NANOSECONDS_PER_SECOND = 1_000_000_000n;

/** `undefined` before 1970, which `datetime` cannot say. */
function datetime(nanoseconds: bigint): Datetime | undefined {
  if (nanoseconds < 0n) return undefined;
  return {
    seconds: nanoseconds / NANOSECONDS_PER_SECOND,
    nanoseconds: Number(nanoseconds % NANOSECONDS_PER_SECOND),
  };
}

export interface MetadataHash {
  readonly lower: bigint;
  readonly upper: bigint;
}

/**
 * Tells files apart without saying which they are: device and inode, hashed with a key of the instance. Guests use it as a
 * file's number, so what changes when a file is written is left out.
 */
export function hashIdentity(
  key: Uint8Array,
  { dev, ino }: { readonly dev: bigint; readonly ino: bigint },
): MetadataHash {
  const identity = Buffer.allocUnsafe(16);
  identity.writeBigUInt64LE(BigInt.asUintN(64, dev), 0);
  identity.writeBigUInt64LE(BigInt.asUintN(64, ino), 8);
  const digest = createHash('sha256').update(key).update(identity).digest();
  return { lower: digest.readBigUInt64LE(0), upper: digest.readBigUInt64LE(8) };
}
