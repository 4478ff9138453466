import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { Worker } from 'node:worker_threads';
import { hatchwayError, quote } from '../../errors/index.js';
import { type Diagnostic, failed } from '../diagnostics.js';
import type { ParseAnswer, ParseOrder } from './parse.js';
import type { ImportModule } from './wrapper.js';

/** The three steps up from `src/build/javascript` and from `dist/build/javascript`: threads and children run what was built. */
export const BUILT = new URL('../../../dist/build/javascript/', import.meta.url);

/** A plugin's own modules, read and parsed. */
export interface Modules {
  /** The folder that holds them all. */
  readonly root: string;
  /** JavaScript by file, with `/` between the parts of a path from the root. TypeScript is `.js` here. */
  readonly files: ReadonlyMap<string, string>;
  readonly entry: string;
  /** The files they were read from, as paths. */
  readonly sources: readonly string[];
  /** What the entry exports. */
  readonly names: readonly string[];
}

/** The JavaScript of a file in TypeScript. */
export type ToJavaScript = (path: string, text: string) => Promise<string>;

interface Source {
  readonly path: string;
  text: string;
  specifiers: readonly string[];
}

const EXTENSIONS = ['.js', '.mjs', '.ts', '.mts'];
/** What TypeScript's authors write for a file that is TypeScript. */
const TWINS: Readonly<Record<string, string>> = { '.js': '.ts', '.mjs': '.mts' };

/**
 * Reads a plugin's module and the local modules it imports, and checks that they fit together. Nothing of them runs.
 * @param given the imports of the world.
 * @throws HatchwayError `invalid` for what does not parse or fit, with file and line; `not-found`; `unsupported`.
 */
export async function readModules(
  entry: string,
  given: readonly ImportModule[],
  toJavaScript: ToJavaScript,
): Promise<Modules> {
  const sources = new Map<string, Source>();
  const queue = [resolve(entry)];
  const targets = new Map<string, Map<string, string>>();
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (sources.has(path)) continue;
    const source = await readSource(path, toJavaScript);
    sources.set(path, source);
    const own = new Map<string, string>();
    targets.set(path, own);
    for (const specifier of source.specifiers) {
      const target = givenFor(given, specifier) ?? (await localFile(path, specifier, given));
      own.set(specifier, target);
      if (!given.some(({ name }) => name === target)) queue.push(target);
    }
  }
  const root = commonFolder([...sources.keys()]);
  const inside = (path: string) => scriptName(relative(root, path).split(sep).join('/'));
  const files = new Map([...sources.values()].map(({ path, text }) => [inside(path), text]));
  const isGiven = (target: string) => given.some(({ name }) => name === target);
  const links = new Map(
    [...targets].map(([path, own]) => [
      inside(path),
      new Map([...own].map(([specifier, target]) => [specifier, isGiven(target) ? target : inside(target)])),
    ]),
  );
  const names = new Map(given.map((one) => [one.name, one.names]));
  const main = inside(resolve(entry));
  const answer = await parse({ files, links, given: names, entry: main });
  if (answer.error !== undefined) {
    // The engine names what is missing, and the module that does not have it, not who asked for it.
    throw failed([placeImport(answer.error.message, [...sources.values()])]);
  }
  const relinked = new Map([...files].map(([file, text]) => [file, relink(text, file, links.get(file)!, given)]));
  return { root, files: relinked, entry: main, sources: [...sources.keys()], names: answer.names! };
}

async function readSource(path: string, toJavaScript: ToJavaScript): Promise<Source> {
  const text = await readText(path);
  const script = /\.m?ts$/.test(path) ? await toJavaScript(path, text) : text;
  const { specifiers, error } = await parse({ files: new Map([[path, script]]), entry: path });
  if (error !== undefined) throw failed([await locateSyntaxError(path, script, error.message)]);
  return { path, text: script, specifiers: specifiers.get(path)! };
}

async function readText(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    if (cause instanceof TypeError) throw hatchwayError('invalid', `${quote(path, 200)} is not UTF-8 text`, { cause });
    throw hatchwayError('not-found', `${quote(path, 200)} cannot be read: ${(cause as NodeJS.ErrnoException).code}`, {
      cause,
    });
  }
}

function parse(order: ParseOrder): Promise<ParseAnswer> {
  return new Promise((answered, reject) => {
    const worker = new Worker(new URL('parse.js', BUILT), {
      workerData: order,
      execArgv: ['--experimental-vm-modules', '--no-warnings'],
    });
    worker.once('message', answered);
    worker.once('error', reject);
  });
}

