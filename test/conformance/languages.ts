/** Every way in which the conformance world is implemented. */
import { readFile } from 'node:fs/promises';
import { guestPath } from '../../guests/build.js';
import { createHost, decodeWorld, type Plugin, type World } from '../../src/index.js';
import { noRust } from '../setup/rust.js';
import { encodeWit } from '../wit/encode.js';
import { plainConformance } from './plain.js';

export interface Language {
  readonly name: string;
  /** Why it cannot be checked here. */
  readonly missing?: string | undefined;
  load(world: World): Promise<Plugin>;
}

const host = await createHost();
const component = (language: 'assemblyscript' | 'javascript' | 'rust') => (world: World) =>
  host.load(guestPath(language, 'conformance'), { world, name: `${language} conformance` });

export const LANGUAGES: readonly Language[] = [
  { name: 'Rust', missing: noRust, load: component('rust') },
  { name: 'AssemblyScript', load: component('assemblyscript') },
  { name: 'JavaScript', load: component('javascript') },
  { name: 'plain object', load: (world) => host.load(plainConformance, { world, name: 'plain conformance' }) },
];

export async function conformanceWorld(): Promise<World> {
  const wit = await readFile(new URL('../../wit/conformance.wit', import.meta.url), 'utf8');
  return decodeWorld(await encodeWit(wit, 'conformance'));
}
