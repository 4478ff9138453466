import { randomBytes } from 'node:crypto';
import { fstatSync, openSync, statSync } from 'node:fs';
import { hatchwayError, quote } from '../../errors/index.js';
import type { DirectoryPermission, Permissions } from '../../grants/index.js';
import type { Waiting } from '../io/index.js';
import { Context } from './context.js';
import { Descriptor } from './descriptor.js';
import { closeQuietly, type FileSystemQuotas, Opened, Usage } from './opened.js';
import { ROOT, whyNoDirectories } from './platform.js';

/**
 * The file system of one instance: the directories that it was granted, each opened once, and what the instance opens below
 * them.
 * @example
 * const files = new FileSystem(permissions, waiting);
 * const [{ descriptor }] = files.preopens();
 * descriptor.openAt({}, 'notes.txt', {}, { read: true });
 * files.dispose();
 */
export class FileSystem {
  readonly #context: Context;
  readonly #roots: readonly Opened[];
  readonly #isRootGranted: boolean;

  /**
   * @throws HatchwayError `unsupported` where directories cannot be granted safely; `not-found`, `option` for a directory
   * that is not there or not one
   */
  constructor(permissions: Permissions, waiting: Waiting, quotas?: FileSystemQuotas) {
    this.#context = new Context(permissions, waiting, new Usage(quotas), randomBytes(32));
    this.#isRootGranted = permissions.directories.some(({ guest }) => guest === '/');
    const roots: Opened[] = [];
    this.#roots = roots;
    if (permissions.directories.length === 0) return;
    const reason = whyNoDirectories();
    if (reason !== undefined) {
      throw hatchwayError('unsupported', reason, {
        mend: 'Grant no directories here, or run on Linux with /proc mounted.',
      });
    }
    try {
      this.#context.processes = statSync('/proc').dev;
      for (const mapping of permissions.directories) roots.push(openRoot(this.#context, mapping));
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /**
   * What the instance finds: a descriptor of its own for each granted directory, and last a root `/` behind which there is
   * nothing. A program that reaches for a path nobody granted finds that root, and the denial says what to grant.
   */
  preopens(): { readonly guest: string; readonly descriptor: Descriptor }[] {
    const found = this.#roots.map((root) => ({
      guest: root.guest,
      descriptor: new Descriptor(this.#context, root.hold()),
    }));
    if (!this.#isRootGranted) found.push({ guest: '/', descriptor: new Descriptor(this.#context, undefined) });
    return found;
  }

  /** Closes everything that the instance has open. */
  dispose(): void {
    this.#context.opened.closeAll();
  }
}

function openRoot(context: Context, mapping: DirectoryPermission): Opened {
  let fd: number;
  try {
    fd = openSync(mapping.host, ROOT);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const where = `${quote(mapping.host, 200)}, granted as ${quote(mapping.guest, 200)} by ${mapping.rule},`;
    if (code === 'ENOENT') throw hatchwayError('not-found', `the directory ${where} is not there`, { cause: error });
    if (code === 'ENOTDIR') throw hatchwayError('option', `${where} is not a directory`, { cause: error });
    throw hatchwayError('option', `the directory ${where} cannot be opened: ${code}`, { cause: error });
  }
  if (fstatSync(fd).dev === context.processes) {
    closeQuietly(fd);
    throw hatchwayError('option', `${quote(mapping.host, 200)} is part of /proc, which cannot be granted`);
  }
  return new Opened(fd, mapping, true, true, false, mapping.guest, undefined, context.opened);
}
