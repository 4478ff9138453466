import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hatchway, useFolder } from './command-line.js';

const folder = useFolder();

describe('a command line that cannot be understood ends with 2, and says what is wrong on stderr', () => {
  test.each([
    [[], 'Usage: hatchway'],
    [['rum'], "unknown command 'rum'"],
    [['run'], "missing required argument 'plugin'"],
    [['run', 'a.wasm', '--invoke'], "option '--invoke <call>' argument missing"],
    [['run', 'a.wasm', '--allow-reed=/'], "unknown option '--allow-reed=/'"],
    [['run', 'a.wasm', '--allow-read=/no/such::/a'], '--allow-read'],
    [['inspect', 'a.wasm', 'b.wasm'], 'too many arguments'],
    [['inspect', '--yaml', 'a.wasm'], "unknown option '--yaml'"],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await hatchway(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

test.each([
  [['--help'], ['Usage: hatchway', 'run', 'inspect']],
  [
    ['run', '--help'],
    ["$ hatchway run shapes.wasm --invoke 'area({width: 3, height: 4})'", '--imports <file>', '134'],
  ],
  [
    ['inspect', '--help'],
    ['$ hatchway inspect shapes.wasm', '--json'],
  ],
])('%j prints help with an example', async (args, parts) => {
  const { code, stdout, stderr } = await hatchway(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const part of parts) expect(stdout).toContain(part);
});

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(await hatchway(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

describe('a file that is no plugin ends with 1', () => {
  test.each([
    ['run', ['--invoke', 'f()']],
    ['inspect', []],
  ])('%s', async (command, options) => {
    const missing = await hatchway([command, folder.path('\u001b[31mnone.wasm'), ...options]);
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toMatch(/^error: there is no file ".*\\u\{1b\}\[31mnone\.wasm"\. Check the path/);

    const directory = await hatchway([command, folder.path('.'), ...options]);
    expect(directory.stderr).toMatch(/^error: ".*" is a folder/);

    const empty = await hatchway([command, folder.write('empty.wasm', ''), ...options]);
    expect(empty).toMatchObject({ code: 1, stdout: '' });
    expect(empty.stderr).toMatch(/^error: /);

    const core = await hatchway([
      command,
      folder.write('core.wasm', Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)),
      ...options,
    ]);
    expect(core).toMatchObject({ code: 1, stdout: '' });
    expect(core.stderr).toContain('core module');
  });
});

test('messages are coloured on a terminal only', async () => {
  const args = ['inspect', folder.path('none.wasm')];
  expect((await hatchway(args)).stderr).toMatch(/^error: /);
  expect((await hatchway(args, { colours: true })).stderr).toContain('\u001b[31merror:\u001b[39m there is no file');
});
