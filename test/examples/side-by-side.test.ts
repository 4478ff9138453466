/** One filter in every language, side by side: the app cannot tell which is which. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { filterPlugin, type Imports, type Message } from '../../examples/relay/generated/filter-plugin.js';
import { createHost, type Instance } from '../../src/index.js';
import { REDACT } from '../examples/redact.js';

const present = REDACT.filter(({ missing }) => missing === undefined);
const host = await createHost();

const word = fc.constantFrom(
  'password=',
  'Token=x',
  'secret=äöü',
  'BEARER',
  ' ',
  '\n',
  'abc',
  '🦜',
  '',
  'bearer y',
  '=',
);
const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(''));
const messages: fc.Arbitrary<Message> = fc.record({
  id: fc.string(),
  title: text,
  body: text,
  priority: fc.constantFrom('low' as const, 'urgent' as const),
  labels: fc.uniqueArray(fc.constantFrom('redacted', 'a', 'b')),
});

it('answers alike, and says the same', async () => {
  const said = new Map<string, string[]>();
  const instances: Instance<any>[] = [];
  for (const { name, native, path } of present) {
    const imports: Imports = {
      'hatchway:relay/log': { write: (level, line) => void said.set(name, [...(said.get(name) ?? []), level, line]) },
    };
    const plugin = await host.load(await path(), {
      name,
      world: filterPlugin,
      ...(native && { run: true, sandbox: 'off' as const }),
    });
    instances.push(await plugin.instantiate({ imports }));
  }
  await fc.assert(
    fc.asyncProperty(messages, async (message) => {
      const answers = await Promise.all(instances.map((it) => it.exports.filter.apply(message)));
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      for (const { name } of present) expect(said.get(name)).toEqual(said.get(present[0]!.name));
    }),
    { numRuns: 200 },
  );
  expect([...said.values()][0]!.length).toBeGreaterThan(100);
  await Promise.all(instances.map((it) => it[Symbol.asyncDispose]()));
});

it('runs in the relay, natives only where somebody says so', async () => {
  // Where the plugins find the package that they import.
  const folder = await mkdtemp(fileURLToPath(new URL('../../build/side-by-side-', import.meta.url)));
  try {
    const plugins: Record<string, object> = {};
    for (const { name, native, path } of present) {
      if (native) plugins[`redact-${name.toLowerCase()}`] = { path: join(folder, name), run: true };
      const to = native ? join(folder, name) : join(folder, `${name}.wasm`);
      await mkdir(folder, { recursive: true });
      await cp(await path(), to, { recursive: true });
    }
    const policy = join(folder, 'policy.json');
    await writeFile(policy, JSON.stringify({ version: 1, plugins }));
    const relay = fileURLToPath(new URL('../../examples/relay/relay.ts', import.meta.url));
    const run = (...flags: string[]) =>
      new Promise<string>((resolve, reject) => {
        const child = execFile(
          process.execPath,
          ['--import', 'tsx', relay, '--policy', policy, ...flags, folder],
          (error, stdout) => (error ? reject(error) : resolve(stdout)),
        );
        child.stdin!.end(
          `${JSON.stringify({ id: 'm1', title: 'token=abc', body: '', priority: 'low', labels: [] })}\n`,
        );
      });
    expect(await run()).toMatch(/^2 filters: AssemblyScript\.wasm, JavaScript\.wasm\n/);
    const names = present.map(({ name, native }) => (native ? name : `${name}.wasm`)).sort();
    const out = await run('--native');
    expect(out).toMatch(new RegExp(`^${names.length} filters: ${names.join(', ')}\n`));
    expect(out).toContain(`${names[0]} changed the title`);
  } finally {
    await rm(folder, { recursive: true });
  }
});
