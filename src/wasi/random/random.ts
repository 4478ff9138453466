import { randomFillSync } from 'node:crypto';
import type { Permissions } from '../../grants/index.js';
import { Generator } from './generator.js';

/** Bytes of randomness that one call answers with at most: 64 KiB, as `getrandom` of the web has it. */
export const MAX_RANDOM = 65_536;

/** The randomness of one instance, as its grant has it: the system's, or the same for the same seed, or refused. */
export class Random {
  #generator: Generator | undefined;

  constructor(private readonly permissions: Permissions) {}

  /**
   * Fills `bytes`, whose length the caller has bounded.
   * @throws InstanceEnd where randomness is refused.
   */
  fill(bytes: Uint8Array): Uint8Array {
    const grant = this.permissions.random;
    if (grant.kind === 'refused') return this.permissions.refuse('random', 'random bytes');
    if (grant.kind === 'secure') return randomFillSync(bytes);
    this.#generator ??= new Generator(grant.seed);
    this.#generator.fill(bytes);
    return bytes;
  }

  /** @throws InstanceEnd where randomness is refused. */
  u64(): bigint {
    return new DataView(this.fill(new Uint8Array(8)).buffer).getBigUint64(0, true);
  }
}
