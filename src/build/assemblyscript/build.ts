import { posix } from 'node:path';
import { hatchwayError } from '../../errors/index.js';
import { embedWorld, findPeer, JobError, newComponent, PeerProcess, warmJco } from '../../toolchain/index.js';
import { withTrapReport } from '../trap-report.js';
import { ABORT_FILE, abortSource } from './abort.js';
import type { CompileOrder, CompileReport, Diagnostic, WorkOrder } from './report.js';

export type BuildOptions = WorkOrder;

export interface Built {
  /** The component; absent if the compiler found errors. */
  component?: Uint8Array;
  /** What the compiler says; those about generated files are told where the author can mend them. */
  diagnostics: readonly Diagnostic[];
}

/** The same three steps up from `src/build/assemblyscript` and from `dist/build/assemblyscript`: a child runs what was built. */
const COMPILE = new URL('../../../dist/build/assemblyscript/compile.js', import.meta.url);

/** The compiler in a process of its own: it ends its process when it crashes. */
export class AssemblyScriptCompiler {
  #process: PeerProcess | undefined;

  /**
   * Has the compiler loaded, for a build that is about to come.
   * @throws HatchwayError `not-found` where it is not installed.
   */
  start(): void {
    if (this.#process !== undefined) return;
    const asc = findPeer('assemblyscript', 'dist/asc.js');
    this.#process = new PeerProcess();
    // Whatever is wrong is told by the build.
    this.#process.run({ module: COMPILE.href, function: 'load', args: [asc] }).catch(() => {});
  }

  /**
   * Compiles generated bindings together with the author's `plugin.ts`, and makes a component of them.
   * @throws HatchwayError `not-found` where a peer is not installed; `unsupported` if the core module does not fit its world.
   */
  async build(options: BuildOptions): Promise<Built> {
    this.start();
    // What comes after the compiler gets ready beside it.
    warmJco();
    try {
      const job = {
        module: COMPILE.href,
        function: 'compile',
        args: [withAbort(options), findPeer('assemblyscript', 'dist/asc.js')],
      };
      const { core, diagnostics, failure } = (await this.#process!.run(job)) as CompileReport;
      if (failure !== undefined) throw new JobError(failure);
      if (core === undefined) return { diagnostics };
      const { witSource, world } = options;
      const embedded = await embedWorld({ binary: core, witSource, world, stringEncoding: 'utf16' });
      return { component: withTrapReport(await newComponent(embedded)), diagnostics };
    } catch (error) {
      if (!(error instanceof JobError)) throw error;
      throw hatchwayError('unsupported', `the component could not be built: ${error.message}`, { cause: error });
    }
  }

  /** Ends the process. */
  end(): void {
    this.#process?.end();
  }
}

function withAbort(options: WorkOrder): CompileOrder {
  const abort = posix.join(posix.dirname(options.entry), ABORT_FILE);
  return { ...options, abort, files: [...(options.files ?? []), { path: `${abort}.ts`, text: abortSource() }] };
}

/**
 * One build. As `AssemblyScriptCompiler.build`.
 * @example
 * await buildAssemblyScript({ folder, entry: 'bindings/component.ts', witSource, world: 'filter-plugin' })
 */
export async function buildAssemblyScript(options: BuildOptions): Promise<Built> {
  const compiler = new AssemblyScriptCompiler();
  try {
    return await compiler.build(options);
  } finally {
    compiler.end();
  }
}
