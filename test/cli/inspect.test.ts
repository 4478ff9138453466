import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from '@bytecodealliance/jco';
import { beforeAll, describe, expect, test } from 'vitest';
import { probePath } from '../setup/probe.js';
import { hatchway, useFolder } from './command-line.js';

const folder = useFolder();

test('inspect prints the world as WIT, behind comments that say what the file is and needs', async () => {
  const path = folder.path('store.wasm');
  const bytes = readFileSync(path);
  const { code, stdout, stderr } = await hatchway(['inspect', path]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [head, wit] = stdout.split('\n\n', 1).concat(stdout.slice(stdout.indexOf('\n\n') + 2));
  expect(head).toBe(
    [
      `// ${JSON.stringify(path)}, ${bytes.length} bytes`,
      `// sha256 ${createHash('sha256').update(bytes).digest('hex')}`,
      '// needs demo:store/disk@1.2.0',
      '//       log-line',
    ].join('\n'),
  );
  expect(wit).toMatch(/^package root:component;\n/);
  expect(wit).toContain('import demo:store/disk@1.2.0;');
  expect(wit).toContain('export find: func(name: u32) -> result<u32, u32>;');
});

test('what needs nothing says so', async () => {
  expect((await hatchway(['inspect', folder.path('collections.wasm')])).stdout).toContain(
    '\n// needs nothing of the app\n',
  );
});

test('only the comments are dimmed on a terminal', async () => {
  const { stdout } = await hatchway(['inspect', folder.path('store.wasm')], { colours: true });
  expect(stdout.split('\u001b')).toHaveLength(3);
  expect(stdout.startsWith('\u001b[2m// "')).toBe(true);
  expect(stdout).toContain('log-line\u001b[22m\n\npackage');
});

test('--json prints one object for programs', async () => {
  const path = folder.path('store.wasm');
  const bytes = readFileSync(path);
  const { code, stdout, stderr } = await hatchway(['inspect', '--json', path], { colours: true });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({
    path,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    runtime: 'wasm',
    imports: [
      {
        kind: 'interface',
        name: 'demo:store/disk@1.2.0',
        types: [],
        functions: [
          { name: 'size', signature: 'size: func(name: u32) -> u32' },
          { name: 'find', signature: 'find: func(name: u32) -> result<u32, u32>' },
        ],
      },
      { kind: 'function', name: 'log-line', signature: 'log-line: func(line: u32)' },
    ],
    exports: [
      { kind: 'type', name: 'item' },
      { kind: 'function', name: 'size', signature: 'size: func(name: u32) -> u32' },
      { kind: 'function', name: 'find', signature: 'find: func(name: u32) -> result<u32, u32>' },
      { kind: 'function', name: 'first-item', signature: 'first-item: func() -> item' },
    ],
    couldUse: [],
    wit: expect.stringContaining('export find: func(name: u32) -> result<u32, u32>;'),
  });
});

test('--json prints an object where something is wrong, too', async () => {
  const missing = await hatchway(['inspect', '--json', folder.path('none.wasm')]);
  expect(missing).toMatchObject({ code: 1, stderr: '' });
  expect(JSON.parse(missing.stdout)).toEqual({
    error: { code: 'not-found', message: expect.stringContaining('there is no file'), mend: expect.any(String) },
  });

  const bytes = readFileSync(folder.path('store.wasm'));
  const broken = await hatchway(['inspect', '--json', folder.write('broken.wasm', bytes.subarray(0, 40))]);
  expect(broken).toMatchObject({ code: 1, stderr: '' });
  expect(JSON.parse(broken.stdout).error).toMatchObject({ code: 'malformed', offset: expect.any(Number) });
});

describe('what a plugin could use is told from its imports', () => {
  /** Each grant with what says so. */
  async function uses(path: string): Promise<Record<string, readonly string[]>> {
    const { stdout } = await hatchway(['inspect', '--json', path]);
    const { couldUse } = JSON.parse(stdout) as { couldUse: { kind: string; by: string[] }[] };
    return Object.fromEntries(couldUse.map(({ kind, by }) => [kind, by]));
  }

  test('a component', async () => {
    const found = await uses(probePath);
    expect(Object.keys(found)).toEqual(['read', 'write', 'env', 'clocks', 'random', 'net']);
    expect(found.read).toEqual([expect.stringMatching(/^wasi:filesystem\/types@0\.2\./)]);
    expect(found.env).toEqual([expect.stringMatching(/^wasi:cli\/environment@0\.2\./)]);
    const { stdout } = await hatchway(['inspect', probePath]);
    expect(stdout).toContain('// needs nothing of the app\n// could use\n//   read   by wasi:filesystem/types@0.2.');
  });

  test.each([
    ['nothing', '', {}],
    ['open files only', '(import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))', {}],
    [
      'files and variables',
      `(import "wasi_snapshot_preview1" "environ_get" (func (param i32 i32) (result i32)))
       (import "wasi_snapshot_preview1" "path_unlink_file" (func (param i32 i32 i32) (result i32)))
       (import "wasi_snapshot_preview1" "path_open" (func (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))`,
      { read: ['path_open'], write: ['path_unlink_file', 'path_open'], env: ['environ_get'] },
    ],
  ])('a module for preview 1: %s', async (_, imports, expected) => {
    const module = await parse(`(module ${imports} (memory (export "memory") 1) (func (export "_start")))`);
    expect(await uses(folder.write('program.wasm', module))).toEqual(expected);
  });
});

describe('a plugin folder', () => {
  beforeAll(() => {
    mkdirSync(folder.path('weather'));
    mkdirSync(folder.path('conf'));
    writeFileSync(folder.path('weather/weather.wasm'), readFileSync(probePath));
    const manifest = {
      id: 'acme.weather',
      version: '1.4.0',
      artifacts: { wasm: { path: 'weather.wasm' } },
      permissions: {
        read: [
          { allow: '/config', reason: 'the list\u001b[2J of stations' },
          { allow: '/cache', optional: true, reason: 'speed' },
        ],
        env: [{ allow: 'WEATHER_KEY', reason: 'paid tier' }],
      },
    };
    folder.write('weather/plugin.json', JSON.stringify(manifest));
    const policy = {
      version: 1,
      plugins: {
        'acme.weather': {
          path: 'weather',
          read: { '/config': 'conf' },
          env: { OTHER: 'hunter2' },
          clocks: false,
          instances: { 'tenant-a': { read: {} } },
        },
      },
    };
    folder.write('policy.json', JSON.stringify(policy));
  });

  const inspect = (...more: string[]) => hatchway(['inspect', folder.path('weather'), ...more]);
  const withPolicy = (...more: string[]) => inspect('--policy', folder.path('policy.json'), ...more);

  test('says what it requests and why, in words that are made safe to show', async () => {
    const { code, stdout } = await inspect();
    expect(code).toBe(0);
    expect(stdout).toContain(
      [
        '// requests',
        '//   read of "/config": "the list\\u{1b}[2J of stations"',
        '//   read of "/cache", optional: "speed"',
        '//   env of "WEATHER_KEY": "paid tier"',
        '',
      ].join('\n'),
    );
    expect(stdout).toContain('// says it is acme.weather 1.4.0\n');
    expect(stdout).not.toContain('// is granted');
  });

  test('with a policy says what that gives and refuses, each with its rule', async () => {
    const { code, stdout } = await withPolicy();
    expect(code).toBe(0);
    const granted = stdout.slice(stdout.indexOf('// is granted'), stdout.indexOf('\n\n'));
    const conf = JSON.stringify(folder.path('conf'));
    expect(granted).toMatch(/read of "\/config", which is .*: \S+policy\.json:1:\d+ and \S+plugin\.json:1:\d+\n/);
    expect(granted).toContain(conf);
    expect(granted).toMatch(/env of "WEATHER_KEY": \S+policy\.json:1:\d+ .*: nothing gives env of "WEATHER_KEY"\n/);
    expect(granted).toMatch(/to allow it: in \S+policy\.json.*: "env": \{ "WEATHER_KEY": /);
    expect(granted).toContain('the plugin does not run without it');
    expect(granted).toMatch(/clocks: denied by \S+policy\.json/);
    expect(granted).not.toContain('OTHER');
    expect(stdout).not.toContain('hunter2');
  });

  test('--json has the same for programs', async () => {
    const { stdout } = await withPolicy('--json');
    expect(JSON.parse(stdout)).toMatchObject({
      id: 'acme.weather',
      requests: [{ kind: 'read', target: '/config' }, { target: '/cache' }, { kind: 'env' }],
      granted: [{ kind: 'read', target: '/config', host: folder.path('conf') }, { kind: 'random' }],
      refused: [
        { kind: 'read', target: '/cache', optional: true },
        { kind: 'env', target: 'WEATHER_KEY', optional: false, grantWith: expect.stringContaining('policy.json') },
        { kind: 'clocks' },
        { kind: 'net' },
      ],
    });
  });

  test('--explain answers why something is allowed, or is not, and what would allow it', async () => {
    const { stdout, stderr } = await withPolicy('--explain', 'read:/config/x', '--explain', 'env:WEATHER_KEY');
    expect(stderr).toBe('');
    const [allowed, refused] = stdout.split('\n\n') as [string, string];
    expect(allowed).toMatch(/^read of "\/config\/x" is allowed: \S+policy\.json:1:\d+\n {2}the policy allows: /);
    expect(allowed).toMatch(/\n {2}the plugin allows: \S+plugin\.json:1:\d+$/);
    expect(refused).toMatch(/^env of "WEATHER_KEY" is refused: .*\n {2}the policy gives nothing/);
    expect(refused).toMatch(/\nTo allow it: in \S+policy\.json/);
    const json = JSON.parse((await withPolicy('--json', '--explain', 'write:/config')).stdout);
    expect(json.explanations).toMatchObject([{ kind: 'write', target: '/config', allowed: false }]);
  });

  test('--instance asks for one that the policy gives less', async () => {
    const { stdout } = await withPolicy('--explain', 'read:/config/x', '--instance', 'tenant-a');
    expect(stdout).toMatch(/^read of "\/config\/x" is refused: .*tenant-a/);
  });

  test('a folder that everybody allows and nobody has placed is yet to be placed', async () => {
    const entry = { path: 'weather', read: ['/config'], env: { WEATHER_KEY: 'x' } };
    const policy = folder.write('open.json', JSON.stringify({ version: 1, plugins: { 'acme.weather': entry } }));
    const { stdout } = await inspect('--policy', policy, '--explain', 'read:/config');
    expect(stdout).toMatch(/^read of "\/config" is refused: nobody says which directory of the host it is\n/);
    expect(stdout).toMatch(/\nTo allow it: --allow-read=HOST::\/config\n$/);
  });

  test('a policy that does not name it gives it nothing', async () => {
    const policy = folder.write('nobody.json', '{ "version": 1 }');
    const { stdout } = await hatchway(['inspect', folder.path('store.wasm'), '--policy', policy]);
    expect(stdout).toContain('\n// is granted nothing\n\n');
  });

  test('flags count as they do for run', async () => {
    const { stdout } = await inspect(`--allow-read=${folder.path('conf')}::/config`, '--explain', 'read:/config/x');
    expect(stdout).toMatch(/^read of "\/config\/x" is allowed: --allow-read=/);
    const nothing = await inspect('--explain', 'read:/config/x');
    expect(nothing.stdout).toMatch(
      /is refused: nothing was granted\n(?:.*\n)*To allow it: --allow-read=HOST::\/config\n$/,
    );
  });

  test.each([
    ['config', 'Ask for read:TARGET'],
    ['read', 'Say of what, as in read:/config'],
    ['write:config', 'starts with "/": write:/config'],
    ['env:', 'Say of what, as in env:NAME'],
  ])('--explain %s is a mistake in the command line', async (question, message) => {
    const { code, stderr } = await inspect('--explain', question);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
