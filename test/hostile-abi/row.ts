/** A guest that was written to break lifting or lowering, and what must come of it. */
import type { Instance } from '../../src/host/index.js';

/** What one attempt is given, and may look at. */
export interface Attempt {
  /** The instance that is attacked; it exports `fault`, and `count`, which counts its own calls. */
  readonly instance: Instance;
  /** Another instance of the same plugin. */
  readonly twin: Instance;
  /** From 0, where there are several. */
  readonly attempt: number;
}

/** What must come of an attempt. */
export type Outcome =
  /** The call fails and the instance is poisoned: the code, and what the message says after the names. */
  | { readonly code: 'trap' | 'exhausted' | 'timeout' | 'import-failed' | 'reentrant'; readonly says: string }
  /** The app is told that it handed over a wrong value; nothing was called. */
  | { readonly code: 'argument'; readonly says: string }
  /** The canonical ABI lets it pass: what the call answers. */
  | { readonly answers: unknown };

/** One guest. */
export interface Guest {
  readonly wat: string;
  /** What it imports, made anew for each instance. `armed`: whether this is the instance that is to fail. */
  readonly imports?: (armed: boolean) => Readonly<Record<string, unknown>>;
  /** What is done with the instance; `fault` without arguments, if absent. */
  readonly act?: (attempt: Attempt) => unknown;
  /** How often it is tried, each time with instances of its own. Default: once. */
  readonly attempts?: number;
  readonly outcome: Outcome;
}

export interface Row {
  readonly what: string;
  /** The guests that try it, by the way on which the value goes. */
  readonly guests: Readonly<Record<string, Guest>>;
  /** What is the same for all of them. */
  readonly outcome: Outcome;
  /** It makes the host, or an instance, take memory: that must come back. */
  readonly takesMemory?: true;
  /** It fails while it is instantiated, or else not at all. */
  readonly starts?: true;
}

export interface Topic {
  readonly name: string;
  /** What its rows have in common; ends up above its table. */
  readonly about: string;
  readonly rows: readonly Row[];
}

/** The guest broke a rule of the canonical ABI. */
export const broke = (what: string): Outcome => ({ code: 'trap', says: `the guest broke the canonical ABI: ${what}` });
export const trapped = (what: string): Outcome => ({ code: 'trap', says: `the guest trapped: ${what}` });
export const exhausted = (what: string): Outcome => ({ code: 'exhausted', says: what });
export const STACK = exhausted('the guest used up the stack');
export const BUDGET = exhausted('the values of one call take more than 67108864 bytes of host memory');
export const answers = (value: unknown): Outcome => ({ answers: value });
export const TIMEOUT: Outcome = { code: 'timeout', says: 'the call took longer than its limit of ' };
export const CALLS_OUT = broke('an import was called while realloc or post-return was running');
