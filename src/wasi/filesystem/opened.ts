import { closeSync, constants, openSync, readlinkSync } from 'node:fs';
import type { DirectoryPermission } from '../../grants/index.js';
import { failure } from './codes.js';
import { pathOf } from './platform.js';

/** What an instance may hold and do. A limit that is reached is answered with an error code, and the instance lives on. */
export interface FileSystemQuotas {
  /** Files and directories open at once. Default: 256. Beyond: `insufficient-memory`. */
  readonly handles?: number;
  /** Directory entries held at once, for all directories being listed. Default: 100 000. Beyond: `insufficient-memory`. */
  readonly entries?: number;
  /** Bytes written in the whole life of the instance, growth by `set-size` included. Default: no limit. Beyond: `quota`. */
  readonly written?: number;
}

/** Counts what an instance holds and writes. */
export class Usage {
  handles = 0;
  entries = 0;
  written = 0;
  readonly maxHandles: number;
  readonly maxEntries: number;
  readonly maxWritten: number;

  constructor({ handles = 256, entries = 100_000, written = Number.POSITIVE_INFINITY }: FileSystemQuotas = {}) {
    this.maxHandles = handles;
    this.maxEntries = entries;
    this.maxWritten = written;
  }

  /** @throws ComponentError `insufficient-memory` */
  handle(): void {
    if (this.handles >= this.maxHandles) throw failure('insufficient-memory');
  }

  /** @throws ComponentError `insufficient-memory` */
  entry(): void {
    if (this.entries >= this.maxEntries) throw failure('insufficient-memory');
    this.entries++;
  }

  /** @throws ComponentError `quota` */
  write(bytes: number): void {
    if (this.written + bytes > this.maxWritten) throw failure('quota');
  }
}

/**
 * An open file or directory of the host. Descriptors and streams share one; the last to let go closes it. Once closed its
 * number is forgotten, since the next file that the process opens gets it.
 */
export class Opened {
  /** What names in this directory are appended to. */
  readonly prefix: string;
  #fd: number;
  #appending = -1;
  #holders = 1;

  constructor(
    fd: number,
    readonly mapping: DirectoryPermission,
    readonly isDirectory: boolean,
    /** Opened for reading, for writing: of a file. */
    readonly reads: boolean,
    readonly writes: boolean,
    /** For the record only; nothing is looked up by it. */
    readonly guest: string,
    /** The mapping's own directory; `undefined` for that itself. */
    private readonly root: Opened | undefined,
    private readonly all: OpenedSet,
  ) {
    this.#fd = fd;
    this.prefix = `${pathOf(fd)}/`;
    all.add(this);
  }

  /** Whether it is the mapping's own directory. */
  get isRoot(): boolean {
    return this.root === undefined;
  }

  /** The mapping's own directory. */
  get top(): Opened {
    return this.root ?? this;
  }

  /** @throws ComponentError `bad-descriptor` */
  get fd(): number {
    if (this.#fd < 0) throw failure('bad-descriptor');
    return this.#fd;
  }

  /**
   * The same file, opened to append. It is found by its descriptor, so it is the same one.
   * @throws ComponentError `bad-descriptor`, `insufficient-memory`
   */
  get appending(): number {
    const { fd } = this;
    if (!this.writes) throw failure('bad-descriptor');
    if (this.#appending < 0) {
      this.all.usage.handle();
      const { O_WRONLY, O_APPEND, O_NONBLOCK, O_NOCTTY } = constants;
      this.#appending = openSync(pathOf(fd), O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY);
      this.all.usage.handles++;
    }
    return this.#appending;
  }

  hold(): this {
    this.#holders++;
    return this;
  }

  release(): void {
    if (--this.#holders === 0) this.close();
  }

  /** Closes it under whoever still holds it. */
  close(): void {
    if (this.#fd < 0) return;
    this.all.delete(this);
    const [fd, appending] = [this.#fd, this.#appending];
    this.#fd = -1;
    this.#appending = -1;
    closeQuietly(fd);
    if (appending < 0) return;
    this.all.usage.handles--;
    closeQuietly(appending);
  }
}

/** Closes what is closed on Linux even where that is answered with an error; nobody is there to be told. */
export function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {}
}

/**
 * How far a directory, found by its descriptor's path, is below the mapping's own *now*: a directory may have been moved since
 * it was opened. 0 for one that is no longer below it.
 */
export function depthBelow(root: Opened, directory: string): number {
  const [top, here] = [readlinkSync(pathOf(root.fd), 'latin1'), readlinkSync(directory, 'latin1')];
  const prefix = top === '/' ? top : `${top}/`;
  return here.startsWith(prefix) ? here.slice(prefix.length).split('/').length : 0;
}

/** Everything that one instance has open. The directories of its grants do not count as handles. */
export class OpenedSet {
  readonly #all = new Set<Opened>();

  constructor(readonly usage: Usage) {}

  add(opened: Opened): void {
    this.#all.add(opened);
    if (!opened.isRoot) this.usage.handles++;
  }

  delete(opened: Opened): void {
    if (this.#all.delete(opened) && !opened.isRoot) this.usage.handles--;
  }

  closeAll(): void {
    for (const opened of [...this.#all]) opened.close();
  }
}
