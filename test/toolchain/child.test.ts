/** Processes in which peers do jobs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JobError, PeerProcess, runJob } from '../../src/toolchain/index.js';

let folder: string;
let module: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hatchway-peer-'));
  const path = join(folder, 'peer.mjs');
  writeFileSync(
    path,
    `let count = 0;
     export const next = async (delay) => { await new Promise((go) => setTimeout(go, delay)); return ++count; };
     export const fail = () => { throw { payload: 'as told' }; };
     export const crash = () => { console.error('so it goes'); process.exit(7); };
     export const keepBusy = () => { setInterval(() => {}, 1000); return process.pid; };`,
  );
  module = pathToFileURL(path).href;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const job = (name: string, ...args: unknown[]) => ({ module, function: name, args });

test('jobs of one process are done in their order, in what those before left', async () => {
  const peer = new PeerProcess();
  try {
    expect(await Promise.all([peer.run(job('next', 50)), peer.run(job('next', 0))])).toEqual([1, 2]);
    await expect(peer.run(job('fail'))).rejects.toEqual(new JobError('as told'));
    expect(peer.isAlive).toBe(true);
  } finally {
    peer.end();
  }
});

test('a process that ends fails all its jobs, and says what it said', async () => {
  const peer = new PeerProcess();
  const jobs = await Promise.allSettled([peer.run(job('crash')), peer.run(job('next', 0))]);
  const message = expect.stringMatching(/^the process that runs (?:crash|next) ended with exit code 7: so it goes/);
  const failed = { status: 'rejected', reason: expect.objectContaining({ code: 'unsupported', message }) };
  expect(jobs).toEqual([failed, failed]);
  expect(peer.isAlive).toBe(false);
});

test('nothing that a peer left running outlives its job', async () => {
  const pid = (await runJob(job('keepBusy'))) as number;
  const isThere = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  await expect.poll(isThere, { timeout: 10_000 }).toBe(false);
});
