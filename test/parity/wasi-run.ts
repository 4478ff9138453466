/** One program, run by wasmtime and by hatchway with the same folders, variables, arguments and standard input. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
  /** `hatchway run`, as users type it. */
  commandLine(program: string, row: Row): Outcome;
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
      compileAhead(wasmtime, path);
      plugins.set(path, await host.load(path));
    }
  }, COMPILING);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Two folders of its own for each run. */
  const withFolders = <T>({ args, bare }: Row, use: (folders: Record<string, string>, root: string) => T): T => {
    const root = join(folder, `run-${runs++}`);
    mkdirSync(join(root, 'other'), { recursive: true });
    makeTree(join(root, 'data'), args.includes('/data/many'));
    return use(bare ? {} : { '/data': join(root, 'data'), '/other': join(root, 'other') }, root);
  };

  return {
    untouched: () => withFolders({ args: [] }, (_, root) => readTree(root)),
    wasmtime: (program, row) => {
      // An engine for JavaScript imports HTTP, whether it uses it or not; with modules wasmtime refuses the option.
      const http = isComponent(program) ? ['-S', 'http'] : [];
      const run = ['run', ...http, '--allow-precompiled'];
      return withFolders(row, (folders, root) =>
        start(wasmtime, [...run, ...flags(row, folders), compiledPath(program), ...row.args], row, root),
      );
    },
    commandLine: (program, row) =>
      withFolders(row, (folders, root) =>
        start(hatchwayProgram, ['run', ...flags(row, folders), program, '--', ...row.args], row, root),
      ),
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
          limits: { waiting: false, timeout: false },
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

const hatchwayProgram = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** What both programs call folders and variables. */
function flags({ env = {} }: Row, folders: Readonly<Record<string, string>>): string[] {
  const dirs = Object.entries(folders).flatMap(([guest, host]) => ['--dir', `${host}::${guest}`]);
  return [...dirs, ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`])];
}

function start(program: string, args: readonly string[], { stdin = '' }: Row, root: string): Outcome {
  const run = spawnSync(program, args, { encoding: 'utf8', input: stdin, maxBuffer: 2 ** 26 });
  if (run.error) throw run.error;
  return { stdout: run.stdout, stderr: run.stderr, code: run.status, files: readTree(root) };
}

const compiledPath = (path: string) => path.replace(/\.wasm$/, '.cwasm');

/** Milliseconds that wasmtime may take for an engine of 13 MB. */
const COMPILING = 300_000;

/** Compiles a program for wasmtime, which else does so at every start, unless it has been since both were built. */
function compileAhead(wasmtime: string, path: string): void {
  const to = compiledPath(path);
  const sources = [path, wasmtime].filter(existsSync).map((file) => statSync(file).mtimeMs);
  if (existsSync(to) && statSync(to).mtimeMs > Math.max(...sources)) return;
  // Under another name until it is whole: others may be about to run it.
  const unfinished = `${to}.${process.pid}`;
  const run = spawnSync(wasmtime, ['compile', '-O', 'opt-level=0', path, '-o', unfinished], { encoding: 'utf8' });
  if (run.status !== 0) throw run.error ?? new Error(run.stderr);
  renameSync(unfinished, to);
}

/** By the layer in the header. */
function isComponent(path: string): boolean {
  return readFileSync(path)[6] === 1;
}
