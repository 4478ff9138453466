import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hatchwayError } from '../errors/index.js';

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
