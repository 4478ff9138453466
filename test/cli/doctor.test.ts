import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Finding } from '../../src/doctor/index.js';
import { hatchway } from './command-line.js';

let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'hatchway-cli-doctor-'));
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true, force: true });
});

describe.runIf(process.platform === 'linux')('doctor', () => {
  test('says in one line each what holds, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await hatchway(['doctor']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines.slice(-3)).toEqual(['', 'All that hatchway promises holds on this machine.', '']);
    for (const line of lines.slice(0, -3)) expect(line).toMatch(/^(ok {4}|absent) {2}[^:]+: ./);
    expect(stdout).toContain(`ok      Node: ${process.versions.node}`);
    expect(stdout).toMatch(/\nok {6}deadlines: a guest that never ends is stopped, .* it took \d+\n/);
    expect(stdout).toContain('\nok      memory: a guest does not get more than it may have\n');
    expect(stdout).toMatch(/\nok {6}links that lead out: are not followed: 14 tries\n/);
    expect(stdout).toMatch(/\nok {6}races: no way out .*: 400 tries, \d+ swaps\n/);
    expect(stdout).toMatch(/\nok {6}assemblyscript: \d+\.\d+\.\d+, /);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('what cannot be tried is a failure: the exit code says so', async () => {
    vi.stubEnv('TMPDIR', join(temporary, 'none'));
    const { code, stdout } = await hatchway(['doctor'], { colours: true });
    expect(code).toBe(1);
    expect(stdout).toContain('\n\u001b[31mfailed\u001b[39m  files: could not be tried, ');
    expect(stdout).toContain('\n1 thing that hatchway promises does not hold on this machine.\n');
  });

  test('--json is the same for programs', async () => {
    const { code, stdout } = await hatchway(['doctor', '--json'], { colours: true });
    expect(code).toBe(0);
    const { holds, findings } = JSON.parse(stdout) as { holds: boolean; findings: Finding[] };
    expect(holds).toBe(true);
    expect(findings).toContainEqual({
      name: 'a directory to be read only',
      state: 'ok',
      says: 'is not written in any way: 16 tries',
    });
  });
});
