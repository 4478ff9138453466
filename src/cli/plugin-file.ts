import { readFile } from 'node:fs/promises';
import { hatchwayError, quote } from '../errors/index.js';

/** The bytes of the plugin a command names. */
export async function readPluginFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      const mend = 'Check the path; it is relative to the working directory.';
      throw hatchwayError('not-found', `there is no file ${quote(path)}`, { cause, mend });
    }
    if (code === 'EISDIR') {
      const mend = 'Name the .wasm file.';
      throw hatchwayError('not-found', `${quote(path)} is a folder`, { cause, mend });
    }
    throw hatchwayError('not-found', `cannot read ${quote(path)}: ${(cause as Error).message}`, { cause });
  }
}
