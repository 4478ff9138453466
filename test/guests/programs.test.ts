import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guestPath, programComponentPath } from '../../guests/build.js';
import { createHost } from '../../src/index.js';
import { describeWithC } from '../setup/c.js';
import { describeWithRustPrograms } from '../setup/rust-programs.js';
import { letterPath, tallyPath } from '../setup/wasi-programs.js';

const messages = fileURLToPath(new URL('../../guests/c/query/messages', import.meta.url));

type Word = 'read' | 'write' | 'env';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hatchway-programs-'));
  mkdirSync(join(folder, 'notes'));
  cpSync(messages, join(folder, 'messages'), { recursive: true });
  writeFileSync(join(folder, 'letter.txt'), 'Dear {{name}}, {{TEXT}}');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a program with these words granted; what came of it. */
async function run(path: string, args: readonly string[], words: readonly Word[]) {
  const plugin = await (await createHost()).load(path);
  const grants = {
    ...(words.includes('read') && { read: { '/data': folder } }),
    ...(words.includes('write') && { write: { '/data': folder } }),
    ...(words.includes('env') && { env: { TEXT: 'hello' } }),
  };
  await using instance = await plugin.instantiate({ grants, args });
  const code = await instance.run();
  return { code, stdout: instance.stdout.text(), stderr: instance.stderr.text(), denials: instance.denials };
}

/** A program, and what it must be granted, each with what it says where that is missing, and which denial is recorded. */
function cases(
  path: () => string,
  args: readonly string[],
  stdout: string,
  needs: Readonly<Partial<Record<Word, { readonly says: string; readonly target?: string }>>>,
): void {
  const words = Object.keys(needs) as Word[];

  it('runs with what it needs', async () => {
    expect(await run(path(), args, words)).toMatchObject({ code: 0, stdout, stderr: '', denials: [] });
  });

  it.each(Object.entries(needs))('says why it does not without %s', async (word, { says, target }) => {
    const outcome = await run(
      path(),
      args,
      words.filter((it) => it !== word),
    );
    expect(outcome.code).toBeGreaterThan(0);
    expect(outcome.stderr).toContain(says);
    // Some look again elsewhere: the first says what it wanted.
    if (target === undefined) expect(outcome.denials).toEqual([]);
    else
      expect(outcome.denials[0]).toMatchObject({ kind: word, target, grantWith: expect.stringContaining(`${word}:`) });
  });
}

describe('programs have exactly what they are granted', () => {
  describeWithC('query, in C', () => {
    const args = ['/data/messages', '.urgent', '.id'];
    const needs = { read: { says: '/data/messages: No such file or directory', target: '/data/messages' } };
    describe('a module', () => cases(() => guestPath('c', 'query'), args, 'm6\n', needs));
    describe('a component', () => cases(() => programComponentPath('c', 'query'), args, 'm6\n', needs));
  });

  describeWithRustPrograms('notes, in Rust', () => {
    const args = ['add', 'today', 'rain'];
    const needs = { write: { says: 'notes: add: NotFound', target: '/data/notes' } };
    describe('a module', () => cases(() => guestPath('rust', 'notes'), args, '', needs));
    describe('a component', () => cases(() => programComponentPath('rust', 'notes'), args, '', needs));
  });

  describe('tally, in AssemblyScript', () => {
    const needs = { read: { says: 'tally: /data/letter.txt: nothing is granted there' } };
    cases(() => tallyPath, ['/data/letter.txt'], '0\t3\t23\t/data/letter.txt\n23 bytes\n', needs);
  });

  describe('letter, in JavaScript', () => {
    cases(() => letterPath, ['/data/letter.txt', '/data/out', 'name=Ada'], '15 bytes in /data/out\n', {
      read: { says: 'letter: /data/letter.txt: not-permitted', target: '/data/letter.txt' },
      write: { says: 'letter: /data/out: not-permitted', target: '/data/out' },
      env: { says: 'letter: nobody says what {{TEXT}} is' },
    });
  });
});
