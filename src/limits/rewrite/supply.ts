import { hatchwayError } from '../../errors/index.js';
import type { HoistedMemory } from './survey.js';

/**
 * The memories of one instance, by the names under which the rewritten module imports them.
 * @param maxPages pages of 64 KiB that each may have, where that is less than the module says. Default: what the module says.
 * @throws HatchwayError `exhausted` for a memory that starts with more.
 */
export function supplyMemories(
  memories: readonly HoistedMemory[],
  maxPages = Number.POSITIVE_INFINITY,
): Record<string, WebAssembly.Memory> {
  const supplied: Record<string, WebAssembly.Memory> = {};
  for (const { name, minimum: initial, maximum: declared } of memories) {
    if (initial > maxPages) {
      throw hatchwayError(
        'exhausted',
        `a memory starts with ${initial} pages of 64 KiB, and the limit is ${maxPages}`,
        {
          mend: 'Raise `limits: { memory }`.',
        },
      );
    }
    supplied[name] = new WebAssembly.Memory({ initial, maximum: Math.min(declared, maxPages) });
  }
  return supplied;
}
