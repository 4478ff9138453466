/** One program, run by wasmtime and by hatchway with the same folders, variables, arguments and standard input. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { HatchwayError } from '../../src/errors/index.js';
import { createHost, type Plugin } from '../../src/index.js';
import { makeTree, readTree } from './wasi-tree.js';

export interface Row {
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it is given no folder. */
  readonly bare?: boolean;
}

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  /** 134 for a trap, as wasmtime has it. */
  readonly code: number | null;
  readonly files: Readonly<Record<string, string>>;
}

/** How hatchway is asked to run it, where that is not what wasmtime does: with fewer rights. */
export type Rights = 'read-write' | 'read' | 'write';

export interface Runner {
  wasmtime(program: string, row: Row): Outcome;
  hatchway(program: string, row: Row, rights?: Rights): Promise<Outcome>;
  /** What the folders hold where nothing has run. */
  untouched(): Outcome['files'];
}

/** @param programs paths of components and of modules for preview 1 */
export function useRunner(wasmtime: string, programs: readonly string[]): Runner {
  let folder = '';
  let runs = 0;
  const plugins = new Map<string, Plugin>();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hatchway-wasi-'));
    const host = await createHost();
    for (const path of programs) {
      const { status, stderr } = spawnSync(wasmtime, ['compile', path, '-o', compiled(path)], { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
      plugins.set(path, await host.load(path));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const compiled = (path: string) => join(folder, basename(path).replace(/\.wasm$/, '.cwasm'));

  /** Two folders of its own for each run. */
  const withFolders = <T>({ args, bare }: Row, use: (folders: Record<string, string>, root: string) => T): T => {
    const root = join(folder, `run-${runs++}`);
    mkdirSync(join(root, 'other'), { recursive: true });
    makeTree(join(root, 'data'), args.includes('/data/many'));
    return use(bare ? {} : { '/data': join(root, 'data'), '/other': join(root, 'other') }, root);
  };

  return {
    untouched: () => withFolders({ args: [] }, (_, root) => readTree(root)),
    wasmtime: (program, row) =>
      withFolders(row, (folders, root) => {
        const { args, env = {}, stdin = '' } = row;
        const dirs = Object.entries(folders).flatMap(([guest, host]) => ['--dir', `${host}::${guest}`]);
        const variables = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
        const command = ['run', '--allow-precompiled', ...dirs, ...variables, compiled(program), ...args];
        const run = spawnSync(wasmtime, command, { encoding: 'utf8', input: stdin, maxBuffer: 2 ** 26 });
        if (run.error) throw run.error;
        return { stdout: run.stdout, stderr: run.stderr, code: run.status, files: readTree(root) };
      }),
    hatchway: (program, row, rights = 'read-write') =>
      withFolders(row, async (folders, root) => {
        const { args, env = {}, stdin = '' } = row;
        const grants = {
          ...(rights !== 'write' && { read: folders }),
          ...(rights !== 'read' && { write: folders }),
          env,
        };
        const written = { stdout: '', stderr: '' };
        const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
        const output = (stream: 'stdout' | 'stderr') => (chunk: Uint8Array) => {
          written[stream] += decoders[stream].decode(chunk, { stream: true });
        };
        await using instance = await plugins.get(program)!.instantiate({
          grants,
          args,
          stdin: Buffer.from(stdin),
          stdout: output('stdout'),
          stderr: output('stderr'),
          limits: { waiting: Number.POSITIVE_INFINITY },
        });
        let code: number;
        try {
          code = await instance.run();
        } catch (error) {
          if (!(error instanceof HatchwayError) || error.code !== 'trap') throw error;
          code = 134;
        }
        return { ...written, code, files: readTree(root) };
      }),
  };
}
