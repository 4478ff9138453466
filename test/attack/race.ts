/**
 * A directory swapped for a link that leads out, again and again, by another thread, while a guest opens and changes things
 * through it.
 *
 * `tsx test/soak/race.ts [TRIES]` runs the long form; the tests run a short one.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { isComponentError } from '../../src/errors/index.js';
import { Permissions } from '../../src/grants/index.js';
import { type Descriptor, FileSystem } from '../../src/wasi/filesystem/index.js';
import { Waiting } from '../../src/wasi/io/index.js';

export interface Race {
  readonly tries: number;
  /** Tries that got at something outside. */
  readonly wins: number;
  /** Tries that found the directory. */
  readonly inside: number;
  /** Tries that found the link, or nothing, with the codes they were answered. */
  readonly refused: ReadonlyMap<string, number>;
  /** How often the directory was swapped. */
  readonly swaps: number;
}

/** Swaps `d` and `link` until told to stop. Plain JavaScript: it runs in a worker, which has no loader for anything else. */
const SWAPPER = `
const { renameSync } = require('node:fs');
const { workerData: { directory, state } } = require('node:worker_threads');
const [at, away, link] = ['d', 'away', 'link'].map((name) => directory + '/' + name);
const counters = new Int32Array(state);
while (Atomics.load(counters, 0) === 0) {
  renameSync(at, away);
  renameSync(link, at);
  Atomics.add(counters, 1, 1);
  renameSync(at, link);
  renameSync(away, at);
}
`;

const SECRET = 'kept outside';

/** Races for a number of tries. */
export async function race(tries: number): Promise<Race> {
  const above = mkdtempSync(join(tmpdir(), 'hatchway-race-'));
  const [outside, granted] = [join(above, 'outside'), join(above, 'granted')];
  for (const directory of [join(outside, 'e'), join(granted, 'd', 'e')]) mkdirSync(directory, { recursive: true });
  for (const name of ['f', 'e/f']) {
    writeFileSync(join(outside, name), SECRET);
    writeFileSync(join(granted, 'd', name), 'public');
  }
  writeFileSync(join(granted, 'mine'), 'mine');
  symlinkSync('../outside', join(granted, 'link'));

  const state = new SharedArrayBuffer(8);
  const counters = new Int32Array(state);
  const worker = new Worker(SWAPPER, { eval: true, workerData: { directory: granted, state } });
  const ended = new Promise<void>((resolve, reject) => {
    worker.once('exit', () => resolve());
    worker.once('error', reject);
  });
  const files = fileSystem(granted);
  const refused = new Map<string, number>();
  let [wins, inside] = [0, 0];
  try {
    const { descriptor } = files.preopens()[0]!;
    while (Atomics.load(counters, 1) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    for (let i = 0; i < tries; i++) {
      try {
        if (TRIES[i % TRIES.length]!(descriptor, outside)) wins++;
        else inside++;
      } catch (error) {
        if (!isComponentError(error)) throw error;
        const code = String(error.payload);
        refused.set(code, (refused.get(code) ?? 0) + 1);
      }
    }
  } finally {
    Atomics.store(counters, 0, 1);
    await ended;
    files.dispose();
    rmSync(above, { recursive: true, force: true });
  }
  return { tries, wins, inside, refused, swaps: Atomics.load(counters, 1) };
}

function fileSystem(host: string): FileSystem {
  const name = { plugin: 'racer', instance: 'racer' };
  const permissions = new Permissions(name, {
    directories: [{ guest: '/', host, read: true, write: true, rule: 'the race' }],
    environment: [],
    clocks: { kind: 'real', resolution: 1 },
    random: { kind: 'secure' },
    run: false,
    grantWith: () => '',
    refusedBy: () => '',
  });
  return new FileSystem(permissions, new Waiting(name, 0, process.hrtime.bigint));
}

const text = new TextDecoder();
const FOLLOW = { symlinkFollow: true };

/** Each answers whether it got at something outside, or throws what it was answered. */
const TRIES: readonly ((root: Descriptor, outside: string) => boolean)[] = [
  (root) => reads(root, 'd/f'),
  (root) => reads(root, 'd/e/f'),
  (root) => reads(root, 'd/e/../f'),
  (root) => {
    const directory = root.openAt(FOLLOW, 'd', { directory: true }, { read: true });
    try {
      return reads(directory, 'f');
    } finally {
      directory.close();
    }
  },
  (root, outside) => {
    root.openAt(FOLLOW, 'd/new', { create: true }, { write: true }).close();
    remove(root, 'd/new');
    return taken(join(outside, 'new'));
  },
  (root, outside) => {
    const file = root.openAt(FOLLOW, 'd/f', { truncate: true }, { write: true });
    file.write(new TextEncoder().encode('public'), 0n);
    file.close();
    return readFileSync(join(outside, 'f'), 'utf8') !== SECRET;
  },
  (root, outside) => {
    root.renameAt('mine', root, 'd/mine');
    let back = false;
    while (!back) {
      try {
        root.renameAt('d/mine', root, 'mine');
        back = true;
      } catch {
        if (existsSync(join(outside, 'mine'))) {
          renameSync(join(outside, 'mine'), join(outside, '..', 'granted', 'mine'));
          return true;
        }
      }
    }
    return false;
  },
  (root) => root.statAt(FOLLOW, 'd/f').size !== 6n,
  (root, outside) => {
    root.createDirectoryAt('d/made');
    for (;;) {
      try {
        root.removeDirectoryAt('d/made');
        return false;
      } catch {
        if (existsSync(join(outside, 'made'))) {
          rmSync(join(outside, 'made'), { recursive: true });
          return true;
        }
      }
    }
  },
];

function reads(at: Descriptor, path: string): boolean {
  const file = at.openAt(FOLLOW, path, {}, { read: true });
  try {
    return text.decode(file.read(100n, 0n)[0]) === SECRET;
  } finally {
    file.close();
  }
}

/** Removes what may be there, or may just be swapped away. */
function remove(root: Descriptor, path: string): void {
  try {
    root.unlinkFileAt(path);
  } catch {
    // The next try that creates it finds it there.
  }
}

function taken(path: string): boolean {
  if (!existsSync(path)) return false;
  unlinkSync(path);
  return true;
}
