import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { escapeText, hatchwayError } from '../../errors/index.js';
import { type EncodedWorld, JobError, runJob } from '../../toolchain/index.js';
import { type Diagnostic, failed } from '../diagnostics.js';
import { withTrapReport } from '../trap-report.js';
import type { ComponentizeOrder } from './componentize.js';
import { findComponentizer } from './componentizer.js';
import { Descriptions } from './describe.js';
import { guestTypes } from './guest-types.js';
import { BUILT, type Modules, readModules } from './modules.js';
import type { TypeScriptAnswer, TypeScriptOrder } from './typescript.js';
import { CHECKS, checksModule, entryModule, GUEST, importModules, wantedExports } from './wrapper.js';

export interface BuildJavaScriptOptions {
  readonly world: EncodedWorld;
  readonly project: JavaScriptProject;
  /** An empty folder, for whatever has to be written. */
  readonly folder: string;
}

/** What was read of a plugin, before anything is built. */
export interface JavaScriptProject {
  readonly modules: Modules;
  /** The texts of all modules that become the component, by file. */
  readonly scripts: ReadonlyMap<string, string>;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Reads a plugin with all its local modules, and checks what can be checked without running it.
 * @throws HatchwayError `invalid`, with file and line, for what does not compile; `not-found` for files that do not exist, and
 * where TypeScript is needed and not installed; `unsupported`.
 */
export async function readJavaScript(entry: string, { world }: EncodedWorld): Promise<JavaScriptProject> {
  const types = new Descriptions();
  const imports = importModules(world, types);
  let compiled: Promise<TypeScriptAnswer> | undefined;
  const modules = await readModules(entry, imports, async (path) => {
    compiled ??= compileTypeScript({
      module: findTypeScript(path),
      entry,
      types: guestTypes(world),
      wanted: wantedExports(world).map(({ names }) => names[0]!),
    });
    const { diagnostics, files, unusable } = await compiled;
    if (unusable !== undefined) {
      throw hatchwayError('unsupported', `typescript ${unusable} has no interface for programs`, {
        mend: 'Install one that has: npm install --save-dev typescript@6',
      });
    }
    if (diagnostics.some(({ severity }) => severity === 'error')) throw failed(diagnostics);
    const script = files.get(path);
    if (script === undefined) throw hatchwayError('unsupported', `the TypeScript compiler did not take up ${path}`);
    return script;
  });
  for (const { names } of wantedExports(world)) {
    if (names.some((name) => modules.names.includes(name))) continue;
    const message = `the export "${names[0]}" is missing, which the world wants`;
    throw failed([{ severity: 'error', message, file: entry, line: 1, column: 1 }]);
  }
  const scripts = new Map([
    ['entry.js', entryModule(world, types, `./plugin/${modules.entry}`, modules.names)],
    [CHECKS, checksModule(types)],
    ...(await guestModules()),
    ...imports.map(({ file, text }) => [file, text] as const),
    ...[...modules.files].map(([file, text]) => [`plugin/${file}`, text] as const),
  ]);
  return { modules, scripts, warnings: (await compiled)?.diagnostics ?? [] };
}

/**
 * Makes a component of a plugin. Takes seconds, and 800 MB of memory.
 * @throws HatchwayError `invalid` where the plugin's modules throw or do not have what the world wants; `not-found` where the
 * componentizer is not installed; `unsupported` where it fails.
 */
export async function buildJavaScript({ world, project, folder }: BuildJavaScriptOptions): Promise<Uint8Array> {
  const module = findComponentizer();
  const scripts = join(folder, 'scripts');
  for (const [file, text] of project.scripts) {
    await mkdir(dirname(join(scripts, file)), { recursive: true });
    await writeFile(join(scripts, file), text);
  }
  const { witSource, worldName } = world;
  const order: ComponentizeOrder = { module, folder, entry: join(scripts, 'entry.js'), witSource, world: worldName };
  try {
    const component = await runJob({
      module: new URL('componentize.js', BUILT).href,
      function: 'componentize',
      args: [order],
    });
    return withTrapReport(component as Uint8Array);
  } catch (error) {
    if (error instanceof JobError) throw failure(error, project.modules);
    throw error;
  }
}

/** An error of the author's modules, which ran; or one of the componentizer. */
function failure(error: JobError, { root }: Modules): unknown {
  const [, place, said] = /^(\S+:\d+:\d+) (?:Error: )?(.*)$/m.exec(error.message) ?? [];
  if (place === undefined || said === undefined) {
    return hatchwayError(
      'unsupported',
      `the component could not be built: ${escapeText(error.message, 2000).replaceAll('\\u{a}', '\n')}`,
    );
  }
  const [, own, line, column] = /(?:^|\/)plugin\/(.*):(\d+):(\d+)$/.exec(place) ?? [];
  const at = own === undefined ? {} : { file: join(root, own), line: Number(line), column: Number(column) };
  return failed([{ severity: 'error', message: said, ...at }]);
}

/** What runs in the plugin beside the author's modules. */
async function guestModules(): Promise<(readonly [file: string, text: string])[]> {
  const folder = new URL(`${GUEST}/`, BUILT);
  const files = (await readdir(folder)).filter((file) => file.endsWith('.js'));
  return Promise.all(
    files.map(async (file) => [`${GUEST}/${file}`, await readFile(new URL(file, folder), 'utf8')] as const),
  );
}

async function compileTypeScript(order: TypeScriptOrder): Promise<TypeScriptAnswer> {
  return (await runJob({
    module: new URL('typescript.js', BUILT).href,
    function: 'compile',
    args: [order],
  })) as TypeScriptAnswer;
}

/** TypeScript is the author's own: that of the plugin's project, of the one at the working directory, else of ours. */
function findTypeScript(path: string): string {
  for (const from of [pathToFileURL(path), pathToFileURL(join(process.cwd(), 'package.json')), import.meta.url]) {
    try {
      return pathToFileURL(createRequire(from).resolve('typescript')).href;
    } catch {}
  }
  throw hatchwayError('not-found', 'this needs typescript, which is not installed', {
    mend: 'Install it: npm install --save-dev typescript@6',
  });
}
