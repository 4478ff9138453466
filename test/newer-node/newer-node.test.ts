/**
 * The tests that need a newer engine than the oldest supported Node has, run by one that has it; each is listed here with
 * what came of it. On such a Node this file is left out, and they run in place.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NEWER, newerNodeInstallLine, newerNodePath } from '../setup/newer-node.js';
import { runVitest } from './vitest.js';

/** What of vitest's JSON report is read here. */
interface Report {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}

const node = newerNodePath();

if (node === undefined) {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.newer.test.ts'));
  describe.skip(`a newer engine [no Node ${NEWER}; install it: ${newerNodeInstallLine}]`, () => {
    it.each(files)('%s', () => {});
  });
} else {
  const report = await run(node);
  it(`the run by Node ${NEWER} succeeds, and is not empty`, () => {
    expect(report.testResults.flatMap(({ assertionResults }) => assertionResults).length).toBeGreaterThan(0);
    expect(report.success).toBe(true);
  });
  for (const file of report.testResults) {
    describe(basename(file.name), () => {
      // One that could not be read has a message and no tests.
      it('was read', () => expect(file.assertionResults.length > 0 || file.message).toBe(true));
      for (const { fullName, status, failureMessages } of file.assertionResults) {
        it.skipIf(status === 'pending' || status === 'skipped' || status === 'todo')(fullName, () => {
          if (status !== 'passed') throw new Error(failureMessages?.join('\n') || status);
        });
      }
    });
  }
}

async function run(path: string): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'hatchway-newer-node-'));
  try {
    const file = join(folder, 'report.json');
    const code = await runVitest(path, ['test/newer-node', '--reporter=json', `--outputFile=${file}`], 'ignore');
    const report: Report = JSON.parse(readFileSync(file, 'utf8'));
    return { ...report, success: report.success && code === 0 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
