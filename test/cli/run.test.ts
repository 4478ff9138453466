import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parse } from '@bytecodealliance/jco';
import { describe, expect, test } from 'vitest';
import { hatchway, useFolder } from './command-line.js';

const folder = useFolder();

function invoke(plugin: string, call: string, imports?: string) {
  const options = imports === undefined ? [] : ['--imports', imports];
  return hatchway(['run', folder.path(plugin), '--invoke', call, ...options]);
}

test.each([
  ['echo-map([("b", 1), ("a", 2)])', '[("b", 1), ("a", 2)]\n'],
  ['echo-map([])', '[]\n'],
  ['echo-three([1, 2, 255])', '[1, 2, 255]\n'],
])('maps and fixed-length lists have a text: %s', async (call, stdout) => {
  expect(await invoke('collections.wasm', call)).toEqual({ code: 0, stdout, stderr: '' });
});

test('a wrong argument is named by its column', async () => {
  const { code, stdout, stderr } = await invoke('collections.wasm', 'echo-three([1, 2])');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe('error: --invoke, column 12: expected a list of 3 […], got "[1, 2]"\n');
});

test('a function that is not there: the message names those that are', async () => {
  const { code, stderr } = await invoke('collections.wasm', 'echo()');
  expect(code).toBe(1);
  expect(stderr).toBe('error: no function "echo" is exported. There is "echo-map", "echo-three"\n');
});

test('a function of handles is refused before anything runs', async () => {
  const { code, stderr } = await invoke('store.wasm', 'first-item()');
  expect(code).toBe(1);
  expect(stderr).toContain(
    '"first-item" cannot be called from a command line: a handle of the resource "item" has no text',
  );
});

test('what is no program needs --invoke', async () => {
  const { code, stdout, stderr } = await hatchway(['run', folder.path('collections.wasm')]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^error: .*: it is not a program: it does not export wasi:cli\/run\. Name a function to call/);
});

test('what a program that fails was refused is shown, with the flag that allows it', async () => {
  const module = await parse(`(module
    (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "notes/a.txt")
    (func (export "_start")
      (call $exit (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 11) (i32.const 0) (i64.const 2) (i64.const 0)
        (i32.const 0) (i32.const 64)))))`);
  const { code, stderr } = await hatchway(['run', folder.write('opens.wasm', module)]);
  expect(code).toBe(44);
  expect(stderr).toBe(
    `denied: read of "/notes/a.txt": nothing was granted
  to allow it: --allow-read=HOST::/notes
HOST is the directory of yours that the plugin is to find under that path
`,
  );
});

