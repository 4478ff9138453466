/**
 * `ok`: it holds. `failed`: something that hatchway promises does not. `absent`: this machine lacks something that hatchway
 * does without.
 */
export type FindingState = 'ok' | 'failed' | 'absent';

/** What was found out about one thing. */
export interface Finding {
  readonly name: string;
  readonly state: FindingState;
  /** What was tried and what that means, in one line. */
  readonly says: string;
}

export const ok = (name: string, says: string): Finding => ({ name, state: 'ok', says });
export const failed = (name: string, says: string): Finding => ({ name, state: 'failed', says });
export const absent = (name: string, says: string): Finding => ({ name, state: 'absent', says });
