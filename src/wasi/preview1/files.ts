import type { NewTimestamp } from '../filesystem/index.js';
import { MAX_WRITE } from '../io/index.js';
import { fileAttributes, newTimestamp, streamAttributes, writeAttributes } from './attributes.js';
import type { FileEntry, StreamEntry } from './descriptor-table.js';
import { fail } from './errno.js';
import { FDFLAGS, writeFdstat } from './fdstat.js';
import { type Guest, unsigned } from './guest.js';
import type { Implementations } from './signatures.js';

/** Bytes that one call of the system moves at most. Node takes lengths as 32 bits with a sign. */
const MAX_TRANSFER = 1 << 30;
/** Advice there is: normal, sequential, random, will need, don't need, no reuse. */
const ADVICE = ['normal', 'sequential', 'random', 'will-need', 'dont-need', 'no-reuse'] as const;
const LAST_POSITION = 2n ** 63n - 1n;

type FileFunction = Exclude<Extract<keyof Implementations, `fd_${string}`>, 'fd_readdir'>;

export function fileFunctions({ memory, descriptors }: Guest): Pick<Implementations, FileFunction> {
  const setTimes = (flags: number, access: bigint, modification: bigint): [NewTimestamp, NewTimestamp] => {
    if (flags >>> 0 > 0xf) fail('inval');
    return [newTimestamp(flags, access), newTimestamp(flags >>> 2, modification)];
  };

  return {
    fd_advise: (fd, offset, length, advice) => {
      const { descriptor } = descriptors.file(fd);
      descriptor.advise(unsigned(offset), unsigned(length), ADVICE[advice >>> 0] ?? fail('inval'));
    },
    fd_allocate: (fd) => {
      descriptors.file(fd);
      fail('notsup');
    },
    fd_close: (fd) => descriptors.close(fd),
    fd_datasync: (fd) => descriptors.opened(fd).descriptor.syncData(),
    fd_fdstat_get: (fd, result) => {
      const place = memory.place(result, 24);
      writeFdstat(memory, place, descriptors.get(fd));
    },
    fd_fdstat_set_flags: (fd, flags) => {
      const file = descriptors.file(fd);
      if ((flags & ~(FDFLAGS.append | FDFLAGS.nonblock)) !== 0) fail('inval');
      file.append = (flags & FDFLAGS.append) !== 0;
      file.nonblocking = (flags & FDFLAGS.nonblock) !== 0;
    },
    fd_fdstat_set_rights: (fd) => {
      descriptors.opened(fd);
      fail('notsup');
    },
    fd_filestat_get: (fd, result) => {
      const place = memory.place(result, 64);
      const entry = descriptors.get(fd);
      if (!('descriptor' in entry)) return writeAttributes(memory, place, streamAttributes(entry));
      const { descriptor } = entry;
      writeAttributes(memory, place, fileAttributes(descriptor.stat(), descriptor.metadataHash()));
    },
    fd_filestat_set_size: (fd, size) => descriptors.file(fd).descriptor.setSize(unsigned(size)),
    fd_filestat_set_times: (fd, access, modification, flags) => {
      const times = setTimes(flags, access, modification);
      descriptors.opened(fd).descriptor.setTimes(...times);
    },
    fd_pread: (fd, buffers, count, offset, result) => {
      const place = memory.place(result, 4);
      const targets = memory.buffers(buffers, count);
      const entry = descriptors.get(fd);
      if (entry.kind === 'stdin') fail('spipe');
      memory.setU32(place, readFile(descriptors.file(fd), targets, unsigned(offset)));
    },
    fd_prestat_dir_name: (fd, path, length) => {
      const target = memory.bytes(path, length);
      const entry = descriptors.get(fd);
      if (entry.kind !== 'directory' || entry.preopen === undefined) return fail('notdir');
      if (entry.preopen.length > target.length) fail('nametoolong');
      target.set(entry.preopen);
    },
    fd_prestat_get: (fd, result) => {
      const place = memory.place(result, 8);
      const entry = descriptors.get(fd);
      if (entry.kind !== 'directory' || entry.preopen === undefined) return fail('badf');
      memory.setU32(place, 0);
      memory.setU32(place + 4, entry.preopen.length);
    },
    fd_pwrite: (fd, buffers, count, offset, result) => {
      const place = memory.place(result, 4);
      const sources = memory.buffers(buffers, count);
      const entry = descriptors.get(fd);
      if (entry.kind === 'stdout' || entry.kind === 'stderr') fail('spipe');
      memory.setU32(place, writeFile(descriptors.file(fd), sources, unsigned(offset)));
    },
    fd_read: (fd, buffers, count, result) => {
      const place = memory.place(result, 4);
      const targets = memory.buffers(buffers, count);
      const entry = descriptors.get(fd);
      if (entry.kind === 'stdin') return memory.setU32(place, readStream(entry, targets));
      const file = descriptors.file(fd);
      const read = readFile(file, targets, file.position);
      file.position += BigInt(read);
      memory.setU32(place, read);
    },
    fd_renumber: (from, to) => descriptors.renumber(from >>> 0, to >>> 0),
    fd_seek: (fd, offset, whence, result) => {
      const place = memory.place(result, 8);
      const file = seekable(descriptors.get(fd));
      const position = start(file, whence) + offset;
      if (position < 0n || position > LAST_POSITION) fail('inval');
      file.position = position;
      memory.setU64(place, position);
    },
    fd_sync: (fd) => descriptors.opened(fd).descriptor.sync(),
    fd_tell: (fd, result) => {
      const place = memory.place(result, 8);
      memory.setU64(place, seekable(descriptors.get(fd)).position);
    },
    fd_write: (fd, buffers, count, result) => {
      const place = memory.place(result, 4);
      const sources = memory.buffers(buffers, count);
      const entry = descriptors.get(fd);
      if (entry.kind === 'stdout' || entry.kind === 'stderr') return memory.setU32(place, writeStream(entry, sources));
      const file = descriptors.file(fd);
      const written = writeFile(file, sources, file.position);
      file.position = file.append ? file.descriptor.stat().size : file.position + BigInt(written);
      memory.setU32(place, written);
    },
  };
}

