/** Tests of plugins written in Rust, which `setup.ts` builds before the tests start. */
import { describe } from 'vitest';
import { rustInstallLine, whyNoRust } from '../../guests/rust/toolchain.js';

/** Why there are none; `undefined` if there are. */
export const noRust = whyNoRust();

/** A group of tests that need them. Without Rust they are skipped, and the name says what mends it. */
export function describeWithRust(name: string, body: () => void): void {
  if (noRust === undefined) describe(name, body);
  else describe.skip(`${name} [${noRust}; ${rustInstallLine}]`, body);
}
