/** A program that cannot be started leaves nothing behind. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { Child } from '../../src/native/child.js';

const folder = mkdtempSync(join(tmpdir(), 'start-'));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  ['an argument with a NUL', ['a\0b'], {}],
  ['a variable with a NUL', [], { A: 'a\0b' }],
  ['more than a program can be given', ['x'.repeat(3_000_000)], {}],
])('with %s', async (_, args, env) => {
  const path = join(folder, 'main.js');
  const temporary = join(folder, 'temporary');
  rmSync(folder, { recursive: true, force: true });
  for (const one of [folder, temporary]) mkdirSync(one);
  writeFileSync(path, '');
  vi.stubEnv('TMPDIR', temporary);
  const sha256 = new Map([['main.js', createHash('sha256').digest('hex')]]);
  const started = Child.start({
    program: { folder, path, interpreter: 'node', args, carrier: 'unix', sha256 },
    env,
    terminal: false,
    onOutput: () => {},
    onLine: () => {},
  });
  await expect(started).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('cannot be started'),
  });
  expect(readdirSync(temporary)).toEqual([]);
});
