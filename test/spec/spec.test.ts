/**
 * The runner of the specification's scripts, and our own scripts for every rule of validation. The specification's own are
 * run by `npm run spec`, and what came of them is in `docs/conformance.md`.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { assemble } from '../component/support.js';
import { provideWasmTools } from '../setup/wasm-tools.js';
import { reasonForReturn } from './exceptions.js';
import { count, failures, printReport, printSection } from './report.js';
import { type Outcome, runScript } from './run.js';
import { loadScripts, type Script } from './script.js';

const folder = fileURLToPath(new URL('rules', import.meta.url));
const names = readdirSync(folder).map((file) => file.replace(/\.wast$/, ''));
// Continuous integration must not pass by skipping; elsewhere the tests say that they are skipped.
const missing = await provideWasmTools().then(
  () => undefined,
  (error: Error) => {
    if (process.env.CI) throw error;
    return error.message;
  },
);

describe.skipIf(missing !== undefined)(missing === undefined ? 'scripts' : `scripts [${missing}]`, () => {
  let scripts: Map<string, Script>;
  beforeAll(async () => {
    scripts = new Map((await loadScripts(folder)).map((script) => [script.name, script]));
  });

  it.each(names)('every command holds: %s', async (name) => {
    const outcomes = await runScript(scripts.get(name)!);
    expect(failures(outcomes)).toEqual([]);
    // Neither a script that was not converted nor a command that does not count passes for one that holds.
    expect(count(outcomes)).toEqual({ passed: outcomes.length, failed: 0, skipped: 0 });
    const kinds = outcomes.map(({ command }) => command.type);
    expect(kinds.some((kind) => kind.startsWith('module'))).toBe(true);
    expect(kinds.some((kind) => kind.startsWith('assert'))).toBe(true);
  });
});

describe('what the runner reports', () => {
  const outcome = (type: string, result: Outcome['result'], reason?: string): Outcome => ({
    script: 'folder/script',
    command: { type, line: 7, text: 'the message of the reference' },
    result,
    ...(reason === undefined ? {} : { reason }),
  });
  const outcomes = [
    outcome('module', 'passed'),
    outcome('assert_invalid', 'passed'),
    outcome('assert_invalid', 'failed', 'it was accepted'),
    outcome('assert_return', 'skipped', 'not yet'),
    outcome('assert_return', 'skipped', 'not yet'),
  ];

  it('ends with the counts, after those of each kind, every failure and the reasons for skipping', () => {
    expect(printReport(outcomes).split('\n')).toEqual([
      'module                    1 passed,    0 failed,    0 skipped',
      'assert_invalid            1 passed,    1 failed,    0 skipped',
      'assert_return             0 passed,    0 failed,    2 skipped',
      'failed folder/script:7 assert_invalid [the message of the reference]: it was accepted',
      'skipped 2: not yet',
      '2 passed, 1 failed, 2 skipped',
    ]);
  });

  it('is recorded with date and revision', () => {
    const section = printSection({ outcomes, revision: 'abc', date: new Date('2026-01-02T03:04:05Z') });
    expect(section).toContain('`abc`, on 2026-01-02 with Node');
    expect(section).toContain('| `assert_invalid` | 1 | 1 | 0 |');
    expect(section).toContain('| all | 2 | 1 | 2 |');
  });
});

describe('the runner', () => {
  const bytes: Record<string, Uint8Array> = {
    component: Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00),
    module: Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00),
  };
  const run = async (...commands: Partial<Script['commands'][number]>[]) => {
    const all = commands.map((it) => ({ type: '', line: 1, ...it }));
    const outcomes = await runScript({ name: 's', commands: all, read: (file) => bytes[file] ?? new Uint8Array() });
    return outcomes.map(({ result, reason }) => (reason === undefined ? result : `${result}: ${reason}`));
  };
  const invoke = { type: 'invoke', field: 'f' };
  const rows: [what: string, commands: Parameters<typeof run>, outcomes: string[]][] = [
    ['takes a component', [{ type: 'module', filename: 'component' }], ['passed']],
    [
      'fails what is accepted and should not be',
      [{ type: 'assert_invalid', filename: 'component' }],
      ['failed: it was accepted'],
    ],
    ['passes what is refused and should be', [{ type: 'assert_malformed', filename: 'nothing' }], ['passed']],
    [
      'does not take a refusal for a trap',
      [{ type: 'assert_trap', action: invoke }],
      ['failed: what it needs was not made'],
    ],
    ['does not know every command', [{ type: 'thread' }], ['failed: the command thread is not known']],
    [
      'skips rules of the text format',
      [{ type: 'assert_malformed', module_type: 'text' }],
      ['skipped: a rule of the text format: hatchway reads binaries only'],
    ],
    [
      'skips what needs something that was skipped, and no more',
      [
        { type: 'module', filename: 'module' },
        { type: 'assert_return', action: invoke },
        { type: 'module', filename: 'component' },
        { type: 'assert_return', action: invoke },
      ],
      [
        'skipped: a core module by itself: the engine runs those',
        'skipped: a core module by itself: the engine runs those',
        'passed',
        'failed: there is no function "f"',
      ],
    ],
  ];
  it.each(rows)('%s', async (_what, commands, outcomes) => {
    expect(await run(...commands)).toEqual(outcomes);
  });

  it('lets a script err about entering only where a component has one child and no imports', async () => {
    const command = { type: 'assert_trap', line: 1, text: 'wasm trap: cannot enter component instance' };
    const child = '(component $c) (instance (instantiate $c))';
    const one = await assemble(`(component ${child})`);
    expect(reasonForReturn(command, one)).toMatch(/call each other/);
    expect(reasonForReturn({ ...command, text: 'unreachable' }, one)).toBeUndefined();
    for (const others of ['', `${child} (instance (instantiate $c))`, `(import "f" (func)) ${child}`])
      expect(reasonForReturn(command, await assemble(`(component ${others})`))).toBeUndefined();
  });
});
