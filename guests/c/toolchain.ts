/** What it takes to build C programs: clang with a linker, and a C library for WASI preview 1. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const packages = ['clang-19', 'lld-19', 'wasi-libc', 'libclang-rt-19-dev-wasm32'];

/** How to get what is missing by hand. */
export const cInstallLine = `apt-get install --no-install-recommends ${packages.join(' ')}, or set WASI_SDK_PATH`;

/** The compiler that makes a module of a C program, where there is one: of a WASI SDK, of Debian, or another. */
export function findClang(): string | undefined {
  const { WASI_SDK_PATH } = process.env;
  const candidates = WASI_SDK_PATH ? [join(WASI_SDK_PATH, 'bin/clang')] : ['clang-19', 'clang'];
  // It takes a linker, a library and builtins too: whether all are there, an empty program says.
  const args = ['--target=wasm32-wasi', '-x', 'c', '-', '-o', '/dev/null'];
  return candidates.find((clang) => spawnSync(clang, args, { input: 'int main(void) { return 0; }' }).status === 0);
}

/** Why C programs cannot be built here as things are; `undefined` if they can. */
export function whyNoC(): string | undefined {
  return findClang() === undefined ? 'there is no clang that builds for wasm32-wasi' : undefined;
}

/**
 * Installs what is missing, where this is Debian or Ubuntu and the user may: 500 MB unpacked, half a minute.
 * @throws Error if it cannot be had.
 */
export async function provideC(): Promise<void> {
  const wanted = whyNoC();
  if (wanted === undefined) return;
  if (process.getuid?.() !== 0) throw new Error(`${wanted}; ${cInstallLine}`);
  await apt('update');
  await apt('install', '--yes', '--no-install-recommends', ...packages);
  const problem = whyNoC();
  if (problem !== undefined) throw new Error(`${problem}; ${cInstallLine}`);
}

function apt(...args: readonly string[]): Promise<void> {
  console.error(`apt-get ${args.join(' ')}`);
  // Somebody else may be installing something.
  const options = ['-q', '-o', 'DPkg::Lock::Timeout=300'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return new Promise((resolve, reject) => {
    const child = spawn('apt-get', [...options, ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', (error) => reject(new Error(`${error.message}; ${cInstallLine}`)));
    child.once('exit', (code, signal) =>
      code === 0
        ? resolve()
        : reject(new Error(`apt-get ended with ${signal ?? `exit code ${code}`}; ${cInstallLine}`)),
    );
  });
}
