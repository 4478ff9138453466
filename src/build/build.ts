import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { generateAs } from '../bindgen/as/index.js';
import { isComponent, isCoreModule } from '../component/index.js';
import { hatchwayError, quote } from '../errors/index.js';
import { ContentCache, type EncodedWorld, encodeWorld, findPeer, versionOf } from '../toolchain/index.js';
import { assemblySources } from './assembly-sources.js';
import { AssemblyScriptCompiler } from './assemblyscript/index.js';
import { type Diagnostic, failed } from './diagnostics.js';
import { buildJavaScript, findComponentizer, readJavaScript } from './javascript/index.js';
import { ownCode } from './own-code.js';
import { buildPreview1 } from './preview1.js';
import { findProject, type Language, type Project, type ProjectOptions } from './project.js';
import { withTemporaryFolder } from './temporary.js';

export interface BuildOptions extends ProjectOptions {
  /** Told what is being done, before each step that takes time. */
  readonly onProgress?: (step: string) => void;
}

/** A component that was built. */
export interface BuildResult {
  /** Where it is. */
  readonly path: string;
  readonly language: Language;
  /** In bytes. */
  readonly size: number;
  readonly sha256: string;
  /** The world it is for; absent for a core module that says so itself. */
  readonly world?: string;
  /** Whether it had been built before. */
  readonly cached: boolean;
  readonly warnings: readonly Diagnostic[];
}

/** Components of JavaScript have 12 MB: half a gigabyte at most. */
const MAX_KNOWN = 40;

/** The folder of the generated bindings, beside `plugin.ts`. */
export const BINDINGS = 'bindings';

/**
 * Builds a plugin's folder or file into a component.
 * @throws HatchwayError `not-found` where there is nothing to build, or a tool is not installed; `invalid`, with each mistake's
 * file and line, where the plugin does not compile; `option`; `unsupported`.
 * @example const { path, size } = await buildPlugin('plugins/shout', {})
 */
export async function buildPlugin(path: string, options: BuildOptions): Promise<BuildResult> {
  const project = await findProject(path, options);
  const progress = options.onProgress ?? (() => {});
  const work = project.language === 'wasm' ? prepareWasm(project) : prepareSource(project, progress);
  const { parts, build, end, warnings, world } = await work;
  const cache = new ContentCache('builds', MAX_KNOWN);
  const key = ContentCache.key([...(await ownCode()), project.language, ...parts]);
  const known = await cache.read(key);
  let component = known;
  try {
    component ??= await withTemporaryFolder(build);
  } finally {
    end?.();
  }
  if (known === undefined) await cache.write(key, component);
  await writeWhole(project.out, component);
  return {
    path: project.out,
    language: project.language,
    size: component.length,
    sha256: createHash('sha256').update(component).digest('hex'),
    ...(world !== undefined && { world }),
    cached: known !== undefined,
    warnings,
  };
}

/** What is known before anything slow begins. */
interface Prepared {
  /** What the component is made of. */
  readonly parts: readonly (string | Uint8Array)[];
  build(folder: string): Promise<Uint8Array>;
  /** Ends what was started in order to build, whether it was built or not. */
  end?(): void;
  /** More may come while it is built. */
  readonly warnings: readonly Diagnostic[];
  readonly world?: string;
}

async function prepareSource(project: Project, progress: (step: string) => void): Promise<Prepared> {
  progress('reading the WIT');
  const choice = { wit: project.wit!, ...(project.world !== undefined && { world: project.world }) };
  if (project.language !== 'as') {
    const world = await encodeWorld(choice);
    return { ...(await prepareJavaScript(project, world, progress)), world: world.worldName };
  }
  const compiler = new AssemblyScriptCompiler();
  try {
    // Where nothing was built before, as for a world that is new, the compiler can get ready while the WIT is read.
    if (!(await isThere(project.out))) compiler.start();
    const world = await encodeWorld({ ...choice, onEncode: () => compiler.start() });
    return { ...(await prepareAssemblyScript(project, world, compiler, progress)), world: world.worldName };
  } catch (error) {
    compiler.end();
    throw error;
  }
}

