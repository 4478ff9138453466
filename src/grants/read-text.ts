import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { HatchwayError, hatchwayError } from '../errors/index.js';
import { fileName, MAX_JSON_BYTES } from './json-file.js';

/**
 * The text of a manifest or a policy.
 * @throws HatchwayError `not-found`; `grants` if it is too long to be one, or no UTF-8
 */
export async function readText(path: string, mend: string): Promise<string> {
  const name = fileName(path);
  try {
    // A FIFO in a plugin's folder would otherwise hold up a thread for ever.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const info = await file.stat();
      if (!info.isFile()) throw hatchwayError('not-found', `${name} is not a regular file`);
      if (info.size > MAX_JSON_BYTES) {
        throw hatchwayError('grants', `${name} has ${info.size} bytes; ${MAX_JSON_BYTES} are read at most`);
      }
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await file.readFile());
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof HatchwayError) throw cause;
    if (cause instanceof TypeError)
      throw hatchwayError('grants', `${name} is not UTF-8`, { cause, mend: 'Save it as UTF-8.' });
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw hatchwayError('not-found', `there is no ${name}`, { cause, mend });
    throw hatchwayError('not-found', `${name} cannot be read: ${code ?? 'it failed'}`, { cause });
  }
}
