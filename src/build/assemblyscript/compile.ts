import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentUses } from './environment.js';
import { loadCompiler } from './load.js';
import type { CompileOrder, CompileReport, Diagnostic } from './report.js';
import { componentTransform } from './transform.js';

/** Has the compiler loaded. */
export async function load(module: string): Promise<void> {
  await loadCompiler(module);
}

/** Compiles a core module, in a process of its own: the compiler ends its process when it crashes. */
export async function compile(order: CompileOrder, module: string): Promise<CompileReport> {
  const { folder, entry, abort, files = [], optimize = true, debug = true } = order;
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const read = async (path: string): Promise<string | null> => {
    const text = texts.get(path) ?? (await readFile(join(folder, path), 'utf8').catch(() => null));
    if (text !== null) texts.set(path, text);
    return text;
  };
  const { default: asc } = await loadCompiler(module);
  const diagnostics: Diagnostic[] = [];
  const bindings = entry.slice(0, entry.lastIndexOf('/') + 1);
  const transform = componentTransform(
    entry,
    (path) => texts.get(path),
    (diagnostic) => diagnostics.push(diagnostic),
  );
  let core: Uint8Array | undefined;
  const { error } = await asc.main(
    [
      ...[entry, ...(abort === undefined ? [] : [`${abort}.ts`]), '--baseDir', folder, '--outFile', 'core.wasm'],
      ...(optimize ? ['-O'] : []),
      ...(debug ? ['--debug'] : []),
      // A collector, but none of its exports; the component starts the runtime, and an abort is a trap whose text is kept.
      ...['--runtime', 'incremental', '--exportStart', '_initialize'],
      ...['--use', `abort=${abort === undefined ? '' : `${abort}/abort`}`],
    ],
    {
      // The compiler asks for paths that may not exist, and for its libraries' by other base folders.
      readFile: (name: string, base: string) =>
        base === folder ? read(name) : readFile(join(base, name), 'utf8').catch(() => null),
      writeFile: (name: string, contents: Uint8Array) => {
        if (name.endsWith('.wasm')) core = contents;
      },
      reportDiagnostic: transform.diagnose,
      transforms: [transform.hooks],
      stdout: { write: () => {} },
      stderr: { write: () => {} },
    },
  );
  if (core !== undefined && !error) {
    const uses = environmentUses(core, texts, (path) => path.startsWith(bindings));
    return uses.length === 0 ? { core, diagnostics } : { diagnostics: [...diagnostics, ...uses] };
  }
  return diagnostics.length > 0 ? { diagnostics } : { diagnostics, failure: String(error?.message ?? error) };
}
