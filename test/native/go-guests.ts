/** Programs in Go that tests start: built when what they are made of has changed. Without Go their tests are skipped, and say so. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe } from 'vitest';
import { findGo, GO_VERSION } from '../../guests/go/toolchain.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'build/test-guests/go');
/** What all plugins are made of. */
const SDK = ['native/go', 'src/bindgen/go', 'guests/go/build.mjs'].map((it) => join(root, it));
const run = promisify(execFile);

export const go = findGo();
/** Why there are none, and what mends it; `undefined` if there are. */
export const noGo = go === undefined ? `Go ${GO_VERSION} is not installed: https://go.dev/dl` : undefined;
if (noGo !== undefined && process.env.CI) throw new Error(noGo);

/** A group of tests that need Go. */
export function describeWithGo(name: string, body: () => void): void {
  if (noGo === undefined) describe(name, body);
  else describe.skip(`${name} [${noGo}]`, body);
}

/** The folder of a plugin of guests/go. */
export async function goGuest(plugin: string, wit: string, world: string): Promise<string> {
  const out = join(built, plugin);
  const source = join(root, 'guests/go', plugin);
  await once(out, [...SDK, source, join(root, wit)], () =>
    run(process.execPath, [join(root, 'guests/go/build.mjs'), source, join(root, wit), world, out, go!]),
  );
  return out;
}

/** A program of the module in native/go, such as `internal/testplugin`. */
export async function goProgram(path: string): Promise<string> {
  const out = join(built, path.split('/').at(-1)!);
  await once(out, SDK, () =>
    run(go!, ['build', '-trimpath', '-o', out, `./${path}`], {
      cwd: join(root, 'native/go'),
      env: { ...process.env, GOPROXY: 'off' },
    }),
  );
  return out;
}

/** The folder of the programs of a module of its own, by the names of their packages. What it requires may have to be fetched. */
export async function goModule(source: string): Promise<string> {
  const out = join(built, basename(source));
  await once(out, [source], async () => {
    await mkdir(out, { recursive: true });
    await run(go!, ['build', '-trimpath', '-o', `${out}/`, './...'], { cwd: source });
  });
  return out;
}

async function once(out: string, sources: readonly string[], build: () => Promise<unknown>): Promise<void> {
  const key = await digest(sources);
  const keyFile = `${out}.sha256`;
  if ((await stat(out).catch(() => undefined)) && (await readFile(keyFile, 'utf8').catch(() => '')) === key) return;
  if (noGo !== undefined) throw new Error(noGo);
  await mkdir(built, { recursive: true });
  await build();
  await writeFile(keyFile, key);
}

async function digest(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    const inside = (await stat(path)).isDirectory() ? (await readdir(path, { recursive: true })).sort() : [''];
    for (const name of inside) {
      const file = join(path, name);
      if (!(await stat(file)).isFile()) continue;
      const contents = await readFile(file);
      hash.update(`${name} ${contents.length}\n`).update(contents);
    }
  }
  return hash.digest('hex');
}
