/** Native plugins that misbehave, one row each: the app gets a typed error in time, and nothing of them stays. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHost, HatchwayError } from '../../src/index.js';
import { expectSection } from '../setup/section.js';
import { ROWS, type Row } from './rows.js';
import { descriptors, Plugins, processes, until } from './support.js';

let plugins: Plugins;
beforeAll(async () => {
  plugins = await Plugins.make();
});
afterAll(() => plugins.remove());

const imports = { 'test:chaos/host': { ask: () => 'an answer' } };
const host = await createHost();

/** A plugin that does nothing wrong, beside those that do. */
let neighbour: Awaited<ReturnType<typeof start>>;
beforeEach(async () => {
  neighbour ??= await start(plugins.misbehaving('nothing'));
});
afterAll(async () => {
  await neighbour?.[Symbol.asyncDispose]();
  expect(plugins.running()).toEqual([]);
});

async function start(folder: string) {
  const plugin = await host.load(folder, { run: true, sandbox: 'off' });
  return plugin.instantiate({ imports, limits: { timeout: '1s' } });
}

let printed: string[] = [];
beforeEach(() => {
  printed = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

function folderOf({ what, program, carrier }: Row): string {
  return program === undefined ? plugins.misbehaving(what, carrier) : plugins.program(program.bytes, program.mode);
}

interface Outcome {
  readonly at: Row['at'];
  readonly error?: unknown;
  readonly answer?: string;
}

/** Loads, instantiates, calls and disposes of a plugin. */
async function use(folder: string): Promise<Outcome> {
  let at: Row['at'] = 'load';
  try {
    const plugin = await host.load(folder, { run: true, sandbox: 'off' });
    at = 'instantiate';
    await using instance = await plugin.instantiate({ imports, limits: { timeout: '1s' } });
    at = 'call';
    return { at: 'never', answer: await instance.exports.api.echo('hello') };
  } catch (error) {
    return { at, error };
  }
}

const held: Row[] = [];

describe('a native plugin that', () => {
  it.each(ROWS.map((row) => [row.what, row] as const))('%s', async (_, row) => {
    const folder = folderOf(row);
    const before = descriptors();
    const started = performance.now();
    const { at, error, answer } = await use(folder);
    expect(performance.now() - started).toBeLessThan((row.within ?? 5000) + 2000);
    expect({ at, error: error === undefined ? undefined : (error as HatchwayError).code }).toEqual({
      at: row.at,
      error: row.code,
    });
    if (row.text !== undefined) {
      expect(error).toBeInstanceOf(HatchwayError);
      const { message, cause } = error as HatchwayError;
      expect(`${message} ${cause instanceof Error ? cause.message : ''}`).toMatch(row.text);
      expect((error as HatchwayError).plugin).toBe('chaos');
    }
    // No process, no descriptor, no word is left of it; others did not notice.
    await until(() => plugins.running().length === 1, row.within);
    if (row.what === 'leaves a child behind')
      await until(() => processes((it) => it.startsWith('sleep\x00600')).length === 0);
    await until(() => descriptors() <= before);
    expect(await neighbour.exports.api.echo('and me')).toBe('and me');
    expect(printed).toEqual([]);
    void answer;
    held.push(row);
  });
});

it('docs/reliability.md says what came of it', ({ skip }) => {
  skip(held.length < ROWS.length, 'only some of the rows were asked for, or some failed');
  const lines = ROWS.map(
    ({ what, at, code }) => `| ${what} | ${at === 'never' ? 'nothing' : `\`${code}\``} | ${at === 'never' ? '' : at} |`,
  );
  expectSection(
    'docs/reliability.md',
    'chaos',
    ['| a native plugin that | fails with | at |', '|---|---|---|', ...lines].join('\n'),
  );
});
