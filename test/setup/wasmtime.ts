/**
 * The wasmtime command line that hatchway is compared with: one exact version, from its official crate.
 * `setup.ts` builds it before the tests start; a test file asks for it with `describeWithWasmtime`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { cachePath, withLock } from './cache.js';

const version = '48.0.8';
const root = cachePath(`wasmtime-cli-${version}`);
const cached = join(root, 'bin', process.platform === 'win32' ? 'wasmtime.exe' : 'wasmtime');

const features = 'run,compile,cranelift,component-model,component-model-async,wat,wasi-http,serve,wast';
const cargo = ['install', `wasmtime-cli@${version}`, '--locked', '--no-default-features', '--features', features]
  // A release build takes three times as long, and nothing here times wasmtime.
  .concat('--profile', 'dev', '--config', 'profile.dev.opt-level=1', '--config', 'profile.dev.debug=false')
  .concat('--root', root);

/** The command that installs it by hand. */
export const wasmtimeInstallLine = `cargo ${cargo.join(' ')}`;

/**
 * Where wasmtime is: `$HATCHWAY_WASMTIME`, the cache, or the PATH; `undefined` if none has it in the right version.
 * @throws Error if `$HATCHWAY_WASMTIME` names something else.
 */
export function wasmtimePath(): string | undefined {
  const chosen = process.env.HATCHWAY_WASMTIME;
  if (chosen) {
    if (!isRightVersion(chosen)) throw new Error(`HATCHWAY_WASMTIME=${chosen} is not wasmtime ${version}`);
    return chosen;
  }
  if (existsSync(cached)) return cached;
  return isRightVersion('wasmtime') ? 'wasmtime' : undefined;
}

/**
 * Builds wasmtime into the cache unless it is there: about six minutes on two cores, with cargo's output shown.
 * @throws Error if it cannot be had.
 */
export async function provideWasmtime(): Promise<string> {
  const found = wasmtimePath();
  if (found !== undefined) return found;
  const waiting = (pid: number) => console.error(`Waiting for process ${pid}, which is building wasmtime ${version}`);
  return withLock(root, waiting, async () => {
    if (existsSync(cached)) return cached;
    console.error(
      `Building wasmtime ${version} once, into ${root}; this takes about six minutes\n${wasmtimeInstallLine}`,
    );
    await run('cargo', cargo);
    if (!isRightVersion(cached)) throw new Error(`cargo succeeded, but ${cached} is not wasmtime ${version}`);
    return cached;
  });
}

/** A group of tests that need wasmtime. Where it is missing they are skipped, and the name says what mends it. */
export function describeWithWasmtime(name: string, body: (wasmtime: string) => void): void {
  const path = wasmtimePath();
  if (path !== undefined) describe(name, () => body(path));
  else describe.skip(`${name} [no wasmtime ${version}; install it: ${wasmtimeInstallLine}]`, () => body('wasmtime'));
}

function isRightVersion(path: string): boolean {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return stdout?.split(' ')[1]?.trim() === version;
}

function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new Error(`${command} is not installed: https://rustup.rs has it`) : error),
    );
    child.once('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`${command} ended with ${signal ?? `exit code ${code}`}`)),
    );
  });
}
