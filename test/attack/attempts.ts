/**
 * What a plugin can try that it must not get, or only with a grant: one row each, with what comes of it with the grant and
 * without any. Every runtime that there is runs them all.
 */
import type { GrantsOption } from '../../src/grants/index.js';

/** What is tried: commands of the C program `files`, or a call of the component `probe`. */
export type Attempt =
  | { readonly by: 'files'; readonly commands: string }
  | { readonly by: 'probe'; readonly call: string; readonly args?: readonly unknown[] };

/** What comes of it: what it answers, and how often it may be refused something. */
export interface Row {
  readonly what: string;
  readonly attempt: Attempt;
  /** The grant that matters; directories are relative to the scratch folder. Absent: there is none to give. */
  readonly grant?: GrantsOption;
  /** What it answers with the grant; absent where there is none. */
  readonly granted?: string;
  /** What it answers with nothing granted. */
  readonly refused: string;
  /** The only runtime that this is about. */
  readonly only?: string;
  /** The kinds of denials that are recorded with nothing granted, and with the grant. */
  readonly denials?: { readonly refused?: readonly string[]; readonly granted?: readonly string[] };
}

export interface Topic {
  readonly name: string;
  readonly rows: readonly Row[];
}

const READ: GrantsOption = { read: { '/data': 'data' } };
const WRITE: GrantsOption = { write: { '/data': 'data' } };
const BOTH: GrantsOption = { ...READ, ...WRITE };

const files = (commands: string): Attempt => ({ by: 'files', commands });
const probe = (call: string, ...args: unknown[]): Attempt => ({ by: 'probe', call, args });

const NO_ENTRY = 'No such file or directory';
const NOT_PERMITTED = 'Operation not permitted';

/** Commands of `files` that fail alike. */
function fails(command: string, error: string): string {
  return `${command.split(' ')[0]}:  [${error}], exit code 1`;
}

/** A way to get at something outside of the folder: with the grant it is refused as well. */
function leave(what: string, command: string, granted = NOT_PERMITTED, refused = NO_ENTRY): Row {
  const kind = /^(read|list|stat|lstat|readlink|open)/.test(command) ? 'read' : 'write';
  return {
    what,
    attempt: files(command),
    grant: BOTH,
    granted: fails(command, granted),
    refused: fails(command, refused),
    denials: { refused: [kind] },
  };
}

const leaving: Topic = {
  name: 'Leaving a granted folder',
  rows: [
    leave('`..` above the folder', 'read /data/../outside/secret'),
    leave('`..` many times', 'read /data/../../../../../../etc/passwd'),
    leave('`..` below a folder inside', 'read /data/inner/../../outside/secret'),
    leave('an absolute path of the host', 'read /etc/passwd', NO_ENTRY),
    leave('`/proc`', 'read /proc/self/environ', NO_ENTRY),
    leave('a link to a file outside', 'read /data/link-out'),
    leave('a link to a folder outside', 'read /data/link-out-folder/secret'),
    leave('an absolute link', 'read /data/link-absolute'),
    leave('a link into `/proc`', 'read /data/link-proc'),
    leave('listing a folder outside', 'list /data/link-out-folder'),
    leave('the facts of a file outside', 'stat /data/link-out'),
    leave('where an absolute link leads', 'readlink /data/link-absolute'),
    leave('a dangling link', 'read /data/link-dangling', NO_ENTRY),
    leave('making a file through a dangling link', 'write /data/link-dangling-out x'),
    leave('links in a circle', 'read /data/loop-a', 'Symbolic link loop'),
    leave('making a link that leads out', 'symlink ../outside/secret /data/new'),
    leave('making an absolute link', 'symlink /etc/passwd /data/new'),
    leave('a hard link to a file outside', 'link /data/link-out-folder/secret /data/new'),
    leave('moving a file out', 'rename /data/file /data/link-out-folder/file'),
    leave('moving a file in', 'rename /data/link-out-folder/secret /data/new'),
    leave('making a folder outside', 'mkdir /data/link-out-folder/new'),
    leave('removing a file outside', 'unlink /data/link-out-folder/secret'),
    leave('removing a folder outside', 'rmdir /data/link-out-folder/deep'),
    leave('the times of a file outside', 'utimes /data/link-out 1 1'),
    leave('cutting a file outside', 'truncate /data/link-out 0'),
    leave('a name of 300 characters', `read /data/${'n'.repeat(300)}`, 'Filename too long'),
    leave('a pipe, which nobody writes to', 'read /data/fifo', 'No such device or address'),
    {
      what: 'links that stay inside',
      attempt: files('read /data/link-in + read /data/link-in-folder/file + read /data/inner/../hard'),
      grant: READ,
      granted: 'read: data read: inner data read: data',
      refused: `read:  [${NO_ENTRY}] read:  [${NO_ENTRY}] read:  [${NO_ENTRY}], exit code 1`,
      denials: { refused: ['read', 'read', 'read'] },
    },
  ],
};

/** A change, which takes `write`: refused where only reading is granted. */
function change(what: string, command: string, granted: string): Row {
  return {
    what,
    attempt: files(command),
    grant: BOTH,
    granted,
    refused: fails(command, NO_ENTRY),
    denials: { refused: ['write'] },
  };
}

