import type { ValueType } from '../../src/wit/index.js';
import { type Instantiate, translateWithJco } from './jco.js';
import { loadWithHatchway } from './ours.js';
import { echo, type Outcome, outcomeOf, show } from './outcome.js';
import { GUEST, HOST, relayComponent, type StringEncoding } from './relay.js';

/** What the relay of types number `index` makes of a value. */
export type Call = (index: number, value: unknown) => Outcome;

export interface Pair {
  readonly jco: Call;
  readonly ours: Call;
}

/** Relays for `types`, one run by jco's code and one by ours. */
export async function relayPair(types: readonly ValueType[], encoding?: StringEncoding): Promise<Pair> {
  const component = await relayComponent(types, encoding);
  return {
    jco: await relay(types, await translateWithJco(component)),
    ours: await relay(types, await loadWithHatchway(component)),
  };
}

/** A relay for `types`, run by the code that `instantiate` gives. */
export async function relay(types: readonly ValueType[], instantiate: Instantiate): Promise<Call> {
  let given: string | undefined;
  const host: Record<string, (value: unknown) => unknown> = {};
  for (const [i, type] of types.entries()) {
    host[`f${i}`] = (value) => {
      given = show(value);
      return echo(type, value);
    };
  }
  const exports = await instantiate({ [HOST]: host });
  return (index, value) => {
    given = undefined;
    const then = outcomeOf(() => exports[GUEST][`f${index}`](value));
    return { ...(given !== undefined && { given }), then };
  };
}
