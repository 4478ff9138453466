/** Tests of programs written in C, which `setup.ts` builds before the tests start. */
import { describe } from 'vitest';
import { cInstallLine, whyNoC } from '../../guests/c/toolchain.js';

const reason = whyNoC();

/** Why there are none, and what mends it; `undefined` if there are. */
export const noC = reason === undefined ? undefined : `${reason}; ${cInstallLine}`;

/** A group of tests that need them. Without a compiler they are skipped, and the name says why. */
export function describeWithC(name: string, body: () => void): void {
  if (noC === undefined) describe(name, body);
  else describe.skip(`${name} [${noC}]`, body);
}
