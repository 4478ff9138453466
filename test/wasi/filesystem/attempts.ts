/** What a guest may try, as data: for descriptors of ours, and for wasmtime through preview 1. */
import type { Descriptor } from '../../../src/wasi/filesystem/index.js';

export type Operation =
  | { readonly open: string; readonly flags?: string; readonly follow?: boolean }
  | { readonly stat: string; readonly follow?: boolean }
  | { readonly setTimes: string; readonly follow?: boolean }
  | { readonly list: string }
  | { readonly readlink: string }
  | { readonly mkdir: string }
  | { readonly rmdir: string }
  | { readonly unlink: string }
  | { readonly rename: string; readonly to: string }
  | { readonly link: string; readonly to: string; readonly follow?: boolean }
  | { readonly symlink: string; readonly to: string };

export interface Attempt {
  readonly operation: Operation;
  /** What it takes; `look`: any grant. */
  readonly needs: 'read' | 'write' | 'look';
  /** With all it takes. */
  readonly code: string;
  /** Where only reading is granted, if it is neither `code` nor, for what needs `write`, `not-permitted`. */
  readonly readOnly?: string;
  /** Where only writing is granted, if it is neither `code` nor, for what needs `read`, `not-permitted`. */
  readonly writeOnly?: string;
  /** What wasmtime answers where we differ, and why we do. */
  readonly wasmtime?: { readonly code: string | 'hangs'; readonly because: string };
}

/** `r`ead, `w`rite, `c`reate, e`x`clusive, `t`runcate, `d`irectory. */
const open = (path: string, flags = 'r', follow = true): Operation => ({ open: path, flags, follow });

function reads(operation: Operation, code: string, more: Partial<Attempt> = {}): Attempt {
  return { operation, needs: 'read', code, ...more };
}
function writes(operation: Operation, code: string, more: Partial<Attempt> = {}): Attempt {
  return { operation, needs: 'write', code, ...more };
}
function looks(operation: Operation, code: string, more: Partial<Attempt> = {}): Attempt {
  return { operation, needs: 'look', code, ...more };
}

const NAME_TOO_LONG = 'n'.repeat(256);
const PATH_TOO_LONG = 'd/../'.repeat(820);
const LONG_PATH = `${'d/../'.repeat(800)}f`;

const POSIX_SLASH = 'as Linux has it: the slash asks for a directory, and the entry is what the call is about';
const STAYS_INSIDE = 'what leads out is not made, and not told';

/** Leaving, by every way of writing it. */
const escapes: readonly Attempt[] = [
  ...[
    '..',
    '../',
    '../x',
    '../../../../../../etc/passwd',
    './..',
    'd/../..',
    'd/../../x',
    'd//..///..//x',
    'd/empty/../../../x',
    'to-d/../..',
    '/',
    '//',
    '/etc/passwd',
    '/.',
    '/..',
  ].map((path) => reads(open(path), 'not-permitted')),
  ...['absolute', 'absolute-d', 'absolute-d/passwd', 'out', 'out-d', 'out-d/x', 'far-out'].map((path) =>
    reads(open(path), 'not-permitted'),
  ),
  ...['../x', '/etc', 'out-d/x', 'absolute-d/x'].flatMap((path) => [
    looks({ stat: path }, 'not-permitted'),
    writes(open(path, 'wc'), 'not-permitted'),
    writes({ mkdir: path }, 'not-permitted'),
    writes({ unlink: path }, 'not-permitted'),
    writes({ rmdir: path }, 'not-permitted'),
    writes({ rename: path, to: 'new' }, 'not-permitted'),
    writes({ rename: 'f', to: path }, 'not-permitted'),
    writes({ link: path, to: 'new' }, 'not-permitted'),
    writes({ link: 'f', to: path }, 'not-permitted'),
    writes({ symlink: 'f', to: path }, 'not-permitted'),
    writes({ setTimes: path, follow: true }, 'not-permitted'),
    reads({ readlink: path }, 'not-permitted'),
    reads({ list: path }, 'not-permitted'),
  ]),
  looks({ stat: 'absolute', follow: true }, 'not-permitted'),
  looks({ stat: 'out', follow: true }, 'not-permitted'),
  writes({ setTimes: 'out', follow: true }, 'not-permitted'),
  writes(open('absolute', 'w'), 'not-permitted'),
  writes(open('out', 'wc'), 'not-permitted'),
  writes(open('out', 'wt'), 'not-permitted'),
  reads({ readlink: 'absolute' }, 'not-permitted'),
  reads({ readlink: 'out' }, 'not-permitted', { wasmtime: { code: 'ok', because: STAYS_INSIDE } }),
  reads({ readlink: 'far-out' }, 'not-permitted', { wasmtime: { code: 'ok', because: STAYS_INSIDE } }),
  writes({ symlink: '/etc/passwd', to: 'new' }, 'not-permitted'),
  ...['..', '../x', 'd/../../x', './../x', 'to-d/..'].map((target) =>
    writes({ symlink: target, to: 'new' }, 'not-permitted', { wasmtime: { code: 'ok', because: STAYS_INSIDE } }),
  ),
  writes({ symlink: '../../x', to: 'd/new' }, 'not-permitted', { wasmtime: { code: 'ok', because: STAYS_INSIDE } }),
  writes({ rename: 'd/to-top', to: 'new' }, 'not-permitted', { wasmtime: { code: 'ok', because: STAYS_INSIDE } }),
  writes({ link: 'd/to-top', to: 'new' }, 'not-permitted', { wasmtime: { code: 'ok', because: STAYS_INSIDE } }),
];

