import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type GrantFlags, type GrantKind, printExplanation } from '../../src/grants/index.js';
import { makeHost, resolveSaid, type Said } from './fixture.js';

const host = makeHost();
afterAll(() => host.remove());

/** A directory of the host for those that nobody has named. */
const filledIn = (text: string) => text.replaceAll('HOST', `${host.root}/conf`);

/** Arguments as a shell hands them over. */
function asShellReads(words: readonly string[]): string[] {
  const read = execFileSync('bash', ['--norc', '-c', `printf '%s\\0' ${words.join(' ')}`], {
    env: { LC_ALL: 'C' },
    encoding: 'utf8',
  });
  return read.split('\0').slice(0, -1);
}

function flagOf(argument: string): GrantFlags {
  const [, name, value] = /^--allow-(\w+)(?:=(.*))?$/s.exec(argument)!;
  return { [`allow${name![0]!.toUpperCase()}${name!.slice(1)}`]: value === undefined ? true : [value] };
}

/** What a suggestion says when it is followed: in which party's place. */
function followed(suggestion: string): Said {
  if (suggestion.startsWith('--')) return { flags: flagOf(asShellReads([filledIn(suggestion)])[0]!) };
  if (suggestion.startsWith('grants: ')) return { app: new Function(`return ({ ${filledIn(suggestion)} }).grants`)() };
  const [, grant] = /^in policy\.json[^{]*?: (".*)$/.exec(suggestion)!;
  return { policy: JSON.parse(`{ ${filledIn(grant!)} }`) };
}

describe('what would allow a target', () => {
  it.each<[string, Said, GrantKind, string, string]>([
    ['in code', { app: {} }, 'read', '/data/words.txt', "grants: { read: { '/data': 'HOST' } }"],
    ['in code, where nothing was given', {}, 'read', '/data', "grants: { read: { '/data': 'HOST' } }"],
    ['on the command line', { flags: {} }, 'read', '/data/words.txt', '--allow-read=HOST::/data'],
    ['for a file in the root', { flags: {} }, 'read', '/words.txt', '--allow-read=HOST::/'],
    [
      'for a directory that is mapped',
      { flags: { allowRead: ['./data::/data'] } },
      'write',
      '/data/in/x',
      '--allow-write=./data::/data',
    ],
    [
      'in code, for one that is mapped',
      { app: { read: { '/data': './data' } } },
      'write',
      '/data/x',
      "grants: { write: { '/data': './data' } }",
    ],
    [
      'with a path that a shell would read',
      { flags: { allowRead: ["./data::/it's here"] } },
      'write',
      "/it's here/x",
      "--allow-write='./data::/it'\\''s here'",
    ],
    ['with a path that a terminal would', { flags: {} }, 'read', '/a\u001b[2J/x', "--allow-read=$'HOST::/a\\x1b[2J'"],
    [
      'in code, with a path that a terminal would',
      { app: {} },
      'read',
      '/a\u202eb/x',
      "grants: { read: { '/a\\u202eb': 'HOST' } }",
    ],
    ['for a pattern', { flags: {} }, 'read', '/data/*/x', '--allow-read=HOST::/data'],
    [
      'for a path in another spelling',
      { flags: { allowRead: ['./data::/data'] } },
      'write',
      '/x/..//data/./y',
      '--allow-write=./data::/data',
    ],
    ['for a variable', { flags: {} }, 'env', 'KEY', '--allow-env=KEY'],
    ['in code, for a variable', { app: {} }, 'env', 'KEY', "grants: { env: { KEY: { from: 'env:KEY' } } }"],
    [
      'in code, for a variable that a policy has',
      { app: {}, policy: { env: { KEY: 'v' } } },
      'env',
      'KEY',
      "grants: { env: ['KEY'] }",
    ],
    ['for a name that is none', { flags: {} }, 'env', 'A=B', 'nothing can: no variable has such a name'],
    ['for a program', { flags: {} }, 'run', 'x', '--allow-run'],
    ['in a policy', { policy: {} }, 'read', '/data/x', 'in policy.json:4:3 ("acme.p@^1"): "read": { "/data": "HOST" }'],
    [
      'in a policy that has no entry',
      { policy: {}, named: false },
      'read',
      '/data/x',
      `in policy.json: "plugins": { "ID@^VERSION": { "sha256": ["${'d'.repeat(64)}"], "read": { "/data": "HOST" } } }`,
    ],
    [
      'of an instance that was narrowed',
      { policy: { read: { '/data': 'data' }, instances: { tenant: { read: {} } } } },
      'read',
      '/data/x',
      'in policy.json:10:5 (instance "tenant"): "read": { "/data": "data" }',
    ],
    [
      'in each place that does not allow it',
      { flags: {}, policy: {}, manifest: {} },
      'env',
      'K',
      'in policy.json:4:3 ("acme.p@^1"): "env": { "K": { "from": "env:K" } } and in plugin.json: "permissions": { "env": [{ "allow": "K", "reason": "WHY" }] }',
    ],
    [
      'in spite of a denial',
      { flags: { allowRead: ['data::/data'], denyRead: ['/data'] } },
      'read',
      '/data/x',
      'without --deny-read=/data',
    ],
    [
      'in spite of a denial by host path',
      { flags: { allowRead: ['data::/data'], denyRead: ['data::/other'] } },
      'read',
      '/data/x',
      'without --deny-read=data::/other',
    ],
    ['for clocks', { app: { clocks: false } }, 'clocks', 'wall-clock', 'without grants.clocks'],
    ['for what is not built', { app: {} }, 'http', 'example.com', 'nothing can: http is not built yet'],
    [
      'for what is hidden by another directory',
      { app: { read: { '/data': 'data' }, write: { '/data/in': 'other' } } },
      'read',
      '/data/in/x',
      "grants: { read: { '/data/in': 'other' } }",
    ],
    ['for what is granted', { app: { read: { '/data': 'data' } } }, 'read', '/data/x', 'nothing: it is granted'],
  ])('%s', (_, said, kind, target, suggestion) => {
    expect(resolveSaid(said, host.root).grantWith(kind, target)).toBe(suggestion);
  });

  const part = fc.oneof(
    fc.constantFrom(
      'data',
      'x.txt',
      '..',
      '.',
      '',
      'HO ST',
      "it's",
      '*',
      '-',
      '$(id)',
      '`id`',
      '\u202e',
      'ü',
      '\ud800',
    ),
    fc.string({ unit: 'binary', maxLength: 6 }),
  );
  // What stands in for an unnamed directory cannot be told from a target that is called so.
  const path = fc
    .array(part, { maxLength: 4 })
    .map((parts) => `/${parts.join('/')}`)
    .filter((it) => !it.includes('HOST'));

  it.each<[string, Said]>([
    ['in code', { app: {} }],
    ['in a policy', { policy: {} }],
  ])('is what it says when it is followed %s, whatever the path', (_, said) => {
    fc.assert(
      fc.property(fc.constantFrom<GrantKind>('read', 'write'), path, (kind, target) => {
        const suggestion = resolveSaid(said, host.root).grantWith(kind, target);
        expect(suggestion).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(resolveSaid(followed(suggestion), host.root).explain(kind, target)).toMatchObject({ allowed: true });
      }),
    );
  });

  it('is what it says when it is typed into a shell, whatever the path', () => {
    const paths = fc.sample(path, 200).filter((it) => !/[\ud800-\udfff]/.test(it));
    const suggestions = paths.map((target) => resolveSaid({ flags: {} }, host.root).grantWith('read', target));
    expect(suggestions.join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    const read = asShellReads(suggestions.map(filledIn));
    expect(read).toHaveLength(paths.length);
    for (const [i, target] of paths.entries()) {
      expect(resolveSaid({ flags: flagOf(read[i]!) }, host.root).explain('read', target)).toMatchObject({
        allowed: true,
      });
    }
  });

  it.each<[string, Said]>([
    ['in code', { app: {} }],
    ['in a policy', { policy: {} }],
  ])('is what it says for a variable %s', (_, said) => {
    const environment = fc.stringMatching(/^[A-Z_ '"$-]{1,8}$/).filter((it) => it !== '');
    fc.assert(
      fc.property(environment, (name) => {
        const suggestion = resolveSaid(said, host.root)
          .grantWith('env', name)
          .replace(/(?<=["'])env:.*?(?=["'] \})/, 'env:HOME');
        expect(resolveSaid(followed(suggestion), host.root).explain('env', name).allowed).toBe(true);
      }),
    );
  });
});

describe('why a target is allowed or refused', () => {
  const printed = (said: Said, kind: GrantKind, target: string) =>
    printExplanation(resolveSaid(said, host.root).explain(kind, target));
  const said: Said = {
    app: { read: ['/config'], clocks: false },
    manifest: { read: [{ allow: '/config', reason: 'x' }], env: [{ allow: 'K', reason: 'x', optional: true }] },
    policy: { read: { '/config': 'conf' }, env: { K: 'v' } },
  };

  it('names each party and where it says so', () => {
    expect(printed(said, 'read', '/config/stations.json')).toBe(
      [
        'read of "/config/stations.json" is allowed: policy.json:7:16',
        '  the policy allows: policy.json:7:16',
        '  the app allows: grants.read[0]',
        '  the plugin allows: plugin.json:12:14',
      ].join('\n'),
    );
  });

  it('names who does not give it, and what would', () => {
    expect(
      printed(said, 'env', 'K')
        .split('\n')
        .filter((line) => !line.includes(' allows: ')),
    ).toEqual([
      'env of "K" is refused: grants: nothing gives env of "K"',
      '  the app gives nothing: grants: nothing gives env of "K"',
      "To allow it: grants: { env: ['K'] }",
    ]);
  });

  it('names who refuses what is on by default', () => {
    expect(printed(said, 'clocks', '')).toContain('clocks is refused: denied by grants.clocks');
    expect(printed(said, 'random', '')).toContain('random is allowed');
  });

  it('says that a request alone is no grant', () => {
    expect(printed({ manifest: said.manifest! }, 'read', '/config/x')).toContain('is refused: nothing was granted');
  });

  it('agrees with what is granted, whoever says what', () => {
    const names = fc.constantFrom('/', '/a', '/a/in', '/a/in/deep', '/d');
    const paths = fc.uniqueArray(names);
    // One layout of the host for all: /a is data, and what is below it lies below that.
    const hosts: Record<string, string> = {
      '/': '.',
      '/a': './data',
      '/a/in': './data/in',
      '/a/in/deep': './data/in/deep',
      '/d': './conf',
    };
    const named = paths.map((list) =>
      Object.fromEntries(list.filter((it) => it !== '/').map((it) => [it, hosts[it]!])),
    );
    const party = fc.option(fc.record({ read: named, write: named }), { nil: undefined });
    const request = fc.option(
      fc.record({ read: paths.map((list) => list.map((allow) => ({ allow, reason: 'x', optional: true }))) }),
      { nil: undefined },
    );
    fc.assert(
      fc.property(
        party,
        party,
        request,
        names,
        fc.constantFrom('read' as const, 'write' as const),
        (app, policy, manifest, target, kind) => {
          const grants = resolveSaid(
            { ...(app && { app }), ...(policy && { policy }), ...(manifest && { manifest }) },
            host.root,
          );
          const given = grants.directories.filter((it) => it[kind]).map(({ guest }) => guest);
          const isGiven = given.some((it) => it === '/' || target === it || target.startsWith(`${it}/`));
          const { allowed, grantWith } = grants.explain(kind, target);
          expect(allowed).toBe(isGiven);
          expect(grantWith === undefined).toBe(isGiven);
          expect(grants.grantWith(kind, target) === 'nothing: it is granted').toBe(isGiven);
        },
      ),
    );
  });
});
