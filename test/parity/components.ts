/** The components of `guests/wat/parity`, assembled, and compiled ahead for wasmtime, which else compiles at every start. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from '@bytecodealliance/jco';
import { afterAll, beforeAll } from 'vitest';

const sources = new URL('../../guests/wat/parity/', import.meta.url);

export interface Outcome {
  stdout: string;
  code: number | null;
}

export interface Components {
  /** The path of a component, by the name of its source. */
  path(name: string): string;
  /** What `wasmtime run` does with a call of that component. */
  wasmtime(name: string, call: string): Outcome;
}

/** Assembles the components before the tests of a group and removes them after. */
export function useComponents(wasmtime: string): Components {
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hatchway-parity-'));
    for (const file of readdirSync(sources)) {
      const name = file.replace(/\.wat$/, '');
      writeFileSync(join(folder, `${name}.wasm`), await parse(readFileSync(new URL(file, sources), 'utf8')));
      run(wasmtime, ['compile', join(folder, `${name}.wasm`), '-o', join(folder, `${name}.cwasm`)], 0);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    path: (name) => join(folder, `${name}.wasm`),
    wasmtime: (name, call) => {
      const path = join(folder, `${name}.cwasm`);
      return run(wasmtime, ['run', '--allow-precompiled', '--invoke', call, path]);
    },
  };
}

function run(command: string, args: readonly string[], expected?: number): Outcome {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (error || (expected !== undefined && status !== expected)) throw error ?? new Error(stderr);
  return { stdout, code: status };
}
