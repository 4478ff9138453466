import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const transpile = fileURLToPath(new URL('jco-transpile.mjs', import.meta.url));

export type Exports = any;

/** Makes an instance of one component with these imports. */
export type Instantiate = (imports: object) => Promise<Exports>;

/** A component through the code that jco generates for it, in its instantiation mode. */
export async function translateWithJco(component: Uint8Array): Promise<Instantiate> {
  const folder = await mkdtemp(join(tmpdir(), 'hatchway-jco-'));
  try {
    const path = join(folder, 'in.wasm');
    await writeFile(path, component);
    // A child process: what jco cannot read can leave it unusable.
    await promisify(execFile)(process.execPath, [transpile, path, folder]);
    const { instantiate } = await import(pathToFileURL(join(folder, 'out.js')).href);
    const modules = new Map<string, WebAssembly.Module>();
    for (const name of await readdir(folder)) {
      if (name.includes('.core')) modules.set(name, new WebAssembly.Module(await readFile(join(folder, name))));
    }
    return async (imports) => instantiate((name: string) => modules.get(name), imports);
  } finally {
    await rm(folder, { recursive: true });
  }
}
