import type { ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';

/** Milliseconds that a program has to end by itself, and then after a SIGTERM. */
export interface StopBounds {
  readonly goodbye: number;
  readonly terminate: number;
}

export const STOP_BOUNDS: StopBounds = { goodbye: 2000, terminate: 1000 };

/** How a program ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export function describeExit({ code, signal: name }: Exit): string {
  return name === null ? `exited with ${code ?? 'an error'}` : `was ended by ${name}`;
}

/**
 * Sees a program off that was told to end: waits, then sends SIGTERM, then SIGKILL, to it and to what it started.
 * @param exited settles when it has ended.
 */
export async function seeOff(
  child: ChildProcess,
  group: boolean,
  exited: Promise<Exit>,
  bounds: StopBounds,
): Promise<Exit> {
  const first = await within(exited, bounds.goodbye);
  if (first !== undefined) return first;
  signal(child, group, 'SIGTERM');
  const second = await within(exited, bounds.terminate);
  if (second !== undefined) return second;
  signal(child, group, 'SIGKILL');
  return exited;
}

async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  const ends = new AbortController();
  try {
    return await Promise.race([promise, wait(milliseconds, undefined, { signal: ends.signal })]);
  } finally {
    ends.abort();
  }
}

/** Signals a program and, where it has a process group of its own, all that is in it. */
export function signal(child: ChildProcess, group: boolean, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (group) process.kill(-child.pid, name);
    else child.kill(name);
  } catch {
    // Nothing is left of it.
  }
}
