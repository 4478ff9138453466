/** One guest in AssemblyScript twice: by generated bindings, and with the Canonical ABI written by hand. */
import { fileURLToPath } from 'node:url';
import { generateAs } from '../../src/bindgen/index.js';
import { buildAssemblyScript } from '../../src/build/assemblyscript/index.js';
import { createHost } from '../../src/index.js';
import { encodeWorld } from '../../src/toolchain/index.js';

const folder = fileURLToPath(new URL('../components/assemblyscript', import.meta.url));

export type Way = 'bindings' | 'by hand';
const built = new Map<Way, Promise<Uint8Array>>();

export function assemblyScript(way: Way): Promise<Uint8Array> {
  let component = built.get(way);
  if (component === undefined) {
    component = build(way);
    built.set(way, component);
  }
  return component;
}

async function build(way: Way): Promise<Uint8Array> {
  const { world, witSource, worldName } = await encodeWorld({ wit: `${folder}/echo.wit` });
  const files = generateAs(world).map(({ path, text }) => ({ path: `bindings/${path}`, text }));
  const entry = way === 'bindings' ? 'bindings/component.ts' : 'by-hand.ts';
  const { component, diagnostics } = await buildAssemblyScript({ folder, entry, files, witSource, world: worldName });
  if (component === undefined) throw new Error(JSON.stringify(diagnostics));
  return component;
}

/** Its functions, by the synchronous face. */
export async function assemblyScriptCalls(way: Way): Promise<any> {
  const plugin = await (await createHost()).load(await assemblyScript(way));
  return (await plugin.instantiate()).sync.echo;
}
