import type { StandardOutput, StdinReader } from '../cli/index.js';
import type { Descriptor } from '../filesystem/index.js';
import type { WasiContext } from '../wasi.js';
import type { Listed } from './directories.js';
import { fail } from './errno.js';

/** Descriptors that a guest may have open. Of files the file system allows fewer. */
const MAX_DESCRIPTORS = 1_024;

/** A standard stream. */
export interface StreamEntry {
  readonly kind: 'stdin' | 'stdout' | 'stderr';
  readonly isTerminal: boolean;
  /** What it reads from, if it is stdin. */
  readonly input?: StdinReader;
  /** What it writes to, if it is not. */
  readonly output?: StandardOutput;
}

export interface FileEntry {
  readonly kind: 'file';
  readonly descriptor: Descriptor;
  position: bigint;
  append: boolean;
  nonblocking: boolean;
}

export interface DirectoryEntry {
  readonly kind: 'directory';
  readonly descriptor: Descriptor;
  /** The path it is granted under, in UTF-8. */
  readonly preopen?: Uint8Array;
  /** What was in it when it was last read from the start. */
  listing?: readonly Listed[] | undefined;
  /** Gives back what is held for it. */
  onClose?: () => void;
}

export type Entry = StreamEntry | FileEntry | DirectoryEntry;

/** The numbers of one guest: 0 to 2 are its standard streams, then come the directories it was granted. */
export class DescriptorTable {
  readonly #entries: (Entry | undefined)[];

  /** @throws HatchwayError where a granted directory cannot be opened. */
  constructor({ commandLine, fileSystem }: WasiContext) {
    const { terminals, stdin, stdout, stderr } = commandLine;
    const encoder = new TextEncoder();
    this.#entries = [
      { kind: 'stdin', isTerminal: terminals.stdin, input: stdin },
      { kind: 'stdout', isTerminal: terminals.stdout, output: stdout },
      { kind: 'stderr', isTerminal: terminals.stderr, output: stderr },
      ...fileSystem
        .preopens()
        .map(({ guest, descriptor }) => ({ kind: 'directory' as const, descriptor, preopen: encoder.encode(guest) })),
    ];
  }

  get(fd: number): Entry {
    return this.#entries[fd >>> 0] ?? fail('badf');
  }

  /** A file or a directory. */
  opened(fd: number): FileEntry | DirectoryEntry {
    const entry = this.get(fd);
    return 'descriptor' in entry ? entry : fail('badf');
  }

  file(fd: number): FileEntry {
    const entry = this.get(fd);
    return entry.kind === 'file' ? entry : fail('badf');
  }

  directory(fd: number): DirectoryEntry {
    const entry = this.get(fd);
    if (entry.kind === 'directory') return entry;
    return fail(entry.kind === 'file' ? 'notdir' : 'badf');
  }

  /** The number that the next one gets: the lowest that is free. */
  next(): number {
    const free = this.#entries.indexOf(undefined);
    const fd = free < 0 ? this.#entries.length : free;
    return fd < MAX_DESCRIPTORS ? fd : fail('mfile');
  }

  add(entry: Entry): number {
    const fd = this.next();
    this.#entries[fd] = entry;
    return fd;
  }

  close(fd: number): void {
    const entry = this.get(fd);
    this.#entries[fd >>> 0] = undefined;
    if (entry.kind === 'directory') entry.onClose?.();
    if ('descriptor' in entry) entry.descriptor.close();
  }

  /** Makes `to` what `from` is, and `from` free. */
  renumber(from: number, to: number): void {
    const entry = this.get(from);
    this.get(to);
    if (from === to) return;
    this.close(to);
    this.#entries[to >>> 0] = entry;
    this.#entries[from >>> 0] = undefined;
  }
}
