import { isComponentError } from '../errors/index.js';
import { preview1Imports, type WasiContext } from '../wasi/index.js';
import type { Guest } from './guest.js';

/** A way in which guests reach WASI. */
export interface Face {
  readonly name: string;
  guest(context: WasiContext): Guest;
  /** What a guest was answered, as WASI 0.2 calls it; `undefined` for what is no answer to a guest. */
  codeOf(error: unknown): string | undefined;
}

interface Descriptor {
  openAt(pathFlags: object, path: string, openFlags: object, flags: object): Descriptor;
  read(length: bigint, offset: bigint): [Uint8Array, boolean];
  write(bytes: Uint8Array, offset: bigint): bigint;
  renameAt(from: string, directory: Descriptor, to: string): void;
  linkAt(pathFlags: object, from: string, directory: Descriptor, to: string): void;
  symlinkAt(target: string, path: string): void;
  createDirectoryAt(path: string): void;
  unlinkFileAt(path: string): void;
  [Symbol.dispose](): void;
}

const FOLLOW = { symlinkFollow: true };
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** As components have it. */
const component: Face = {
  name: 'WASI 0.2',
  guest(context) {
    const preopens = context.interfaces(['wasi:filesystem'])['wasi:filesystem/preopens@0.2.12'] as {
      getDirectories(): [Descriptor, string][];
    };
    const found = preopens.getDirectories();
    const root = found[0]![0];
    const use = <T>(descriptor: Descriptor, action: (descriptor: Descriptor) => T): T => {
      try {
        return action(descriptor);
      } finally {
        descriptor[Symbol.dispose]();
      }
    };
    return {
      read: (path) =>
        use(root.openAt(FOLLOW, path, {}, { read: true }), (file) => decoder.decode(file.read(4_096n, 0n)[0])),
      write: (path, text) =>
        use(root.openAt(FOLLOW, path, { create: true, truncate: true }, { write: true }), (file) =>
          file.write(encoder.encode(text), 0n),
        ),
      rename: (from, to) => root.renameAt(from, root, to),
      link: (from, to) => root.linkAt({}, from, root, to),
      symlink: (target, path) => root.symlinkAt(target, path),
      createDirectory: (path) => root.createDirectoryAt(path),
      unlink: (path) => root.unlinkFileAt(path),
      directories: () => found.map(([, guest]) => guest),
    };
  },
  codeOf: (error) => (isComponentError(error) ? String(error.payload) : undefined),
};

/** What preview 1 answered with. */
class Errno extends Error {
  constructor(readonly errno: number) {
    super(`errno ${errno}`);
  }
}

/** Those that the attempts meet. */
const CODES: ReadonlyMap<number, string> = new Map([
  [20, 'exist'],
  [32, 'loop'],
  [44, 'no-entry'],
  [60, 'no-such-device'],
  [63, 'not-permitted'],
]);

/** The first directory's number. */
const ROOT = 3;
const [FOLLOW_LINKS, CREATE, TRUNCATE] = [1, 1, 8];
const [MAY_READ, MAY_WRITE] = [2n, 64n];
/** Where in the guest's memory things are. */
const [RESULT, VECTOR, FIRST, SECOND] = [0, 8, 64, 8_192];
const MAX_TEXT = 4_096;

/** As programs have it: through a memory, with numbers. */
const preview1: Face = {
  name: 'preview 1',
  guest(context) {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const wasi = preview1Imports(context, () => memory);
    const bytes = new Uint8Array(memory.buffer);
    const view = new DataView(memory.buffer);
    const call = (name: keyof typeof wasi, ...args: (number | bigint)[]) => {
      const errno = wasi[name](...args)!;
      if (errno !== 0) throw new Errno(errno);
    };
    /** Puts a text into memory; answers with its pointer and length. */
    const put = (at: number, text: string): [number, number] => [
      at,
      encoder.encodeInto(text, bytes.subarray(at)).written,
    ];
    const open = (path: string, how: number, rights: bigint): number => {
      call('path_open', ROOT, FOLLOW_LINKS, ...put(FIRST, path), how, rights, 0n, 0, RESULT);
      return view.getUint32(RESULT, true);
    };
    /** Reads into or writes from the second place; answers with how many bytes it was. */
    const move = (name: 'fd_read' | 'fd_write', fd: number, length: number): number => {
      view.setUint32(VECTOR, SECOND, true);
      view.setUint32(VECTOR + 4, length, true);
      try {
        call(name, fd, VECTOR, 1, RESULT);
        return view.getUint32(RESULT, true);
      } finally {
        call('fd_close', fd);
      }
    };
    return {
      read: (path) => {
        const length = move('fd_read', open(path, 0, MAY_READ), MAX_TEXT);
        return decoder.decode(bytes.subarray(SECOND, SECOND + length));
      },
      write: (path, text) => {
        const fd = open(path, CREATE | TRUNCATE, MAY_WRITE);
        move('fd_write', fd, put(SECOND, text)[1]);
      },
      rename: (from, to) => call('path_rename', ROOT, ...put(FIRST, from), ROOT, ...put(SECOND, to)),
      link: (from, to) => call('path_link', ROOT, 0, ...put(FIRST, from), ROOT, ...put(SECOND, to)),
      symlink: (target, path) => call('path_symlink', ...put(FIRST, target), ROOT, ...put(SECOND, path)),
      createDirectory: (path) => call('path_create_directory', ROOT, ...put(FIRST, path)),
      unlink: (path) => call('path_unlink_file', ROOT, ...put(FIRST, path)),
      directories: () => {
        const found: string[] = [];
        for (let fd = ROOT; wasi.fd_prestat_get(fd, VECTOR) === 0; fd++) {
          const length = view.getUint32(VECTOR + 4, true);
          call('fd_prestat_dir_name', fd, FIRST, length);
          found.push(decoder.decode(bytes.subarray(FIRST, FIRST + length)));
        }
        return found;
      },
    };
  },
  codeOf: (error) => (error instanceof Errno ? (CODES.get(error.errno) ?? error.message) : undefined),
};

/** All of them. */
export const FACES: readonly Face[] = [component, preview1];
