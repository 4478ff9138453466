/**
 * Builds the plugins in this folder, unless nothing they are made of changed: what the demo runs into
 * `build/guests/<language>/<plugin>.wasm`, what only tests do into `build/test-guests`. Used by
 * `npm run guests [LANGUAGE/PLUGIN]...`, by the demo and by the tests' setup.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findClang, provideC } from './c/toolchain.js';
import { PROGRAM, provideRust } from './rust/toolchain.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Plugins with an interface of their own, in their folder `wit`: the name of its world. */
const OWN_WORLDS: Readonly<Record<string, string>> = {
  archive: 'archiving-filter',
  letter: 'letter',
  probe: 'probe',
  tally: 'tally',
  words: 'word-list-filter',
};

/** What a plugin implements: a filter of the relay, unless it has an interface of its own or is the one that has everything. */
function interfaceOf(language: string, plugin: string): { wit: string; world: string } {
  const world = OWN_WORLDS[plugin];
  if (world !== undefined) return { wit: join(root, 'guests', language, plugin, 'wit'), world };
  return plugin === 'conformance'
    ? { wit: join(root, 'wit/conformance.wit'), world: 'conformance' }
    : { wit: join(root, 'wit/relay.wit'), world: 'filter-plugin' };
}

/** Each language: the file that makes a folder a plugin, and what else its plugins are built from. */
const languages = {
  assemblyscript: {
    source: 'plugin.ts',
    shared: ['build.mjs', '../../dist/bindgen/as', '../../dist/build/assemblyscript'],
  },
  javascript: { source: 'plugin.js', shared: ['build.mjs'] },
  rust: { source: 'Cargo.toml', shared: ['build.mjs', 'build-program.mjs', '.cargo', 'Cargo.lock', 'Cargo.toml'] },
  c: { source: 'main.c', shared: ['build.mjs', 'toolchain.ts'] },
};
type Language = keyof typeof languages;

/** Whether it is no plugin but a program: a module for WASI preview 1, and a component beside it. */
export function isProgram(language: Language | NativeLanguage, plugin: string): boolean {
  return language === 'c' || (language === 'rust' && plugin === 'notes');
}

/** Where the demo's plugins are. */
export const guestFolder = join(root, 'build/guests');

/** What only tests run. */
const TEST_PLUGINS = new Set(['conformance', 'probe', 'tally', 'letter']);
/** What the demo has in another language already, and tests compare it with. */
const ALSO_IN = new Set(['javascript/redact', 'node/redact']);

function isShown(language: string, plugin: string): boolean {
  return !TEST_PLUGINS.has(plugin) && !ALSO_IN.has(`${language}/${plugin}`);
}

/** What the demo runs: filters that take nothing but the dependencies to build. */
function isInDemo(language: Language | NativeLanguage, plugin: string): boolean {
  return ['assemblyscript', 'javascript', 'node'].includes(language) && isShown(language, plugin);
}

/** The component of one plugin, once built; of a program, its module for WASI preview 1. */
export function guestPath(language: Language, plugin: string): string {
  const folder = isInDemo(language, plugin) ? guestFolder : join(root, 'build/test-guests');
  return join(folder, language, `${plugin}.wasm`);
}

/** Plugins that are programs: a folder each, with a `plugin.json`. */
const natives = {
  node: ['../../dist/bindgen/node', '../../dist/bindgen/ts'],
};
type NativeLanguage = keyof typeof natives;

/** The folder of a native plugin, once built. */
export function nativeGuestPath(language: NativeLanguage, plugin: string): string {
  return join(isShown(language, plugin) ? guestFolder : join(root, 'build/test-guests'), language, plugin);
}

/** The component of a program, once built. */
export function programComponentPath(language: 'c' | 'rust', program: string): string {
  return componentBeside(guestPath(language, program));
}

function componentBeside(module: string): string {
  return module.replace(/\.wasm$/, '.component.wasm');
}

/** Builds what has to be built of the plugins chosen, one after the other; says so on standard error. */
export async function buildGuests(
  chosen: (language: Language | NativeLanguage, plugin: string) => boolean = isInDemo,
): Promise<void> {
  await buildNatives(chosen);
  for (const language of Object.keys(languages) as Language[]) {
    const { source } = languages[language];
    for (const plugin of await readdir(join(root, 'guests', language))) {
      const path = join(root, 'guests', language, plugin, source);
      if ((await exists(path)) && chosen(language, plugin)) await buildGuest(language, plugin, path);
    }
  }
}

