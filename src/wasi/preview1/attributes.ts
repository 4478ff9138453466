import type { Datetime, DescriptorStat, MetadataHash, NewTimestamp } from '../filesystem/index.js';
import type { StreamEntry } from './descriptor-table.js';
import { fail } from './errno.js';
import { FILE_TYPES } from './file-types.js';
import { unsigned } from './guest.js';
import type { GuestMemory } from './guest-memory.js';

/** `filestat`. Times are nanoseconds since 1970. */
export interface Attributes {
  readonly device: bigint;
  readonly inode: bigint;
  readonly type: number;
  readonly links: bigint;
  readonly size: bigint;
  readonly access: bigint;
  readonly modification: bigint;
  readonly change: bigint;
}

const NANOSECONDS_PER_SECOND = 1_000_000_000n;
const LAST_MOMENT = 2n ** 64n - 1n;

/** All files are on one device; what tells them apart is the instance's own number for them. */
export function fileAttributes(stat: DescriptorStat, identity: MetadataHash): Attributes {
  return {
    device: 1n,
    inode: identity.lower,
    type: FILE_TYPES[stat.type],
    links: stat.linkCount,
    size: stat.size,
    access: nanoseconds(stat.dataAccessTimestamp),
    modification: nanoseconds(stat.dataModificationTimestamp),
    change: nanoseconds(stat.statusChangeTimestamp),
  };
}

export function streamType({ isTerminal }: StreamEntry): number {
  return FILE_TYPES[isTerminal ? 'character-device' : 'unknown'];
}

export function streamAttributes(stream: StreamEntry): Attributes {
  const type = streamType(stream);
  return { device: 0n, inode: 0n, type, links: 0n, size: 0n, access: 0n, modification: 0n, change: 0n };
}

export function writeAttributes(memory: GuestMemory, place: number, it: Attributes): void {
  memory.setU64(place, it.device);
  memory.setU64(place + 8, it.inode);
  memory.setU64(place + 16, BigInt(it.type));
  memory.setU64(place + 24, it.links);
  memory.setU64(place + 32, it.size);
  memory.setU64(place + 40, it.access);
  memory.setU64(place + 48, it.modification);
  memory.setU64(place + 56, it.change);
}

function nanoseconds(time: Datetime | undefined): bigint {
  if (time === undefined) return 0n;
  const moment = time.seconds * NANOSECONDS_PER_SECOND + BigInt(time.nanoseconds);
  return moment > LAST_MOMENT ? fail('overflow') : moment;
}

/** What two flags make of a time: set it, set it to now, neither. */
export function newTimestamp(flags: number, time: bigint): NewTimestamp {
  switch (flags & 3) {
    case 0:
      return { tag: 'no-change' };
    case 1: {
      const moment = unsigned(time);
      const seconds = moment / NANOSECONDS_PER_SECOND;
      return { tag: 'timestamp', val: { seconds, nanoseconds: Number(moment % NANOSECONDS_PER_SECOND) } };
    }
    case 2:
      return { tag: 'now' };
    default:
      return fail('inval');
  }
}
