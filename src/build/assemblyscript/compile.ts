import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildReport, Diagnostic, WorkOrder } from './report.js';
import { componentTransform } from './transform.js';

/**
 * Builds one component, in a process of its own: the compiler ends its process when it crashes. `asc` and `jco` are the
 * URLs of the peers.
 */
export async function compile(order: WorkOrder, peers: { asc: string; jco: string }): Promise<BuildReport> {
  const { folder, entry, files = [], witSource, world, optimize = true, debug = true } = order;
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const read = async (path: string): Promise<string | null> => {
    const text = texts.get(path) ?? (await readFile(join(folder, path), 'utf8').catch(() => null));
    if (text !== null) texts.set(path, text);
    return text;
  };
  const { default: asc } = await import(peers.asc);
  const diagnostics: Diagnostic[] = [];
  const transform = componentTransform(
    entry,
    (path) => texts.get(path),
    (diagnostic) => diagnostics.push(diagnostic),
  );
  let core: Uint8Array | undefined;
  const { error } = await asc.main(
    [
      ...[entry, '--baseDir', folder, '--outFile', 'core.wasm'],
      ...(optimize ? ['-O'] : []),
      ...(debug ? ['--debug'] : []),
      // A collector, but none of its exports; the component starts the runtime, and an abort is a trap.
      ...['--runtime', 'incremental', '--exportStart', '_initialize', '--use', 'abort='],
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
  if (error || core === undefined) return diagnostics.length > 0 ? { diagnostics } : { failure: messageOf(error) };
  try {
    const { componentEmbed, componentNew } = await import(peers.jco);
    const embedded = await componentEmbed({ binary: core, witSource, world, stringEncoding: 'utf16' });
    return { component: await componentNew(embedded), diagnostics };
  } catch (failure) {
    return { failure: messageOf(failure), diagnostics };
  }
}

/** Jco throws its errors as their payload: an object without a stack. */
function messageOf(error: unknown): string {
  const { payload, message } = (error ?? {}) as { payload?: unknown; message?: unknown };
  return String(payload ?? message ?? error);
}