const changing: Topic = {
  name: 'Changing files',
  rows: [
    change('overwriting a file', 'overwrite /data/file x', 'overwrite: 1'),
    change('cutting a file by opening it', 'write /data/file x', 'write: 1'),
    change('making a file', 'create /data/new x', 'create: 1'),
    change('appending', 'append /data/file x', 'append: 1'),
    change('setting a size', 'truncate /data/file 1', 'truncate:'),
    change('setting times', 'utimes /data/file 1 1', 'utimes:'),
    change('removing a file', 'unlink /data/file', 'unlink:'),
    change('removing a folder', 'rmdir /data/inner', fails('rmdir', 'Directory not empty')),
    change('making a folder', 'mkdir /data/new', 'mkdir:'),
    change('renaming', 'rename /data/file /data/new', 'rename:'),
    change('a hard link', 'link /data/file /data/new', 'link:'),
    change('a symbolic link', 'symlink file /data/new', 'symlink:'),
  ],
};

/** The same changes where the folder may be read, and no more. */
const readOnly: Topic = {
  name: 'Changing files in a folder that may only be read',
  rows: changing.rows.map(({ what, attempt, refused, denials }) => ({
    what,
    attempt,
    grant: READ,
    granted: refused.replace(NO_ENTRY, NOT_PERMITTED),
    refused,
    denials: { ...denials, granted: ['write'] },
  })),
};

const writeOnly: Topic = {
  name: 'Reading in a folder that may only be written',
  rows: ['read /data/file', 'list /data', 'readlink /data/link-in'].map((command) => ({
    what: command.split(' ')[0]!,
    attempt: files(command),
    grant: WRITE,
    granted: fails(command, NOT_PERMITTED),
    refused: fails(command, NO_ENTRY),
    denials: { refused: ['read'], granted: ['read'] },
  })),
};

const surroundings: Topic = {
  name: 'What surrounds a program',
  rows: [
    {
      what: 'the environment',
      attempt: probe('environment'),
      grant: { env: { LANG: 'C' } },
      granted: '[["LANG","C"]]',
      refused: '[]',
    },
    { what: 'the arguments', attempt: probe('argumentList'), refused: '[]' },
    {
      what: 'the folders that were granted',
      attempt: probe('directories'),
      grant: READ,
      granted: '["/data","/"]',
      refused: '["/"]',
    },
    { what: 'a terminal', attempt: probe('terminals'), refused: '[false,false]' },
    { what: 'the standard input', attempt: probe('input', 10n), refused: 'error "closed"' },
    { what: 'writing to the output', attempt: probe('print', 'hello'), refused: 'nothing' },
    { what: 'exit', attempt: probe('exit', 3), refused: 'ends the instance: exited' },
  ],
};

const network: Topic = {
  name: 'The network',
  rows: [
    { what: 'a socket', attempt: probe('connect'), refused: 'error "network-error 1"', denials: { refused: ['net'] } },
    {
      what: 'looking up a name',
      attempt: probe('lookUp', 'example.com'),
      refused: 'error "network-error 1"',
      denials: { refused: ['net'] },
    },
  ],
};

const taking: Topic = {
  name: 'Taking too much',
  rows: [
    { what: '2^40 random bytes at once', attempt: probe('random', 2n ** 40n), refused: 'ends the instance: exhausted' },
    { what: 'reading 2^53 bytes', attempt: probe('input', 2n ** 53n), refused: 'error "closed"' },
    {
      what: 'sleeping for 30 days',
      attempt: probe('sleep', 2_592_000_000_000_000n),
      refused: 'ends the instance: exhausted',
    },
    { what: 'sleeping for ever', attempt: probe('sleep', 2n ** 64n - 1n), refused: 'ends the instance: exhausted' },
    { what: '100 000 pollables', attempt: probe('pollables', 100_000), refused: '100000' },
    { what: 'printing 20 MB', attempt: probe('flood', 200_000), refused: 'nothing' },
    {
      what: '5 000 open files',
      only: 'a module for preview 1, inline',
      attempt: files('open-many /data/file 5000'),
      grant: READ,
      granted: 'open-many: 256 [No file descriptors available], exit code 1',
      refused: `open-many: 0 [${NO_ENTRY}], exit code 1`,
      denials: { refused: ['read'] },
    },
  ],
};

const clocksAndRandom: Topic = {
  name: 'Clocks and randomness, which are on unless they are refused',
  rows: [
    {
      what: 'the time',
      attempt: probe('now'),
      grant: { clocks: { frozen: '2026-01-01T00:00:00Z' } },
      granted: '0',
      refused: 'ends the instance: permission-denied',
      denials: { refused: ['clocks'] },
    },
    {
      what: 'the date',
      attempt: probe('today'),
      grant: { clocks: { frozen: '2026-01-01T00:00:00Z' } },
      granted: '1767225600',
      refused: 'ends the instance: permission-denied',
      denials: { refused: ['clocks'] },
    },
    {
      what: 'random bytes',
      attempt: probe('random', 4n),
      grant: { random: { seed: 42 } },
      granted: '[132,255,73,148]',
      refused: 'ends the instance: permission-denied',
      denials: { refused: ['random'] },
    },
    {
      what: 'a seed',
      attempt: probe('seed'),
      grant: { random: { seed: 42 } },
      granted: '[6357148592432086916,8788138233237458032]',
      refused: 'ends the instance: permission-denied',
      denials: { refused: ['random'] },
    },
  ],
};

/** What `refused` means for the words that are on by default. */
export const NOTHING: GrantsOption = {};
export const REFUSED: ReadonlyMap<Topic, GrantsOption> = new Map([[clocksAndRandom, { clocks: false, random: false }]]);

export const TOPICS: readonly Topic[] = [
  leaving,
  changing,
  readOnly,
  writeOnly,
  surroundings,
  network,
  taking,
  clocksAndRandom,
];
