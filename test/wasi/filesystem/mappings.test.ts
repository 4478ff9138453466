/** Several directories in one instance, the root behind which there is nothing, and grants that cannot be kept. */
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { HatchwayError } from '../../../src/errors/index.js';
import { type Descriptor, filesystemInterfaces, whyNoDirectories } from '../../../src/wasi/filesystem/index.js';
import { code, grant, instance, temporaryDirectory } from './support.js';

const FOLLOW = { symlinkFollow: true };

it('an instance finds its directories in order, and last a root with nothing behind it', () => {
  const [one, two] = [temporaryDirectory(), temporaryDirectory()];
  const { files } = instance([grant('/one', one, 'read'), grant('/two', two, 'read', 'write')]);
  expect(files.preopens().map(({ guest }) => guest)).toEqual(['/one', '/two', '/']);
  const root = instance([grant('/', one, 'read')]);
  expect(root.files.preopens().map(({ guest }) => guest)).toEqual(['/']);
});

it('the root with nothing behind it is a directory that says nothing', () => {
  const { root, permissions } = instance([]);
  expect(root.getType()).toBe('directory');
  expect(root.stat()).toMatchObject({ type: 'directory', size: 0n, dataModificationTimestamp: undefined });
  expect(root.getFlags()).toMatchObject({ read: true, write: false, mutateDirectory: false });
  expect(root.isSameObject(root)).toBe(true);
  expect(code(() => root.sync())).toBe('ok');
  expect(permissions.denials).toEqual([]);
  expect(code(() => root.readDirectory())).toBe('no-entry');
  expect(code(() => root.openAt({}, 'etc/../srv//app', {}, { read: true }))).toBe('no-entry');
  expect(code(() => root.openAt({}, 'log/x', { create: true }, { write: true }))).toBe('no-entry');
  expect(permissions.denials.map(({ kind, target }) => `${kind} ${target}`)).toEqual([
    'read /',
    'read /srv/app',
    'write /log/x',
  ]);
});

it('what is granted is no denial when it is looked for in that root', () => {
  const { files, permissions } = instance([grant('/data', temporaryDirectory(), 'read')]);
  const root = files.preopens().at(-1)!.descriptor;
  expect(code(() => root.openAt({}, 'data/x', {}, { read: true }))).toBe('no-entry');
  expect(permissions.denials).toEqual([]);
});

it('nothing is moved or linked from one mapping to another, even of the same directory', () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'f'), '');
  const { files, permissions } = instance([
    grant('/one', directory, 'read', 'write'),
    grant('/two', directory, 'read', 'write'),
    grant('/fixed', directory, 'read'),
  ]);
  const [one, two, fixed, nothing] = files.preopens().map(({ descriptor }) => descriptor);
  for (const change of ['renameAt', 'linkAt'] as const) {
    const move = (from: typeof one, to: typeof one) =>
      code(() => (change === 'renameAt' ? from!.renameAt('f', to!, 'g') : from!.linkAt({}, 'f', to!, 'g')));
    expect(move(one, two)).toBe('cross-device');
    expect(move(one, fixed)).toBe('not-permitted');
    expect(move(fixed, one)).toBe('not-permitted');
    expect(move(one, nothing)).toBe('no-entry');
    expect(move(nothing, one)).toBe('no-entry');
  }
  expect(readdirSync(directory)).toEqual(['f']);
  expect(permissions.denials.map(({ kind, target }) => `${kind} ${target}`)).toEqual([
    'write /fixed/g',
    'write /fixed/f',
    'write /g',
    'write /f',
  ]);
});

it('each directory obeys its own grant, also one inside another', () => {
  const outer = temporaryDirectory();
  mkdirSync(join(outer, 'inner'));
  const { files, permissions } = instance([
    grant('/outer', outer, 'read'),
    grant('/outer/inner', join(outer, 'inner'), 'read', 'write'),
  ]);
  const [fixed, free] = files.preopens().map(({ descriptor }) => descriptor);
  expect(code(() => fixed!.createDirectoryAt('inner/d'))).toBe('not-permitted');
  expect(code(() => free!.createDirectoryAt('d'))).toBe('ok');
  expect(code(() => free!.openAt({}, '..', {}, { read: true }))).toBe('not-permitted');
  permissions.revoke('write', '/outer/inner');
  expect(code(() => free!.createDirectoryAt('e'))).toBe('not-permitted');
  expect(existsSync(join(outer, 'inner/e'))).toBe(false);
});

