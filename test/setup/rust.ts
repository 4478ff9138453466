/** Tests of plugins written in Rust, which `setup.ts` builds before the tests start. */
import { describe } from 'vitest';
import { rustInstallLine, whyNoRust } from '../../guests/rust/toolchain.js';

const reason = whyNoRust();

/** Why there are none, and what mends it; `undefined` if there are. */
export const noRust = reason === undefined ? undefined : `${reason}; ${rustInstallLine()}`;

/** A group of tests that need them. Without Rust they are skipped, and the name says why. */
export function describeWithRust(name: string, body: () => void): void {
  if (noRust === undefined) describe(name, body);
  else describe.skip(`${name} [${noRust}]`, body);
}
