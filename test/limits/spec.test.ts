/**
 * The specification's own tests: modules as they are and rewritten come to the same, on this Node and on a newer one, also
 * where checks and chunks are as dense as can be.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { newerNodePath } from '../setup/newer-node.js';
import { specSuitePath, wasmToolsInstallLine } from '../setup/spec-suite.js';
import type { SpecReport } from './spec/main.js';

const suite = specSuitePath();
const main = fileURLToPath(new URL('spec/main.ts', import.meta.url));
const newer = newerNodePath();
const runs = [
  { title: 'this Node', node: process.execPath, modes: 'fuel,exact-fuel' },
  ...(newer === undefined ? [] : [{ title: 'a newer Node', node: newer, modes: 'epoch' }]),
];

const title = 'the spec suite';
if (suite === undefined) {
  describe.skip(`${title} [not here; its tool: ${wasmToolsInstallLine}]`, () => {
    it.each(runs)('$title', () => {});
  });
} else {
  describe(title, () => {
    it.each(runs)('comes to the same on $title: $modes', { timeout: 300_000 }, async ({ node, modes }) => {
      const args = ['--import', 'tsx', main, suite, modes];
      const { stdout } = await promisify(execFile)(node, args, { maxBuffer: 1 << 26, timeout: 290_000 });
      const report: SpecReport = JSON.parse(stdout);
      expect(Object.keys(report.modes)).toHaveLength(modes.split(',').length * 2);
      for (const mode of Object.values(report.modes)) {
        expect(mode.differences).toEqual([]);
        expect(mode.answered).toBeGreaterThan(50_000);
        for (const feature of Object.keys(mode.refused))
          expect(['shared memories', 'memory64', 'table64', 'garbage-collected types']).toContain(feature);
      }
    });
  });
}
