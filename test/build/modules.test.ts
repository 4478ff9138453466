/** Core modules that another toolchain made. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from '@bytecodealliance/jco';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeWorld } from '../../src/index.js';
import { hatchway } from '../cli/command-line.js';

const folder = mkdtempSync(join(tmpdir(), 'hatchway-modules-'));
const path = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  const modules = {
    'command.wasm': `(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 1) (func (export "_start") (call $exit (i32.const 0))))`,
    'library.wasm': `(module (memory (export "memory") 1)
      (func (export "twice") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2))))`,
  };
  for (const [name, text] of Object.entries(modules)) writeFileSync(path(name), await parse(text));
  writeFileSync(path('twice.wit'), 'package a:b;\nworld w { export twice: func(n: u32) -> u32; }\n');
  writeFileSync(path('thrice.wit'), 'package a:b;\nworld w { export thrice: func(n: u32) -> u32; }\n');
});

it('a program for WASI preview 1 becomes a component that imports WASI 0.2', async () => {
  const { code, stdout } = await hatchway(['build', path('command.wasm'), '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ path: path('command.component.wasm'), language: 'wasm' });
  const { imports, exports } = decodeWorld(readFileSync(path('command.component.wasm')));
  expect(imports.map(({ name }) => name)).toContainEqual(expect.stringMatching(/^wasi:cli\/exit@0\.2\./));
  expect(exports.map(({ name }) => name)).toEqual([expect.stringMatching(/^wasi:cli\/run@0\.2\./)]);
});

it('a library is built for the world that is named', async () => {
  expect((await hatchway(['build', path('library.wasm'), '--wit', path('twice.wit')])).code).toBe(0);
  const { stdout } = await hatchway(['run', path('library.component.wasm'), '--invoke', 'twice(4)']);
  expect(stdout).toBe('8\n');
});

it.each([
  ['without a world', ['library.wasm'], 'the module does not say what it is'],
  ['of another world', ['library.wasm', '--wit', path('thrice.wit')], 'failed to find export of function `thrice`'],
  ['that is a component', ['library.component.wasm'], 'is a component already. There is nothing to build: load it.'],
  ['that is none', ['twice.wasm'], 'is not a WebAssembly module'],
])('a module %s is refused', async (_, [name, ...args], message) => {
  writeFileSync(path('twice.wasm'), 'twice');
  const { code, stderr } = await hatchway(['build', path(name!), ...args]);
  expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
});
