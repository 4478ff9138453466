import { readFileSync } from 'node:fs';
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
    const require = createRequire(from);
    try {
      return pathToFileURL(require.resolve(specifier)).href;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') continue;
      const found = code === 'ERR_PACKAGE_PATH_NOT_EXPORTED' ? forImport(require, peer, subpath) : undefined;
      if (found === undefined) throw error;
      return found;
    }
  }
  throw hatchwayError('not-found', `this needs ${peer}, which is not installed`, {
    mend: `Install it: npm install --save-dev ${peer}`,
  });
}

/** The module of a package that is for `import` alone, which `require.resolve` does not find. */
function forImport(require: NodeJS.Require, peer: string, subpath: string | undefined): string | undefined {
  for (const folder of require.resolve.paths(peer) ?? []) {
    let text: string;
    try {
      text = readFileSync(join(folder, peer, 'package.json'), 'utf8');
    } catch {
      continue;
    }
    const { exports } = JSON.parse(text) as { exports: Conditions };
    const paths = typeof exports === 'object' && '.' in exports ? exports : { '.': exports };
    const entry = paths[subpath === undefined ? '.' : `./${subpath}`];
    const file = entry === undefined ? undefined : importOf(entry);
    return file === undefined ? undefined : pathToFileURL(join(folder, peer, file)).href;
  }
  return undefined;
}

type Conditions = string | { readonly [condition: string]: Conditions };

/** Of conditions, nested or not, the file for `import` in Node. */
function importOf(entry: Conditions): string | undefined {
  if (typeof entry === 'string') return entry;
  for (const [condition, inner] of Object.entries(entry)) {
    if (condition === 'node' || condition === 'import' || condition === 'default') return importOf(inner);
  }
  return undefined;
}
