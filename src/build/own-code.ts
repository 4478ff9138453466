import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
