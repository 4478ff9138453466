import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hatchwayError, quote } from '../errors/index.js';

/** A WIT file as it was read. `path` is what errors call it. */
export interface WitText {
  readonly path: string;
  readonly text: string;
}

/** The packages of a WIT path: the files of each belong together. */
export interface WitFiles {
  readonly root: readonly WitText[];
  /** By folder or file of `deps`. */
  readonly dependencies: readonly (readonly WitText[])[];
}

/** WIT of more than this, in bytes, is none that a person wrote. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Reads a `.wit` file, or a folder laid out as WIT tools agree on: the files of the package, and in `deps` one folder (or
 * file) for each package it needs.
 * @throws HatchwayError `not-found` where there is nothing to read; `unsupported` for packages in binary form.
 */
export async function readWitFiles(path: string): Promise<WitFiles> {
  if (!(await isFolder(path))) return { root: [await readWit(path)], dependencies: [] };
  const root = await readFolder(path);
  if (root.length === 0) {
    throw hatchwayError('not-found', `there is no .wit file in ${quote(path, 200)}`);
  }
  const deps = join(path, 'deps');
  const dependencies: WitText[][] = [];
  for (const name of await listIfThere(deps)) {
    const entry = join(deps, name);
    if (await isFolder(entry)) dependencies.push(await readFolder(entry));
    else if (name.endsWith('.wit')) dependencies.push([await readWit(entry)]);
    else if (/\.(?:wasm|wat)$/.test(name)) {
      throw hatchwayError('unsupported', `${quote(entry, 200)} is a package in binary form, which is not read here`, {
        mend: 'Put its text there: `wasm-tools component wit` prints it.',
      });
    }
  }
  return { root, dependencies: dependencies.filter((files) => files.length > 0) };
}

async function readFolder(path: string): Promise<WitText[]> {
  const names = (await readdir(path)).filter((name) => name.endsWith('.wit')).sort();
  return Promise.all(names.map((name) => readWit(join(path, name))));
}

async function listIfThere(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function readWit(path: string): Promise<WitText> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) throw hatchwayError('invalid', `${quote(path, 200)} has ${size} bytes, too many for WIT`);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
    return { path, text };
  } catch (cause) {
    if (cause instanceof TypeError) throw hatchwayError('invalid', `${quote(path, 200)} is not UTF-8 text`, { cause });
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') return hatchwayError('not-found', `there is no ${quote(path, 200)}`, { cause });
  if (cause instanceof Error && typeof code === 'string' && 'syscall' in cause) {
    return hatchwayError('not-found', `${quote(path, 200)} cannot be read: ${code}`, { cause });
  }
  return cause;
}
