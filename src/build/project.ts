import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { hatchwayError, quote } from '../errors/index.js';

/** What a plugin is written in; `wasm` is a core module that some other toolchain made. */
export type Language = 'as' | 'js' | 'wasm';

/** What is to be built. */
export interface Project {
  readonly language: Language;
  /** The plugin's folder. */
  readonly folder: string;
  /** The file to start from. */
  readonly entry: string;
  /** A `.wit` file or a folder of them. */
  readonly wit?: string;
  readonly world?: string;
  /** Where the component goes. */
  readonly out: string;
}

/** What may be said of a project besides where it is. */
export interface ProjectOptions {
  readonly wit?: string;
  readonly world?: string;
  readonly out?: string;
}

/** The files that make a folder a plugin, and in which language. */
const ENTRIES: readonly (readonly [string, Language])[] = [
  ['assembly/plugin.ts', 'as'],
  ['plugin.ts', 'js'],
  ['plugin.js', 'js'],
  ['plugin.mjs', 'js'],
];

/**
 * Finds out what a folder or a file is. A folder is a plugin in AssemblyScript if it has `assembly/plugin.ts`, in TypeScript
 * or JavaScript if it has `plugin.ts` or `plugin.js`; a file is AssemblyScript if it is TypeScript in a folder `assembly`.
 * The WIT is the folder `wit` or the one `.wit` file there is; `package.json` may say otherwise:
 * `"hatchway": { "wit": "../wit", "world": "filter-plugin" }`.
 * @throws HatchwayError `not-found` where there is no plugin; `option` where several could be meant.
 */
export async function findProject(path: string, options: ProjectOptions): Promise<Project> {
  const full = resolve(path);
  const found = (await isFolder(full, path)) ? await entryIn(full, path) : entryFile(full, path);
  const { folder, language } = found;
  const settings = await readSettings(folder);
  const wit = options.wit ?? settings.wit ?? (language === 'wasm' ? undefined : await findWit(folder, path));
  const world = options.world ?? settings.world;
  const name = language === 'wasm' ? basename(full, '.wasm') : basename(folder);
  const out =
    options.out ??
    (language === 'wasm' ? join(folder, `${name}.component.wasm`) : join(folder, 'build', `${name}.wasm`));
  return { ...found, out, ...(wit !== undefined && { wit }), ...(world !== undefined && { world }) };
}

type Entry = Pick<Project, 'folder' | 'entry' | 'language'>;

async function entryIn(folder: string, path: string): Promise<Entry> {
  const found: Entry[] = [];
  for (const [file, language] of ENTRIES) {
    if (await exists(join(folder, file))) found.push({ folder, entry: join(folder, file), language });
  }
  if (found.length === 1) return found[0]!;
  if (found.length === 0) {
    throw hatchwayError('not-found', `there is no plugin in ${quote(path, 200)}`, {
      mend: 'A plugin has assembly/plugin.ts (AssemblyScript), plugin.ts or plugin.js; `hatchway new` makes one.',
    });
  }
  const files = found.map(({ entry }) => entry.slice(folder.length + 1));
  throw hatchwayError('option', `${quote(path, 200)} has ${files.join(' and ')}`, { mend: 'Name the one to build.' });
}

function entryFile(file: string, path: string): Entry {
  const folder = dirname(file);
  if (/\.m?js$/.test(file)) return { folder, entry: file, language: 'js' };
  if (extname(file) === '.wasm') return { folder, entry: file, language: 'wasm' };
  if (/\.m?ts$/.test(file) && !file.endsWith('.d.ts')) {
    const isAssembly = basename(folder) === 'assembly';
    return { folder: isAssembly ? dirname(folder) : folder, entry: file, language: isAssembly ? 'as' : 'js' };
  }
  throw hatchwayError('unsupported', `${quote(path, 200)} is in no language that is built here`, {
    mend: 'Name a folder, or a file of AssemblyScript, TypeScript, JavaScript or a WASI preview 1 module.',
  });
}

/** What `package.json` says, with paths relative to it. */
async function readSettings(folder: string): Promise<{ wit?: string; world?: string }> {
  const file = join(folder, 'package.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return {};
  }
  let settings: unknown;
  try {
    settings = JSON.parse(text)?.hatchway ?? {};
  } catch (cause) {
    throw hatchwayError('invalid', `${quote(file, 200)} is not JSON: ${(cause as Error).message}`, { cause });
  }
  const own = (settings !== null && typeof settings === 'object' ? settings : { '': undefined }) as Record<
    string,
    unknown
  >;
  for (const [key, value] of Object.entries(own)) {
    if (['wit', 'world'].includes(key) && typeof value === 'string') continue;
    throw hatchwayError(
      'invalid',
      `${quote(file, 200)}: "hatchway" has "wit" and "world", both strings, not ${quote(key)}`,
    );
  }
  const { wit, world } = own as { wit?: string; world?: string };
  return { ...(wit !== undefined && { wit: resolve(folder, wit) }), ...(world !== undefined && { world }) };
}

async function findWit(folder: string, path: string): Promise<string> {
  if (await exists(join(folder, 'wit'))) return join(folder, 'wit');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.wit'));
  if (files.length === 1) return join(folder, files[0]!);
  throw hatchwayError(
    files.length === 0 ? 'not-found' : 'option',
    `${quote(path, 200)} ${files.length === 0 ? 'has no WIT' : 'has several WIT files'}`,
    {
      mend: 'Name it: --wit DIR or --wit FILE',
    },
  );
}

async function isFolder(full: string, path: string): Promise<boolean> {
  try {
    return (await stat(full)).isDirectory();
  } catch (cause) {
    throw hatchwayError('not-found', `there is no ${quote(path, 200)}`, { cause });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
