/** What an open file or directory does: bytes, times, names, streams, and what it holds on to. */
import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ComponentError } from '../../../src/errors/index.js';
import { answer } from '../../../src/wasi/filesystem/codes.js';
import type { Descriptor, DirectoryEntry } from '../../../src/wasi/filesystem/index.js';
import type { IoError } from '../../../src/wasi/io/index.js';
import { bytes, code, grant, instance, temporaryDirectory, text } from './support.js';

const READ = { read: true };
const BOTH = { read: true, write: true };
const CREATE = { create: true };
const FULL = 2n ** 63n;

function writable(): { root: Descriptor; at: (name: string) => string } & ReturnType<typeof instance> {
  const directory = temporaryDirectory();
  return { ...instance([grant('/data', directory, 'read', 'write')]), at: (name) => join(directory, name) };
}

function entries(directory: Descriptor): DirectoryEntry[] {
  const stream = directory.readDirectory();
  const found: DirectoryEntry[] = [];
  for (let it = stream.readDirectoryEntry(); it !== undefined; it = stream.readDirectoryEntry()) found.push(it);
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The code in the error of a stream. */
function streamCode(action: () => unknown): string {
  try {
    action();
    return 'ok';
  } catch (error) {
    const { payload } = error as ComponentError<{ tag: string; val?: IoError }>;
    return payload.val?.code ?? payload.tag;
  }
}

/** Files that this process has open. */
const openFiles = () => readdirSync('/proc/self/fd').length;

describe('bytes', () => {
  it('are read and written at offsets', () => {
    const { root, at } = writable();
    const file = root.openAt({}, 'f', CREATE, BOTH);
    expect(file.write(bytes('hello'), 3n)).toBe(5n);
    expect(readFileSync(at('f'))).toEqual(Buffer.from('\0\0\0hello'));
    expect(text(file.read(3n, 4n)[0])).toBe('ell');
    expect(file.read(3n, 4n)[1]).toBe(false);
    expect(file.read(10n, 8n)).toEqual([new Uint8Array(), true]);
    expect(file.read(0n, 0n)).toEqual([new Uint8Array(), true]);
    const buffer = new Uint8Array(4);
    expect(file.readInto(buffer, 5n)).toBe(3);
    expect(file.writeFrom(bytes('J'), 3n)).toBe(1);
    expect(file.appendFrom(bytes('!'))).toBe(1);
    expect(text(file.read(100n, 3n)[0])).toBe('Jello!');
  });

  it('are read by 1 MiB at most', () => {
    const { root, at } = writable();
    writeFileSync(at('f'), Buffer.alloc(3 << 20, 1));
    const file = root.openAt({}, 'f', {}, READ);
    expect(file.read(2n ** 53n, 0n)[0]).toHaveLength(1 << 20);
    expect(file.read(2n ** 64n - 1n, (3n << 20n) - 5n)[0]).toHaveLength(5);
    expect(file.readViaStream(0n).read(2n ** 64n - 1n)).toHaveLength(1 << 20);
  });

  it('end where the file ends, however far away one asks', () => {
    const { root, at } = writable();
    writeFileSync(at('f'), 'hello');
    const file = root.openAt({}, 'f', {}, BOTH);
    for (const offset of [2n ** 32n, 2n ** 53n, 2n ** 53n + 1n, FULL - 2n ** 21n]) {
      expect(file.read(10n, offset)).toEqual([new Uint8Array(), true]);
      expect(streamCode(() => file.readViaStream(offset).read(10n))).toBe('closed');
    }
    for (const offset of [FULL - 1n, FULL, 2n ** 64n - 1n]) {
      expect(code(() => file.read(10n, offset))).toBe('invalid');
      expect(streamCode(() => file.readViaStream(offset).read(10n))).toBe('invalid');
    }
    for (const offset of [2n ** 53n, FULL - 1n]) {
      expect(code(() => file.write(bytes('x'), offset))).toBe('file-too-large');
      expect(code(() => file.setSize(offset))).toBe('file-too-large');
      expect(streamCode(() => file.writeViaStream(offset).write(bytes('x')))).toBe('file-too-large');
    }
    expect(code(() => file.write(bytes('x'), FULL))).toBe('invalid');
    expect(code(() => file.setSize(FULL))).toBe('invalid');
    expect(statSync(at('f')).size).toBe(5);
  });

  it('beyond 4 GiB are where they belong', () => {
    const { root, at } = writable();
    const file = root.openAt({}, 'sparse', CREATE, BOTH);
    const far = 2n ** 33n + 1n;
    file.write(bytes('far'), far);
    expect(text(file.read(10n, far)[0])).toBe('far');
    expect(file.stat().size).toBe(far + 3n);
    file.setSize(2n);
    expect(statSync(at('sparse')).size).toBe(2);
  });

  it('are read and written in part where there are more than a call can take', () => {
    const { root } = writable();
    const file = root.openAt({}, 'f', CREATE, BOTH);
    file.write(bytes('hello'), 0n);
    const much = new Uint8Array(2 ** 31 + 1);
    expect(file.readInto(much, 0n)).toBe(5);
    expect(text(much.subarray(0, 5))).toBe('hello');
  });

  it('are not written through what was opened to be read, nor read through what was opened to be written', () => {
    const { root, at } = writable();
    writeFileSync(at('f'), 'hello');
    const reader = root.openAt({}, 'f', {}, READ);
    const writer = root.openAt({}, 'f', {}, { write: true });
    expect(code(() => reader.write(bytes('x'), 0n))).toBe('bad-descriptor');
    expect(code(() => reader.appendFrom(bytes('x')))).toBe('bad-descriptor');
    expect(code(() => reader.setSize(0n))).toBe('invalid');
    expect(streamCode(() => reader.writeViaStream(0n).write(bytes('x')))).toBe('bad-descriptor');
    expect(streamCode(() => reader.appendViaStream().write(bytes('x')))).toBe('bad-descriptor');
    expect(code(() => writer.read(1n, 0n))).toBe('bad-descriptor');
    expect(streamCode(() => writer.readViaStream(0n).read(1n))).toBe('bad-descriptor');
    expect(readFileSync(at('f'), 'utf8')).toBe('hello');
  });

  it('of a directory there are none', () => {
    const { root } = writable();
    expect(code(() => root.read(1n, 0n))).toBe('bad-descriptor');
    expect(code(() => root.write(bytes('x'), 0n))).toBe('bad-descriptor');
    expect(code(() => root.setSize(0n))).toBe('bad-descriptor');
    expect(code(() => root.advise(0n, 0n, 'normal'))).toBe('bad-descriptor');
    expect(code(() => root.readViaStream(0n))).toBe('is-directory');
    expect(code(() => root.writeViaStream(0n))).toBe('bad-descriptor');
    expect(code(() => root.appendViaStream())).toBe('bad-descriptor');
  });
});

describe('streams', () => {
  it('go on from where they are, do not disturb each other, and outlive the descriptor', () => {
    const { root, at } = writable();
    const file = root.openAt({}, 'f', CREATE, BOTH);
    const writer = file.writeViaStream(0n);
    writer.write(bytes('hello '));
    writer.write(bytes('world'));
    const [one, two] = [file.readViaStream(0n), file.readViaStream(6n)];
    file.close();
    expect(text(one.read(5n))).toBe('hello');
    expect(text(two.read(100n))).toBe('world');
    expect(one.read(0n)).toHaveLength(0);
    expect(text(one.read(100n))).toBe(' world');
    expect(streamCode(() => one.read(1n))).toBe('closed');
    writer.write(bytes('!'));
    expect(readFileSync(at('f'), 'utf8')).toBe('hello world!');
    expect(code(() => file.stat())).toBe('bad-descriptor');
  });

  it('append at the end, wherever that is by then', () => {
    const { root, at } = writable();
    const file = root.openAt({}, 'f', CREATE, { write: true });
    const stream = file.appendViaStream();
    stream.write(bytes('a'));
    appendFileSync(at('f'), 'b');
    stream.write(bytes('c'));
    file.write(bytes('A'), 0n);
    renameSync(at('f'), at('moved'));
    stream.write(bytes('d'));
    expect(readFileSync(at('moved'), 'utf8')).toBe('Abcd');
    expect(readdirSync(at(''))).toEqual(['moved']);
  });
});

describe('a grant that is taken back', () => {
  it('stops what is open', () => {
    const { root, at, permissions } = writable();
    writeFileSync(at('f'), 'hello');
    const file = root.openAt({}, 'f', {}, BOTH);
    const [input, output, appending] = [file.readViaStream(0n), file.writeViaStream(0n), file.appendViaStream()];
    appending.write(bytes('!'));
    input.read(1n);

    permissions.revoke('write');
    expect(code(() => file.write(bytes('x'), 0n))).toBe('not-permitted');
    expect(code(() => file.appendFrom(bytes('x')))).toBe('not-permitted');
    expect(code(() => file.setSize(0n))).toBe('not-permitted');
    expect(code(() => file.setTimes({ tag: 'now' }, { tag: 'now' }))).toBe('not-permitted');
    expect(code(() => file.writeViaStream(0n))).toBe('not-permitted');
    expect(streamCode(() => output.write(bytes('x')))).toBe('not-permitted');
    expect(streamCode(() => appending.write(bytes('x')))).toBe('not-permitted');
    expect(text(input.read(4n))).toBe('ello');
    expect(root.getFlags().mutateDirectory).toBe(false);

    permissions.revoke('read', '/data');
    expect(code(() => file.read(1n, 0n))).toBe('not-permitted');
    expect(streamCode(() => input.read(1n))).toBe('not-permitted');
    for (const look of [() => file.stat(), () => file.metadataHash(), () => root.readDirectory(), () => file.sync()]) {
      expect(code(look)).toBe('not-permitted');
    }
    expect(file.isSameObject(root)).toBe(false);
    expect(readFileSync(at('f'), 'utf8')).toBe('hello!');
    expect(permissions.denials.map(({ kind, target }) => `${kind} ${target}`)).toEqual([
      'write /data/f',
      'read /data/f',
      'read /data',
    ]);
  });
});

describe('a directory', () => {
  it('lists what is in it, once, with types', () => {
    const { root, at } = writable();
    mkdirSync(at('d'));
    writeFileSync(at('f'), '');
    symlinkSync('f', at('l'));
    writeFileSync(at('é😀'), '');
    const expected = [
      { type: 'directory', name: 'd' },
      { type: 'regular-file', name: 'f' },
      { type: 'symbolic-link', name: 'l' },
      { type: 'regular-file', name: 'é😀' },
    ];
    expect(entries(root)).toEqual(expected);
    const stream = root.readDirectory();
    rmSync(at('f'));
    expect(entries(root)).toHaveLength(3);
    stream[Symbol.dispose]();
    expect(stream.readDirectoryEntry()).toBeUndefined();
  });

  it('answers for a name or a link that is no UTF-8 with a code', () => {
    const { root, at } = writable();
    writeFileSync(Buffer.concat([Buffer.from(`${at('')}/`), Buffer.from([0xff])]), '');
    expect(code(() => entries(root))).toBe('illegal-byte-sequence');
    symlinkSync(Buffer.from([0xff]) as unknown as string, at('l'));
    expect(code(() => root.readlinkAt('l'))).toBe('illegal-byte-sequence');
    expect(code(() => root.openAt({ symlinkFollow: true }, 'l', {}, READ))).toBe('illegal-byte-sequence');
  });

  it('that was removed under an instance answers, and the instance goes on', () => {
    const { root, at } = writable();
    mkdirSync(at('d'));
    const directory = root.openAt({}, 'd', {}, READ);
    rmSync(at('d'), { recursive: true });
    expect(code(() => directory.openAt({}, 'f', CREATE, BOTH))).toBe('no-entry');
    expect(code(() => directory.statAt({}, 'f'))).toBe('no-entry');
    expect(code(() => directory.createDirectoryAt('d'))).toBe('no-entry');
    expect(entries(directory)).toEqual([]);
    expect(directory.stat().type).toBe('directory');
    rmSync(at(''), { recursive: true });
    expect(code(() => root.openAt({}, 'f', CREATE, BOTH))).toBe('no-entry');
    mkdirSync(at(''));
    expect(code(() => root.openAt({}, 'f', CREATE, BOTH))).toBe('no-entry');
  });

  it('is its own base: `..` leads out of it even where more is granted', () => {
    const { root, at } = writable();
    mkdirSync(at('d/e'), { recursive: true });
    writeFileSync(at('f'), '');
    const directory = root.openAt({}, 'd', {}, READ);
    expect(code(() => directory.openAt({}, '../f', {}, READ))).toBe('not-permitted');
    expect(code(() => directory.openAt({}, 'e/..', {}, READ))).toBe('ok');
  });

  it('that was moved up does not let links be made that lead out', () => {
    const { root, at } = writable();
    mkdirSync(at('a/b'), { recursive: true });
    const directory = root.openAt({}, 'a/b', {}, READ);
    expect(code(() => directory.symlinkAt('../../f', 'l'))).toBe('ok');
    root.renameAt('a/b', root, 'b');
    expect(code(() => directory.symlinkAt('../../f', 'm'))).toBe('not-permitted');
    expect(code(() => directory.readlinkAt('l'))).toBe('not-permitted');
    renameSync(at('b'), `${at('')}-elsewhere`);
    onTestFinished(() => rmSync(`${at('')}-elsewhere`, { recursive: true }));
    expect(code(() => directory.symlinkAt('../f', 'n'))).toBe('not-permitted');
  });
});

describe('attributes', () => {
  it('are those of the file, without what would say which it is', () => {
    const { root, at } = writable();
    writeFileSync(at('f'), 'hello');
    const { mtimeNs, atimeNs, ctimeNs } = statSync(at('f'), { bigint: true });
    const datetime = (it: bigint) => ({ seconds: it / 10n ** 9n, nanoseconds: Number(it % 10n ** 9n) });
    expect(root.statAt({}, 'f')).toEqual({
      type: 'regular-file',
      linkCount: 1n,
      size: 5n,
      dataAccessTimestamp: datetime(atimeNs),
      dataModificationTimestamp: datetime(mtimeNs),
      statusChangeTimestamp: datetime(ctimeNs),
    });
    root.linkAt({}, 'f', root, 'g');
    expect(root.openAt({}, 'g', {}, READ).stat().linkCount).toBe(2n);
  });

  it.each([
    [0n, 0],
    [1_700_000_000n, 123_000_000],
    [1_700_000_000n, 999_999_000],
    [4_000_000_000n, 1_000],
    ...[0, 1, 499, 500, 699, 700, 701, 850, 999].map((rest): [bigint, number] => [1_795_271_420n, 142_312_000 + rest]),
  ])('times are set to the microsecond: %d s %d ns', (seconds, nanoseconds) => {
    const { root, at } = writable();
    writeFileSync(at('f'), '');
    const time = { tag: 'timestamp', val: { seconds, nanoseconds } } as const;
    const old = root.statAt({}, 'f');
    const microsecond = (it: { seconds: bigint; nanoseconds: number } | undefined) => [
      it?.seconds,
      Math.floor(it!.nanoseconds / 1_000),
    ];
    root.openAt({}, 'f', {}, READ).setTimes({ tag: 'no-change' }, time);
    const first = root.statAt({}, 'f');
    expect(microsecond(first.dataModificationTimestamp)).toEqual(microsecond({ seconds, nanoseconds }));
    expect(microsecond(first.dataAccessTimestamp)).toEqual(microsecond(old.dataAccessTimestamp));
    root.setTimesAt({}, 'f', time, { tag: 'no-change' });
    const second = root.statAt({}, 'f');
    expect(microsecond(second.dataAccessTimestamp)).toEqual(microsecond({ seconds, nanoseconds }));
    expect(microsecond(second.dataModificationTimestamp)).toEqual(microsecond({ seconds, nanoseconds }));
  });

  it('times that no clock shows are refused', () => {
    const { root } = writable();
    for (const val of [
      { seconds: 0n, nanoseconds: 1_000_000_000 },
      { seconds: 2n ** 64n - 1n, nanoseconds: 0 },
    ]) {
      expect(code(() => root.setTimes({ tag: 'now' }, { tag: 'timestamp', val }))).toBe('invalid');
    }
  });

  it('the hash tells files apart, stays when they change, and is another in another instance', () => {
    const { root, at } = writable();
    writeFileSync(at('f'), '');
    writeFileSync(at('g'), '');
    const file = root.openAt({}, 'f', {}, BOTH);
    const hash = file.metadataHash();
    file.write(bytes('hello'), 0n);
    root.linkAt({}, 'f', root, 'h');
    expect(file.metadataHash()).toEqual(hash);
    expect(root.metadataHashAt({}, 'h')).toEqual(hash);
    expect(root.metadataHashAt({}, 'g')).not.toEqual(hash);
    expect(hash.lower).not.toBe(statSync(at('f'), { bigint: true }).ino);
    const other = instance([grant('/data', at(''), 'read')]);
    expect(other.root.metadataHashAt({}, 'f')).not.toEqual(hash);
    expect(file.isSameObject(root.openAt({}, 'h', {}, READ))).toBe(true);
    expect(file.isSameObject(root.openAt({}, 'g', {}, READ))).toBe(false);
    expect(file.isSameObject(root)).toBe(false);
  });

  it('flags say how it was opened', () => {
    const { root, at } = writable();
    writeFileSync(at('f'), '');
    expect(root.getFlags()).toMatchObject({ read: true, write: false, mutateDirectory: true });
    expect(root.openAt({}, 'f', {}, READ).getFlags()).toMatchObject({ read: true, write: false });
    expect(root.openAt({}, 'f', {}, BOTH).getFlags()).toMatchObject({ read: true, write: true });
    expect(root.openAt({}, 'f', {}, { write: true }).getFlags()).toMatchObject({ read: false, write: true });
    expect(code(() => root.openAt({}, 'f', {}, { read: true, fileIntegritySync: true }))).toBe('unsupported');
  });

  it('syncing does what it can', () => {
    const { root } = writable();
    const file = root.openAt({}, 'f', CREATE, BOTH);
    for (const it of [root, file, root.openAt({}, 'f', {}, READ)]) {
      expect(code(() => it.sync())).toBe('ok');
      expect(code(() => it.syncData())).toBe('ok');
    }
  });
});

describe('what an instance holds', () => {
  it('is closed with it, also under streams', () => {
    const { root, files, at } = writable();
    writeFileSync(at('f'), 'hello');
    const before = openFiles();
    const held = Array.from({ length: 10 }, () => root.openAt({}, 'f', {}, BOTH));
    const stream = held[0]!.readViaStream(0n);
    const output = held[1]!.appendViaStream();
    output.write(bytes('!'));
    expect(openFiles()).toBe(before + 11);
    held[2]!.close();
    held[2]!.close();
    held[1]!.close();
    expect(openFiles()).toBe(before + 10);
    output[Symbol.dispose]();
    expect(openFiles()).toBe(before + 8);
    files.dispose();
    files.dispose();
    expect(openFiles()).toBe(before - 1);
    // Somebody else has the numbers now.
    const others = Array.from({ length: 12 }, () => openSync(at('f'), 'r+'));
    expect(code(() => held[0]!.read(1n, 0n))).toBe('bad-descriptor');
    expect(code(() => held[0]!.setSize(0n))).toBe('bad-descriptor');
    expect(code(() => root.openAt({}, 'f', {}, READ))).toBe('bad-descriptor');
    expect(code(() => root.unlinkFileAt('f'))).toBe('bad-descriptor');
    expect(streamCode(() => stream.read(1n))).toBe('bad-descriptor');
    for (const it of held) it.close();
    stream[Symbol.dispose]();
    for (const fd of others) {
      ftruncateSync(fd, 1);
      closeSync(fd);
    }
  });

  it('leaves nothing open, whatever a call answered', () => {
    const { root, at } = writable();
    mkdirSync(at('a/b/c'), { recursive: true });
    symlinkSync('a/b', at('l'));
    symlinkSync('/etc', at('out'));
    const before = openFiles();
    for (const path of ['a/b/c/x', 'a/b/../x', 'l/c/../../..', 'l/../../..', 'out/x', 'a/b/c/', 'a/x/y', 'l/c/out']) {
      code(() => root.openAt({ symlinkFollow: true }, path, {}, READ).close());
      code(() => root.openAt({}, path, { directory: true }, READ).close());
      code(() => root.statAt({ symlinkFollow: true }, path));
      code(() => root.renameAt(path, root, 'a/b/c/y'));
      code(() => root.renameAt('a/b/c/y', root, path));
      code(() => root.linkAt({}, path, root, 'a/z'));
      code(() => root.readlinkAt(path));
    }
    expect(openFiles()).toBe(before);
  });

  it('is limited: handles', () => {
    const { root } = instance([grant('/data', temporaryDirectory(), 'read', 'write')], { handles: 3 });
    const held = [1, 2, 3].map(() => root.openAt({}, 'f', CREATE, BOTH));
    expect(code(() => root.openAt({}, 'f', {}, READ))).toBe('insufficient-memory');
    expect(code(() => held[0]!.appendFrom(bytes('x')))).toBe('insufficient-memory');
    held[1]!.close();
    expect(code(() => held[0]!.appendFrom(bytes('x')))).toBe('ok');
    expect(code(() => root.openAt({}, 'f', {}, READ))).toBe('insufficient-memory');
    held[0]!.close();
    expect(code(() => root.openAt({}, 'f', {}, READ))).toBe('ok');
  });

  it('is limited: entries', () => {
    const { root } = instance([grant('/data', temporaryDirectory(), 'read', 'write')], { entries: 5 });
    for (const name of ['a', 'b', 'c']) root.createDirectoryAt(name);
    const first = root.readDirectory();
    expect(code(() => root.readDirectory())).toBe('insufficient-memory');
    first.readDirectoryEntry();
    expect(code(() => entries(root))).toBe('ok');
    for (const name of ['d', 'e', 'f']) root.createDirectoryAt(name);
    first[Symbol.dispose]();
    expect(code(() => entries(root))).toBe('insufficient-memory');
  });

  it('is limited: what it writes, by every way of writing', () => {
    const { root } = instance([grant('/data', temporaryDirectory(), 'read', 'write')], { written: 10 });
    const file = root.openAt({}, 'f', CREATE, BOTH);
    file.write(bytes('12345'), 0n);
    expect(code(() => file.write(bytes('123456'), 0n))).toBe('quota');
    expect(code(() => file.setSize(11n))).toBe('quota');
    file.setSize(7n);
    expect(code(() => file.appendFrom(bytes('1234')))).toBe('quota');
    expect(streamCode(() => file.writeViaStream(0n).write(bytes('1234')))).toBe('quota');
    file.appendFrom(bytes('123'));
    expect(code(() => file.write(bytes('1'), 0n))).toBe('quota');
    file.setSize(0n);
    expect(file.stat().size).toBe(0n);
  });
});

describe('errors of the system', () => {
  it.each([
    ['ENOSPC', 'insufficient-space'],
    ['EACCES', 'access'],
    ['EROFS', 'read-only'],
    ['EDQUOT', 'quota'],
    ['EMFILE', 'insufficient-memory'],
    ['EUNKNOWN', 'io'],
  ])('%s is %s, without the path', (name, expected) => {
    const error = Object.assign(new Error(`${name}: open '/srv/secret'`), { code: name, syscall: 'open' });
    const answered = answer(error) as ComponentError;
    expect(answered.payload).toBe(expected);
    expect(`${answered.message}${JSON.stringify(answered)}${answered.cause}`).not.toContain('/srv');
    expect(answer(error)).toBe(answered);
  });

  it('what is no error of the system is not hidden', () => {
    const ours = new TypeError('a bug');
    expect(answer(ours)).toBe(ours);
  });
});
