/** One implementation of the conformance world as one face shows it: what the rows of the table are checked on. */
import type { Instance, Plugin } from '../../src/index.js';
import { App } from './app.js';

export type Face = 'sync' | 'async';
export const FACES: readonly Face[] = ['sync', 'async'];

/** Instances that a chain of `descend` goes through. */
export const CHAIN = 50;

/** An instance, and the app that it was made for. */
export interface Running {
  readonly instance: Instance;
  readonly app: App;
  /** Its exports, as the face has them: await every answer. */
  readonly exports: any;
  /** A new counter. */
  counter(start: number): Promise<any>;
  /** Enters the instance's `descend` as an import can: without a promise where there is such a face. */
  descend(depth: number): number | Promise<number>;
}

export interface Spared {
  /** Whether a call with these arguments is known to fail in a row. */
  has(row: string, args: readonly unknown[]): boolean;
  /** The same, for a call that is always made: the row then says what was left out. */
  note(row: string, args: readonly unknown[]): { readonly sometimes?: true } | undefined;
}

export interface Subject {
  /** Those that its instances have. */
  readonly faces: readonly Face[];
  /** What is left out of a row, for reasons outside of hatchway. */
  readonly spared: Spared;
  /** One for all rows: leave it as it was. */
  readonly shared: Running;
  /** Another, for all rows too. */
  readonly other: Running;
  /** One of one's own, to break. */
  fresh(): Promise<Running>;
  /** The first of `CHAIN` + 1 instances; each one's `host.descend` is the next one's `callbacks.descend`. */
  chain(): Promise<Running>;
}

interface Made {
  readonly instance: Instance;
  readonly app: App;
}

/** The subject of a plugin by a face. Rows share instances: making one takes long in some languages. */
export function subjectsOf(plugin: Plugin, spared: Spared, faces: readonly Face[]): (face: Face) => Promise<Subject> {
  const make = async (): Promise<Made> => {
    const app = new App();
    return { app, instance: await plugin.instantiate({ imports: app.imports }) };
  };
  const descend = (instance: Instance, depth: number) =>
    (faces.includes('sync') ? instance.sync : instance.exports).callbacks.descend(depth);
  let shared: Made | undefined;
  let other: Made | undefined;
  let chain: Promise<Made[]> | undefined;
  const makeChain = async () => {
    const all: Made[] = [];
    for (let i = 0; i <= CHAIN; i++) {
      const made = await make();
      const before = all.at(-1);
      if (before !== undefined) before.app.descend = (depth) => descend(made.instance, depth);
      all.push(made);
    }
    return all;
  };
  return async (face) => {
    // A row that fails may leave a broken one, which is no business of the next.
    if (shared?.instance.state !== 'idle') shared = await make();
    if (other?.instance.state !== 'idle') other = await make();
    return {
      faces,
      spared,
      shared: show(shared, face, descend),
      other: show(other, face, descend),
      fresh: async () => show(await make(), face, descend),
      chain: async () => {
        chain ??= makeChain();
        return show((await chain)[0]!, face, descend);
      },
    };
  };
}

function show(
  { instance, app }: Made,
  face: Face,
  descend: (instance: Instance, depth: number) => number | Promise<number>,
): Running {
  const exports = face === 'sync' ? instance.sync : instance.exports;
  const counter = async (start: number) => {
    const { Counter } = exports.counters;
    return face === 'sync' ? new Counter(start) : await Counter.create(start);
  };
  return { instance, app, exports, counter, descend: (depth) => descend(instance, depth) };
}
