/** A host in Python, written from the protocol's page, calls the programs that the SDKs make. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { SDKS } from './sdks.js';

const vectors = fileURLToPath(new URL('../../native/vectors/', import.meta.url));
const call = async (folder: string, command: readonly string[]) =>
  await promisify(execFile)('python3', ['-B', join(folder, 'reader.py'), ...command], { timeout: 60_000 });

it.each(SDKS.filter((it) => it.missing === undefined))('calls a plugin in $name', async ({ command }) => {
  const { stdout } = await call(vectors, await command());
  expect(stdout).toMatch(/^170 calls$/m);
});

it('says what was answered wrongly', async () => {
  const copy = await mkdtemp(join(tmpdir(), 'hatchway-vectors-'));
  try {
    await cp(vectors, copy, { recursive: true });
    const functions = join(copy, 'functions.json');
    const text = await readFile(functions, 'utf8');
    await writeFile(functions, text.replace('"return": "01"', '"return": "02"'));
    const command = await SDKS[0]!.command();
    await expect(call(copy, command)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('expected 02'),
    });
  } finally {
    await rm(copy, { recursive: true });
  }
});
