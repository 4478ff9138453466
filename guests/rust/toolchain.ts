/** What it takes to build Rust plugins: cargo, and the standard library for WebAssembly. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const target = 'wasm32-unknown-unknown';
/** The first minor version of Rust 1 that the dependencies compile with. */
const OLDEST = 88;
// A toolchain may be chosen for the folder.
const cwd = fileURLToPath(new URL('.', import.meta.url));

/** How to get what is missing by hand. */
export const rustInstallLine = `install Rust 1.${OLDEST} or later from https://rustup.rs, then: rustup target add ${target}`;

/** Why Rust plugins cannot be built here as things are; `undefined` if they can. */
export function whyNoRust(): string | undefined {
  const minor = Number(/^cargo 1\.(\d+)\./.exec(output('cargo', '--version') ?? '')?.[1]);
  if (Number.isNaN(minor)) return 'cargo is not installed';
  if (minor < OLDEST) return `cargo is older than 1.${OLDEST}`;
  return hasTarget() ? undefined : `Rust's standard library for ${target} is not installed`;
}

/**
 * Adds what is missing to a Rust that is installed, with rustup's output shown: 30 MB, some seconds.
 * @throws Error if there is no Rust, or the target cannot be added.
 */
export async function provideRust(): Promise<void> {
  const wanted = whyNoRust();
  if (wanted === undefined) return;
  if (output('cargo', '--version') === undefined || output('rustup', '--version') === undefined) {
    throw new Error(`${wanted}; ${rustInstallLine}`);
  }
  console.error(`rustup target add ${target}`);
  await new Promise<void>((resolve, reject) => {
    const child = spawn('rustup', ['target', 'add', target], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`rustup ended with ${signal ?? `exit code ${code}`}`)),
    );
  });
  const problem = whyNoRust();
  if (problem !== undefined) throw new Error(`${problem}; ${rustInstallLine}`);
}

function hasTarget(): boolean {
  const sysroot = output('rustc', '--print', 'sysroot');
  return sysroot !== undefined && existsSync(join(sysroot, 'lib/rustlib', target, 'lib'));
}

/** What a program prints; `undefined` if it is missing or fails. */
function output(command: string, ...args: string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
