/** Tests of programs written in Rust, which `setup.ts` builds before the tests start. */
import { describe } from 'vitest';
import { PROGRAM, rustInstallLine, whyNoRust } from '../../guests/rust/toolchain.js';

const reason = whyNoRust(PROGRAM);

/** A group of tests that need them. Without Rust they are skipped, and the name says why. */
export function describeWithRustPrograms(name: string, body: () => void): void {
  if (reason === undefined) describe(name, body);
  else describe.skip(`${name} [${reason}; ${rustInstallLine(PROGRAM)}]`, body);
}
