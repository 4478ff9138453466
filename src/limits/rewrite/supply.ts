import type { HoistedMemory } from './module.js';

/** The memories of one instance, by the names under which the rewritten module imports them. */
export function supplyMemories(memories: readonly HoistedMemory[]): Record<string, WebAssembly.Memory> {
  const supplied: Record<string, WebAssembly.Memory> = Object.create(null);
  for (const { name, minimum: initial, maximum } of memories)
    supplied[name] = new WebAssembly.Memory({ initial, maximum });
  return supplied;
}
