import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { hatchwayError, quote } from '../errors/index.js';
import { encodeWorld } from '../toolchain/index.js';
import { OWN_WIT, type PluginLanguage, starterFiles } from './files.js';

export interface CreatePluginOptions {
  /** The folder's name and the plugin's: words of lower-case letters and digits, joined by `-`. */
  readonly name: string;
  readonly language: PluginLanguage;
  /** The world to implement: a `.wit` file, or a folder of them. Default: a small one of its own. */
  readonly wit?: string;
  /** Which world, where there are several. */
  readonly world?: string;
  /** The folder in which that of the plugin is made. Default: the working directory. */
  readonly parent?: string;
}

/** A folder that was made. */
export interface CreatedPlugin {
  readonly folder: string;
  /** The files in it, relative to it. */
  readonly files: readonly string[];
  /** The world's name. */
  readonly world: string;
}

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const MAX_NAME = 100;

/**
 * Makes a folder with a plugin that builds and runs. Needs jco, to read the WIT.
 * @throws HatchwayError `option` for a name that is none, and where the folder exists; `not-found`, `invalid` and `unsupported`
 * as reading the world does. Nothing is left behind then.
 * @example await createPlugin({ name: 'shout', language: 'js', wit: 'wit', world: 'filter-plugin' })
 */
export async function createPlugin({
  name,
  language,
  wit,
  world,
  parent = '.',
}: CreatePluginOptions): Promise<CreatedPlugin> {
  if (!NAME.test(name) || name.length > MAX_NAME) {
    throw hatchwayError('option', `${quote(name)} cannot be the name of a plugin`, {
      mend: 'Use lower-case letters and digits, words joined by "-", a letter first: `my-plugin`.',
    });
  }
  if (wit === undefined && world !== undefined) {
    throw hatchwayError('option', 'a world was named, and no WIT that has it', {
      mend: 'Say where it is: --wit DIR or --wit FILE',
    });
  }
  const folder = resolve(parent, name);
  if (await exists(folder)) {
    throw hatchwayError('option', `${quote(relative(process.cwd(), folder), 200)} exists already`, {
      mend: 'Choose another name, or remove it.',
    });
  }
  const encoded =
    wit === undefined ? await encodeOwn() : await encodeWorld({ wit, ...(world !== undefined && { world }) });
  const texts = starterFiles({
    ...{ name, language, world: encoded.world, isOwn: wit === undefined },
    wit: wit === undefined ? new Map([['plugin.wit', OWN_WIT]]) : await witTexts(wit),
    ...(world !== undefined && { worldName: world }),
  });
  await write(folder, texts);
  return { folder, files: [...texts.keys()], world: encoded.worldName };
}

async function encodeOwn() {
  const folder = await mkdtemp(join(tmpdir(), 'hatchway-new-'));
  try {
    await writeFile(join(folder, 'plugin.wit'), OWN_WIT);
    return await encodeWorld({ wit: folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The files of a WIT path, as they are laid out. They were read before: they can be. */
async function witTexts(path: string): Promise<Map<string, string>> {
  if (!(await stat(path)).isDirectory()) return new Map([[basename(path), await readFile(path, 'utf8')]]);
  const names = (await readdir(path)).filter((name) => name.endsWith('.wit'));
  const deps = await readdir(join(path, 'deps'), { recursive: true }).catch(() => []);
  const all = [...names, ...deps.filter((name) => name.endsWith('.wit')).map((name) => join('deps', name))].sort();
  const texts = await Promise.all(all.map((name) => readFile(join(path, name), 'utf8')));
  return new Map(all.map((name, i) => [name.split(sep).join('/'), texts[i]!]));
}

async function write(folder: string, texts: ReadonlyMap<string, string>): Promise<void> {
  try {
    // Fails where another process was quicker.
    await mkdir(folder);
  } catch (cause) {
    throw hatchwayError('option', `${quote(folder, 200)} cannot be made: ${(cause as NodeJS.ErrnoException).code}`, {
      cause,
    });
  }
  try {
    for (const [path, text] of texts) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    throw cause;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
