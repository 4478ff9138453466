import { createCipheriv, createHash } from 'node:crypto';

/**
 * Bytes that a seed determines: the key stream of ChaCha20 under the seed's SHA-256. The same on every machine and in every
 * version of hatchway.
 */
export class Generator {
  readonly #cipher;

  constructor(seed: bigint) {
    const key = createHash('sha256').update(`hatchway random ${seed}`).digest();
    this.#cipher = createCipheriv('chacha20', key, new Uint8Array(16));
  }

  fill(bytes: Uint8Array): void {
    bytes.set(this.#cipher.update(new Uint8Array(bytes.length)));
  }
}
