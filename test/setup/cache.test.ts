import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { withLock } from './cache.js';

const folder = mkdtempSync(join(tmpdir(), 'hatchway-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('one holds the lock at a time, and the others come after', async () => {
  const path = join(folder, 'shared');
  let inside = 0;
  let most = 0;
  const work = async () => {
    inside++;
    most = Math.max(most, inside);
    await sleep(20);
    inside--;
  };
  const waited: number[] = [];
  await Promise.all([1, 2, 3].map(() => withLock(path, (pid) => waited.push(pid), work)));
  expect(most).toBe(1);
  expect(waited).toEqual([process.pid, process.pid]);
  expect(existsSync(`${path}.lock`)).toBe(false);
});

it('the lock of a process that has ended counts for nothing', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const path = join(folder, 'stale');
  writeFileSync(`${path}.lock`, String(pid));
  expect(
    await withLock(
      path,
      () => {},
      async () => 'done',
    ),
  ).toBe('done');
});

it('is let go when the work fails', async () => {
  const path = join(folder, 'failing');
  await expect(
    withLock(
      path,
      () => {},
      () => Promise.reject(new Error('no')),
    ),
  ).rejects.toThrow('no');
  expect(
    await withLock(
      path,
      () => {},
      async () => 'done',
    ),
  ).toBe('done');
});
