import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hatchwayError } from '../errors/index.js';

/** The optional peers, which are large and asked for by name. */
export type Peer = '@bytecodealliance/jco' | '@bytecodealliance/componentize-js' | 'assemblyscript';

/**
 * The URL of a peer's module: of the one in the project at the working directory, else of ours.
 * @param subpath what is imported of it, such as `asc` of assemblyscript. Default: its main module.
 * @throws HatchwayError `not-found` where it is not installed.
 */
export function findPeer(peer: Peer, subpath?: string): string {
  const specifier = subpath === undefined ? peer : `${peer}/${subpath}`;
  for (const from of [pathToFileURL(join(process.cwd(), 'package.json')), import.meta.url]) {
    try {
      return pathToFileURL(createRequire(from).resolve(specifier)).href;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_MODULE_NOT_FOUND') throw error;
    }
  }
  throw hatchwayError('not-found', `this needs ${peer}, which is not installed`, {
    mend: `Install it: npm install --save-dev ${peer}`,
  });
}
