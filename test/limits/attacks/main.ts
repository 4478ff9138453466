/**
 * `tsx test/limits/attacks/main.ts MODE`: runs each attack with a deadline and prints a line of JSON for each. A process of
 * its own: what is not stopped can then be ended.
 */
import type { Interruption } from '../../../src/limits/rewrite/index.js';
import { ExactFuel, threadDeadlines } from '../../../src/limits/watchdog/index.js';
import { assemble, instantiate } from '../support.js';
import { ATTACKS } from './table.js';

export interface AttackOutcome {
  readonly name: string;
  readonly error: string;
  readonly expired: boolean;
  /** Milliseconds after the deadline. */
  readonly late: number;
}

const TIMEOUT = 20;
const interruption = process.argv[2] as Interruption;
const only = process.argv[3];
const deadlines = threadDeadlines();

for (const { name, wat } of ATTACKS) {
  if (only !== undefined && name !== only) continue;
  const bytes = await assemble(wat);
  const exact = new ExactFuel(1n << 62n, () => deadlines.expired());
  const given = interruption === 'exact-fuel' ? exact.imports : deadlines.imports;
  const { run } = instantiate(bytes, { interruption }, given, { host: { f: () => {} } });
  deadlines.enter(TIMEOUT);
  const started = performance.now();
  let error = 'none';
  try {
    run!();
  } catch (thrown) {
    error = String(thrown);
  }
  const late = performance.now() - started - TIMEOUT;
  const expired = deadlines.leave();
  console.log(JSON.stringify({ name, error, expired, late } satisfies AttackOutcome));
}
