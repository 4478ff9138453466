/** `wasm-tools`, which converts the specification's scripts into JSON and modules, in one exact version. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cachePath, withLock } from './cache.js';

const version = '1.263.0';
const root = cachePath(`wasm-tools-${version}`);
const program = join(root, 'bin', process.platform === 'win32' ? 'wasm-tools.exe' : 'wasm-tools');

const cargo = ['install', `wasm-tools@${version}`, '--locked', '--no-default-features', '--features', 'json-from-wast']
  // Nothing here times it.
  .concat('--profile', 'dev', '--config', 'profile.dev.opt-level=1', '--config', 'profile.dev.debug=false')
  .concat('--root', root);

/** The command that installs the tool by hand; `$HATCHWAY_WASM_TOOLS` names one that is there already. */
export const wasmToolsInstallLine = `cargo ${cargo.join(' ')}`;

/**
 * The path of the program, which is built into the cache unless it is there: about a minute.
 * @throws Error if it cannot be had.
 */
export async function provideWasmTools(): Promise<string> {
  const chosen = process.env.HATCHWAY_WASM_TOOLS;
  if (chosen) return chosen;
  if (existsSync(program)) return program;
  const waiting = (pid: number) => console.error(`Waiting for process ${pid}, which is building wasm-tools`);
  return withLock(root, waiting, async () => {
    if (existsSync(program)) return program;
    console.error(`Building wasm-tools ${version} once, into ${root}\n${wasmToolsInstallLine}`);
    await run('cargo', cargo);
    return program;
  });
}

export interface RunOptions {
  readonly cwd?: string;
  /** Whether the command's failure is no error here; then it is silent, too. */
  readonly mayFail?: boolean;
}

/** Runs a command to its end. @throws Error if it cannot be started, or fails and may not. */
export function run(
  command: string,
  args: readonly string[],
  { cwd, mayFail = false }: RunOptions = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stdio: ['ignore', 'ignore', 'ignore' | 'inherit'] = ['ignore', 'ignore', mayFail ? 'ignore' : 'inherit'];
    const child = spawn(command, args, { stdio, ...(cwd !== undefined && existsSync(cwd) ? { cwd } : {}) });
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new Error(`${command} is not installed: https://rustup.rs has it`) : error),
    );
    child.once('exit', (code, signal) =>
      code === 0 || mayFail ? resolve() : reject(new Error(`${command} ended with ${signal ?? `exit code ${code}`}`)),
    );
  });
}
