import { createHost } from '../../src/host/index.js';
import type { Instantiate } from './jco.js';

/** A component through hatchway: the synchronous face of its instances. */
export async function loadWithHatchway(component: Uint8Array): Promise<Instantiate> {
  const host = await createHost();
  const plugin = await host.load(component);
  return async (imports) => (await plugin.instantiate({ imports } as never)).sync;
}
