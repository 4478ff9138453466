/**
 * Decoding and validating components that are nearly all types, of several sizes, and what wasmparser takes for the same bytes,
 * which is what `wasm-tools validate` runs. Each turn has other bytes.
 */
import { analyze } from '../../src/component/analyze/index.js';
import { decodeComponent } from '../../src/component/binary/index.js';
import { provideReference, Reference } from '../../test/fuzz/reference.js';
import { typeHeavy } from '../../test/spec/type-heavy.js';
import { median } from '../measure.js';
import type { Figure, Result } from '../row.js';

const MEGABYTES = [1, 4, 16, 64];
const MB = 1e6;
/** The most that a megabyte of the largest may take, of what one of the smallest takes. */
const GOAL = 1.3;

let seed = Date.now() % 1_000_000;

/** Bytes that were never seen. */
function fresh(megabytes: number): Uint8Array {
  seed += 100_000;
  return typeHeavy(megabytes * MB, seed);
}

/** Nanoseconds. */
function validate(bytes: Uint8Array): number {
  globalThis.gc?.();
  const started = process.hrtime.bigint();
  analyze(decodeComponent(bytes));
  return Number(process.hrtime.bigint() - started);
}

/** `rounds` for the largest; the smaller ones have more, since a moment decides more of them. */
export async function validationRow(rounds: number): Promise<Result> {
  const path = provideReference();
  const reference = path === undefined ? undefined : new Reference(path);
  // Until the engine has optimised what it will.
  for (let i = 0; i < 8; i++) validate(fresh(1));
  const ours = new Map<number, number[]>();
  const theirs = new Map<number, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const megabytes of MEGABYTES) {
      for (let turn = 0; turn < Math.max(1, 8 / megabytes); turn++) {
        const bytes = fresh(megabytes);
        const of = (all: Map<number, number[]>) => all.get(megabytes) ?? all.set(megabytes, []).get(megabytes)!;
        of(ours).push((validate(bytes) / bytes.length) * MB);
        if (reference) of(theirs).push(((await reference.validate(bytes)).nanoseconds / bytes.length) * MB);
      }
    }
  }
  await reference?.close();
  const [smallest, largest] = [MEGABYTES[0]!, MEGABYTES.at(-1)!];
  // The least disturbed turn of each: what else runs can only add.
  const best = (all: readonly number[]) => Math.min(...all);
  const base = best(ours.get(smallest)!);
  const figures = (what: string, all: Map<number, number[]>): Figure[] =>
    [...all].map(([megabytes, values]) => ({
      subject: `${what}, ${megabytes} MB`,
      value: best(values),
      ratio: best(values) / base,
    }));
  const measured = best(ours.get(largest)!) / base;
  return {
    id: 'validation',
    title: `decoding and validating types, each MB (medians at ${largest} MB: ${[ours, theirs].map((all) => (all.size ? `${Math.round(median(all.get(largest)!) / MB)} ms` : '–')).join(' and ')})`,
    unit: 'ns',
    figures: [...figures('hatchway', ours), ...figures('wasmparser', theirs)],
    goals: [{ text: `hatchway, ${largest} MB ≤ ${GOAL}× ${smallest} MB`, measured, met: measured <= GOAL }],
  };
}
