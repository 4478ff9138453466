import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hatchwayError } from '../errors/index.js';
import type { Peer } from './peer.js';

/** The version of the package a module belongs to, by the URL of the module. */
export async function versionOf(module: string): Promise<string> {
  for (let folder = dirname(fileURLToPath(module)); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
      if (typeof name === 'string' && typeof version === 'string') return `${name} ${version}`;
    } catch {}
  }
  throw hatchwayError('not-found', `the module ${module} belongs to no package`);
}

/**
 * The version of a peer that is installed, in the project at the working directory, else beside us; `undefined` where it is not.
 * Nothing of it is loaded: some have no module that could be asked for.
 */
export async function installedVersion(peer: Peer): Promise<string | undefined> {
  for (const from of [pathToFileURL(join(process.cwd(), 'package.json')), import.meta.url]) {
    for (const folder of createRequire(from).resolve.paths(peer) ?? []) {
      try {
        const { version } = JSON.parse(await readFile(join(folder, peer, 'package.json'), 'utf8'));
        if (typeof version === 'string') return version;
      } catch {}
    }
  }
  return undefined;
}
