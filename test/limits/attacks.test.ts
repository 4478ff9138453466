/** Modules that would never return are stopped, in every mode, on this Node and on a newer one. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { newerNodeInstallLine, newerNodePath } from '../setup/newer-node.js';
import type { AttackOutcome } from './attacks/main.js';
import { ATTACKS } from './attacks/table.js';

/** Milliseconds after the deadline, on a machine that has other things to do. What is aimed at is 10; the bench reports it. */
const BOUND = 250;

const main = fileURLToPath(new URL('attacks/main.ts', import.meta.url));
const newer = newerNodePath();

/** In a process of its own, which ends whatever the guests do. */
async function run(node: string, mode: string): Promise<Map<string, AttackOutcome>> {
  const args = ['--import', 'tsx', main, mode];
  const { stdout } = await promisify(execFile)(node, args, { timeout: 120_000, killSignal: 'SIGKILL' }).catch(
    (error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }),
  );
  const outcomes = stdout
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AttackOutcome);
  return new Map(outcomes.map((outcome) => [outcome.name, outcome]));
}

function describeAttacks(title: string, node: string, mode: string): void {
  describe(title, () => {
    let outcomes: Promise<Map<string, AttackOutcome>> | undefined;
    it.each(ATTACKS)('$name', { timeout: 130_000 }, async ({ name, endsItself }) => {
      outcomes ??= run(node, mode);
      const outcome = (await outcomes).get(name);
      if (outcome === undefined) throw new Error('was not stopped, or came after one that was not');
      if (endsItself) {
        expect(outcome.error).toMatch(/unreachable|call stack/);
        return;
      }
      expect(outcome).toMatchObject({ error: 'RuntimeError: unreachable', expired: true });
      expect(outcome.late).toBeLessThan(BOUND);
    });
  });
}

describeAttacks('fuel', process.execPath, 'fuel');
describeAttacks('exact fuel', process.execPath, 'exact-fuel');
if (newer !== undefined) describeAttacks('epoch, on a newer Node', newer, 'epoch');
else
  describe.skip(`epoch, on a newer Node [not here; install it: ${newerNodeInstallLine}]`, () => {
    it.each(ATTACKS)('$name', () => {});
  });
