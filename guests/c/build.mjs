/**
 * Builds a C program: `node build.mjs PROGRAM/main.c CLANG OUT` makes a module for WASI preview 1 of the sources beside `main.c`, and
 * a component of that at `OUT.component`. A program of its own, because a module that is malformed leaves the encoder unusable.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { componentNew, preview1AdapterCommandPath } from '@bytecodealliance/jco';

const [main, clang, out] = process.argv.slice(2);
const folder = dirname(main);
const sources = readdirSync(folder).filter((name) => name.endsWith('.c'));

const options = ['--target=wasm32-wasi', '-std=gnu17', '-Os', '-Wall', '-Wextra', '-Werror', '-Wl,--strip-all'];
const { status, error } = spawnSync(clang, [...options, ...sources.map((name) => join(folder, name)), '-o', out], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
if (error) throw error;
if (status !== 0) process.exit(status ?? 1);

const adapter = await readFile(preview1AdapterCommandPath());
await writeFile(`${out}.component`, await componentNew(await readFile(out), [['wasi_snapshot_preview1', adapter]]));