describe('--imports', () => {
  const disk = '{ size: (name) => name * 2, find: (name) => name + 1 }';
  let count = 0;
  // A name of its own each: Node runs a module once.
  const module = (body: string) => folder.write(`host-${count++}.mjs`, body);

  test('takes the default export', async () => {
    const file = module(`export default { 'demo:store/disk': ${disk}, 'log-line': () => {} };`);
    expect(await invoke('store.wasm', 'size(4)', file)).toEqual({ code: 0, stdout: '8\n', stderr: '' });
    expect(await invoke('store.wasm', 'find(4)', file)).toEqual({ code: 0, stdout: 'ok(5)\n', stderr: '' });
  });

  // In a process of its own: there is one class of errors only where the module and the program are not transformed.
  test('may answer with the error of a result', () => {
    const errors = new URL('../../dist/errors/index.js', import.meta.url);
    const file = module(`
      import { ComponentError } from '${errors}';
      const disk = { size: () => 0, find(name) { throw new ComponentError(name * 2); } };
      export default { 'demo:store/disk': disk, 'log-line': () => setInterval(() => {}, 1000) };`);
    const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
    for (const [call, stdout] of [
      ['find(4)', 'err(8)\n'],
      // It ends although a timer of the module is left.
      ['size(4)', '0\n'],
    ]) {
      const args = ['run', '--imports', file, '--invoke', call!, folder.path('store.wasm')];
      const run = spawnSync(program, args, { encoding: 'utf8', timeout: 30_000 });
      expect({ code: run.status, stdout: run.stdout, stderr: run.stderr }).toEqual({ code: 0, stdout, stderr: '' });
    }
  });

  test('takes what is exported by name', async () => {
    const file = module(
      `const disk = ${disk}, log = () => {};\nexport { disk as 'demo:store/disk', log as 'log-line' };`,
    );
    expect(await invoke('store.wasm', 'size(5)', file)).toEqual({ code: 0, stdout: '10\n', stderr: '' });
  });

  test('an import that is missing is named', async () => {
    const file = module(`export default { 'demo:store/disk': ${disk} };`);
    const { code, stderr } = await invoke('store.wasm', 'size(4)', file);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: the plugin imports what nobody offers\n {2}- .*log-line.*\n.*--imports FILE\.js\n$/,
    );
  });

  test('an import that fails shows where', async () => {
    const file = module(
      `export default { 'demo:store/disk': ${disk}, 'log-line'() { throw new RangeError('disk full'); } };`,
    );
    const { code, stdout, stderr } = await invoke('store.wasm', 'size(4)', file);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('RangeError: disk full');
    expect(stderr).toContain('.mjs:');
  });

  test('an import that answers with a wrong value is named, without a stack of ours', async () => {
    const file = module("export default { 'demo:store/disk': { size: () => 'x', find() {} }, 'log-line'() {} };");
    const { code, stderr } = await invoke('store.wasm', 'size(4)', file);
    expect(code).toBe(1);
    expect(stderr).toContain('demo:store/disk');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test.each([
    ['export default 3;', 'its default export is not an object'],
    ['throw new Error("at once");', 'cannot be loaded: at once'],
    ['export default {', 'cannot be loaded: '],
  ])('a module that cannot serve is refused: %s', async (body, message) => {
    const { code, stderr } = await invoke('store.wasm', 'size(4)', module(body));
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });

  test('a file that is not there', async () => {
    const { code, stderr } = await invoke('store.wasm', 'size(4)', folder.path('none.mjs'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: --imports ".*none\.mjs" cannot be loaded: /);
  });
});

describe('limits', () => {
  test('--timeout stops a call, with the exit code of a trap', async () => {
    const outcome = await hatchway(['run', folder.path('endless.wasm'), '--timeout', '30ms', '--invoke', 'spin()']);
    expect(outcome).toMatchObject({ code: 134, stdout: '' });
    expect(outcome.stderr).toMatch(/^error: .*: the call took longer than its limit of 30 ms\./);
  });

  test('--max-memory bounds what a memory grows to', async () => {
    const run = (...flags: string[]) => hatchway(['run', folder.path('endless.wasm'), ...flags, '--invoke', 'grow()']);
    expect(await run('--max-memory', '1Mi')).toMatchObject({ code: 0, stdout: '16\n' });
    expect(await run('--max-memory', '2Mi')).toMatchObject({ code: 0, stdout: '32\n' });
  });

  test('a policy bounds memory without a flag, and a flag cannot ask for more', async () => {
    const path = folder.path('endless.wasm');
    const policy = folder.write(
      'limits.policy.json',
      JSON.stringify({ version: 1, plugins: { endless: { path: './endless.wasm', limits: { memory: '1Mi' } } } }),
    );
    const run = (...flags: string[]) => hatchway(['run', path, '--policy', policy, ...flags, '--invoke', 'grow()']);
    expect(await run()).toMatchObject({ code: 0, stdout: '16\n' });
    expect(await run('--max-memory', '2Mi')).toMatchObject({ code: 2, stdout: '' });
  });

  test.each([
    [['--timeout', 'soon'], '"soon"'],
    [['--max-memory', '-1'], '-1'],
    [['--max-memory', '1kB'], '"1kB"'],
  ])('%j is no limit', async (flags, shown) => {
    const outcome = await hatchway(['run', folder.path('endless.wasm'), ...flags, '--invoke', 'grow()']);
    expect(outcome.code).not.toBe(0);
    expect(outcome.stderr).toContain(shown);
  });
});
