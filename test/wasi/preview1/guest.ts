/** A guest of preview 1 that is a test: it calls the imports with whatever it likes, and has a memory of one page. */
import { InstanceEnd } from '../../../src/errors/index.js';
import type { GrantsOption } from '../../../src/grants/index.js';
import type { WasiOptions } from '../../../src/wasi/index.js';
import { preview1Imports } from '../../../src/wasi/preview1/index.js';
import { makeContext } from '../context.js';

export const PAGE = 65_536;

/** Where tests put things. */
export const OUT = 1_024;
export const PATH = 2_048;
export const BUFFER = 4_096;

export function makeGuest(grants: GrantsOption = {}, options: Partial<WasiOptions> = {}) {
  const made = makeContext(grants, options);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const imports = preview1Imports(made.context, () => memory);
  const bytes = () => new Uint8Array(memory.buffer);
  const view = () => new DataView(memory.buffer);
  /** Puts a text into memory; its place and length. */
  const put = (text: string, place = PATH): [place: number, length: number] => {
    const encoded = Buffer.from(text);
    bytes().set(encoded, place);
    return [place, encoded.length];
  };
  return {
    ...made,
    memory,
    imports,
    bytes,
    view,
    put,
    call: (name: string, ...args: (number | bigint)[]) => imports[name as keyof typeof imports](...args),
    /** Opens a path below a directory; its number. */
    open: (fd: number, path: string, { oflags = 0, rights = READ, fdflags = 0 } = {}) => {
      const errno = imports.path_open(fd, 0, ...put(path), oflags, rights, 0n, fdflags, OUT);
      return { errno, fd: view().getUint32(OUT, true) };
    },
    /** One buffer for reading or writing, described at `OUT + 64`. */
    vector: (place: number, length: number, at = OUT + 64): [place: number, count: number] => {
      view().setUint32(at, place, true);
      view().setUint32(at + 4, length, true);
      return [at, 1];
    },
    text: (place: number, length: number) => Buffer.from(bytes().slice(place, place + length)).toString(),
  };
}

export const READ = 1n << 1n;
export const WRITE = 1n << 6n;
export const CREATE = 1;
export const TRUNCATE = 8;

/** What a call answers with: an errno, or the code of the error that ended the guest. */
export function outcomeOf(call: () => number | undefined): number | undefined | string {
  try {
    return call();
  } catch (error) {
    if (error instanceof InstanceEnd) return error.error.code;
    throw error;
  }
}
