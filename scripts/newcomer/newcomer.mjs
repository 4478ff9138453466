/**
 * The newcomer's path, from an empty folder with the packed package: a plugin in AssemblyScript with a function that takes a
 * record and answers a result, and that calls the app's log; an app that loads it, has its types and handles its error.
 * Prints what it took beside what it may take, and fails where a step does: `node scripts/newcomer/newcomer.mjs`. With `--peers`
 * the same by other systems follows, or by those that are named.
 *
 * The package is installed by npm. The toolchain, hundreds of megabytes that only authors need, is the checkout's own.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measurePeers } from './peers.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const folder = mkdtempSync(join(tmpdir(), 'newcomer-'));
const TOOLS = ['@bytecodealliance/jco', 'assemblyscript', 'typescript', '@types/node'];

/** What one types, the first of it done by this script in parts. */
const COMMANDS = [
  `npm install hatchway ${TOOLS.join(' ')}`,
  'npx hatchway bindgen ts --wit notes.wit --out .',
  'npx hatchway build shout --wit notes.wit',
  'node host.ts',
];

/** A mistake each that `tsc` must find in the host: what is replaced by what. */
const MISTAKES = [
  ['argument', 'stars: 3', "stars: '3'"],
  [
    'field',
    'console.log(await exports.filter.transform(note))',
    'console.log((await exports.filter.transform(note)).titel)',
  ],
  ['import', '(line) =>', '(line: number) =>'],
  ['missing import', "'demo:notes/log': {", "'demo:notes/lgo': {"],
  ['error type', 'error.payload.toUpperCase()', 'error.payload.toFixed()'],
];

try {
  const { installed, generated, lines, seconds, steps, output, caught } = walk();
  const rows = [
    ['commands', COMMANDS.length, 4],
    ['lines of plugin, host and WIT', lines, 50],
    ['generated lines', generated, 200],
    ['seconds from installed to first call', seconds, 3],
    ["megabytes of the host's install", installed.megabytes, 30],
    ["packages of the host's install", installed.packages, 10],
  ];
  console.log(output.trim().replace(/^/gm, '  '));
  for (const [what, value, limit] of rows) {
    console.log(`${what}: ${value} (at most ${limit})${value > limit ? ': TOO MUCH' : ''}`);
  }
  const [bindgen, build, call] = steps.map((step) => step.toFixed(1));
  const node = `Node ${process.versions.node}${stripsTypes() ? '' : ' with tsx'}`;
  console.log(`of the seconds: bindgen ${bindgen}, build ${build}, the app ${call} (${node})`);
  console.log(
    `tsc finds a wrong ${caught.found.join(', ')}${caught.missed.length > 0 ? `; MISSES ${caught.missed.join(', ')}` : ''}`,
  );
  if (process.argv[2] === '--peers') {
    await measurePeers({ root, written, stripsTypes, measure, typeCheck }, process.argv.slice(3));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function walk() {
  const [pack] = JSON.parse(run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], root));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  run('npm', ['install', '--no-audit', '--no-fund', join(folder, pack.filename)], folder);
  const installed = measure(join(folder, 'node_modules'));
  for (const name of [...TOOLS, 'tsx']) {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  mkdirSync(join(folder, 'shout/assembly'), { recursive: true });
  const sources = { 'notes.wit': 'notes.wit', 'plugin.ts.txt': 'shout/assembly/plugin.ts', 'host.ts': 'host.ts' };
  for (const [from, to] of Object.entries(sources)) copyFileSync(join(here, from), join(folder, to));

  const times = [performance.now()];
  hatchway(['bindgen', 'ts', '--wit', 'notes.wit', '--out', '.']);
  times.push(performance.now());
  hatchway(['build', 'shout', '--wit', 'notes.wit']);
  times.push(performance.now());
  // Node 20 does not read TypeScript.
  const output = run(process.execPath, [...(stripsTypes() ? [] : ['--import', 'tsx']), 'host.ts'], folder);
  times.push(performance.now());
  const steps = times.slice(1).map((end, index) => (end - times[index]) / 1000);
  const seconds = Number(((times.at(-1) - times[0]) / 1000).toFixed(1));
  if (!output.includes('log: shouting milk') || !output.includes('MILK') || !output.includes('refused: A NOTE')) {
    throw new Error(`the host printed something else:\n${output}`);
  }
  const lines = Object.keys(sources).flatMap((name) => written(join(here, name))).length;
  return {
    installed,
    generated: written(join(folder, 'plugin.ts')).length,
    lines,
    seconds,
    steps,
    output,
    caught: mistakes(),
  };
}

function mistakes() {
  const text = readFileSync(join(here, 'host.ts'), 'utf8');
  const clean = tsc(text);
  if (clean !== '') throw new Error(`tsc finds something in the host as it is:\n${clean}`);
  const found = [];
  const missed = [];
  for (const [what, from, to] of MISTAKES) {
    const wrong = text.replace(from, to);
    if (wrong === text) throw new Error(`the host has no ${from}`);
    (tsc(wrong) === '' ? missed : found).push(what);
  }
  return { found, missed };
}

function tsc(text) {
  writeFileSync(join(folder, 'host.ts'), text);
  return typeCheck(folder, 'host.ts', 'es2023,esnext.disposable');
}

/** What `tsc` says of a file. */
function typeCheck(cwd, file, lib) {
  const options = [
    ...['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--lib', lib, '--types', 'node'],
    // As `tsc --init` has it.
    '--skipLibCheck',
    // As Node reads TypeScript: a file is imported by its own name.
    '--allowImportingTsExtensions',
  ];
  const args = [join(root, 'node_modules/typescript/bin/tsc'), ...options, file];
  return spawnSync(process.execPath, args, { cwd, encoding: 'utf8' }).stdout;
}

function hatchway(args) {
  return run(process.execPath, [join(folder, 'node_modules/hatchway/dist/cli/main.js'), ...args], folder);
}

function run(command, args, cwd) {
  // Nothing that was built before helps.
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}\n${stderr}`);
  return stdout;
}

/** Lines that somebody wrote: empty ones are none. */
function written(path) {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
}

function measure(modules) {
  const files = readdirSync(modules, { recursive: true }).map((name) => join(modules, name));
  const bytes = files
    .map((path) => statSync(path))
    .filter((found) => found.isFile())
    .reduce((sum, { size }) => sum + size, 0);
  const packages = files.filter((path) => /node_modules\/(?:@[^/]+\/)?[^/@.]+\/package\.json$/.test(path)).length;
  return { megabytes: Number((bytes / 1e6).toFixed(1)), packages };
}

function stripsTypes() {
  return process.features.typescript !== undefined && process.features.typescript !== false;
}
