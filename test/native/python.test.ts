/** A host in Python, written from the protocol's page, calls the programs that the SDKs make. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { SDKS } from './sdks.js';

const caller = fileURLToPath(new URL('../../native/vectors/call.py', import.meta.url));

it.each(SDKS.filter((it) => it.missing === undefined))('calls a plugin in $name', async ({ command }) => {
  const { stdout } = await promisify(execFile)('python3', ['-B', caller, ...(await command())]);
  expect(stdout).toBe('37 calls\n');
});