function seekable(entry: ReturnType<Guest['descriptors']['get']>): FileEntry {
  if (entry.kind === 'file') return entry;
  return fail(entry.kind === 'directory' ? 'badf' : 'spipe');
}

/** What an offset counts from. */
function start(file: FileEntry, whence: number): bigint {
  switch (whence) {
    case 0:
      return 0n;
    case 1:
      return file.position;
    case 2:
      return file.descriptor.stat().size;
    default:
      return fail('inval');
  }
}

/** Answers with what there is so far where a later buffer fails. */
function transfer(buffers: readonly Uint8Array[], move: (part: Uint8Array, done: number) => number): number {
  let done = 0;
  for (const buffer of buffers) {
    const part = buffer.subarray(0, MAX_TRANSFER);
    let moved: number;
    try {
      moved = move(part, done);
    } catch (error) {
      if (done === 0) throw error;
      return done;
    }
    done += moved;
    if (moved < buffer.length || done >= MAX_TRANSFER) break;
  }
  return done;
}

function readFile({ descriptor }: FileEntry, targets: readonly Uint8Array[], offset: bigint): number {
  if (targets.length === 0) return descriptor.readInto(new Uint8Array(0), offset);
  return transfer(targets, (part, done) => descriptor.readInto(part, offset + BigInt(done)));
}

/** What is opened to append is appended to wherever the guest wants to write, as on Linux. */
function writeFile({ descriptor, append }: FileEntry, sources: readonly Uint8Array[], offset: bigint): number {
  const write = (part: Uint8Array, done: number) =>
    append ? descriptor.appendFrom(part) : descriptor.writeFrom(part, offset + BigInt(done));
  return sources.length === 0 ? write(new Uint8Array(0), 0) : transfer(sources, write);
}

/** One read only: a second one might wait for what a terminal's user has not typed. */
function readStream({ input }: StreamEntry, targets: readonly Uint8Array[]): number {
  return targets.length === 0 ? 0 : input!.readInto(targets[0]!.subarray(0, MAX_TRANSFER));
}

/** In copies, since what is written is the receiver's; together where that is little, so that a line stays one piece. */
function writeStream({ output }: StreamEntry, sources: readonly Uint8Array[]): number {
  let written = 0;
  let chunk: Uint8Array[] = [];
  let size = 0;
  const flush = () => {
    if (size > 0) output!.write(new Uint8Array(Buffer.concat(chunk)));
    written += size;
    chunk = [];
    size = 0;
  };
  for (const source of sources) {
    for (let at = 0; at < source.length; ) {
      const part = source.subarray(at, at + MAX_WRITE - size);
      chunk.push(part);
      size += part.length;
      at += part.length;
      if (size === MAX_WRITE) flush();
    }
  }
  flush();
  return written;
}
