import type { Guest } from './guest.js';

/** Something that a guest tries. */
export interface Attempt {
  readonly what: string;
  readonly attempt: (guest: Guest) => unknown;
  /** What it is to be answered: a code, or a value with which it succeeds. */
  readonly expected: string | { readonly value: unknown };
}

/** Attempts that show one thing. */
export interface Group {
  readonly name: string;
  /** What it means where all of them come out as expected. */
  readonly holds: string;
  readonly granted: 'nothing' | 'read' | 'read and write';
  readonly attempts: readonly Attempt[];
}

const refused = (what: string, attempt: Attempt['attempt'], expected = 'not-permitted'): Attempt => ({
  what,
  attempt,
  expected,
});
const works = (what: string, attempt: Attempt['attempt'], value?: unknown): Attempt => ({
  what,
  attempt,
  expected: { value },
});

const CHANGES: readonly Attempt[] = [
  refused('cutting a file', (guest) => guest.write('file', 'x')),
  refused('making a file', (guest) => guest.write('new', 'x')),
  refused('renaming', (guest) => guest.rename('file', 'new')),
  refused('a hard link', (guest) => guest.link('file', 'new')),
  refused('a symbolic link', (guest) => guest.symlink('file', 'new')),
  refused('making a directory', (guest) => guest.createDirectory('new')),
  refused('removing a file', (guest) => guest.unlink('file')),
];

export const GROUPS: readonly Group[] = [
  {
    name: 'what is granted',
    holds: 'can be read and written',
    granted: 'read and write',
    attempts: [
      works('reading', (guest) => guest.read('file'), 'data'),
      works('reading through a link that stays inside', (guest) => guest.read('link-in'), 'inner'),
      works('".." that stays inside', (guest) => guest.read('inner/../file'), 'data'),
      works(
        'writing',
        (guest) => {
          guest.write('new', 'written');
          guest.rename('new', 'newer');
          return guest.read('newer');
        },
        'written',
      ),
      works('the directories it finds', (guest) => guest.directories().join(' '), '/data /'),
    ],
  },
  {
    name: 'what is not granted',
    holds: 'is not there',
    granted: 'nothing',
    attempts: [
      refused('reading', (guest) => guest.read('data/file'), 'no-entry'),
      refused('reading a file of the host', (guest) => guest.read('etc/passwd'), 'no-entry'),
      refused('making a file', (guest) => guest.write('new', 'x'), 'no-entry'),
      works('the directories it finds', (guest) => guest.directories().join(' '), '/'),
    ],
  },
  {
    name: '".." and absolute paths',
    holds: 'do not lead out of a directory',
    granted: 'read and write',
    attempts: [
      refused('".."', (guest) => guest.read('../outside/secret')),
      refused('".." below a directory inside', (guest) => guest.read('inner/../../outside/secret')),
      refused('".." many times', (guest) => guest.read(`${'../'.repeat(40)}etc/passwd`)),
      refused('an absolute path', (guest) => guest.read('/etc/passwd')),
      refused('writing through ".."', (guest) => guest.write('../outside/new', 'x')),
    ],
  },
  {
    name: 'links that lead out',
    holds: 'are not followed',
    granted: 'read and write',
    attempts: [
      refused('a link to a file', (guest) => guest.read('link-out')),
      refused('a link to a directory', (guest) => guest.read('link-out-folder/secret')),
      refused('an absolute link', (guest) => guest.read('link-absolute')),
      refused('a link into /proc', (guest) => guest.read('link-processes')),
      refused('writing through a link', (guest) => guest.write('link-out', 'x')),
      refused('making a file through a dangling link', (guest) => guest.write('link-dangling', 'x')),
      refused('links in a circle', (guest) => guest.read('link-circle'), 'loop'),
    ],
  },
  {
    name: 'moving and linking',
    holds: 'stays inside a directory',
    granted: 'read and write',
    attempts: [
      refused('moving a file out', (guest) => guest.rename('file', 'link-out-folder/file')),
      refused('moving a file in', (guest) => guest.rename('link-out-folder/secret', 'new')),
      refused('a hard link to what is outside', (guest) => guest.link('link-out-folder/secret', 'new')),
      refused('a hard link outside', (guest) => guest.link('file', '../outside/new')),
      refused('a symbolic link that leads out', (guest) => guest.symlink('../outside/secret', 'new')),
      refused('an absolute symbolic link', (guest) => guest.symlink('/etc/passwd', 'new')),
      refused('making a directory outside', (guest) => guest.createDirectory('link-out-folder/new')),
      refused('removing a file outside', (guest) => guest.unlink('link-out-folder/secret')),
    ],
  },
  {
    name: 'a directory to be read only',
    holds: 'is not written in any way',
    granted: 'read',
    attempts: [works('reading', (guest) => guest.read('file'), 'data'), ...CHANGES],
  },
];

/** For machines that can make one. */
export const FIFO: Group = {
  name: 'pipes and devices',
  holds: 'are not opened, and so cannot block the process',
  granted: 'read and write',
  attempts: [
    refused('reading a pipe', (guest) => guest.read('fifo'), 'no-such-device'),
    refused('writing to a pipe', (guest) => guest.write('fifo', 'x'), 'no-such-device'),
  ],
};
