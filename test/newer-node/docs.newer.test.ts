/** What docs/asynchronous-imports.md shows prints what it says. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { guestFolder } from '../../guests/build.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/asynchronous-imports.md'), 'utf8');
const examples = [...page.matchAll(/^```ts\n(.*?)^```\n\n```text\n(.*?)^```$/gms)].map((match) => {
  const [, code, output] = match as unknown as [string, string, string];
  return { line: page.slice(0, match.index).split('\n').length, code, output };
});

it('has examples, each with what it prints', () => {
  expect(examples).toHaveLength(2);
  expect(page.match(/^```ts$/gm)).toHaveLength(examples.length);
});

it.each(examples)('runs the one on line $line', ({ code, output }) => {
  // The examples say where the guests are by hand.
  expect(guestFolder).toBe(join(root, 'build/guests'));
  const folder = mkdtempSync(join(root, 'build/docs-'));
  try {
    const file = join(folder, 'example.mts');
    writeFileSync(file, code.replaceAll("'hatchway'", `'${pathToFileURL(join(root, 'src/index.ts'))}'`));
    const run = spawnSync(process.execPath, ['--import', 'tsx', file], { cwd: root, encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.stdout).toBe(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
