/** What a granted directory costs, compared with plain `node:fs`. No guest: what one adds is in the rows of calls. */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { DescriptorFlags } from '../../src/wasi/filesystem/index.js';
import { loop, type Subject } from '../measure.js';
import type { Row } from '../row.js';
import { hatchway, host, SIZE, shim } from '../subjects/filesystem.js';

const path = { symlinkFollow: true };
const bytes = new Uint8Array(SIZE);
/** A stream is let go of as a guest does, through its symbol: the shim's has nothing else. */
const open = (flags: string) =>
  `const it = f.openAt(x, 'd/f', {}, ${flags}); it[Symbol.dispose](); sum += it === undefined ? 1 : 0;`;
const read = `const it = f.readViaStream(0n); sum += it.blockingRead(${SIZE}n).length; it[Symbol.dispose]();`;
/** In as many writes as `check-write` asks for. */
const write = `const it = f.writeViaStream(0n);
  for (let at = 0; at < ${SIZE}; ) {
    const part = x.subarray(at, at + Number(it.checkWrite()));
    if (part.length > 0) it.write(part);
    else it.blockingFlush();
    at += part.length;
  }
  it.blockingFlush();
  it[Symbol.dispose]();
  sum++;`;
const attempt = (body: string) => `try { ${body} } catch { sum++; }`;

function subject(name: string, prepare: () => unknown): Subject {
  return { name, prepare: async () => (await prepare()) as never };
}

const plainPath = () => join(host(), 'd', 'f');
const ours = (flags: DescriptorFlags) => hatchway(true).openAt(path, 'd/f', {}, flags);
const theirs = async (flags: DescriptorFlags) => (await shim()).openAt(path, 'd/f', {}, flags);

export const fileSystemRows: Row[] = [
  {
    id: 'file-open',
    title: 'open and close a file, one directory down',
    subjects: [
      subject('node:fs', () => loop('f.closeSync(f.openSync(x)); sum++;', { openSync, closeSync }, plainPath())),
      subject('hatchway', () => loop(open('{ read: true }'), hatchway(true), path)),
      subject("jco's shim", async () => loop(open('{ read: true }'), await shim(), path)),
    ],
    goals: [{ of: 'hatchway', against: 'node:fs', atMost: 10 }],
  },
  {
    id: 'file-refused',
    title: 'open a file to write it, without the grant',
    subjects: [
      subject('allowed', () => loop(attempt(open('{ write: true }')), hatchway(true), path)),
      subject('refused', () => loop(attempt(open('{ write: true }')), hatchway(false), path)),
    ],
    goals: [{ of: 'refused', against: 'allowed', atMost: 1 }],
  },
  {
    id: 'file-read',
    title: 'read 1 MiB through a stream',
    pairwise: true,
    subjects: [
      subject('node:fs', () =>
        loop(
          `sum += f.readSync(x, Buffer.allocUnsafeSlow(${SIZE}), 0, ${SIZE}, 0);`,
          { readSync },
          openSync(plainPath(), 'r'),
        ),
      ),
      subject('node:fs, always into the same buffer', () =>
        loop(`sum += f.readSync(x, f.bytes, 0, ${SIZE}, 0);`, { readSync, bytes }, openSync(plainPath(), 'r')),
      ),
      subject('hatchway', () => loop(read, ours({ read: true }), 0)),
      subject("jco's shim", async () => loop(read, await theirs({ read: true }), 0)),
    ],
    goals: [{ of: 'hatchway', against: 'node:fs', atMost: 1.25 }],
  },
  {
    id: 'file-write',
    title: 'write 1 MiB through a stream',
    subjects: [
      subject('node:fs', () =>
        loop(`sum += f.writeSync(x, f.bytes, 0, ${SIZE}, 0);`, { writeSync, bytes }, openSync(plainPath(), 'r+')),
      ),
      subject('hatchway', () => loop(write, ours({ write: true }), bytes)),
      subject("jco's shim", async () => loop(write, await theirs({ write: true }), bytes)),
    ],
    goals: [{ of: 'hatchway', against: 'node:fs', atMost: 1.25 }],
  },
];
