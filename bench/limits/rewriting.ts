/** How fast modules are rewritten: the largest core module of a JavaScript plugin, an engine of some megabytes. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { decodeComponent } from '../../src/component/binary/index.js';
import { type Interruption, rewriteModule } from '../../src/limits/rewrite/index.js';
import type { Effort, Subject } from '../measure.js';
import { type Result, runRow } from '../row.js';

const GUEST = fileURLToPath(new URL('../../build/guests/javascript/title.wasm', import.meta.url));

async function engine(): Promise<Uint8Array<ArrayBuffer>> {
  const { definitions } = decodeComponent(await readFile(GUEST));
  const modules = definitions.flatMap((it) => (it.kind === 'core module' ? [it.bytes] : []));
  return Uint8Array.from(modules.reduce((a, b) => (b.length > a.length ? b : a)));
}

const repeat = (work: () => unknown) => (n: number) => {
  for (let i = 0; i < n; i++) work();
};

export async function rewritingRow(effort: Effort): Promise<Result> {
  const bytes = await engine();
  const rewriting = (interruption: Interruption): Subject => ({
    name: interruption,
    prepare: async () => repeat(() => rewriteModule(bytes, { interruption })),
  });
  const megabytes = bytes.length / 1e6;
  const result = await runRow(
    {
      id: 'rewrite',
      title: `rewriting a module of ${megabytes.toFixed(1)} MB`,
      subjects: [
        { name: 'validate', prepare: async () => repeat(() => WebAssembly.validate(bytes)) },
        ...(['epoch', 'fuel', 'exact-fuel'] as const).map(rewriting),
      ],
    },
    effort,
  );
  const validate = result.figures.find(({ subject }) => subject === 'validate')?.value;
  return {
    ...result,
    goals: result.figures
      .filter(({ subject, value }) => subject !== 'validate' && value !== undefined)
      .map(({ subject, value }) => ({
        text: `${subject}: MB/s without validation, for comparison`,
        unit: 'MB/s',
        measured: (megabytes * 1e9) / (value! - (validate ?? 0)),
      })),
  };
}