/** Odd paths and links that stay inside. */
const paths: readonly Attempt[] = [
  ...['f', './f', 'd/../f', 'd/./../f', 'd//g', 'd/empty/../../f', 'to-d/g', 'to-d/../f', 'd/to-f', 'd/to-top/f'].map(
    (path) => reads(open(path), 'ok'),
  ),
  reads(open('.'), 'ok', { writeOnly: 'ok' }),
  reads(open('./'), 'ok', { writeOnly: 'ok' }),
  reads(open('d'), 'ok', { writeOnly: 'ok' }),
  reads(open('d/'), 'ok', { writeOnly: 'ok' }),
  reads(open('d/.'), 'ok', { writeOnly: 'ok' }),
  reads(open('d/..'), 'ok', { writeOnly: 'ok' }),
  reads(open('d', 'rd'), 'ok', { writeOnly: 'ok' }),
  reads(open('to-d', 'rd'), 'ok', { writeOnly: 'ok' }),
  reads(open('to-d-slash'), 'ok', { writeOnly: 'ok' }),
  reads(open(LONG_PATH), 'ok'),
  reads(open(PATH_TOO_LONG), 'name-too-long', { writeOnly: 'name-too-long' }),
  reads(open(NAME_TOO_LONG), 'name-too-long', { writeOnly: 'name-too-long' }),
  reads(open(`${NAME_TOO_LONG}/f`), 'name-too-long', { writeOnly: 'name-too-long' }),
  reads(open(''), 'no-entry', { writeOnly: 'no-entry' }),
  reads(open('f\0'), 'invalid', { writeOnly: 'invalid' }),
  reads(open('f\0/../../x'), 'invalid', { writeOnly: 'invalid' }),
  reads(open('missing'), 'no-entry', { writeOnly: 'no-entry' }),
  reads(open('missing/../f'), 'no-entry', { writeOnly: 'no-entry' }),
  reads(open('f/'), 'not-directory'),
  reads(open('f/.'), 'not-directory', { writeOnly: 'not-directory' }),
  reads(open('f/..'), 'not-directory', { writeOnly: 'not-directory' }),
  reads(open('f/x'), 'not-directory', { writeOnly: 'not-directory' }),
  reads(open('to-f'), 'ok'),
  reads(open('to-f', 'r', false), 'loop'),
  reads(open('to-f/'), 'not-directory'),
  reads(open('to-f-slash'), 'not-directory'),
  reads(open('to-d', 'r', false), 'loop'),
  reads(open('to-d/', 'r', false), 'ok', { writeOnly: 'ok' }),
  reads(open('f', 'rd'), 'not-directory'),
  reads(open('to-new'), 'no-entry', { writeOnly: 'no-entry' }),
  reads(open('loop'), 'loop', { writeOnly: 'loop' }),
  reads(open('loop/x'), 'loop', { writeOnly: 'loop' }),
  reads(open('loop-a'), 'loop', { writeOnly: 'loop' }),
  reads(open('link-39'), 'ok'),
  reads(open('link-41'), 'loop', { writeOnly: 'loop' }),
  reads(open('fifo'), 'no-such-device', {
    writeOnly: 'not-permitted',
    wasmtime: { code: 'hangs', because: 'a FIFO would hold the thread' },
  }),
];

