import { readdir, readFile } from 'node:fs/promises';
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

/** The two steps up from `src/build` and from `dist/build`: what runs in child processes was built. */
const OWN = ['build', 'toolchain'].map((room) => fileURLToPath(new URL(`../../dist/${room}/`, import.meta.url)));

/** All that hatchway itself does to a plugin, as text: its version alone does not change while it is worked on. */
export async function ownCode(): Promise<string[]> {
  const texts: string[] = [];
  for (const folder of OWN) {
    const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.js')).sort();
    for (const name of names) texts.push(name, await readFile(join(folder, name), 'utf8'));
  }
  return texts;
}
