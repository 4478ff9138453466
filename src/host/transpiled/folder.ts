import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { decodeWorld, isComponent } from '../../component/index.js';
import { hatchwayError, quote } from '../../errors/index.js';
import { type WasiPackage, type World, wasiPackage } from '../../wit/index.js';

/** What `jco transpile` wrote, in its instantiation mode. */
export interface TranspiledFolder {
  readonly path: string;
  /** The file that has `instantiate`. */
  readonly module: string;
  /** The component it was made of, where that lies in the folder or beside it. */
  readonly world: World | undefined;
  /** The interfaces of WASI that its code takes, as it names them: mostly without a version. */
  readonly wasi: readonly string[];
}

const INSTANTIATE = /^export (?:async )?function instantiate\(/m;
/** What every module that jco writes begins with. */
const WRITTEN_BY_JCO = /^"use components";/;
const COMMAND = 'jco transpile plugin.wasm -o folder --instantiation async';

/**
 * Looks at a folder that `jco transpile` wrote. Nothing in it runs.
 * @throws HatchwayError `option` where it was not written in instantiation mode; `unsupported` where its code asks for WASI.
 */
export async function inspectFolder(path: string): Promise<TranspiledFolder> {
  const found = (await scriptsOf(path)).filter(({ text }) => INSTANTIATE.test(text));
  const [script] = found;
  if (script === undefined || found.length > 1) {
    const what = found.length > 1 ? 'has several modules' : 'has no module';
    throw hatchwayError('option', `${quote(path, 200)} ${what} that exports \`instantiate\``, {
      mend: `Only what jco writes in its instantiation mode can be given imports. Transpile again: ${COMMAND}`,
    });
  }
  const statically = [...script.text.matchAll(/^import\b[^;'"]*['"]([^'"]+)['"]/gm)].map((match) => match[1]!);
  if (statically.length > 0) {
    throw hatchwayError('option', `${quote(script.name)} imports ${listed(statically)} by itself`, {
      mend: `What a plugin imports comes from the app. Transpile again: ${COMMAND}`,
    });
  }
  const wasi = importsOf(script.text).filter((name) => name.startsWith('wasi:'));
  const unknown = wasi.filter((name) => packageOf(name) === undefined);
  if (unknown.length > 0) {
    throw hatchwayError('unsupported', `its code needs what WASI 0.2 does not have here: ${listed(unknown)}`, {
      plugin: basename(resolve(path)),
      mend: 'Build the component for WASI 0.2.',
    });
  }
  return { path, module: join(path, script.name), world: await worldBeside(path, script.name), wasi };
}

/** The package of an interface that jco's code names without its version, which then is of 0.2. */
export function packageOf(name: string): WasiPackage | undefined {
  return wasiPackage(name.includes('@') ? name : `${name}@0.2.0`);
}

/** Whether a folder is one that `jco transpile` wrote, in whatever mode. */
export async function isTranspiled(path: string): Promise<boolean> {
  return (await scriptsOf(path)).some(({ text }) => WRITTEN_BY_JCO.test(text));
}

async function scriptsOf(path: string): Promise<{ name: string; text: string }[]> {
  const names = (await readdir(path)).filter((name) => /\.m?js$/.test(name)).sort();
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(path, name), 'utf8') })));
}

/** What the code takes of the imports it is given. */
function importsOf(text: string): string[] {
  const names = [...text.matchAll(/\bimports(?:\[(['"])([^'"]+)\1\]|\.(\w+))/g)].map((match) => match[2] ?? match[3]!);
  return [...new Set(names)];
}

function listed(names: readonly string[]): string {
  return [...new Set(names)]
    .slice(0, 20)
    .map((name) => quote(name))
    .join(', ');
}

async function worldBeside(path: string, script: string): Promise<World | undefined> {
  const name = `${script.replace(/\.m?js$/, '')}.wasm`;
  const inside = (await readdir(path)).filter((it) => it.endsWith('.wasm') && !/\.core\d*\.wasm$/.test(it));
  for (const file of [...inside.map((it) => join(path, it)), join(dirname(resolve(path)), name)]) {
    try {
      if (!(await stat(file)).isFile()) continue;
    } catch {
      continue;
    }
    const bytes = await readFile(file);
    if (isComponent(bytes)) return decodeWorld(bytes);
  }
  return undefined;
}
