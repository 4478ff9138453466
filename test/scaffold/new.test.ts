/** `hatchway new`, as a user types it: what it makes builds, runs as its README says, and passes its own test. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'hatchway-new-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A project in which hatchway is installed, as `npm install` leaves it. */
mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
symlinkSync(root, join(folder, 'node_modules/hatchway'));
symlinkSync(join(root, 'dist/cli/main.js'), join(folder, 'node_modules/.bin/hatchway'));
for (const name of ['assemblyscript', '@bytecodealliance'])
  symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));

function hatchway(args: readonly string[], cwd = folder) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args], {
    cwd,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const relay = ['--wit', join(root, 'wit/relay.wit'), '--world', 'filter-plugin'];
const EMPTY_MESSAGE = '{id: "", title: "", body: "", priority: low, labels: []}';

describe.each([
  ['a plugin of its own in AssemblyScript', 'own-as', ['--lang', 'as'], 'ok("Hello, World!")'],
  ['a filter in AssemblyScript', 'filter-as', ['--lang', 'as', ...relay], `ok(some(${EMPTY_MESSAGE}))`],
  ['a filter in JavaScript', 'filter-js', ['--lang', 'js', ...relay], `ok(some(${EMPTY_MESSAGE}))`],
])('%s', (_, name, args, output) => {
  const made = join(folder, name);

  it('is made, builds, runs as its README says and passes its test', () => {
    expect(hatchway(['new', name, ...args])).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringContaining(`made ${name} for the world`),
    });
    expect(hatchway(['build', name])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(new RegExp(`^${name}/build/${name}\\.wasm {2}`)),
    });

    const readme = readFileSync(join(made, 'README.md'), 'utf8');
    const command = /^npx hatchway run .*$/m.exec(readme)![0];
    const run = spawnSync(command.replace('npx hatchway', '../node_modules/.bin/hatchway'), {
      cwd: made,
      shell: true,
      encoding: 'utf8',
    });
    expect(run).toMatchObject({ status: 0, stdout: `${output}\n` });

    const test = spawnSync(process.execPath, ['--test', 'test/plugin.test.js'], { cwd: made, encoding: 'utf8' });
    expect(test.stdout).toMatch(/^# fail 0$/m);
    expect(test.status).toBe(0);
  }, 300_000);
});

it('a plugin of every type in AssemblyScript compiles', () => {
  expect(
    hatchway(['new', 'every-as', '--lang', 'as', '--wit', join(root, 'wit/conformance.wit'), '--json']).status,
  ).toBe(0);
  expect(hatchway(['build', 'every-as'])).toMatchObject({ status: 0 });
});

it('the source of a plugin of every type in JavaScript is what TypeScript takes for its world', () => {
  const made = hatchway(['new', 'every-js', '--lang', 'js', '--wit', join(root, 'wit/conformance.wit'), '--json']);
  expect(JSON.parse(made.stdout)).toMatchObject({
    language: 'js',
    world: 'conformance',
    files: expect.arrayContaining(['plugin.js', 'world.d.ts']),
  });
  const args = [
    '--noEmit',
    '--checkJs',
    '--strict',
    '--noImplicitAny',
    'false',
    '--target',
    'es2022',
    '--lib',
    'es2023,esnext.disposable',
    '--moduleResolution',
    'bundler',
    '--module',
    'esnext',
  ];
  const tsc = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), ...args, join(folder, 'every-js/plugin.js')],
    { cwd: folder, encoding: 'utf8' },
  );
  expect(tsc.stdout).toBe('');
});

describe('refuses, and makes nothing', () => {
  it.each([
    [
      'an unknown language',
      ['new', 'x', '--lang', 'cobol'],
      2,
      "argument 'cobol' is invalid. Allowed choices are as, js.",
    ],
    ['no language', ['new', 'x'], 2, "required option '--lang <language>' not specified"],
    ['a name that is none', ['new', '../x', '--lang', 'js'], 1, '"../x" cannot be the name of a plugin'],
    ['capitals', ['new', 'MyPlugin', '--lang', 'js'], 1, 'Use lower-case letters and digits'],
    ['WIT that does not parse', ['new', 'x', '--lang', 'js', '--wit', 'bad.wit'], 1, 'bad.wit:2:7: '],
    ['WIT that is not there', ['new', 'x', '--lang', 'as', '--wit', 'none.wit'], 1, 'there is no "none.wit"'],
    [
      'an unknown world',
      ['new', 'x', '--lang', 'as', '--wit', join(root, 'wit/relay.wit'), '--world', 'y'],
      1,
      'There is filter-plugin, storing-filter-plugin',
    ],
    [
      'a world without WIT',
      ['new', 'x', '--lang', 'as', '--world', 'y'],
      1,
      'Say where it is: --wit DIR or --wit FILE',
    ],
    ['what AssemblyScript has not', ['new', 'x', '--lang', 'as', '--wit', 'async.wit'], 1, 'async'],
  ])('%s', (_, args, status, message) => {
    writeFileSync(join(folder, 'bad.wit'), 'package a:b;\nworld {\n');
    writeFileSync(join(folder, 'async.wit'), 'package a:b;\nworld w { export f: async func(); }\n');
    const before = readdirSync(folder);
    expect(hatchway(args)).toMatchObject({ status, stderr: expect.stringContaining(message) });
    expect(readdirSync(folder)).toEqual(before);
  });

  it('a folder that exists', () => {
    mkdirSync(join(folder, 'taken'));
    expect(hatchway(['new', 'taken', '--lang', 'js'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('"taken" exists already'),
    });
    expect(readdirSync(join(folder, 'taken'))).toEqual([]);
    expect(existsSync(join(folder, 'x'))).toBe(false);
  });
});
