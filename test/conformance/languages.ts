/** Every way in which the conformance world is implemented. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { guestPath, nativeGuestPath } from '../../guests/build.js';
import { createHost, decodeWorld, type Plugin, type World } from '../../src/index.js';
import { goGuest, noGo } from '../native/go-guests.js';
import { noRust } from '../setup/rust.js';
import { encodeWit } from '../wit/encode.js';
import { App } from './app.js';
import { plainConformance } from './plain.js';
import type { Face } from './subject.js';

export interface Language {
  readonly name: string;
  /** Why it cannot be checked here. */
  readonly missing?: string | undefined;
  /** The faces of its instances. Default: both. */
  readonly faces?: readonly Face[];
  load(world: World): Promise<Plugin>;
}

const host = await createHost();
const component = (language: 'assemblyscript' | 'javascript' | 'rust') => (world: World) =>
  host.load(guestPath(language, 'conformance'), { world, name: `${language} conformance` });

const native = (language: 'node') => (world: World) =>
  host.load(nativeGuestPath(language, 'conformance'), { world, run: true, sandbox: 'off' });

export const LANGUAGES: readonly Language[] = [
  { name: 'Rust', missing: noRust, load: component('rust') },
  { name: 'AssemblyScript', load: component('assemblyscript') },
  { name: 'JavaScript', load: component('javascript') },
  { name: 'transpiled', load: loadTranspiled },
  { name: 'Node, native', faces: ['async'], load: native('node') },
  {
    name: 'Go, native',
    missing: noGo,
    faces: ['async'],
    load: async (world) => {
      const folder = await goGuest('conformance', 'wit/conformance.wit', 'conformance');
      return host.load(folder, { world, run: true, sandbox: 'off' });
    },
  },
  { name: 'plain object', load: (world) => host.load(plainConformance, { world, name: 'plain conformance' }) },
];

/** What jco writes for the AssemblyScript guest, in its instantiation mode, run as code of the app. */
async function loadTranspiled(world: World): Promise<Plugin> {
  const folder = await mkdtemp(join(tmpdir(), 'hatchway-conformance-'));
  try {
    const transpiler = fileURLToPath(new URL('../host/transpile.mjs', import.meta.url));
    const component = guestPath('assemblyscript', 'conformance');
    // A program of its own: what jco cannot read can leave it unusable.
    await promisify(execFile)(process.execPath, [transpiler, component, folder, 'async']);
    const plugin = await host.load(folder, { world, trust: 'host-code', name: 'transpiled conformance' });
    // It is read when it is first instantiated.
    await plugin.instantiate({ imports: new App().imports });
    return plugin;
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function conformanceWorld(): Promise<World> {
  const wit = await readFile(new URL('../../wit/conformance.wit', import.meta.url), 'utf8');
  return decodeWorld(await encodeWit(wit, 'conformance'));
}
