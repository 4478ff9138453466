/**
 * Builds a Rust program: `node build-program.mjs PROGRAM/Cargo.toml OUT` makes a module for WASI preview 1, and a component for
 * WASI 0.2 at `OUT.component`. The component is not made of the module: Rust's library has another face for it.
 */
import { spawnSync } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const [manifest, out] = process.argv.slice(2);
const program = basename(dirname(manifest));
const folder = fileURLToPath(new URL('.', import.meta.url));

for (const [target, to] of [
  ['wasm32-wasip1', out],
  ['wasm32-wasip2', `${out}.component`],
]) {
  const { status, error } = spawnSync(
    'cargo',
    ['build', '--release', '--locked', '--package', program, '--target', target],
    {
      cwd: folder,
      // An outer setting would have it build elsewhere.
      env: { ...process.env, CARGO_TARGET_DIR: undefined, CARGO_BUILD_TARGET_DIR: undefined },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
  await copyFile(new URL(`../../build/rust/${target}/release/${program}.wasm`, import.meta.url), to);
}
