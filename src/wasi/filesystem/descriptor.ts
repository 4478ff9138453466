import {
  type BigIntStats,
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { InputStream, MAX_READ, OutputStream } from '../io/index.js';
import { answer, failure } from './codes.js';
import type { Context } from './context.js';
import { type DirectoryEntryStream, list } from './directory-entry-stream.js';
import { append, readAt, resize, roomFor, writeAt } from './file.js';
import { type DescriptorFlags, type OpenFlags, openAt, type PathFlags } from './open.js';
import type { Opened } from './opened.js';
import { ESCAPE, MAX_PATH, staysInside, turnsBack } from './path.js';
import { pathOf } from './platform.js';
import {
  type DescriptorStat,
  type DescriptorType,
  describe,
  hashIdentity,
  type MetadataHash,
  typeOfMode,
} from './stat.js';
import { FileSink, FileSource } from './streams.js';
import { type NewTimestamp, setTimes } from './times.js';
import { readLink, Walk } from './walk.js';

/** What the virtual root says of itself. */
const VIRTUAL_STAT: DescriptorStat = {
  type: 'directory',
  linkCount: 1n,
  size: 0n,
  dataAccessTimestamp: undefined,
  dataModificationTimestamp: undefined,
  statusChangeTimestamp: undefined,
};

/**
 * `wasi:filesystem/types.descriptor`: an open file or directory. Every use of it asks for leave anew.
 *
 * Methods throw a `ComponentError` with an `error-code`. Preview 1 uses the same class; for it there are `readInto`,
 * `writeFrom`, `appendFrom` and `checkListing`.
 */
export class Descriptor {
  readonly #context: Context;
  /** `undefined` for the virtual root, behind which is nothing. */
  readonly #opened: Opened | undefined;
  #closed = false;

  /** Takes over one hold of `opened`. */
  constructor(context: Context, opened: Opened | undefined) {
    this.#context = context;
    this.#opened = opened;
  }

  readViaStream(offset: bigint): InputStream {
    const file = this.#file('is-directory');
    return this.#do(() => {
      this.#context.mayRead(file);
      return new InputStream(this.#context.waiting, new FileSource(this.#context, file, offset));
    });
  }

  writeViaStream(offset: bigint): OutputStream {
    const file = this.#file();
    this.#context.mayWrite(file);
    return new OutputStream(this.#context.waiting, new FileSink(this.#context, file, offset));
  }

  appendViaStream(): OutputStream {
    const file = this.#file();
    this.#context.mayWrite(file);
    return new OutputStream(this.#context.waiting, new FileSink(this.#context, file, undefined));
  }

  /** Node cannot pass advice on; it changes nothing a program can see. */
  advise(_offset: bigint, _length: bigint, _advice: string): void {
    this.#context.mayLook(this.#file());
  }

  syncData(): void {
    this.#sync(fdatasyncSync);
  }

  sync(): void {
    this.#sync(fsyncSync);
  }

  getFlags(): DescriptorFlags {
    const opened = this.#any();
    const file = opened?.isDirectory === false ? opened : undefined;
    return {
      read: file === undefined ? true : file.reads,
      write: file?.writes ?? false,
      fileIntegritySync: false,
      dataIntegritySync: false,
      requestedWriteSync: false,
      mutateDirectory: file === undefined && opened?.isRoot === true && opened.mapping.mayWrite,
    };
  }

  getType(): DescriptorType {
    const opened = this.#any();
    return opened === undefined || opened.isDirectory ? 'directory' : 'regular-file';
  }

  setSize(size: bigint): void {
    const file = this.#file();
    this.#context.mayWrite(file);
    this.#do(() => resize(file, this.#context.usage, size));
  }

  setTimes(access: NewTimestamp, modification: NewTimestamp): void {
    const opened = this.#any() ?? this.#context.nothing('write', '');
    this.#context.mayWrite(opened);
    this.#do(() => setTimes({ opened: pathOf(opened.fd) }, () => fstatSync(opened.fd, BIG), access, modification));
  }

  /** At most 1 MiB, whatever is asked for. */
  read(length: bigint, offset: bigint): [Uint8Array, boolean] {
    const file = this.#file();
    this.#context.mayRead(file);
    return this.#do(() => {
      const buffer = roomFor(file, length < MAX_READ ? Number(length) : MAX_READ, offset);
      const read = readAt(file, buffer, offset);
      return [buffer.subarray(0, read), read === 0];
    });
  }

  write(buffer: Uint8Array, offset: bigint): bigint {
    return BigInt(this.writeFrom(buffer, offset));
  }

  /** Reads at an offset into `buffer`; answers with how many bytes, 0 at the end. */
  readInto(buffer: Uint8Array, offset: bigint): number {
    const file = this.#file();
    this.#context.mayRead(file);
    return this.#do(() => readAt(file, buffer, offset));
  }

  /** Writes at an offset; answers with how many bytes, which may be fewer than there are. */
  writeFrom(buffer: Uint8Array, offset: bigint): number {
    const file = this.#file();
    this.#context.mayWrite(file);
    return this.#do(() => writeAt(file, this.#context.usage, buffer, offset));
  }

  /** Writes at the end of the file; answers with how many bytes, which may be fewer than there are. */
  appendFrom(buffer: Uint8Array): number {
    const file = this.#file();
    this.#context.mayWrite(file);
    return this.#do(() => append(file, this.#context.usage, buffer));
  }

  readDirectory(): DirectoryEntryStream {
    const directory = this.#directory('read', '');
    this.#context.mayRead(directory);
    return this.#do(() => list(directory, this.#context.usage, () => this.#context.mayRead(directory)));
  }

  /** Lets pass who may read this directory now, for a face that keeps what it listed. */
  checkListing(): void {
    this.#context.mayRead(this.#directory('read', ''));
  }

  createDirectoryAt(path: string): void {
    this.#mutate(path, (walk) => mkdirSync(walk.placeAsWritten));
  }

  stat(): DescriptorStat {
    const opened = this.#any();
    if (opened === undefined) return VIRTUAL_STAT;
    this.#context.mayLook(opened);
    return this.#do(() => describe(fstatSync(opened.fd, BIG)));
  }

  statAt(flags: PathFlags, path: string): DescriptorStat {
    return describe(this.#look(flags, path));
  }

  setTimesAt(flags: PathFlags, path: string, access: NewTimestamp, modification: NewTimestamp): void {
    this.#mutate(path, (walk) => {
      const follows = flags.symlinkFollow || walk.slash;
      while (follows && walk.follow());
      if (walk.slash) walk.enter();
      const { place } = walk;
      setTimes({ place }, () => lstatSync(place, BIG), access, modification);
    });
  }

  /** Within one mapping only: a link into another would outlive what that one's grant says. */
  linkAt(oldFlags: PathFlags, oldPath: string, newDescriptor: Descriptor, newPath: string): void {
    this.#both(oldPath, newDescriptor, newPath, (from, to) => {
      if (oldFlags.symlinkFollow) throw failure('invalid');
      if (from.slash) from.enter();
      checkMovedLink(from, to);
      linkSync(from.place, to.placeAsWritten);
    });
  }

  openAt(pathFlags: PathFlags, path: string, openFlags: OpenFlags, flags: DescriptorFlags): Descriptor {
    const kind = openFlags.create || openFlags.truncate || flags.write ? 'write' : 'read';
    const directory = this.#directory(kind, path);
    return this.#do(
      () => new Descriptor(this.#context, openAt(this.#context, directory, pathFlags, path, openFlags, flags)),
      kind,
      path,
    );
  }

  /** Refuses a target that is absolute or leaves the mapping: it would tell where things are on the host. */
  readlinkAt(path: string): string {
    const directory = this.#directory('read', path);
    this.#context.mayRead(directory, path);
    return this.#at('read', directory, path, (walk) => {
      if (walk.slash) walk.enter();
      const target = readLink(walk.place);
      if (target === undefined) throw failure('invalid');
      if (!staysInside(target, walk.depth())) throw ESCAPE;
      return target;
    });
  }

  removeDirectoryAt(path: string): void {
    this.#mutate(path, (walk) => rmdirSync(walk.placeAsWritten));
  }

  renameAt(oldPath: string, newDescriptor: Descriptor, newPath: string): void {
    this.#both(oldPath, newDescriptor, newPath, (from, to) => {
      checkMovedLink(from, to);
      renameSync(from.placeAsWritten, to.placeAsWritten);
    });
  }

  symlinkAt(target: string, path: string): void {
    this.#mutate(path, (walk) => {
      if (target.length > MAX_PATH) throw failure('name-too-long');
      if (target.includes('\0')) throw failure('invalid');
      if (turnsBack(target) || !staysInside(target, walk.depth())) throw ESCAPE;
      symlinkSync(target, walk.placeAsWritten);
    });
  }

  unlinkFileAt(path: string): void {
    this.#mutate(path, (walk) => unlinkSync(walk.placeAsWritten));
  }

  /** Has no error to answer with: of what may no longer be looked at, nothing is the same. */
  isSameObject(other: Descriptor): boolean {
    const [one, two] = [this.#any(), other.#any()];
    if (one === two || one === undefined || two === undefined) return one === two;
    for (const { mapping } of [one, two]) if (!mapping.mayRead && !mapping.mayWrite) return false;
    return this.#do(() => {
      const [a, b] = [fstatSync(one.fd, BIG), fstatSync(two.fd, BIG)];
      return a.dev === b.dev && a.ino === b.ino;
    });
  }

  metadataHash(): MetadataHash {
    const opened = this.#any();
    if (opened === undefined) return hashIdentity(this.#context.key, { dev: 0n, ino: 0n });
    this.#context.mayLook(opened);
    return this.#do(() => hashIdentity(this.#context.key, fstatSync(opened.fd, BIG)));
  }

  metadataHashAt(flags: PathFlags, path: string): MetadataHash {
    return hashIdentity(this.#context.key, this.#look(flags, path));
  }

  /** Lets go of the file. Every later use answers `bad-descriptor`; streams of it go on. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#opened?.release();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #any(): Opened | undefined {
    if (this.#closed) throw failure('bad-descriptor');
    return this.#opened;
  }

  #file(otherwise: 'bad-descriptor' | 'is-directory' = 'bad-descriptor'): Opened {
    const opened = this.#any();
    if (opened === undefined || opened.isDirectory) throw failure(otherwise);
    return opened;
  }

  #directory(kind: 'read' | 'write', path: string): Opened {
    const opened = this.#any() ?? this.#context.nothing(kind, path);
    if (!opened.isDirectory) throw failure('not-directory');
    return opened;
  }

  /** Attributes of what is at a path. */
  #look(flags: PathFlags, path: string): BigIntStats {
    const directory = this.#directory('read', path);
    this.#context.mayLook(directory, path);
    return this.#at('read', directory, path, (walk) => {
      for (;;) {
        const stats = lstatSync(walk.place, BIG_OR_NOTHING);
        if (stats === undefined) throw failure('no-entry');
        const type = typeOfMode(Number(stats.mode));
        if (type === 'symbolic-link' && (flags.symlinkFollow || walk.slash) && walk.follow()) continue;
        if (walk.slash && type !== 'directory') throw failure('not-directory');
        return stats;
      }
    });
  }

  /** Changes a directory at a path. */
  #mutate(path: string, change: (walk: Walk) => void): void {
    const directory = this.#directory('write', path);
    this.#context.mayWrite(directory, path);
    this.#at('write', directory, path, change);
    this.#context.allowed('write', directory, path);
  }

  /** Changes two places, which have to be of the same mapping. */
  #both(oldPath: string, other: Descriptor, newPath: string, change: (from: Walk, to: Walk) => void): void {
    const [from, to] = [this.#directory('write', oldPath), other.#directory('write', newPath)];
    this.#context.mayWrite(from, oldPath);
    this.#context.mayWrite(to, newPath);
    if (from.mapping !== to.mapping) throw failure('cross-device');
    this.#at('write', from, oldPath, (old) => this.#at('write', to, newPath, (next) => change(old, next)));
    this.#context.allowed('write', from, oldPath);
    this.#context.allowed('write', to, newPath);
  }

  #at<T>(kind: 'read' | 'write', directory: Opened, path: string, use: (walk: Walk) => T): T {
    return this.#do(
      () => {
        const walk = new Walk(directory, path);
        try {
          return use(walk);
        } finally {
          walk.close();
        }
      },
      kind,
      path,
    );
  }

  #do<T>(action: () => T, kind: 'read' | 'write' = 'read', path = ''): T {
    try {
      return action();
    } catch (error) {
      if (error === ESCAPE) return this.#context.refuseEscape(kind, this.#opened!, path);
      throw answer(error);
    }
  }

  /** What cannot have been written through this instance needs no flushing by it. */
  #sync(flush: (fd: number) => void): void {
    const opened = this.#any();
    if (opened === undefined) return;
    this.#context.mayLook(opened);
    if (!opened.mapping.mayWrite || !(opened.isDirectory || opened.writes)) return;
    this.#do(() => {
      if (!opened.isDirectory) return flush(opened.fd);
      const fd = openSync(`${opened.prefix}.`, constants.O_RDONLY | constants.O_DIRECTORY);
      try {
        flush(fd);
      } finally {
        closeSync(fd);
      }
    });
  }
}

const BIG = { bigint: true } as const;
const BIG_OR_NOTHING = { bigint: true, throwIfNoEntry: false } as const;

/** A link that is moved up leads further up than it did: one that stays inside has to do so where it goes. */
function checkMovedLink(from: Walk, to: Walk): void {
  if (!lstatSync(from.place, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const target = readLink(from.place);
  if (target === undefined || !staysInside(target, from.depth())) return;
  if (!staysInside(target, to.depth())) throw ESCAPE;
}
