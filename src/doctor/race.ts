import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { contextWith } from './context.js';
import { FACES } from './faces.js';
import { type Finding, failed, ok } from './finding.js';
import type { Guest } from './guest.js';
import { type Scratch, SECRET } from './scratch.js';

const NAME = 'races';
/** Milliseconds that a worker may take to start. */
const PATIENCE = 10_000;

/** Swaps a directory and a link that leads out until it is told to stop. It has no loader for anything but plain JavaScript. */
const SWAPPER = `
const { renameSync } = require('node:fs');
const { workerData: { directory, state } } = require('node:worker_threads');
const [at, away, link] = ['swapped', 'away', 'swapped-link'].map((name) => directory + '/' + name);
const counters = new Int32Array(state);
while (Atomics.load(counters, 0) === 0) {
  renameSync(at, away);
  renameSync(link, at);
  Atomics.add(counters, 1, 1);
  renameSync(at, link);
  renameSync(away, at);
}
`;

/** A guest goes through a directory that another thread swaps for a link that leads out. */
export async function race(scratch: Scratch, tries: number): Promise<Finding> {
  scratch.renew();
  mkdirSync(scratch.at('data/swapped'));
  writeFileSync(scratch.at('data/swapped/secret'), 'public');
  symlinkSync('../outside', scratch.at('data/swapped-link'));
  const state = new SharedArrayBuffer(8);
  const counters = new Int32Array(state);
  const worker = new Worker(SWAPPER, { eval: true, workerData: { directory: scratch.data, state } });
  const ended = new Promise<unknown>((resolve) => {
    worker.once('exit', () => resolve(undefined));
    worker.once('error', resolve);
  });
  const contexts = FACES.map((face) => ({ face, context: contextWith(both(scratch.data)) }));
  let wins = 0;
  try {
    const guests = contexts.map(({ face, context }) => ({ face, guest: face.guest(context) }));
    for (const until = Date.now() + PATIENCE; Atomics.load(counters, 1) === 0 && Date.now() < until; ) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    for (let i = 0; i < tries; i++) {
      const { face, guest } = guests[i % guests.length]!;
      try {
        if (TRIES[i % TRIES.length]!(guest)) wins++;
      } catch (error) {
        if (face.codeOf(error) === undefined) throw error;
      }
    }
  } finally {
    Atomics.store(counters, 0, 1);
    await ended;
    for (const { context } of contexts) context.dispose();
  }
  if (readFileSync(scratch.at('outside/secret'), 'utf8') !== SECRET) wins++;
  const swaps = Atomics.load(counters, 1);
  if (wins > 0) return failed(NAME, `${wins} of ${tries} tries got out while a directory was swapped for a link`);
  if (swaps === 0) return failed(NAME, 'could not be tried: nothing was swapped');
  return ok(NAME, `no way out while a directory is swapped for a link: ${tries} tries, ${swaps} swaps`);
}

/** Each answers whether it got at what is outside. Odd in number: each is made through each face. */
const TRIES: readonly ((guest: Guest) => boolean)[] = [
  (guest) => guest.read('swapped/secret') === SECRET,
  (guest) => guest.read('swapped/../swapped/secret') === SECRET,
  (guest) => {
    guest.write('swapped/secret', 'public');
    return false;
  },
];

function both(data: string) {
  return { read: { '/data': data }, write: { '/data': data } };
}
