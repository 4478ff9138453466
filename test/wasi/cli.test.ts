import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeContext, outcome } from './context.js';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

describe('wasi:cli', () => {
  it('with nothing given, everything is empty and nothing is a terminal', () => {
    const { face } = makeContext();
    expect(face('wasi:cli/environment').getEnvironment!()).toEqual([]);
    expect(face('wasi:cli/environment').getArguments!()).toEqual([]);
    expect(face('wasi:cli/environment').initialCwd!()).toBe('/');
    expect(outcome(() => face('wasi:cli/stdin').getStdin!().blockingRead(10n))).toEqual({ error: { tag: 'closed' } });
    for (const stream of ['Stdin', 'Stdout', 'Stderr']) {
      expect(face(`wasi:cli/terminal-${stream.toLowerCase()}`)[`getTerminal${stream}`]!()).toBeUndefined();
    }
  });

  it('the environment is what was granted, and each variable is in the audit without its value', () => {
    process.env.HATCHWAY_TEST_SECRET = 'from the host';
    const { face, events } = makeContext({ env: { A: 'one', B: { from: 'env:HATCHWAY_TEST_SECRET' } } });
    expect(face('wasi:cli/environment').getEnvironment!()).toEqual([
      ['A', 'one'],
      ['B', 'from the host'],
    ]);
    expect(events).toMatchObject([
      { outcome: 'allowed', kind: 'env', target: 'A' },
      { outcome: 'allowed', kind: 'env', target: 'B' },
    ]);
    expect(JSON.stringify(events)).not.toContain('from the host');
    delete process.env.HATCHWAY_TEST_SECRET;
  });

  it('a variable that was revoked is gone', () => {
    const { face, permissions } = makeContext({ env: { A: '1', B: '2' } });
    permissions.revoke('env', 'A');
    expect(face('wasi:cli/environment').getEnvironment!()).toEqual([['B', '2']]);
    permissions.revoke('env');
    expect(face('wasi:cli/environment').getEnvironment!()).toEqual([]);
  });

  it('arguments are given as they are', () => {
    const { face } = makeContext({}, { args: ['tool', '--x', ''] });
    expect(face('wasi:cli/environment').getArguments!()).toEqual(['tool', '--x', '']);
  });

  it.each([
    ['ok', 0],
    ['err', 1],
  ])('exit(%s) ends the instance with code %i', (tag, exitCode) => {
    const { face } = makeContext();
    const ended = outcome(() => face('wasi:cli/exit').exit!({ tag }));
    expect(ended).toEqual({ end: 'exited', message: expect.stringContaining(`exited with code ${exitCode}`) });
  });

  it('exit-with-code ends the instance with that code', () => {
    const ended = outcome(() => makeContext().face('wasi:cli/exit').exitWithCode!(37));
    expect(ended).toMatchObject({ end: 'exited', message: expect.stringContaining('37') });
  });

  it('stdin from bytes is read once, from however many streams', () => {
    const { face } = makeContext({}, { stdin: { kind: 'bytes', bytes: Buffer.from('abcdef') } });
    const { getStdin } = face('wasi:cli/stdin');
    expect(text(getStdin!().read(2n))).toBe('ab');
    expect(text(getStdin!().read(2n))).toBe('cd');
    const last = getStdin!();
    expect(text(last.blockingRead(100n))).toBe('ef');
    expect(outcome(() => last.read(1n))).toEqual({ error: { tag: 'closed' } });
  });

  it('stdin from a file is read to its end', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hatchway-stdin-'));
    writeFileSync(join(folder, 'input'), 'from a file');
    const fd = openSync(join(folder, 'input'), 'r');
    const stdin = makeContext({}, { stdin: { kind: 'descriptor', fd } }).face('wasi:cli/stdin').getStdin!();
    expect(text(stdin.blockingRead(6n))).toBe('from a');
    expect(text(stdin.blockingRead(600n))).toBe(' file');
    expect(outcome(() => stdin.blockingRead(1n))).toEqual({ error: { tag: 'closed' } });
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });

  it('stdout and stderr go where the instance says, apart from each other', () => {
    const { face, written } = makeContext();
    face('wasi:cli/stdout').getStdout!().write(Buffer.from('out'));
    face('wasi:cli/stderr').getStderr!().blockingWriteAndFlush(Buffer.from('err'));
    expect(written).toEqual({ stdout: 'out', stderr: 'err' });
  });

  it('a terminal is reported where there is one', () => {
    const { face } = makeContext({}, { terminals: { stdin: true, stdout: false, stderr: true } });
    expect(face('wasi:cli/terminal-stdin').getTerminalStdin!()).toBeTypeOf('object');
    expect(face('wasi:cli/terminal-stdout').getTerminalStdout!()).toBeUndefined();
    expect(face('wasi:cli/terminal-stderr').getTerminalStderr!()).toBeTypeOf('object');
  });
});
