/** What it takes to build Rust plugins and programs: cargo, and the standard library for WebAssembly. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a plugin is built for, which has an interface of its own. */
const PLUGIN = ['wasm32-unknown-unknown'];
/** What a program is built for, which uses the standard library's. */
export const PROGRAM = ['wasm32-wasip1', 'wasm32-wasip2'];
/** The first minor version of Rust 1 that the dependencies compile with. */
const OLDEST = 88;
// A toolchain may be chosen for the folder.
const cwd = fileURLToPath(new URL('.', import.meta.url));

/** How to get what is missing by hand. */
export function rustInstallLine(targets = PLUGIN): string {
  return `install Rust 1.${OLDEST} or later from https://rustup.rs, then: rustup target add ${targets.join(' ')}`;
}

/** Why Rust plugins, or what other targets are for, cannot be built here as things are; `undefined` if they can. */
export function whyNoRust(targets = PLUGIN): string | undefined {
  const minor = Number(/^cargo 1\.(\d+)\./.exec(output('cargo', '--version') ?? '')?.[1]);
  if (Number.isNaN(minor)) return 'cargo is not installed';
  if (minor < OLDEST) return `cargo is older than 1.${OLDEST}`;
  const missing = targets.find((target) => !hasTarget(target));
  return missing === undefined ? undefined : `Rust's standard library for ${missing} is not installed`;
}

/**
 * Adds what is missing to a Rust that is installed, with rustup's output shown: 30 MB a target, some seconds.
 * @throws Error if there is no Rust, or the target cannot be added.
 */
export async function provideRust(targets = PLUGIN): Promise<void> {
  const wanted = whyNoRust(targets);
  if (wanted === undefined) return;
  if (output('cargo', '--version') === undefined || output('rustup', '--version') === undefined) {
    throw new Error(`${wanted}; ${rustInstallLine(targets)}`);
  }
  console.error(`rustup target add ${targets.join(' ')}`);
  await new Promise<void>((resolve, reject) => {
    const child = spawn('rustup', ['target', 'add', ...targets], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`rustup ended with ${signal ?? `exit code ${code}`}`)),
    );
  });
  const problem = whyNoRust(targets);
  if (problem !== undefined) throw new Error(`${problem}; ${rustInstallLine(targets)}`);
}

function hasTarget(target: string): boolean {
  const sysroot = output('rustc', '--print', 'sysroot');
  return sysroot !== undefined && existsSync(join(sysroot, 'lib/rustlib', target, 'lib'));
}

/** What a program prints; `undefined` if it is missing or fails. */
function output(command: string, ...args: string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
