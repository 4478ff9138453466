import { afterAll, describe, expect, it } from 'vitest';
import { type GrantsOption, Permissions, parseAppGrants, resolveGrants } from '../../src/grants/index.js';
import { makeHost } from './fixture.js';

const host = makeHost();
afterAll(() => host.remove());

const { root } = host;
const DATA = `${root}/data`;

function makePermissions(
  grants: GrantsOption = {
    read: { '/conf': `${root}/conf`, '/data': DATA, '/data/in': `${DATA}/in` },
    write: { '/data': DATA },
    env: { A: '1', B: '2' },
  },
): Permissions {
  return new Permissions({ plugin: 'p', instance: 'i' }, resolveGrants({ app: parseAppGrants(grants) }));
}

/** What may be done now: `/data rw`. */
function standing(permissions: Permissions): string[] {
  return permissions.directories.map(
    ({ guest, mayRead, mayWrite }) => `${guest} ${mayRead ? 'r' : ''}${mayWrite ? 'w' : ''}`,
  );
}

const names = (permissions: Permissions) => permissions.environment().map(([name]) => name);

describe('an instance that runs is narrowed', () => {
  it.each<[string, GrantsOption, string[], string[]]>([
    ['by nothing', {}, ['/conf r', '/data rw', '/data/in rw'], ['A', 'B']],
    ['to no reading', { read: {} }, ['/conf ', '/data w', '/data/in w'], ['A', 'B']],
    ['to no writing', { write: false }, ['/conf r', '/data r', '/data/in r'], ['A', 'B']],
    ['to a directory', { read: ['/conf'] }, ['/conf r', '/data w', '/data/in w'], ['A', 'B']],
    [
      'to a directory with its host path',
      { read: { '/conf': `${root}/conf` } },
      ['/conf r', '/data w', '/data/in w'],
      ['A', 'B'],
    ],
    ['to a directory and what is below it', { read: ['/data'] }, ['/conf ', '/data rw', '/data/in rw'], ['A', 'B']],
    ['to a mapping below another', { read: ['/data/in'], write: [] }, ['/conf ', '/data ', '/data/in r'], ['A', 'B']],
    ['to a variable', { env: ['B'] }, ['/conf r', '/data rw', '/data/in rw'], ['B']],
    ['to a variable with its value', { env: { A: '1' } }, ['/conf r', '/data rw', '/data/in rw'], ['A']],
    ['by a denial', { deny: { read: ['/data'], env: ['A'] } }, ['/conf r', '/data w', '/data/in w'], ['B']],
    ['to all that there is', { read: true, env: true }, ['/conf r', '/data rw', '/data/in rw'], ['A', 'B']],
  ])('%s', (_, grants, directories, environment) => {
    const permissions = makePermissions();
    permissions.narrow(grants);
    expect(standing(permissions)).toEqual(directories);
    expect(names(permissions)).toEqual(environment);
  });

  it.each<[string, GrantsOption, string]>([
    ['a directory that was not granted', { read: { '/other': `${root}/other` } }, 'read of "/other" was not granted'],
    ['a directory for another word', { write: ['/conf'] }, 'write of "/conf" was not granted'],
    ['another host path', { read: { '/conf': `${root}/other` } }, '"/conf" is another directory of the host'],
    ['a part of a directory', { read: ['/conf/part'] }, 'open directories cannot be cut'],
    ['a hole in a directory', { deny: { read: ['/conf/part'] } }, 'open directories cannot be cut'],
    ['a directory above with a host path', { read: { '/': root } }, 'read of "/" was not granted'],
    ['a variable that was not granted', { env: ['C'] }, 'env of "C" was not granted'],
    ['another value', { env: { A: '2' } }, '"A" has another value'],
    ['run', { run: true }, 'an instance that runs needs no "run"'],
  ])('but not to %s, and then loses nothing', (_, grants, message) => {
    const permissions = makePermissions();
    const before = [standing(permissions), names(permissions)];
    expect(() => permissions.narrow({ env: [], clocks: false, ...grants })).toThrow(
      expect.objectContaining({ code: 'grants', message: expect.stringContaining(message) }),
    );
    expect([standing(permissions), names(permissions)]).toEqual(before);
    expect(permissions.clocks.kind).toBe('real');
  });

  it('to coarser, then frozen, then no clocks, and never back', () => {
    const permissions = makePermissions();
    const refused = { code: 'grants', message: expect.stringContaining('clocks would tell more') };
    permissions.narrow({ clocks: { resolution: '1ms' } });
    expect(permissions.clocks).toEqual({ kind: 'real', resolution: 1_000_000 });
    expect(() => permissions.narrow({ clocks: true })).toThrow(expect.objectContaining(refused));
    permissions.narrow({ clocks: { frozen: '1970-01-02' } });
    expect(() => permissions.narrow({ clocks: { resolution: '1h' } })).toThrow(expect.objectContaining(refused));
    permissions.narrow({ clocks: 'frozen' });
    expect(permissions.clocks).toEqual({ kind: 'frozen', at: 86_400_000 });
    permissions.narrow({ clocks: false });
    expect(() => permissions.narrow({ clocks: 'frozen' })).toThrow(expect.objectContaining(refused));
    expect(permissions.clocks.kind).toBe('refused');
  });

  it('to a seed, then no random bytes, and never back', () => {
    const permissions = makePermissions();
    permissions.narrow({ random: { seed: 1 } });
    for (const random of [true, { seed: 2 }])
      expect(() => permissions.narrow({ random })).toThrow('not be the one that was granted');
    permissions.narrow({ random: false });
    expect(() => permissions.narrow({ random: { seed: 1 } })).toThrow('not be the one that was granted');
  });
});

describe('a grant that was taken back', () => {
  it.each<[string, (permissions: Permissions) => void]>([
    ['by revoke', (it) => it.revoke('read', '/conf')],
    ['by narrow', (it) => it.narrow({ read: ['/data'] })],
  ])('%s is denied with that as the reason', (_, take) => {
    const permissions = makePermissions();
    take(permissions);
    expect(permissions.denied('read', '/conf/x')).toMatchObject({
      rule: 'it was taken back while the instance ran',
      grantWith: 'a new instance, with the same grants',
    });
    expect(permissions.denied('write', '/conf/x')).toMatchObject({
      rule: expect.stringContaining('nothing gives write'),
    });
  });

  it('does not take what another instance has', () => {
    const [one, other] = [makePermissions(), makePermissions()];
    one.revoke('env');
    expect(names(other)).toEqual(['A', 'B']);
  });
});
