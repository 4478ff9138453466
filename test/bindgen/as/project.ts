/** AssemblyScript projects for tests: a world, an author's file, and what becomes of them. */
import { tmpdir } from 'node:os';
import { generateAs } from '../../../src/bindgen/as/index.js';
import { compile } from '../../../src/build/assemblyscript/compile.js';
import type { Diagnostic } from '../../../src/build/assemblyscript/report.js';
import { decodeWorld } from '../../../src/index.js';
import { embedWorld, findPeer, newComponent } from '../../../src/toolchain/index.js';
import type { World } from '../../../src/wit/index.js';
import { encodeWit } from '../../wit/encode.js';

export async function worldOf(witSource: string): Promise<World> {
  return decodeWorld(await encodeWit(witSource));
}

/** Compiles an author's `plugin.ts` with the bindings of a world, in this process: faster for many. */
export async function compileProject(
  world: World,
  witSource: string,
  plugin: string,
  options: { world?: string; optimize?: boolean; others?: Record<string, string> } = {},
): Promise<{ component?: Uint8Array; diagnostics: readonly Diagnostic[]; failure?: string }> {
  const files = generateAs(world).map(({ path, text }) => ({ path: `bindings/${path}`, text }));
  files.push({ path: 'plugin.ts', text: plugin });
  for (const [path, text] of Object.entries(options.others ?? {})) files.push({ path, text });
  // Nothing is read from the folder.
  const order = { folder: tmpdir(), entry: 'bindings/component.ts', files, witSource };
  const chosen = options.world ?? world.name;
  const { core, ...report } = await compile(
    { ...order, world: chosen, optimize: options.optimize ?? false },
    findPeer('assemblyscript', 'dist/asc.js'),
  );
  if (core === undefined) return report;
  const embedded = await embedWorld({ binary: core, witSource, world: chosen, stringEncoding: 'utf16' });
  return { component: await newComponent(embedded), ...report };
}

/** The text of one generated file. */
export function fileOf(world: World, path: string): string {
  const file = generateAs(world).find((one) => one.path === path);
  if (file === undefined) throw new Error(`no ${path} is generated`);
  return file.text;
}