it('dropping a directory of the list leaves those that are listed later', () => {
  const { files } = instance([grant('/data', temporaryDirectory(), 'read')]);
  for (let i = 0; i < 3; i++) {
    const { descriptor } = files.preopens()[0]!;
    expect(code(() => descriptor.stat())).toBe('ok');
    descriptor[Symbol.dispose]();
    expect(code(() => descriptor.stat())).toBe('bad-descriptor');
  }
});

it('checks that let something pass are recorded with the path', () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'f'), '');
  const { root, events } = instance([grant('/data', directory, 'read', 'write')]);
  root.openAt({}, 'f', {}, { read: true, write: true });
  root.createDirectoryAt('d');
  root.openAt({}, 'd', {}, { read: true }).openAt({}, 'new', { create: true }, { write: true });
  expect(events.map(({ outcome, kind, target, rule }) => `${outcome} ${kind} ${target} (${rule})`)).toEqual([
    'allowed read /data/f (the test)',
    'allowed write /data/f (the test)',
    'allowed write /data/d (the test)',
    'allowed read /data/d (the test)',
    'allowed write /data/d/new (the test)',
  ]);
});

it('/proc is not to be had, in whatever directory it lies', () => {
  expect(() => instance([grant('/proc', '/proc', 'read')])).toThrow(/part of \/proc/);
  expect(() => instance([grant('/self', '/proc/self', 'read')])).toThrow(/part of \/proc/);
  const { root } = instance([grant('/', '/', 'read')]);
  for (const path of ['proc', 'proc/self', 'proc/self/environ', 'proc/self/mem', 'proc/version']) {
    expect(
      code(() => root.openAt({ symlinkFollow: true }, path, {}, { read: true })),
      path,
    ).toBe('not-permitted');
  }
});

it('a directory that is not there, or is none, is an error when the instance is made', () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'f'), '');
  const made = (host: string) => {
    try {
      instance([grant('/ok', directory, 'read'), grant('/data', host, 'read')]);
    } catch (error) {
      return error;
    }
    return undefined;
  };
  const before = readdirSync('/proc/self/fd').length;
  expect(made(join(directory, 'missing'))).toMatchObject({ code: 'not-found' });
  expect(made(join(directory, 'f'))).toMatchObject({ code: 'option' });
  expect(readdirSync('/proc/self/fd').length).toBe(before);
});

it('on a system where the walk does not hold, no directory can be granted', () => {
  const platform = vi.spyOn(process, 'platform', 'get').mockReturnValue('darwin');
  try {
    expect(whyNoDirectories()).toMatch(/Linux only/);
    expect(() => instance([grant('/data', '/', 'read')])).toThrow(HatchwayError);
    expect(code(() => instance([]).root.openAt({}, 'x', {}, {}))).toBe('no-entry');
  } finally {
    platform.mockRestore();
  }
  expect(whyNoDirectories()).toBeUndefined();
});

it('the interfaces have what the WIT has', () => {
  const { files } = instance([grant('/data', temporaryDirectory(), 'read')]);
  const interfaces = filesystemInterfaces(files) as Record<string, Record<string, (...args: unknown[]) => unknown>>;
  expect(interfaces['wasi:filesystem/preopens@0.2.12']!.getDirectories!()).toMatchObject([
    [{}, '/data'],
    [{}, '/'],
  ]);
  expect(Object.keys(interfaces['wasi:filesystem/types@0.2.12']!).sort()).toEqual([
    'Descriptor',
    'DirectoryEntryStream',
    'filesystemErrorCode',
  ]);
});

it.each([
  ['a link that leads out', (root: Descriptor) => root.openAt(FOLLOW, 'out', {}, { read: true }), '/data/out'],
  ['an absolute link', (root: Descriptor) => root.statAt(FOLLOW, 'absolute'), '/data/absolute'],
  ['".." above the directory', (root: Descriptor) => root.openAt({}, '../x', {}, { read: true }), '/x'],
  ['making a link that leads out', (root: Descriptor) => root.symlinkAt('../x', 'new'), '/data/new'],
])('a denial says of %s that no grant of that path would mend it', (_, attempt, target) => {
  const path = temporaryDirectory();
  symlinkSync('../outside', join(path, 'out'));
  symlinkSync('/etc/passwd', join(path, 'absolute'));
  const { root, permissions } = instance([grant('/data', path, 'read', 'write')]);
  expect(code(() => attempt(root))).toBe('not-permitted');
  expect(permissions.denials).toMatchObject([
    {
      target,
      rule: 'it leads out of "/data", and links and ".." are followed inside a granted directory only',
      grantWith: expect.stringMatching(/^nothing can by this path; grant the directory it leads to /),
    },
  ]);
});