const opening: readonly Attempt[] = [
  writes(open('f', 'w'), 'ok'),
  writes(open('f', 'wt'), 'ok'),
  writes(open('f', 'wc'), 'ok'),
  writes(open('f', 'wcx'), 'exist'),
  writes(open('new', 'wc'), 'ok'),
  writes(open('new', 'wcx'), 'ok'),
  reads(open('f', 'rx'), 'ok'),
  writes(open('new', 'w'), 'no-entry'),
  writes(open('new', 'wt'), 'no-entry'),
  writes(open('new', 'c'), 'ok'),
  writes(open('f', 't'), 'ok'),
  writes(open('new', 'cx'), 'ok'),
  writes(open('f', 'rt'), 'ok', { writeOnly: 'not-permitted' }),
  writes(open('f', 'rw'), 'ok', { writeOnly: 'not-permitted' }),
  writes(open('new', 'rwc'), 'ok', { writeOnly: 'not-permitted' }),
  writes(open('d', 'w'), 'is-directory'),
  writes(open('d', 'wc'), 'is-directory'),
  writes(open('d', 'c'), 'is-directory'),
  writes(open('d', 'wd'), 'is-directory'),
  writes(open('.', 'w'), 'is-directory'),
  writes(open('d/', 'w'), 'is-directory'),
  writes(open('new/', 'wc'), 'is-directory'),
  writes(open('f/', 'wc'), 'is-directory'),
  writes(open('f/', 'w'), 'not-directory'),
  writes(open('to-new', 'wc'), 'ok'),
  writes(open('to-new', 'wcx'), 'exist'),
  writes(open('to-new', 'wc', false), 'loop'),
  writes(open('to-f', 'wt'), 'ok'),
  writes(open('to-f', 'wt', false), 'loop'),
  writes(open('d/../new', 'wc'), 'ok'),
  writes(open('missing/new', 'wc'), 'no-entry'),
  writes(open('f', 'rdc'), 'invalid', { readOnly: 'invalid' }),
  writes(open('d', 'rdt'), 'invalid', { readOnly: 'invalid' }),
  writes(open('fifo', 'w'), 'no-such-device', { wasmtime: { code: 'hangs', because: 'a FIFO would hold the thread' } }),
];

const looking: readonly Attempt[] = [
  ...['f', 'd', '.', 'd/', 'd/..', 'to-f', 'absolute', 'loop', 'to-d/', 'fifo'].map((path) =>
    looks({ stat: path }, 'ok'),
  ),
  ...['to-f', 'to-d', 'to-d-slash', 'd/to-top', 'link-39'].map((path) => looks({ stat: path, follow: true }, 'ok')),
  looks({ stat: '' }, 'no-entry'),
  looks({ stat: 'missing' }, 'no-entry'),
  looks({ stat: 'f/' }, 'not-directory', { wasmtime: { code: 'ok', because: POSIX_SLASH } }),
  looks({ stat: 'to-f/' }, 'not-directory', { wasmtime: { code: 'ok', because: POSIX_SLASH } }),
  looks({ stat: 'f/x' }, 'not-directory'),
  looks({ stat: 'to-new', follow: true }, 'no-entry'),
  looks({ stat: 'loop', follow: true }, 'loop'),
  looks({ stat: 'link-41', follow: true }, 'loop'),
  looks({ stat: 'f\0' }, 'invalid'),
  reads({ list: '.' }, 'ok'),
  reads({ list: 'd' }, 'ok'),
  reads({ list: 'f' }, 'not-directory'),
  reads({ list: 'missing' }, 'no-entry', { writeOnly: 'no-entry' }),
  reads({ readlink: 'to-f' }, 'ok'),
  reads({ readlink: 'd/to-f' }, 'ok'),
  reads({ readlink: 'd/to-top' }, 'ok'),
  reads({ readlink: 'loop' }, 'ok'),
  reads({ readlink: 'f' }, 'invalid'),
  reads({ readlink: 'd' }, 'invalid'),
  reads({ readlink: '.' }, 'invalid'),
  reads({ readlink: 'to-d/' }, 'invalid'),
  reads({ readlink: 'to-f/' }, 'not-directory'),
  reads({ readlink: 'missing' }, 'no-entry'),
];

