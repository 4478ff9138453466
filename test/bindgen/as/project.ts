/** AssemblyScript projects for tests: a world, an author's file, and what becomes of them. */
import { tmpdir } from 'node:os';
import { generateAs } from '../../../src/bindgen/as/index.js';
import { compile } from '../../../src/build/assemblyscript/compile.js';
import type { BuildReport } from '../../../src/build/assemblyscript/report.js';
import { decodeWorld } from '../../../src/index.js';
import { findPeer } from '../../../src/toolchain/index.js';
import type { World } from '../../../src/wit/index.js';
import { encodeWit } from '../../wit/encode.js';

const peers = { asc: findPeer('assemblyscript', 'dist/asc.js'), jco: findPeer('@bytecodealliance/jco') };

export async function worldOf(witSource: string): Promise<World> {
  return decodeWorld(await encodeWit(witSource));
}

/** Compiles an author's `plugin.ts` with the bindings of a world, in this process: faster for many. */
export function compileProject(
  world: World,
  witSource: string,
  plugin: string,
  options: { world?: string; optimize?: boolean; others?: Record<string, string> } = {},
): Promise<BuildReport> {
  const files = generateAs(world).map(({ path, text }) => ({ path: `bindings/${path}`, text }));
  files.push({ path: 'plugin.ts', text: plugin });
  for (const [path, text] of Object.entries(options.others ?? {})) files.push({ path, text });
  // Nothing is read from the folder.
  const order = { folder: tmpdir(), entry: 'bindings/component.ts', files, witSource };
  return compile({ ...order, world: options.world ?? world.name, optimize: options.optimize ?? false }, peers);
}

/** The text of one generated file. */
export function fileOf(world: World, path: string): string {
  const file = generateAs(world).find((one) => one.path === path);
  if (file === undefined) throw new Error(`no ${path} is generated`);
  return file.text;
}
