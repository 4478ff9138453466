import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * What was made before, by what it was made of, outside of every project: in `$XDG_CACHE_HOME/hatchway` or
 * `~/.cache/hatchway`. What cannot be read or written there is made again.
 */
export class ContentCache {
  readonly #folder: string;

  /**
   * @param name the folder.
   * @param limit how many entries are kept.
   */
  constructor(
    name: string,
    private readonly limit: number,
  ) {
    this.#folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hatchway', name);
  }

  /** The key of some parts, in their order. */
  static key(parts: Iterable<string | Uint8Array>): string {
    const hash = createHash('sha256');
    // Each part with its length, so that none runs into the next.
    for (const part of parts) hash.update(`${part.length}\n`).update(part);
    return hash.digest('hex');
  }

  /** What was made, unless it is not there or not what was written. */
  async read(key: string): Promise<Uint8Array | undefined> {
    const path = this.#path(key);
    try {
      const bytes = await readFile(path);
      const digest = bytes.subarray(0, 32);
      const contents = new Uint8Array(bytes.subarray(32));
      if (!createHash('sha256').update(contents).digest().equals(digest)) return undefined;
      await utimes(path, new Date(), new Date());
      return contents;
    } catch {
      return undefined;
    }
  }

  async write(key: string, contents: Uint8Array): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true });
      const unfinished = `${this.#path(key)}.${process.pid}`;
      await writeFile(unfinished, Buffer.concat([createHash('sha256').update(contents).digest(), contents]));
      await rename(unfinished, this.#path(key));
      await this.#prune();
    } catch {
      // A cache that cannot be written to caches nothing.
    }
  }

  #path(key: string): string {
    return join(this.#folder, key);
  }

  /** Those not used for longest go first. */
  async #prune(): Promise<void> {
    const names = await readdir(this.#folder);
    if (names.length <= this.limit) return;
    const aged = await Promise.all(
      names.map(async (name) => ({ path: this.#path(name), used: (await stat(this.#path(name))).mtimeMs })),
    );
    aged.sort((a, b) => b.used - a.used);
    for (const { path } of aged.slice(this.limit)) await rm(path, { force: true });
  }
}
