import { type Dirent, opendirSync } from 'node:fs';
import { failure } from './codes.js';
import type { Opened, Usage } from './opened.js';
import { pathOf } from './platform.js';
import { type DescriptorType, typeOfEntry } from './stat.js';

export interface DirectoryEntry {
  readonly type: DescriptorType;
  readonly name: string;
}

const TEXT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Entries asked of the system at once. */
const BUFFER_SIZE = 256;

/**
 * `wasi:filesystem/types.directory-entry-stream`: what was in a directory when the stream was made. It holds no file open;
 * what it holds is counted.
 */
export class DirectoryEntryStream {
  #entries: (DirectoryEntry | undefined)[];
  #next = 0;

  /** `undefined` for a name that is no UTF-8. */
  constructor(
    entries: (DirectoryEntry | undefined)[],
    private readonly usage: Usage,
    /** Refuses once the grant was taken back: what was read before it is not handed out after. */
    private readonly check: () => void,
  ) {
    this.#entries = entries;
  }

  readDirectoryEntry(): DirectoryEntry | undefined {
    this.check();
    if (this.#next === this.#entries.length) return undefined;
    const entry = this.#entries[this.#next];
    this.#entries[this.#next++] = undefined;
    this.usage.entries--;
    if (entry === undefined) throw failure('illegal-byte-sequence');
    return entry;
  }

  [Symbol.dispose](): void {
    this.usage.entries -= this.#entries.length - this.#next;
    this.#entries = [];
    this.#next = 0;
  }
}

/**
 * Lists a directory, without `.` and `..`.
 * @param check what each entry is asked of before it is handed out
 * @throws what the system throws, or ComponentError `insufficient-memory`
 */
export function list(directory: Opened, usage: Usage, check: () => void): DirectoryEntryStream {
  void directory.fd;
  const entries: (DirectoryEntry | undefined)[] = [];
  const stream = opendirSync(pathOf(directory.fd), { encoding: 'buffer' as BufferEncoding, bufferSize: BUFFER_SIZE });
  try {
    for (let it = stream.readSync(); it !== null; it = stream.readSync()) {
      usage.entry();
      entries.push(toEntry(it as unknown as Dirent<Buffer>));
    }
  } catch (error) {
    usage.entries -= entries.length;
    throw error;
  } finally {
    stream.closeSync();
  }
  return new DirectoryEntryStream(entries, usage, check);
}

function toEntry(entry: Dirent<Buffer>): DirectoryEntry | undefined {
  try {
    return { type: typeOfEntry(entry), name: TEXT.decode(entry.name) };
  } catch {
    return undefined;
  }
}
