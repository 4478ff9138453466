import { openSync, readlinkSync } from 'node:fs';
import { failure, systemCode } from './codes.js';
import { closeQuietly, depthBelow, type Opened } from './opened.js';
import { checkPath, ESCAPE, SLASH } from './path.js';
import { pathOf, WALK } from './platform.js';

/** Links followed in one walk, as on Linux. */
const MAX_LINKS = 40;
/** Directories opened in one walk: bounds what `a/../a/../…` costs. The longest path without `..` takes 2 047. */
const MAX_STEPS = 4_096;

const TEXT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The way from a directory to the place that a path names, one component at a time. Each is opened relative to the one above
 * by that one's descriptor, and never through a link, so nothing that happens to names meanwhile leads out. Links are read
 * and walked like a path. `..` walks down again from the start, one component less far.
 *
 * It ends *before* the last component: `prefix + name` is the place, and whatever is done there must not follow links.
 */
export class Walk {
  /** What `name` is appended to: leads to the directory by its descriptor. */
  prefix: string;
  /** The last component: a plain name, or `.` for the directory itself. */
  name = '.';
  /** Whether the path ends with a slash, and so asks for a directory. */
  slash = false;

  #fd = -1;
  /** The components from the start to the directory. */
  readonly #names: string[] = [];
  #links = 0;
  #steps = 0;

  /** @throws what the system throws, ComponentError, or ESCAPE */
  constructor(
    private readonly start: Opened,
    path: string,
  ) {
    checkPath(path);
    this.prefix = start.prefix;
    // A descriptor that was closed has a number that is somebody else's by now.
    void start.fd;
    try {
      this.#walk(path);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The place. */
  get place(): string {
    return this.prefix + this.name;
  }

  /** The place, with the slash that asks the system for a directory. For calls that do not follow a link even then. */
  get placeAsWritten(): string {
    return this.slash ? `${this.prefix}${this.name}/` : this.prefix + this.name;
  }

  /** How far the directory is below the mapping's own. */
  depth(): number {
    return depthBelow(this.start.top, this.prefix.slice(0, -1));
  }

  /** Goes on to where the link at the place leads. Answers false where there is no link. */
  follow(): boolean {
    const target = this.#readLink(this.name);
    if (target === undefined) return false;
    this.#walk(this.slash ? `${target}/` : target);
    return true;
  }

  /** Goes into the directory at the place, following links. */
  enter(): void {
    if (this.name === '.') return;
    this.#walk(`${this.name}/.`);
  }

  close(): void {
    if (this.#fd < 0) return;
    const fd = this.#fd;
    this.#fd = -1;
    closeQuietly(fd);
  }

  #walk(from: string): void {
    let path = from;
    let at = 0;
    for (;;) {
      while (path.charCodeAt(at) === SLASH) at++;
      let end = path.indexOf('/', at);
      if (end < 0) end = path.length;
      let next = end;
      while (path.charCodeAt(next) === SLASH) next++;
      const isLast = next === path.length;
      const part = path.slice(at, end);
      if (part === '.' || part === '..') {
        if (part === '..') this.#up();
        if (isLast) {
          this.name = '.';
          this.slash = false;
          return;
        }
      } else if (isLast) {
        this.name = part;
        this.slash = end !== next;
        return;
      } else {
        const target = this.#down(part);
        if (target !== undefined) {
          path = `${target}/${path.slice(next)}`;
          next = 0;
        }
      }
      at = next;
    }
  }

  /** Goes into a directory; answers with where it leads instead if it is a link. */
  #down(name: string): string | undefined {
    try {
      this.#open(name);
    } catch (error) {
      if (systemCode(error) !== 'ENOTDIR') throw error;
      const target = this.#readLink(name);
      if (target === undefined) throw error;
      return target;
    }
    this.#names.push(name);
    return undefined;
  }

  #up(): void {
    if (this.#names.pop() === undefined) throw ESCAPE;
    this.close();
    this.prefix = this.start.prefix;
    for (const name of this.#names) this.#open(name);
  }

  #open(name: string): void {
    if (++this.#steps > MAX_STEPS) throw failure('loop');
    const fd = openSync(this.prefix + name, WALK);
    this.close();
    this.#fd = fd;
    this.prefix = `${pathOf(fd)}/`;
  }

  #readLink(name: string): string | undefined {
    const target = readLink(this.prefix + name);
    if (target === undefined) return undefined;
    if (++this.#links > MAX_LINKS) throw failure('loop');
    if (target.charCodeAt(0) === SLASH) throw ESCAPE;
    return target;
  }
}

/**
 * What a link holds, or `undefined` for what is no link.
 * @throws ComponentError `illegal-byte-sequence`
 */
export function readLink(place: string): string | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readlinkSync(place, 'buffer');
  } catch (error) {
    if (systemCode(error) === 'EINVAL') return undefined;
    throw error;
  }
  try {
    return TEXT.decode(bytes);
  } catch {
    throw failure('illegal-byte-sequence');
  }
}