const changing: readonly Attempt[] = [
  writes({ mkdir: 'new' }, 'ok'),
  writes({ mkdir: 'new/' }, 'ok'),
  writes({ mkdir: 'd/new' }, 'ok'),
  writes({ mkdir: 'f' }, 'exist'),
  writes({ mkdir: 'd' }, 'exist'),
  writes({ mkdir: '.' }, 'exist'),
  writes({ mkdir: 'to-new' }, 'exist'),
  writes({ mkdir: 'to-new/' }, 'exist'),
  writes({ mkdir: 'missing/new' }, 'no-entry'),
  writes({ mkdir: 'f/new' }, 'not-directory'),
  writes({ mkdir: '' }, 'no-entry'),
  writes({ mkdir: NAME_TOO_LONG }, 'name-too-long'),
  writes({ rmdir: 'd/empty' }, 'ok'),
  writes({ rmdir: 'd/empty/' }, 'ok', { wasmtime: { code: 'invalid', because: POSIX_SLASH } }),
  writes({ rmdir: 'd' }, 'not-empty'),
  writes({ rmdir: 'f' }, 'not-directory'),
  writes({ rmdir: 'to-d' }, 'not-directory'),
  writes({ rmdir: 'to-d/' }, 'not-directory', { wasmtime: { code: 'invalid', because: POSIX_SLASH } }),
  writes({ rmdir: 'd/empty/.' }, 'invalid'),
  writes({ rmdir: '.' }, 'invalid'),
  writes({ rmdir: 'missing' }, 'no-entry'),
  writes({ unlink: 'f' }, 'ok'),
  writes({ unlink: 'hard' }, 'ok'),
  writes({ unlink: 'to-d' }, 'ok'),
  writes({ unlink: 'absolute' }, 'ok'),
  writes({ unlink: 'fifo' }, 'ok'),
  writes({ unlink: 'd' }, 'is-directory'),
  writes({ unlink: 'd/' }, 'is-directory'),
  writes({ unlink: '.' }, 'is-directory'),
  writes({ unlink: 'f/' }, 'not-directory'),
  writes({ unlink: 'to-d/' }, 'not-directory', { wasmtime: { code: 'is-directory', because: POSIX_SLASH } }),
  writes({ unlink: 'missing' }, 'no-entry'),
  writes({ rename: 'f', to: 'new' }, 'ok'),
  writes({ rename: 'f', to: 'd/new' }, 'ok'),
  writes({ rename: 'f', to: 'hard' }, 'ok'),
  writes({ rename: 'f', to: 'd/g' }, 'ok'),
  writes({ rename: 'd', to: 'new' }, 'ok'),
  writes({ rename: 'd/', to: 'new/' }, 'ok'),
  writes({ rename: 'd/empty', to: 'new' }, 'ok'),
  writes({ rename: 'to-d', to: 'new' }, 'ok'),
  writes({ rename: 'absolute', to: 'new' }, 'ok'),
  writes({ rename: 'absolute', to: 'd/new' }, 'ok'),
  writes({ rename: 'f/', to: 'new' }, 'not-directory'),
  writes({ rename: 'f', to: 'new/' }, 'not-directory'),
  writes({ rename: 'to-d/', to: 'new' }, 'not-directory'),
  writes({ rename: 'f', to: 'd' }, 'is-directory'),
  writes({ rename: 'd', to: 'f' }, 'not-directory'),
  writes({ rename: 'd', to: 'd/new' }, 'invalid'),
  writes({ rename: 'd/empty', to: 'd' }, 'not-empty'),
  writes({ rename: '.', to: 'new' }, 'busy'),
  writes({ rename: 'f', to: '.' }, 'busy'),
  writes({ rename: 'missing', to: 'new' }, 'no-entry'),
  writes({ rename: 'f', to: 'missing/new' }, 'no-entry'),
  writes({ link: 'f', to: 'new' }, 'ok'),
  writes({ link: 'f', to: 'd/new' }, 'ok'),
  writes({ link: 'to-f', to: 'new' }, 'ok'),
  writes({ link: 'f', to: 'hard' }, 'exist'),
  writes({ link: 'f', to: 'new', follow: true }, 'invalid'),
  writes({ link: 'd', to: 'new' }, 'not-permitted'),
  writes({ link: '.', to: 'new' }, 'not-permitted'),
  writes({ link: 'f/', to: 'new' }, 'not-directory'),
  writes({ link: 'f', to: 'new/' }, 'no-entry'),
  writes({ link: 'missing', to: 'new' }, 'no-entry'),
  writes({ symlink: 'f', to: 'new' }, 'ok'),
  writes({ symlink: 'nowhere', to: 'new' }, 'ok'),
  writes({ symlink: '../f', to: 'd/new' }, 'ok'),
  writes({ symlink: './d/./g', to: 'new' }, 'ok'),
  writes({ symlink: '..f/...', to: 'new' }, 'ok'),
  writes({ symlink: 'f', to: 'd' }, 'exist'),
  writes({ symlink: 'f', to: 'new/' }, 'no-entry'),
  writes({ symlink: '', to: 'new' }, 'no-entry'),
  writes({ symlink: 'f\0', to: 'new' }, 'invalid'),
  writes({ setTimes: 'f' }, 'ok'),
  writes({ setTimes: 'd' }, 'ok'),
  writes({ setTimes: '.' }, 'ok'),
  writes({ setTimes: 'd/' }, 'ok'),
  writes({ setTimes: 'to-f', follow: true }, 'ok'),
  writes({ setTimes: 'absolute' }, 'ok'),
  writes({ setTimes: 'f/' }, 'not-directory'),
  writes({ setTimes: 'to-new', follow: true }, 'no-entry'),
  writes({ setTimes: 'loop', follow: true }, 'loop'),
  writes({ setTimes: 'missing' }, 'no-entry'),
];

