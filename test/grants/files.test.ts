import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parsePolicy, readManifest, readPolicy } from '../../src/grants/index.js';
import { ENVIRONMENT, makeHost } from './fixture.js';

const host = makeHost();
const { root } = host;
afterAll(() => host.remove());

const DIGEST = 'a'.repeat(64);
const policyOf = (text: string) => parsePolicy(text, { file: 'policy.json', base: root, environment: ENVIRONMENT });

/** What is wrong, one by one. */
function problemsOf(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    expect(error).toMatchObject({ name: 'HatchwayError', code: 'grants' });
    return (error as { differences: readonly string[] }).differences;
  }
  throw new Error('nothing was refused');
}

describe('a file is read', () => {
  it('with comments and a byte order mark', () => {
    expect(() => policyOf('\ufeff// the owner\n{ "version": 1 /* the first */ }')).not.toThrow();
  });

  it.each<[string, string, readonly string[]]>([
    ['nothing', '', ['policy.json:1:1: no JSON: a value is expected (and no comma before a closing bracket)']],
    [
      'a comma too many',
      '{ "version": 1,\n}',
      ['policy.json:2:1: no JSON: a name in double quotes is expected (and no comma before a closing bracket)'],
    ],
    [
      'a name without quotes',
      '{ version: 1 }',
      ['policy.json:1:3: no JSON: a symbol that is none; names and texts stand in double quotes'],
    ],
    ['a comment that does not end', '{ "version": 1 }\n/*', ['policy.json:2:1: no JSON: a comment does not end']],
    ['a list', '[]', ['policy.json:1:1: a policy has no "version", which it needs']],
    ['a text', '"x"', ['policy.json:1:1: a policy: expected an object']],
    [
      'another version',
      '{\n  "version": 2\n}',
      ['policy.json:2:14: this hatchway reads policies of version 1: "version": 1'],
    ],
    ['no version', '{}', ['policy.json:1:1: a policy has no "version", which it needs']],
    [
      'a key twice',
      '{ "version": 1,\n "plugins": {},\n "plugins": {} }',
      ['policy.json:3:2: "plugins" is there twice. Keep one.'],
    ],
    [
      'a key that is escaped, twice',
      '{ "version": 1, "v\\u0065rsion": 1 }',
      ['policy.json:1:17: "version" is there twice. Keep one.'],
    ],
    [
      'a prototype',
      '{ "version": 1, "__proto__": {} }',
      ['policy.json:1:17: "__proto__" is a name that cannot be used here'],
    ],
    [
      'a misspelt key',
      '{ "version": 1,\r\n  "plugin": {} }',
      ['policy.json:2:3: a policy has no "plugin". Did you mean "plugins"?'],
    ],
    [
      'several things, in their order',
      '{ "plugins": { "a": { "path": ".", "reed": {} } },\n  "default": {},\n  "version": 3 }',
      [
        'policy.json:1:36: an entry has no "reed". Did you mean "read"?',
        'policy.json:2:3: a policy has no "default". Did you mean "defaults"?',
        'policy.json:3:14: this hatchway reads policies of version 1: "version": 1',
      ],
    ],
  ])('but not with %s', (_, text, problems) => {
    expect(problemsOf(() => policyOf(text))).toEqual(problems);
  });

  it('and of very many problems 20 are told', () => {
    const many = Array.from({ length: 100 }, (_, i) => `"k${i}": 1`);
    const problems = problemsOf(() => policyOf(`{ "version": 1, "defaults": { "limits": {\n${many.join(',\n')} } } }`));
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toBe('and 80 more');
  });

  it.each([['['], ['{"a":'], ['{"version":1,"plugins":{"a":[']])('but not nested without end: %s', (text) => {
    expect(problemsOf(() => policyOf(text.repeat(50_000)))[0]).toContain('nothing here is nested more than 30 deep');
  });

  it('and names in it are made safe to show', () => {
    const [problem] = problemsOf(() => policyOf('{ "version": 1, "a\\u001b[2J\\u202e": 1 }'));
    expect(problem).toContain('"a\\u{1b}[2J\\u{202e}"');
  });

  it('from a disk', async () => {
    const file = join(root, 'hatchway.policy.json');
    writeFileSync(file, `{ "version": 1, "plugins": { "a": { "path": "plugin", "read": { "/c": "conf" } } } }`);
    const { layer } = (await readPolicy(file)).forPlugin({ sha256: DIGEST, paths: [join(root, 'plugin')] });
    expect(layer('x').read).toEqual(new Map([['/c', expect.objectContaining({ host: join(root, 'conf') })]]));
    await expect(readPolicy(join(root, 'none.json'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(readPolicy(root)).rejects.toMatchObject({ code: 'not-found' });
    writeFileSync(join(root, 'latin1.json'), Buffer.from([0x7b, 0xe9, 0x7d]));
    await expect(readPolicy(join(root, 'latin1.json'))).rejects.toThrow('is not UTF-8');
    writeFileSync(join(root, 'long.json'), ' '.repeat(2 ** 20 + 1));
    await expect(readPolicy(join(root, 'long.json'))).rejects.toThrow('1048576 are read at most');
  });
});

describe('a policy is bound to artifacts', () => {
  const entries = (plugins: object) => policyOf(JSON.stringify({ version: 1, plugins }));
  const weather = { id: 'acme.weather', version: '1.4.0', sha256: DIGEST, paths: [join(root, 'plugin')] };

  it.each<[string, object, string]>([
    ['nothing', { 'a@1': {} }, 'nothing binds "a@1" to an artifact'],
    ['no digests', { 'a@1': { sha256: [] } }, 'nothing binds "a@1" to an artifact'],
    ['half a digest', { a: { sha256: 'abc' } }, 'a sha256 has 64 hexadecimal digits'],
  ])('and not by %s', (_, plugins, problem) => {
    expect(problemsOf(() => entries(plugins))[0]).toContain(problem);
  });

  it.each<[string, string]>([
    ['a@', '"" is no range'],
    ['a@latest', '"latest" is no range'],
    ['A b@1', 'an id is lower case'],
    ['', 'an id is lower case'],
  ])('under an id and a range of versions: not %s', (key, problem) => {
    expect(problemsOf(() => entries({ [key]: { path: '.' } }))[0]).toContain(problem);
  });

  it.each<[string, object, object]>([
    ['by digest', { 'acme.weather@^1': { sha256: [DIGEST] } }, weather],
    ['by a digest in capitals', { 'acme.weather@^1': { sha256: DIGEST.toUpperCase() } }, weather],
    ['by one of several digests', { 'acme.weather': { sha256: ['b'.repeat(64), DIGEST] } }, weather],
    ['by path', { 'acme.weather@1.x': { path: './plugin/' } }, weather],
    [
      'by the path of a file',
      { 'acme.weather': { path: 'plugin/plugin.wasm' } },
      { ...weather, paths: [join(root, 'plugin/plugin.wasm')] },
    ],
    ['by both', { 'acme.weather': { path: 'plugin', sha256: DIGEST } }, weather],
    ['without a manifest', { 'acme.weather@^1': { sha256: DIGEST } }, { sha256: DIGEST }],
    [
      'beside another version',
      { 'acme.weather@^1': { sha256: DIGEST }, 'acme.weather@^2': { sha256: DIGEST } },
      weather,
    ],
  ])('%s', (_, plugins, plugin) => {
    expect(entries(plugins).forPlugin(plugin as typeof weather).named).toBe(true);
  });

  it.each<[string, object, object, string]>([
    ['another digest', { 'acme.weather': { sha256: 'b'.repeat(64) } }, weather, `its sha256 is ${DIGEST}`],
    ['another path', { 'acme.weather': { path: 'conf' } }, weather, 'it lies elsewhere'],
    ['a path that is not there', { 'acme.weather': { path: 'none' } }, weather, 'it lies elsewhere'],
    [
      'the path without the digest',
      { 'acme.weather': { path: 'plugin', sha256: 'b'.repeat(64) } },
      weather,
      'its sha256 is',
    ],
    [
      'the digest without the path',
      { 'acme.weather': { path: 'plugin', sha256: DIGEST } },
      { ...weather, paths: [] },
      'it lies elsewhere',
    ],
    ['a version out of range', { 'acme.weather@^2': { sha256: DIGEST } }, weather, '"1.4.0", which is not in "^2"'],
    [
      'a version before a release',
      { 'acme.weather@^1': { sha256: DIGEST } },
      { ...weather, version: '1.5.0-beta.1' },
      'which is not in "^1"',
    ],
    [
      'two entries',
      { 'acme.weather@^1': { sha256: DIGEST }, 'acme.weather@>=1.2': { sha256: DIGEST } },
      weather,
      'the plugin also has the entry policy.json:',
    ],
  ])('and a plugin that claims its id does not load with %s', (_, plugins, plugin, problem) => {
    const [text] = problemsOf(() => entries(plugins).forPlugin(plugin as typeof weather));
    expect(text).toMatch(/^policy\.json:1:\d+: /);
    expect(text).toContain(problem);
  });

  it('and a plugin that is none of them gets nothing', () => {
    const policy = entries({ 'acme.weather': { sha256: DIGEST, read: { '/c': 'conf' } } });
    for (const plugin of [{ sha256: 'b'.repeat(64) }, { id: 'other', version: '1.0.0', sha256: DIGEST }]) {
      const { named, layer } = policy.forPlugin(plugin);
      expect(named).toBe(false);
      expect(layer('x').read).toBeUndefined();
    }
  });

  it('and what is wrong in an entry concerns its own plugin only', () => {
    const policy = entries({ a: { path: 'plugin', read: { '/c': 'nope' } }, b: { path: 'conf' } });
    expect(policy.forPlugin({ id: 'b', version: '1.0.0', sha256: DIGEST, paths: [join(root, 'conf')] }).named).toBe(
      true,
    );
    expect(problemsOf(() => policy.forPlugin({ sha256: DIGEST, paths: [join(root, 'plugin')] }))[0]).toMatch(
      /^policy\.json:1:\d+: there is no directory/,
    );
  });
});

describe('the folder of a plugin', () => {
  let count = 0;
  function folderWith(manifest: object | string, fill: (folder: string) => void = () => {}): string {
    const folder = join(root, `plugin-${count++}`);
    mkdirSync(join(folder, 'bin'), { recursive: true });
    writeFileSync(join(folder, 'a.wasm'), '');
    writeFileSync(join(folder, 'bin/a'), '');
    writeFileSync(join(folder, 'plugin.json'), typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
    fill(folder);
    return folder;
  }
  const manifest = (more: object = {}) => ({
    id: 'acme.weather',
    version: '1.4.0',
    artifacts: { wasm: { path: 'a.wasm' } },
    ...more,
  });
  const artifact = (path: string) => manifest({ artifacts: { wasm: { path } } });

  it('says what the plugin is and asks for', async () => {
    const folder = folderWith(
      manifest({
        $schema: '../schema.json',
        world: 'acme:weather/plugin@1.2.0',
        description: 'tells the weather',
        artifacts: {
          wasm: { path: './a.wasm', sha256: DIGEST.toUpperCase() },
          native: { 'linux-x64': { path: 'bin/a' } },
        },
        permissions: {
          read: [{ allow: '/config/', reason: 'station list' }],
          env: [{ allow: 'KEY', reason: 'paid tier', optional: true }],
          run: { allow: true, reason: 'speed' },
        },
        limits: { memory: '64Mi', timeout: '2s' },
      }),
    );
    expect(await readManifest(folder)).toMatchObject({
      id: 'acme.weather',
      version: '1.4.0',
      world: 'acme:weather/plugin@1.2.0',
      description: 'tells the weather',
      folder,
      artifacts: {
        wasm: { path: join(folder, 'a.wasm'), sha256: DIGEST },
        native: new Map([['linux-x64', { path: join(folder, 'bin/a') }]]),
      },
      requests: [
        { kind: 'read', target: '/config', reason: 'station list', optional: false },
        { kind: 'env', target: 'KEY', reason: 'paid tier', optional: true },
        { kind: 'run', target: '*', reason: 'speed', optional: false },
      ],
      limits: { values: { memory: 67_108_864, timeout: 2_000 } },
    });
  });

  it.each<[string, object, string]>([
    ['no artifact', manifest({ artifacts: {} }), 'the plugin has nothing to run'],
    ['an artifact that is not there', artifact('b.wasm'), 'there is no file "b.wasm"'],
    ['a path that leads up', artifact('../a.wasm'), 'leads elsewhere'],
    ['a path that leads up in the middle', artifact('bin/../../a.wasm'), 'leads elsewhere'],
    ['an absolute path', artifact('/etc/passwd'), "an artifact lies in the plugin's folder"],
    ['a path of Windows', artifact('C:\\a.wasm'), "an artifact lies in the plugin's folder"],
    ['a backslash', artifact('bin\\a'), "an artifact lies in the plugin's folder"],
    ['the folder itself', artifact('.'), "an artifact lies in the plugin's folder"],
    ['NUL', artifact('a.wasm\0'), "an artifact lies in the plugin's folder"],
    [
      'a carrier that is none',
      manifest({ artifacts: { native: { any: { path: 'bin/a', carrier: 'fd 3' } } } }),
      'a carrier is "fd3", "unix" or "stdio"',
    ],
    ['a platform that is none', manifest({ artifacts: { native: { linux: { path: 'bin/a' } } } }), 'as "linux-x64"'],
    ['an id with a slash', manifest({ id: '../x' }), 'an id is lower case'],
    ['a version that is none', manifest({ version: '1.4' }), 'a version is as semver has it'],
    ['a world that is none', manifest({ world: 'plugin' }), 'acme:weather/plugin@1.2.0'],
    ['a key of a policy', manifest({ read: {} }), 'a manifest has no "read"'],
    ['http', manifest({ permissions: { http: ['x'] } }), '"http" is a reserved word'],
    [
      'a reason that is empty',
      manifest({ permissions: { read: [{ allow: '/a', reason: ' ' }] } }),
      'a request says why',
    ],
    [
      'one request twice',
      manifest({
        permissions: {
          read: [
            { allow: '/a', reason: 'x' },
            { allow: '/a/', reason: 'y' },
          ],
        },
      }),
      '"/a" is there twice',
    ],
    ['limits that are nothing', manifest({ limits: { memory: '0' } }), 'more than none'],
    ['a list of words', manifest({ permissions: { read: ['/config'] } }), 'a request: expected an object'],
  ])('is refused with %s', async (_, content, problem) => {
    await expect(readManifest(folderWith(content))).rejects.toMatchObject({
      code: 'grants',
      message: expect.stringContaining(problem),
      differences: [expect.stringMatching(/plugin\.json:1:\d+: /)],
    });
  });

  it('is refused with an artifact that is a link out of it', async () => {
    const folder = folderWith(artifact('link.wasm'), (it) =>
      symlinkSync(join(root, 'file.txt'), join(it, 'link.wasm')),
    );
    await expect(readManifest(folder)).rejects.toThrow("a link that leads out of the plugin's folder");
    const inside = folderWith(artifact('link.wasm'), (it) => symlinkSync('bin/a', join(it, 'link.wasm')));
    expect((await readManifest(inside)).artifacts.wasm).toEqual({ path: join(inside, 'bin/a') });
  });

  it('is none without a manifest', async () => {
    await expect(readManifest(join(root, 'conf'))).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('A folder is a plugin if it has a plugin.json'),
    });
  });
});
