import { findPeer } from '../../toolchain/index.js';

/**
 * The URL of the componentizer's module.
 * @throws HatchwayError `not-found` where it is not installed.
 */
export function findComponentizer(): string {
  return findPeer('@bytecodealliance/componentize-js');
}