export const groups: Readonly<Record<string, readonly Attempt[]>> = {
  'leaving the directory': escapes,
  'odd paths': paths,
  opening,
  looking,
  changing,
};

const NOON = { tag: 'timestamp', val: { seconds: 1_000_000_000n, nanoseconds: 0 } } as const;

/** Makes an attempt through a descriptor. */
export function make(at: Descriptor, it: Operation): unknown {
  const follows = { symlinkFollow: 'follow' in it && it.follow === true };
  if ('open' in it) {
    const has = (flag: string) => (it.flags ?? 'r').includes(flag);
    const how = { create: has('c'), exclusive: has('x'), truncate: has('t'), directory: has('d') };
    return at.openAt(follows, it.open, how, { read: has('r'), write: has('w') });
  }
  if ('stat' in it) return at.statAt(follows, it.stat);
  if ('setTimes' in it) return at.setTimesAt(follows, it.setTimes, NOON, NOON);
  if ('list' in it) {
    const directory = at.openAt({ symlinkFollow: true }, it.list, { directory: true }, { read: true });
    return directory.readDirectory();
  }
  if ('readlink' in it) return at.readlinkAt(it.readlink);
  if ('mkdir' in it) return at.createDirectoryAt(it.mkdir);
  if ('rmdir' in it) return at.removeDirectoryAt(it.rmdir);
  if ('unlink' in it) return at.unlinkFileAt(it.unlink);
  if ('rename' in it) return at.renameAt(it.rename, at, it.to);
  if ('link' in it) return at.linkAt(follows, it.link, at, it.to);
  return at.symlinkAt(it.symlink, it.to);
}

/** What an attempt is called. */
export function title(it: Operation): string {
  const show = (path: string) => (path.length > 40 ? `${path.slice(0, 20)}… (${path.length})` : JSON.stringify(path));
  const [[name, path]] = Object.entries(it) as [[string, string]];
  const flags = 'flags' in it ? ` ${it.flags}` : '';
  const to = 'to' in it ? ` → ${show(it.to)}` : '';
  const follow = 'follow' in it ? (it.follow ? ' following' : ' not following') : '';
  return `${name} ${show(path)}${to}${flags}${follow}`;
}