/** Builds the native plugins chosen: their folder with the world in it. */
async function buildNatives(chosen: (language: NativeLanguage, plugin: string) => boolean): Promise<void> {
  for (const language of Object.keys(natives) as NativeLanguage[]) {
    for (const plugin of await readdir(join(root, 'guests', language))) {
      const source = join(root, 'guests', language, plugin);
      if ((await exists(join(source, 'plugin.json'))) && chosen(language, plugin)) {
        await buildNative(language, plugin, source);
      }
    }
  }
}

async function buildNative(language: NativeLanguage, plugin: string, source: string): Promise<void> {
  const out = nativeGuestPath(language, plugin);
  const { wit, world } = interfaceOf(language, plugin);
  const key = await digest([wit, source, ...natives[language].map((name) => join(root, 'guests', language, name))]);
  const keyFile = `${out}.sha256`;
  if ((await exists(out)) && (await readFile(keyFile, 'utf8').catch(() => '')) === key) return;
  console.error(`building ${language}/${plugin} …`);
  await rm(out, { recursive: true, force: true });
  await cp(source, out, { recursive: true });
  const bindgen = ['bindgen', language, '--wit', wit, '--world', world, '--out', out];
  await run([join(root, 'dist/cli/main.js'), ...bindgen], 'ignore');
  await writeFile(keyFile, key);
}

async function buildGuest(language: Language, plugin: string, source: string) {
  const out = guestPath(language, plugin);
  const program = isProgram(language, plugin);
  const { wit, world } = interfaceOf(language, plugin);
  const key = await digest([
    ...(program ? [] : [wit]),
    join(root, 'package-lock.json'),
    join(root, 'guests', language, plugin),
    ...languages[language].shared.map((name) => join(root, 'guests', language, name)),
  ]);
  const keyFile = `${out}.sha256`;
  if ((await exists(out)) && (await readFile(keyFile, 'utf8').catch(() => '')) === key) return;

  const started = performance.now();
  await mkdir(dirname(out), { recursive: true });
  // Built aside, then renamed: whoever reads or builds at the same time sees a whole file.
  const unfinished = `${out}.${process.pid}`;
  console.error(`building ${language}/${plugin} …`);
  const folder = join(root, 'guests', language);
  if (!program) await run([join(folder, 'build.mjs'), source, wit, world, unfinished]);
  else if (language === 'rust') await run([join(folder, 'build-program.mjs'), source, unfinished]);
  else await run([join(folder, 'build.mjs'), source, findClang() ?? 'clang', unfinished]);
  const { size } = await stat(unfinished);
  if (program) await rename(`${unfinished}.component`, componentBeside(out));
  await rename(unfinished, out);
  await writeFile(keyFile, key);
  console.error(
    `built ${language}/${plugin}: ${Math.ceil(size / 1024)} KiB in ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
}

/** SHA-256 over the names and contents of files, and of all files in folders. */
async function digest(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    const inside = (await stat(path)).isDirectory() ? (await readdir(path, { recursive: true })).sort() : [''];
    for (const name of inside) {
      const file = join(path, name);
      if ((await stat(file)).isDirectory()) continue;
      const contents = await readFile(file);
      hash.update(`${name} ${contents.length}\n`).update(contents);
    }
  }
  return hash.digest('hex');
}

function run(args: readonly string[], stdout: 'inherit' | 'ignore' = 'inherit'): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', stdout, 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`${args[0]} ended with ${signal ?? `exit code ${code}`}`)),
    );
  });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const names = process.argv.slice(2);
  if (names.some((name) => name.startsWith('rust'))) await provideRust();
  if (names.includes('rust') || names.includes('rust/notes')) await provideRust(PROGRAM);
  if (names.some((name) => /^c(\/|$)/.test(name))) await provideC();
  await buildGuests(
    names.length === 0
      ? undefined
      : (language, plugin) => names.includes(language) || names.includes(`${language}/${plugin}`),
  );
}