async function prepareJavaScript(
  project: Project,
  world: EncodedWorld,
  progress: (step: string) => void,
): Promise<Prepared> {
  const peer = findComponentizer();
  progress('checking the plugin');
  const read = await readJavaScript(project.entry, world);
  return {
    parts: [await versionOf(peer), world.worldName, world.encoded, world.witSource, ...[...read.scripts].flat()],
    build: (folder) => {
      progress('compiling JavaScript');
      return buildJavaScript({ world, project: read, folder });
    },
    warnings: read.warnings,
  };
}

async function prepareAssemblyScript(
  project: Project,
  world: EncodedWorld,
  compiler: AssemblyScriptCompiler,
  progress: (step: string) => void,
): Promise<Prepared> {
  const peers = [findPeer('assemblyscript', 'dist/asc.js'), findPeer('@bytecodealliance/jco')];
  const { entry, folder } = project;
  const bindings = join(dirname(entry), BINDINGS);
  const inside = (path: string) => relative(folder, path).split(sep).join('/');
  const files = generateAs(world.world);
  await refresh(bindings, files);
  const warnings: Diagnostic[] = [];
  return {
    parts: [
      ...(await Promise.all(peers.map(versionOf))),
      ...[world.worldName, world.witSource, world.encoded],
      ...files.flatMap(({ path, text }) => [path, text]),
      // Paths are part of the names in the component, from the plugin's folder on.
      ...(await assemblySources(entry, bindings)).map((part) => (part.startsWith(folder) ? inside(part) : part)),
    ],
    build: async () => {
      progress('compiling AssemblyScript');
      const { component, diagnostics } = await compiler.build({
        folder,
        entry: inside(join(bindings, 'component.ts')),
        files: files.map(({ path, text }) => ({ path: `${inside(bindings)}/${path}`, text })),
        witSource: world.witSource,
        world: world.worldName,
      });
      const placed = diagnostics.map((one) =>
        one.file === undefined ? one : { ...one, file: join(folder, one.file) },
      );
      warnings.push(...placed.filter(({ severity }) => severity === 'warning'));
      if (component === undefined) throw failed(placed);
      return component;
    },
    end: () => compiler.end(),
    warnings,
  };
}

/** Bindings that are on disk, for the author's editor, are made to fit the WIT. */
async function refresh(folder: string, files: readonly { path: string; text: string }[]): Promise<void> {
  if (
    !(await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    ))
  )
    return;
  for (const { path, text } of files) {
    const file = join(folder, path);
    if ((await readFile(file, 'utf8').catch(() => undefined)) !== text) await writeFile(file, text);
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function prepareWasm({ entry, wit, world }: Project): Promise<Prepared> {
  const bytes = await readFile(entry);
  if (isComponent(bytes)) {
    throw hatchwayError('option', `${quote(entry, 200)} is a component already`, {
      mend: 'There is nothing to build: load it.',
    });
  }
  if (!isCoreModule(bytes)) throw hatchwayError('malformed', `${quote(entry, 200)} is not a WebAssembly module`);
  const encoded = wit === undefined ? undefined : await encodeWorld({ wit, ...(world !== undefined && { world }) });
  return {
    parts: [
      await versionOf(findPeer('@bytecodealliance/jco')),
      bytes,
      encoded?.worldName ?? '',
      encoded?.witSource ?? '',
    ],
    build: () => buildPreview1(bytes, encoded),
    warnings: [],
    ...(encoded !== undefined && { world: encoded.worldName }),
  };
}

/** Written aside, then renamed: whoever reads it sees a whole file. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${path}.${process.pid}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(unfinished, bytes);
    await rename(unfinished, path);
  } catch (cause) {
    await rm(unfinished, { force: true });
    throw hatchwayError('not-found', `cannot write ${quote(path, 200)}: ${(cause as Error).message}`, { cause });
  }
}