/** An import of the world by its name; its version may be left out where that leaves one. */
function givenFor(given: readonly ImportModule[], specifier: string): string | undefined {
  const exact = given.find(({ name }) => name === specifier);
  if (exact !== undefined) return exact.name;
  const unversioned = given.filter(({ name }) => name.split('@')[0] === specifier);
  return unversioned.length === 1 ? unversioned[0]!.name : undefined;
}

async function localFile(from: string, specifier: string, given: readonly ImportModule[]): Promise<string> {
  if (!/^\.{1,2}\//.test(specifier)) {
    const known = given.map(({ name }) => name);
    throw hatchwayError(
      'unsupported',
      `${shownPath(from)} imports ${quote(specifier)}, which is neither a local file nor an import of its world`,
      {
        mend:
          (known.length === 0 ? 'The world has no imports.' : `The world imports ${known.join(', ')}.`) +
          ' Packages of npm have to be bundled into the plugin first.',
      },
    );
  }
  const path = resolve(dirname(from), specifier);
  const extension = extname(path);
  const twin = TWINS[extension];
  const candidates = [
    path,
    ...(twin === undefined ? [] : [path.slice(0, -extension.length) + twin]),
    ...EXTENSIONS.map((one) => path + one),
    ...EXTENSIONS.map((one) => join(path, `index${one}`)),
  ];
  for (const candidate of candidates) {
    if (EXTENSIONS.includes(extname(candidate)) && (await isFile(candidate))) return candidate;
  }
  throw hatchwayError('not-found', `${shownPath(from)} imports ${quote(specifier)}, and there is no such file`);
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function commonFolder(paths: readonly string[]): string {
  let folder = dirname(paths[0]!);
  while (!paths.every((path) => path.startsWith(folder.endsWith(sep) ? folder : folder + sep)))
    folder = dirname(folder);
  return folder;
}

function scriptName(file: string): string {
  return file.replace(/\.(m?)ts$/, '.$1js');
}

/** Makes specifiers name files that are there: those of TypeScript, without extensions, and the imports of the world. */
function relink(
  text: string,
  file: string,
  links: ReadonlyMap<string, string>,
  given: readonly ImportModule[],
): string {
  let linked = text;
  const up = '../'.repeat(file.split('/').length - 1);
  for (const [specifier, target] of links) {
    const module = given.find(({ name }) => name === target);
    // The modules of the imports are one folder above the root of the author's.
    const to = module === undefined ? `${up || './'}${target}` : `../${up}${module.file}`;
    const escaped = specifier.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    // Only where a module is named; a string elsewhere that looks the same stays.
    const place = new RegExp(`(\\bfrom\\s*|\\bimport\\s*\\(?\\s*)(["'])${escaped}\\2`, 'g');
    linked = linked.replace(place, (_, before) => `${before}${JSON.stringify(to)}`);
  }
  return linked;
}

/** The engine says what it could not parse, and Node where, when it is to run it. */
async function locateSyntaxError(path: string, text: string, message: string): Promise<Diagnostic> {
  const folder = await mkdtemp(join(tmpdir(), 'hatchway-'));
  try {
    const copy = join(folder, 'module.mjs');
    await writeFile(copy, text);
    const said = await new Promise<string>((done) => {
      execFile(process.execPath, ['--check', copy], (_error, _stdout, stderr) => done(stderr));
    });
    const [, line, , marker = ''] = /:(\d+)\n(.*)\n( *\^?)/.exec(said) ?? [];
    if (line === undefined) return { severity: 'error', message, file: path };
    return { severity: 'error', message, file: path, line: Number(line), column: Math.max(1, marker.length) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Finds the line that imports what a module does not export. */
function placeImport(message: string, sources: readonly Source[]): Diagnostic {
  const found = /^The requested module '(.*)' does not provide an export named '(.*)'$/.exec(message);
  if (found === null) return { severity: 'error', message };
  const [, specifier, name] = found;
  for (const { path, text } of sources) {
    for (const match of text.matchAll(/\b(?:import|export)\b[^;'"]*?\bfrom\s*(["'])(.*?)\1/g)) {
      const at = match[2] === specifier ? new RegExp(`\\b${name}\\b`).exec(match[0]) : null;
      if (at === null) continue;
      const before = text.slice(0, match.index + at.index).split('\n');
      const what = `${quote(specifier!, 200)} has no ${quote(name!)}`;
      return { severity: 'error', message: what, file: path, line: before.length, column: before.at(-1)!.length + 1 };
    }
  }
  return { severity: 'error', message };
}

function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return quote(short.startsWith('..') ? path : short, 200);
}
