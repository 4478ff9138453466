import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERRNO } from '../../../src/wasi/preview1/errno.js';
import { type FunctionName, PARAMETERS } from '../../../src/wasi/preview1/signatures.js';
import { BUFFER, CREATE, makeGuest, OUT, outcomeOf, PAGE, PATH, READ, WRITE } from './guest.js';

const E = ERRNO;
/** One below the end of 32 bits, and the last. */
const FAR = -2;
const LAST = -1;
/** The first directory that was granted, and the empty root. */
const DATA = 3;
const ROOT = 4;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hatchway-preview1-'));
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data/file'), 'contents');
  writeFileSync(join(folder, 'outside'), 'secret');
  symlinkSync('../outside', join(folder, 'data/escape'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const makeGranted = () =>
  makeGuest({ read: { '/data': join(folder, 'data') }, write: { '/data': join(folder, 'data') } });

describe('pointers and lengths are what the guest says', () => {
  it.each([
    // Each output, just past the end, across the end, at the end of 32 bits.
    ['args_sizes_get', [PAGE, OUT], E.fault],
    ['args_sizes_get', [OUT, PAGE - 3], E.fault],
    ['args_sizes_get', [FAR, FAR], E.fault],
    ['environ_sizes_get', [LAST, OUT], E.fault],
    ['args_get', [PAGE + 1, OUT], E.fault],
    ['environ_get', [OUT, FAR], E.fault],
    ['clock_time_get', [0, 0n, PAGE - 7], E.fault],
    ['clock_time_get', [0, 0n, PAGE - 8], E.success],
    ['clock_res_get', [1, FAR], E.fault],
    ['random_get', [PAGE - 4, 5], E.fault],
    ['random_get', [PAGE - 4, 4], E.success],
    ['random_get', [0, -1], E.fault],
    ['random_get', [PAGE, 0], E.success],
    ['fd_fdstat_get', [0, PAGE - 23], E.fault],
    ['fd_filestat_get', [DATA, PAGE - 63], E.fault],
    ['fd_prestat_get', [DATA, PAGE - 7], E.fault],
    ['fd_prestat_dir_name', [DATA, PAGE - 4, 5], E.fault],
    ['fd_prestat_dir_name', [DATA, OUT, 4], E.nametoolong],
    ['fd_prestat_dir_name', [DATA, OUT, 500], E.success],
    ['fd_seek', [DATA, 0n, 0, FAR], E.fault],
    ['fd_tell', [DATA, FAR], E.fault],
    // Lists of buffers: their place, their number, what they say.
    ['fd_read', [0, PAGE - 7, 1, OUT], E.fault],
    ['fd_read', [0, OUT, LAST, OUT], E.inval],
    ['fd_read', [0, OUT, 1_025, OUT], E.inval],
    ['fd_read', [0, OUT, 0, OUT], E.success],
    ['fd_read', [0, OUT, 1, LAST], E.fault],
    ['fd_write', [1, FAR, 1, OUT], E.fault],
    ['fd_write', [1, OUT, 0x2000_0000, OUT], E.inval],
    ['fd_pread', [DATA, FAR, 1, 0n, OUT], E.fault],
    ['fd_pwrite', [DATA, FAR, 1, 0n, OUT], E.fault],
    // Paths.
    ['path_open', [DATA, 0, PAGE - 1, 2, 0, READ, 0n, 0, OUT], E.fault],
    ['path_open', [DATA, 0, PATH, LAST, 0, READ, 0n, 0, OUT], E.fault],
    ['path_open', [DATA, 0, PATH, 4_096, 0, READ, 0n, 0, OUT], E.nametoolong],
    ['path_open', [DATA, 0, PATH, 0, 0, READ, 0n, 0, OUT], E.noent],
    ['path_open', [DATA, 0, PATH, 1, CREATE, WRITE, 0n, 0, FAR], E.fault],
    ['path_filestat_get', [DATA, 0, FAR, 3, OUT], E.fault],
    ['path_filestat_get', [DATA, 0, PATH, 3, FAR], E.fault],
    ['path_rename', [DATA, PATH, 1, DATA, FAR, 4], E.fault],
    ['path_link', [DATA, 0, FAR, 4, DATA, PATH, 1], E.fault],
    ['path_symlink', [FAR, 4, DATA, PATH, 1], E.fault],
    ['path_readlink', [DATA, PATH, 1, FAR, 4, OUT], E.fault],
    ['path_readlink', [DATA, PATH, 1, OUT, 4, FAR], E.fault],
    ['path_create_directory', [DATA, FAR, 4], E.fault],
    ['path_remove_directory', [DATA, FAR, 4], E.fault],
    ['path_unlink_file', [DATA, FAR, 4], E.fault],
    // Directories, polling.
    ['fd_readdir', [DATA, FAR, 4, 0n, OUT], E.fault],
    ['fd_readdir', [DATA, OUT, LAST, 0n, OUT], E.fault],
    ['fd_readdir', [DATA, OUT, 10, 0n, FAR], E.fault],
    ['poll_oneoff', [PAGE - 47, OUT, 1, OUT], E.fault],
    ['poll_oneoff', [OUT, PAGE - 31, 1, OUT], E.fault],
    ['poll_oneoff', [OUT, BUFFER, 1, FAR], E.fault],
    ['poll_oneoff', [OUT, BUFFER, 0, OUT], E.inval],
    ['poll_oneoff', [OUT, BUFFER, LAST, OUT], E.nomem],
  ] as const)('%s%o answers %i', (name, args, errno) => {
    const guest = makeGranted();
    const before = guest.bytes().slice();
    expect(guest.call(name, ...args)).toBe(errno);
    if (errno !== E.success) expect(Buffer.compare(guest.bytes(), before)).toBe(0);
    expect(readdirSync(join(folder, 'data')).sort()).toEqual(['escape', 'file']);
    guest.context.dispose();
  });

  it('a list of buffers is checked before the first is used', () => {
    const guest = makeGranted();
    guest.vector(BUFFER, 3, OUT + 64);
    guest.vector(PAGE - 1, 2, OUT + 72);
    expect(guest.call('fd_write', 1, OUT + 64, 2, OUT)).toBe(E.fault);
    expect(guest.written.stdout).toBe('');
    guest.context.dispose();
  });

  it('a name that is no UTF-8, or holds NUL', () => {
    const guest = makeGranted();
    guest.bytes().set([0xff, 0xfe], PATH);
    expect(guest.call('path_unlink_file', DATA, PATH, 2)).toBe(E.ilseq);
    expect(guest.call('path_unlink_file', DATA, ...guest.put('fi\0le'))).toBe(E.inval);
    guest.context.dispose();
  });

  it('a memory that grew is the one that is used', () => {
    const guest = makeGuest();
    expect(guest.call('random_get', PAGE, 16)).toBe(E.fault);
    guest.memory.grow(1);
    expect(guest.call('random_get', PAGE, 16)).toBe(E.success);
    expect(
      guest
        .bytes()
        .subarray(PAGE, PAGE + 16)
        .some((byte) => byte !== 0),
    ).toBe(true);
  });

  it('subscriptions and events may lie in the same place', () => {
    const guest = makeGuest();
    for (const place of [OUT, OUT + 48]) {
      guest.view().setBigUint64(place, BigInt(place), true);
      guest.view().setUint8(place + 8, 2);
      guest.view().setUint32(place + 16, 1, true);
    }
    expect(guest.call('poll_oneoff', OUT, OUT, 2, BUFFER)).toBe(E.success);
    expect(guest.view().getUint32(BUFFER, true)).toBe(2);
    expect(guest.view().getBigUint64(OUT, true)).toBe(BigInt(OUT));
    expect(guest.view().getBigUint64(OUT + 32, true)).toBe(BigInt(OUT + 48));
  });
});

describe('descriptors are what the guest says', () => {
  const calls: readonly (readonly [name: string, args: (fd: number) => (number | bigint)[]])[] = [
    ['fd_advise', (fd) => [fd, 0n, 0n, 0]],
    ['fd_allocate', (fd) => [fd, 0n, 0n]],
    ['fd_close', (fd) => [fd]],
    ['fd_datasync', (fd) => [fd]],
    ['fd_fdstat_get', (fd) => [fd, OUT]],
    ['fd_fdstat_set_flags', (fd) => [fd, 0]],
    ['fd_fdstat_set_rights', (fd) => [fd, 0n, 0n]],
    ['fd_filestat_get', (fd) => [fd, OUT]],
    ['fd_filestat_set_size', (fd) => [fd, 0n]],
    ['fd_filestat_set_times', (fd) => [fd, 0n, 0n, 0]],
    ['fd_pread', (fd) => [fd, OUT, 0, 0n, OUT]],
    ['fd_prestat_get', (fd) => [fd, OUT]],
    ['fd_pwrite', (fd) => [fd, OUT, 0, 0n, OUT]],
    ['fd_read', (fd) => [fd, OUT, 0, OUT]],
    ['fd_readdir', (fd) => [fd, OUT, 10, 0n, OUT]],
    ['fd_renumber', (fd) => [fd, 1]],
    ['fd_renumber', (fd) => [1, fd]],
    ['fd_seek', (fd) => [fd, 0n, 0, OUT]],
    ['fd_sync', (fd) => [fd]],
    ['fd_tell', (fd) => [fd, OUT]],
    ['fd_write', (fd) => [fd, OUT, 0, OUT]],
    ['path_create_directory', (fd) => [fd, PATH, 1]],
    ['path_filestat_get', (fd) => [fd, 0, PATH, 1, OUT]],
    ['path_filestat_set_times', (fd) => [fd, 0, PATH, 1, 0n, 0n, 0]],
    ['path_link', (fd) => [DATA, 0, PATH, 1, fd, PATH, 1]],
    ['path_link', (fd) => [fd, 0, PATH, 1, DATA, PATH, 1]],
    ['path_open', (fd) => [fd, 0, PATH, 1, 0, READ, 0n, 0, OUT]],
    ['path_readlink', (fd) => [fd, PATH, 1, OUT, 1, OUT]],
    ['path_remove_directory', (fd) => [fd, PATH, 1]],
    ['path_rename', (fd) => [fd, PATH, 1, DATA, PATH, 1]],
    ['path_rename', (fd) => [DATA, PATH, 1, fd, PATH, 1]],
    ['path_symlink', (fd) => [PATH, 1, fd, PATH, 1]],
    ['path_unlink_file', (fd) => [fd, PATH, 1]],
    ['sock_accept', (fd) => [fd, 0, OUT]],
    ['sock_recv', (fd) => [fd, OUT, 0, 0, OUT, OUT]],
    ['sock_send', (fd) => [fd, OUT, 0, 0, OUT]],
    ['sock_shutdown', (fd) => [fd, 0]],
  ];

  it.each(calls)('%s of one that is not there', (name, args) => {
    const guest = makeGranted();
    for (const fd of [5, 1_023, 1_024, 0x7fff_ffff, -1, -0x8000_0000])
      expect(guest.call(name, ...args(fd))).toBe(E.badf);
    const { fd } = guest.open(DATA, 'file');
    expect(guest.call('fd_close', fd)).toBe(E.success);
    expect(guest.call(name, ...args(fd))).toBe(E.badf);
    guest.context.dispose();
  });

  it('a socket is nothing that can be had', () => {
    const guest = makeGranted();
    for (const fd of [0, DATA]) {
      expect(guest.call('sock_accept', fd, 0, OUT)).toBe(E.notsock);
      expect(guest.call('sock_recv', fd, OUT, 0, 0, OUT, OUT)).toBe(E.notsock);
      expect(guest.call('sock_send', fd, OUT, 0, 0, OUT)).toBe(E.notsock);
      expect(guest.call('sock_shutdown', fd, 0)).toBe(E.notsock);
    }
    guest.context.dispose();
  });

  it('closed standard streams and directories are gone', () => {
    const guest = makeGranted();
    for (const fd of [0, 1, 2, DATA, ROOT]) expect(guest.call('fd_close', fd)).toBe(E.success);
    expect(guest.call('fd_write', 1, ...guest.vector(BUFFER, 4), OUT)).toBe(E.badf);
    expect(guest.open(DATA, 'file').errno).toBe(E.badf);
    guest.context.dispose();
  });

  it('there are only so many at a time, and what is closed can be had again', () => {
    const guest = makeGranted();
    let count = 0;
    for (; count < 5_000; count++) if (guest.open(DATA, 'file').errno !== E.success) break;
    expect(count).toBeGreaterThan(200);
    expect(count).toBeLessThan(1_024);
    expect(guest.open(DATA, 'file').errno).toBe(E.mfile);
    expect(guest.call('fd_close', 5)).toBe(E.success);
    expect(guest.open(DATA, 'file')).toEqual({ errno: E.success, fd: 5 });
    guest.context.dispose();
  });

  it('renumbering closes what was there, and needs both', () => {
    const guest = makeGranted();
    const { fd } = guest.open(DATA, 'file');
    expect(guest.call('fd_renumber', fd, 1)).toBe(E.success);
    expect(guest.call('fd_read', 1, ...guest.vector(BUFFER, 100), OUT)).toBe(E.success);
    expect(guest.text(BUFFER, 8)).toBe('contents');
    expect(guest.call('fd_read', fd, ...guest.vector(BUFFER, 100), OUT)).toBe(E.badf);
    expect(guest.call('fd_renumber', 1, 1_000)).toBe(E.badf);
    expect(guest.call('fd_renumber', 1, 1)).toBe(E.success);
    guest.context.dispose();
  });
});

describe('numbers that mean nothing', () => {
  it.each([
    ['clock_time_get', [4, 0n, OUT], E.inval],
    ['clock_time_get', [-1, 0n, OUT], E.inval],
    ['clock_time_get', [2, 0n, OUT], E.badf],
    ['clock_res_get', [3, OUT], E.badf],
    ['path_open', [DATA, 2, PATH, 4, 0, READ, 0n, 0, OUT], E.inval],
    ['path_open', [DATA, 0, PATH, 4, 16, READ, 0n, 0, OUT], E.inval],
    ['path_open', [DATA, 0, PATH, 4, 0, READ, 0n, 32, OUT], E.inval],
    ['path_open', [DATA, 0, PATH, 4, 0, READ, 0n, -1, OUT], E.inval],
    ['path_open', [DATA, 0, PATH, 4, 3, READ, 0n, 0, OUT], E.inval],
    ['path_open', [DATA, 0, PATH, 4, 0, READ, 0n, 16, OUT], E.notsup],
    ['path_filestat_get', [DATA, -1, PATH, 4, OUT], E.inval],
    ['path_filestat_set_times', [DATA, 0, PATH, 4, 0n, 0n, 3], E.inval],
    ['path_filestat_set_times', [DATA, 0, PATH, 4, 0n, 0n, 16], E.inval],
    ['fd_filestat_set_times', [DATA, 0n, 0n, 12], E.inval],
    ['path_link', [DATA, 1, PATH, 4, DATA, PATH, 1], E.inval],
    ['proc_raise', [9], E.notsup],
    ['proc_raise', [-1], E.notsup],
    ['sched_yield', [], E.success],
  ] as const)('%s%o answers %i', (name, args, errno) => {
    const guest = makeGranted();
    guest.put('file');
    expect(guest.call(name, ...args)).toBe(errno);
    guest.context.dispose();
  });

  it.each([
    ['fd_seek', [-1n, 0, OUT], E.inval],
    ['fd_seek', [-(2n ** 63n), 1, OUT], E.inval],
    ['fd_seek', [2n ** 63n - 1n, 2, OUT], E.inval],
    ['fd_seek', [0n, 3, OUT], E.inval],
    ['fd_seek', [2n ** 63n - 1n, 0, OUT], E.success],
    ['fd_advise', [-1n, -1n, 0], E.success],
    ['fd_advise', [0n, 0n, 6], E.inval],
    ['fd_advise', [0n, 0n, -1], E.inval],
    ['fd_allocate', [0n, -1n], E.notsup],
    ['fd_fdstat_set_flags', [2], E.inval],
    ['fd_fdstat_set_flags', [-1], E.inval],
    ['fd_fdstat_set_flags', [5], E.success],
    ['fd_filestat_set_size', [-1n], E.inval],
    ['fd_filestat_set_size', [2n ** 62n], E.fbig],
    ['fd_filestat_set_times', [-1n, -1n, 5], E.success],
  ] as const)('%s of a file with %o answers %i', (name, args, errno) => {
    writeFileSync(join(folder, 'data/scratch'), 'x');
    const guest = makeGranted();
    const { fd } = guest.open(DATA, 'scratch', { rights: READ | WRITE });
    expect(guest.call(name, fd, ...args)).toBe(errno);
    guest.context.dispose();
    rmSync(join(folder, 'data/scratch'));
  });

  it('reading and writing at an offset that is none', () => {
    const guest = makeGranted();
    const { fd } = guest.open(DATA, 'file');
    expect(guest.call('fd_pread', fd, ...guest.vector(BUFFER, 4), -1n, OUT)).toBe(E.inval);
    expect(guest.call('fd_pread', fd, ...guest.vector(BUFFER, 4), 2n ** 62n, OUT)).toBe(E.success);
    expect(guest.view().getUint32(OUT, true)).toBe(0);
    guest.context.dispose();
  });

  it('a poll says of each subscription that it makes no sense', () => {
    const guest = makeGranted();
    const subscriptions = [
      { type: 3, at16: 0, errno: E.inval },
      { type: 0, at16: 7, errno: E.inval },
      { type: 1, at16: 99, errno: E.badf },
      { type: 2, at16: 0, errno: E.badf },
      { type: 1, at16: DATA, errno: E.badf },
      { type: 2, at16: 1, errno: E.success },
    ];
    for (const [index, { type, at16 }] of subscriptions.entries()) {
      const place = BUFFER + index * 48;
      guest.view().setBigUint64(place, BigInt(index), true);
      guest.view().setUint8(place + 8, type);
      guest.view().setUint32(place + 16, at16, true);
    }
    expect(guest.call('poll_oneoff', BUFFER, 2 * BUFFER, subscriptions.length, OUT)).toBe(E.success);
    const events = subscriptions.map((_, index) => guest.view().getUint16(2 * BUFFER + index * 32 + 8, true));
    expect(events).toEqual(subscriptions.map(({ errno }) => errno));
    guest.context.dispose();
  });
});

describe('what ends the guest', () => {
  it('waiting for thirty days', () => {
    const guest = makeGuest();
    guest.view().setBigUint64(BUFFER + 24, 2_592_000_000_000_000n, true);
    expect(outcomeOf(() => guest.call('poll_oneoff', BUFFER, OUT, 1, OUT))).toBe('exhausted');
    guest.view().setBigUint64(BUFFER + 24, 2n ** 64n - 1n, true);
    expect(outcomeOf(() => makeAgain(guest).call('poll_oneoff', BUFFER, OUT, 1, OUT))).toBe('exhausted');
  });

  it.each([
    [0, 0],
    [7, 7],
    [255, 255],
    [256, 0],
    [-1, 255],
  ])('proc_exit(%i) with code %i, and every call after it', (code, exitCode) => {
    const guest = makeGuest();
    const ended = () => guest.call('proc_exit', code);
    expect(outcomeOf(ended)).toBe('exited');
    expect(ended).toThrow(expect.objectContaining({ error: expect.objectContaining({ exitCode }) }));
    expect(outcomeOf(() => guest.call('sched_yield'))).toBe('exited');
    expect(outcomeOf(() => guest.call('fd_write', 1, ...guest.vector(BUFFER, 4), OUT))).toBe('exited');
    expect(guest.written.stdout).toBe('');
  });

  it.each([
    ['clocks', 'clock_time_get', [0, 0n, OUT]],
    ['clocks', 'clock_res_get', [1, OUT]],
    ['random', 'random_get', [OUT, 8]],
  ] as const)('%s that were refused: %s', (word, name, args) => {
    const guest = makeGuest({ [word]: false });
    expect(outcomeOf(() => guest.call(name, ...args))).toBe('permission-denied');
  });
});

/** The same memory, with imports that have not ended yet. */
function makeAgain(guest: ReturnType<typeof makeGuest>) {
  const again = makeGuest();
  again.bytes().set(guest.bytes());
  return again;
}

it('any integers at all are answered with an errno, or end the guest', () => {
  const numbers = [0, 1, 2, 3, 4, 5, 64, OUT, PATH, PAGE - 1, PAGE, 0x7fff_ffff, -0x8000_0000, -1];
  let seed = 1;
  const next = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return numbers[(seed >>> 8) % numbers.length]!;
  };
  const before = readdirSync(folder, { recursive: true }).length;
  let guest = makeGuest({ read: { '/data': join(folder, 'data') } }, { waiting: 0 });
  const names = Object.keys(PARAMETERS) as FunctionName[];
  const answers = new Set<number | string | undefined>();
  for (let round = 0; round < 150; round++) {
    for (const name of names) {
      const args = [...PARAMETERS[name]].map((type) => (type === 'I' ? BigInt(next()) : next()));
      for (let at = 0; at < 16; at++) guest.view().setInt32(((seed >>> 4) % (PAGE / 4)) * 4, next(), true);
      const answer = outcomeOf(() => guest.call(name, ...args));
      answers.add(answer);
      if (typeof answer === 'string') {
        guest.context.dispose();
        guest = makeGuest({ read: { '/data': join(folder, 'data') } }, { waiting: 0 });
      } else expect(answer).toBeLessThan(77);
    }
  }
  guest.context.dispose();
  expect(answers).toContain(E.success);
  expect(answers).toContain(E.badf);
  expect(answers).toContain('exited');
  expect(readdirSync(folder, { recursive: true })).toHaveLength(before);
});
