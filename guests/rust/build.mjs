/**
 * Builds a Rust plugin into a component: `node build.mjs PLUGIN/Cargo.toml WIT-FILE WORLD OUT.wasm`. The plugin names its WIT
 * and its world itself, in `generate!`. A program of its own, because a module that is malformed leaves the encoder unusable.
 */
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { componentNew } from '@bytecodealliance/jco';

const [manifest, , , out] = process.argv.slice(2);
const plugin = basename(dirname(manifest));
// Where .cargo/config.toml says what to build for, and where to.
const folder = fileURLToPath(new URL('.', import.meta.url));

const { status, error } = spawnSync('cargo', ['build', '--release', '--locked', '--package', plugin], {
  cwd: folder,
  // An outer setting would have it build elsewhere.
  env: {
    ...process.env,
    CARGO_TARGET_DIR: undefined,
    CARGO_BUILD_TARGET_DIR: undefined,
    CARGO_BUILD_TARGET: undefined,
  },
  stdio: ['ignore', 'inherit', 'inherit'],
});
if (error) throw error;
if (status !== 0) process.exit(status ?? 1);

const core = `../../build/rust/wasm32-unknown-unknown/release/${plugin.replaceAll('-', '_')}.wasm`;
await writeFile(out, await componentNew(await readFile(new URL(core, import.meta.url))));
