import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ERRNO } from '../../../src/wasi/preview1/errno.js';
import { BUFFER, CREATE, makeGuest, OUT, READ, WRITE } from './guest.js';

const DATA = 3;
const ROOT = 4;
const APPEND = 1;

let folder = '';
let guest: ReturnType<typeof makeGuest>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hatchway-preview1-'));
  writeFileSync(join(folder, 'file'), 'contents');
  guest = makeGuest(
    { read: { '/data': folder }, write: { '/data': folder }, env: { A: 'é', B: '' } },
    { args: ['p', 'ü x'] },
  );
});
afterEach(() => {
  guest.context.dispose();
  rmSync(folder, { recursive: true });
});

const contents = (name = 'file') => readFileSync(join(folder, name), 'utf8');

/** Reads a directory with a buffer of this size until its end; the names in order. */
function readNames(fd: number, size: number): string[] {
  const names: string[] = [];
  for (let cookie = 0n; ; ) {
    expect(guest.call('fd_readdir', fd, BUFFER, size, cookie, OUT)).toBe(ERRNO.success);
    const used = guest.view().getUint32(OUT, true);
    let at = 0;
    while (used - at >= 24) {
      const length = guest.view().getUint32(BUFFER + at + 16, true);
      if (used - at < 24 + length) break;
      cookie = guest.view().getBigUint64(BUFFER + at, true);
      names.push(guest.text(BUFFER + at + 24, length));
      at += 24 + length;
    }
    if (used < size) return names;
  }
}

describe('arguments and variables', () => {
  it.each([
    ['args', ['p', 'ü x']],
    ['environ', ['A=é', 'B=']],
  ])('%s', (word, texts) => {
    expect(guest.call(`${word}_sizes_get`, OUT, OUT + 4)).toBe(ERRNO.success);
    const size = guest.view().getUint32(OUT + 4, true);
    expect([guest.view().getUint32(OUT, true), size]).toEqual([2, Buffer.byteLength(`${texts.join('\0')}\0`)]);
    expect(guest.call(`${word}_get`, OUT, BUFFER)).toBe(ERRNO.success);
    const pointers = [0, 1].map((index) => guest.view().getUint32(OUT + index * 4, true));
    expect(pointers).toEqual([BUFFER, BUFFER + Buffer.byteLength(`${texts[0]}\0`)]);
    expect(guest.text(BUFFER, size)).toBe(`${texts.join('\0')}\0`);
  });
});

describe('files', () => {
  it('are read into several buffers, and read on from there', () => {
    const { fd } = guest.open(DATA, 'file');
    guest.vector(BUFFER, 3, OUT + 64);
    guest.vector(BUFFER + 100, 0, OUT + 72);
    guest.vector(BUFFER + 200, 2, OUT + 80);
    expect(guest.call('fd_read', fd, OUT + 64, 3, OUT)).toBe(ERRNO.success);
    expect([guest.view().getUint32(OUT, true), guest.text(BUFFER, 3), guest.text(BUFFER + 200, 2)]).toEqual([
      5,
      'con',
      'te',
    ]);
    expect(guest.call('fd_tell', fd, OUT)).toBe(ERRNO.success);
    expect(guest.view().getBigUint64(OUT, true)).toBe(5n);
  });

  it('opened to append are appended to, wherever one wants to write', () => {
    const { fd } = guest.open(DATA, 'file', { rights: READ | WRITE, fdflags: APPEND });
    guest.put('!?', BUFFER);
    expect(guest.call('fd_pwrite', fd, ...guest.vector(BUFFER, 1), 0n, OUT)).toBe(ERRNO.success);
    expect(guest.call('fd_write', fd, ...guest.vector(BUFFER + 1, 1), OUT)).toBe(ERRNO.success);
    expect(contents()).toBe('contents!?');
    expect(guest.call('fd_tell', fd, OUT)).toBe(ERRNO.success);
    expect(guest.view().getBigUint64(OUT, true)).toBe(10n);
  });

  it('that may only be read are not written, and the denial says what would allow it', () => {
    const reader = makeGuest({ read: { '/data': folder } });
    expect(reader.open(DATA, 'new', { oflags: CREATE, rights: WRITE }).errno).toBe(ERRNO.perm);
    expect(reader.context.permissions.denials).toMatchObject([{ kind: 'write', target: '/data/new' }]);
    reader.context.dispose();
  });

  it('of which the grant is taken back are not read on', () => {
    const { fd } = guest.open(DATA, 'file');
    expect(guest.call('fd_read', fd, ...guest.vector(BUFFER, 1), OUT)).toBe(ERRNO.success);
    guest.permissions.revoke('read');
    expect(guest.call('fd_read', fd, ...guest.vector(BUFFER, 1), OUT)).toBe(ERRNO.perm);
  });

  it('that nobody granted are not there, and the denial names the whole path', () => {
    expect(guest.open(ROOT, 'etc/passwd').errno).toBe(ERRNO.noent);
    expect(guest.context.permissions.denials).toMatchObject([{ kind: 'read', target: '/etc/passwd' }]);
  });
});

describe('directories', () => {
  beforeEach(() => {
    mkdirSync(join(folder, 'many'));
    for (let i = 0; i < 40; i++) writeFileSync(join(folder, 'many', `é${i}`), '');
  });
  const expected = ['.', '..', ...Array.from({ length: 40 }, (_, i) => `é${i}`)].sort();

  it.each([28, 29, 64, 333, 4_096])('are read whole through a buffer of %i bytes', (size) => {
    const { fd } = guest.open(DATA, 'many');
    expect(readNames(fd, size).sort()).toEqual(expected);
    expect(readNames(fd, size).sort()).toEqual(expected);
  });

  it('stay as they were while they are read, though what was listed goes', () => {
    const { fd } = guest.open(DATA, 'many');
    expect(guest.call('fd_readdir', fd, BUFFER, 100, 0n, OUT)).toBe(ERRNO.success);
    rmSync(join(folder, 'many'), { recursive: true });
    mkdirSync(join(folder, 'many'));
    expect(guest.call('fd_readdir', fd, BUFFER, 8_192, 2n, OUT)).toBe(ERRNO.success);
    expect(guest.view().getUint32(OUT, true)).toBeGreaterThan(40 * 24);
  });

  it('of which the grant is taken back are not read on', () => {
    const { fd } = guest.open(DATA, 'many');
    expect(guest.call('fd_readdir', fd, BUFFER, 100, 0n, OUT)).toBe(ERRNO.success);
    guest.permissions.revoke('read');
    expect(guest.call('fd_readdir', fd, BUFFER, 100, 2n, OUT)).toBe(ERRNO.perm);
  });

  it('past whose end one starts have nothing', () => {
    const { fd } = guest.open(DATA, 'many');
    for (const cookie of [42n, 1_000n, -1n]) {
      expect(guest.call('fd_readdir', fd, BUFFER, 100, cookie, OUT)).toBe(ERRNO.success);
      expect(guest.view().getUint32(OUT, true)).toBe(0);
    }
  });
});

it('what is written to standard output in pieces arrives as one', () => {
  const pieces: string[] = [];
  const writer = makeGuest({}, { stdout: { write: (bytes) => pieces.push(Buffer.from(bytes).toString()) } });
  writer.put('a line\n', BUFFER);
  writer.vector(BUFFER, 2, OUT + 64);
  writer.vector(BUFFER + 2, 5, OUT + 72);
  expect(writer.call('fd_write', 1, OUT + 64, 2, OUT)).toBe(ERRNO.success);
  writer.bytes().fill(0);
  expect(pieces).toEqual(['a line\n']);
});
