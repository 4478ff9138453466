/** Deadlines: never early, never for another call, the smaller of nested ones; by fuel on this Node, by a thread on a newer. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { newerNodeInstallLine, newerNodePath } from '../setup/newer-node.js';
import type { WatchdogReport } from './watchdog/main.js';

const CALLS = 1_500;
/** Milliseconds, on a machine that has other things to do. */
const BOUND = 250;
const main = fileURLToPath(new URL('watchdog/main.ts', import.meta.url));

async function run(node: string): Promise<WatchdogReport> {
  // Ends by itself: the test waits for the process, not for its output.
  const { stdout } = await promisify(execFile)(node, ['--import', 'tsx', main, `${CALLS}`], { timeout: 100_000 });
  return JSON.parse(stdout);
}

function describeDeadlines(title: string, node: string): void {
  describe(title, () => {
    let report: Promise<WatchdogReport> | undefined;
    const found = () => {
      report ??= run(node);
      return report;
    };

    it('stop no call early and leave nothing behind for the next', { timeout: 110_000 }, async () => {
      const { calls, stopped, early, leaked } = await found();
      expect({ early, leaked }).toEqual({ early: 0, leaked: 0 });
      // Otherwise the deadlines were not near the run time.
      expect(stopped).toBeGreaterThan(calls / 20);
      expect(stopped).toBeLessThan(calls);
    });

    it('stop what is nested with the smaller', async () => {
      const { nested } = await found();
      const stopped = { stopped: true, passed: true };
      const went = { stopped: false, passed: false };
      expect(nested.innerFirst).toMatchObject({ outer: went, inner: stopped });
      expect(nested.outerFirst).toMatchObject({ outer: { passed: true }, inner: { stopped: true, passed: false } });
      expect(nested.both).toMatchObject({ outer: stopped, inner: stopped });
      expect(nested.after).toMatchObject(went);
    });

    it('are known to the host while it works for a guest', async () => {
      const { nested } = await found();
      expect(nested.expiredInHost).toBe(true);
      expect(nested.slowHost).toMatchObject({ passed: true });
      expect(nested.afterSlowHost).toMatchObject({ stopped: false, passed: false });
    });

    it('hold when they are long, and after nothing has run for a while', async () => {
      const { coarseLate, wokenLate } = await found();
      for (const late of [coarseLate, wokenLate]) {
        expect(late).toBeGreaterThan(-1);
        expect(late).toBeLessThan(BOUND);
      }
    });

    it('stop everything once nobody watches', async () => {
      const { mode, dead } = await found();
      if (mode === 'fuel') expect(dead).toEqual({});
      else expect(dead).toMatchObject({ running: { stopped: true }, entering: 'unsupported' });
    });
  });
}

const newer = newerNodePath();
describeDeadlines('deadlines', process.execPath);
if (newer !== undefined && newer !== process.execPath) describeDeadlines('deadlines on a newer Node', newer);
else if (newer === undefined)
  describe.skip(`deadlines on a newer Node [not here; install it: ${newerNodeInstallLine}]`, () => {
    it('hold', () => {});
  });
