/** Things too slow to build for every checkout are kept outside it, and built by one process at a time. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A path in hatchway's cache folder, `$XDG_CACHE_HOME/hatchway` or `~/.cache/hatchway`. */
export function cachePath(name: string): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hatchway', name);
}

/**
 * Runs `work` while no other process holds the lock of that name. A lock whose process has ended counts for nothing.
 * `waiting` is called once when another process has to be waited for.
 */
export async function withLock<T>(path: string, waiting: (pid: number) => void, work: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  mkdirSync(dirname(lock), { recursive: true });
  for (let told = false; !take(lock); ) {
    const holder = holderOf(lock);
    if (holder !== undefined && !isRunning(holder)) {
      rmSync(lock, { force: true });
      continue;
    }
    if (!told && holder !== undefined) {
      told = true;
      waiting(holder);
    }
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function holderOf(lock: string): number | undefined {
  try {
    // Empty for the moment between its creation and its first byte.
    return Number.parseInt(readFileSync(lock, 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
