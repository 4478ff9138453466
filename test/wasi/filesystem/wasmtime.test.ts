/**
 * The same attempts under wasmtime, through preview 1, which its 0.2 interfaces share their file system with. One program
 * makes them all, each in a directory of its own, and prints an errno for each.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWithWasmtime } from '../../setup/wasmtime.js';
import { type Attempt, groups, type Operation, title } from './attempts.js';
import { fill, temporaryDirectory } from './support.js';

/** `errno` of preview 1. */
const ERRNO: Readonly<Record<number, string>> = {
  0: 'ok',
  2: 'access',
  8: 'bad-descriptor',
  10: 'busy',
  20: 'exist',
  25: 'illegal-byte-sequence',
  28: 'invalid',
  29: 'io',
  31: 'is-directory',
  32: 'loop',
  37: 'name-too-long',
  44: 'no-entry',
  54: 'not-directory',
  55: 'not-empty',
  58: 'unsupported',
  60: 'no-such-device',
  63: 'not-permitted',
  75: 'cross-device',
};

const RIGHTS = { r: 1n << 1n, w: 1n << 6n };
const OFLAGS = { c: 1, d: 2, x: 4, t: 8 };
const READ_DIRECTORY = 1n << 14n;
const NOON = '(i64.const 1000000000000000000) (i64.const 1000000000000000000) (i32.const 5)';

/** Where the program keeps things: scratch, what it found, its strings. */
const [RESULT, FOUND, STRINGS] = [16, 4_096, 65_536];

/** A program that makes attempts, each in the directory that its index names. */
function program(list: readonly Operation[]): string {
  const data: string[] = [];
  let end = STRINGS;
  const string = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    const at = end;
    end += bytes.length;
    data.push(`(data (i32.const ${at}) "${[...bytes].map((it) => `\\${it.toString(16).padStart(2, '0')}`).join('')}")`);
    return `(i32.const ${at}) (i32.const ${bytes.length})`;
  };
  const openAt = (fd: string, path: string, follow: number, oflags: number, rights: bigint) =>
    `(call $path_open ${fd} (i32.const ${follow}) ${string(path)} (i32.const ${oflags}) (i64.const ${rights}) (i64.const 0) (i32.const 0) (i32.const ${RESULT}))`;
  const at = '(local.get $fd)';
  const result = `(i32.const ${RESULT})`;
  const call = (it: Operation): string => {
    const follow = 'follow' in it && it.follow ? 1 : 0;
    if ('open' in it) {
      const flags = [...(it.flags ?? 'r')];
      const oflags = flags.reduce((sum, flag) => sum | (OFLAGS[flag as 'c'] ?? 0), 0);
      const rights = flags.reduce((sum, flag) => sum | (RIGHTS[flag as 'r'] ?? 0n), 0n);
      return openAt(at, it.open, follow, oflags, rights);
    }
    if ('stat' in it)
      return `(call $path_filestat_get ${at} (i32.const ${follow}) ${string(it.stat)} (i32.const 1024))`;
    if ('setTimes' in it)
      return `(call $path_filestat_set_times ${at} (i32.const ${follow}) ${string(it.setTimes)} ${NOON})`;
    if ('list' in it) return openAt(at, it.list, 1, OFLAGS.d, RIGHTS.r | READ_DIRECTORY);
    if ('readlink' in it)
      return `(call $path_readlink ${at} ${string(it.readlink)} (i32.const 1024) (i32.const 1024) ${result})`;
    if ('mkdir' in it) return `(call $path_create_directory ${at} ${string(it.mkdir)})`;
    if ('rmdir' in it) return `(call $path_remove_directory ${at} ${string(it.rmdir)})`;
    if ('unlink' in it) return `(call $path_unlink_file ${at} ${string(it.unlink)})`;
    if ('rename' in it) return `(call $path_rename ${at} ${string(it.rename)} ${at} ${string(it.to)})`;
    if ('link' in it) return `(call $path_link ${at} (i32.const ${follow}) ${string(it.link)} ${at} ${string(it.to)})`;
    return `(call $path_symlink ${string(it.symlink)} ${at} ${string(it.to)})`;
  };
  const body = list.map((it, index) => {
    const opened = openAt('(i32.const 3)', String(index), 0, OFLAGS.d, RIGHTS.r);
    return `(if ${opened} (then unreachable))
      (local.set $fd (i32.load (i32.const ${RESULT})))
      (i32.store8 (i32.const ${FOUND + index}) ${call(it)})
      (drop (call $fd_close ${at}))`;
  });
  const imports = {
    path_open: 'i32 i32 i32 i32 i32 i64 i64 i32 i32',
    path_filestat_get: 'i32 i32 i32 i32 i32',
    path_filestat_set_times: 'i32 i32 i32 i32 i64 i64 i32',
    path_readlink: 'i32 i32 i32 i32 i32 i32',
    path_create_directory: 'i32 i32 i32',
    path_remove_directory: 'i32 i32 i32',
    path_unlink_file: 'i32 i32 i32',
    path_rename: 'i32 i32 i32 i32 i32 i32',
    path_link: 'i32 i32 i32 i32 i32 i32 i32',
    path_symlink: 'i32 i32 i32 i32 i32',
    fd_close: 'i32',
    fd_write: 'i32 i32 i32 i32',
  };
  return `(module
    ${Object.entries(imports)
      .map(
        ([name, params]) =>
          `(import "wasi_snapshot_preview1" "${name}" (func $${name} (param ${params}) (result i32)))`,
      )
      .join('\n')}
    (memory (export "memory") 8)
    (func (export "_start") (local $fd i32)
      ${body.join('\n')}
      (i32.store (i32.const 0) (i32.const ${FOUND}))
      (i32.store (i32.const 4) (i32.const ${list.length}))
      (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
    ${data.join('\n')})`;
}

const attempts = Object.values(groups)
  .flat()
  .filter((it) => it.wasmtime?.code !== 'hangs');
const named = (show: (attempt: Attempt, index: number) => string) =>
  Object.fromEntries(attempts.map((attempt, index) => [title(attempt.operation), show(attempt, index)]));

describeWithWasmtime('what a guest is answered', (wasmtime) => {
  it('is what wasmtime answers, but where we say why not', () => {
    const directory = temporaryDirectory();
    for (const index of attempts.keys()) {
      mkdirSync(join(directory, String(index)));
      fill(join(directory, String(index)));
    }
    const file = join(temporaryDirectory(), 'attempts.wat');
    writeFileSync(file, program(attempts.map(({ operation }) => operation)));
    const run = spawnSync(wasmtime, ['run', '--dir', `${directory}::/`, file]);
    expect(run.stderr.toString()).toBe('');
    const answers = [...run.stdout].map((errno) => ERRNO[errno] ?? `errno ${errno}`);
    expect(named((_, index) => answers[index]!)).toEqual(named((it) => it.wasmtime?.code ?? it.code));
  });
});
