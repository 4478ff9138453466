/** Guests of components that do not stop are stopped, wherever they run; on this Node and on a newer one. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { newerNodeInstallLine, newerNodePath } from '../setup/newer-node.js';
import { expectSection } from '../setup/section.js';
import type { ChainOutcome, ComponentOutcome, MemoryOutcome } from './components/main.js';
import { COMPONENT_ATTACKS } from './components/table.js';

/** Milliseconds after the deadline, on a machine that has other things to do. What is aimed at is 10; the bench reports it. */
const BOUND = 250;
const MEBIBYTE = 1 << 20;

const main = fileURLToPath(new URL('components/main.ts', import.meta.url));
const newer = newerNodePath();

interface Report {
  readonly outcomes: ReadonlyMap<string, ComponentOutcome>;
  readonly chain: ChainOutcome | undefined;
  readonly memory: MemoryOutcome | undefined;
}

/** In a process of its own, which ends whatever the guests do. */
async function run(node: string): Promise<Report> {
  const args = ['--expose-gc', '--import', 'tsx', main];
  const { stdout } = await promisify(execFile)(node, args, { timeout: 120_000, killSignal: 'SIGKILL' }).catch(
    (error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }),
  );
  const lines: (ComponentOutcome | ChainOutcome | MemoryOutcome)[] = stdout
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return {
    outcomes: new Map(lines.filter((line) => 'name' in line).map((line) => [line.name, line])),
    chain: lines.find((line) => 'length' in line),
    memory: lines.find((line) => 'taken' in line),
  };
}

/** On how many of the two engines each held. */
const held = new Map<string, number>();

function describeAttacks(title: string, node: string): void {
  describe(title, () => {
    let report: Promise<Report> | undefined;
    const found = () => {
      report ??= run(node);
      return report;
    };
    it.each(COMPONENT_ATTACKS)('$name', { timeout: 130_000 }, async ({ name, by, codes = ['timeout'] }) => {
      const outcome = (await found()).outcomes.get(name);
      if (outcome === undefined) throw new Error('was not stopped, or came after one that was not');
      expect(codes).toContain(outcome.error);
      expect(outcome.late).toBeLessThan(BOUND);
      expect(outcome.again).toBe(by === 'instantiating' ? undefined : 'poisoned');
      expect(outcome.next).toBe(true);
      held.set(name, (held.get(name) ?? 0) + 1);
    });

    it('calls nest as deep as the stack allows, within the deadlines around them', async () => {
      const { length, ...outcomes } = (await found()).chain!;
      const uncovered = 'import-failed';
      expect(outcomes).toEqual({ answers: length, stopped: 'timeout', uncovered, without: length });
    });

    it('their memory comes back', async () => {
      const { memory } = await found();
      expect(memory!.taken).toBeGreaterThan(4 * 60 * MEBIBYTE);
      expect(memory!.left).toBeLessThan(MEBIBYTE);
    });
  });
}

describeAttacks('by fuel or by a flag, as this Node can', process.execPath);
if (newer !== undefined && newer !== process.execPath) describeAttacks('by a flag, on a newer Node', newer);
else if (newer === undefined)
  describe.skip(`by a flag, on a newer Node [not here; install it: ${newerNodeInstallLine}]`, () => {
    it.each(COMPONENT_ATTACKS)('$name', () => {});
  });

it('docs/security.md says what came of it', ({ skip }) => {
  const engines = newer === process.execPath ? 1 : 2;
  skip(newer === undefined, 'there is no newer Node');
  skip(held.size < COMPONENT_ATTACKS.length && !process.env.UPDATE, 'only some of the rows were asked for');
  const rows = COMPONENT_ATTACKS.filter(({ name }) => !name.endsWith(', caught')).map(
    ({ name, codes = ['timeout'] }) => {
      const ways = COMPONENT_ATTACKS.filter((it) => it.name === name || it.name === `${name}, caught`);
      expect(ways.every((it) => held.get(it.name) === engines)).toBe(true);
      return `| ${name} | ${codes.map((code) => `\`${code}\``).join(' or ')} |`;
    },
  );
  expectSection(
    'docs/security.md',
    'stops',
    ['| a guest tries | its call fails with |', '|---|---|', ...rows].join('\n'),
  );
});
