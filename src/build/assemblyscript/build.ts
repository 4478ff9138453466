import { hatchwayError } from '../../errors/index.js';
import { findPeer, runJob } from '../../toolchain/index.js';
import type { BuildReport, Diagnostic, WorkOrder } from './report.js';

export type BuildOptions = WorkOrder;

export interface Built {
  /** The component; absent if the compiler found errors. */
  component?: Uint8Array;
  /** What the compiler says; those about generated files are told where the author can mend them. */
  diagnostics: readonly Diagnostic[];
}

/** The same three steps up from `src/build/assemblyscript` and from `dist/build/assemblyscript`: a child runs what was built. */
const COMPILE = new URL('../../../dist/build/assemblyscript/compile.js', import.meta.url);

/**
 * Compiles generated bindings together with the author's `plugin.ts`, and makes a component of them.
 * @throws HatchwayError `not-found` where a peer is not installed; `unsupported` if the core module does not fit its world.
 * @example
 * await buildAssemblyScript({ folder, entry: 'bindings/component.ts', witSource, world: 'filter-plugin' })
 */
export async function buildAssemblyScript(options: BuildOptions): Promise<Built> {
  const peers = { asc: findPeer('assemblyscript', 'dist/asc.js'), jco: findPeer('@bytecodealliance/jco') };
  const report = (await runJob({ module: COMPILE.href, function: 'compile', args: [options, peers] })) as BuildReport;
  const { component, diagnostics = [], failure } = report;
  if (failure !== undefined) throw hatchwayError('unsupported', `the component could not be built: ${failure}`);
  return { ...(component !== undefined && { component }), diagnostics };
}
