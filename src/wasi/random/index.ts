/**
 * `wasi:random`, on by default because language runtimes do not start without it: the grant can seed or refuse it. Imports
 * `grants` and `wasi/io`.
 */
import type { Waiting } from '../io/index.js';
import { MAX_RANDOM, type Random } from './random.js';

export { MAX_RANDOM, Random } from './random.js';

/** The interfaces of `wasi:random` 0.2 for one instance. */
export function randomInterfaces(random: Random, waiting: Waiting): Record<string, object> {
  const bytes = (length: bigint) => {
    if (length > MAX_RANDOM) {
      throw waiting.end('exhausted', `the guest asks for ${length} random bytes at once; the limit is ${MAX_RANDOM}`);
    }
    return random.fill(new Uint8Array(Number(length)));
  };
  const u64 = () => random.u64();
  return {
    'wasi:random/random@0.2.12': { getRandomBytes: bytes, getRandomU64: u64 },
    'wasi:random/insecure@0.2.12': { getInsecureRandomBytes: bytes, getInsecureRandomU64: u64 },
    'wasi:random/insecure-seed@0.2.12': { insecureSeed: () => [u64(), u64()] },
  };
}
