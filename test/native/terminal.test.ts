/** A native plugin that talks to a person gets the terminal itself. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Plugins } from '../chaos/support.js';

const SOURCE = `
import { serve } from '${new URL('../../dist/plugin/index.js', import.meta.url).href}';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
const encoded = readFileSync(new URL('./world.wasm', import.meta.url)).toString('base64');
serve({ name: 'test:chaos/plugin', encoded }, () => ({
  api: {
    async echo(greeting) {
      const { stdin, stdout } = process;
      const where = [stdin, stdout, process.stderr].map((it) => (it.isTTY ? 'terminal' : 'none')).join(' ');
      const person = createInterface({ input: stdin, output: stdout });
      const name = await person.question('name? ');
      person.close();
      return greeting + ', ' + name + ' (' + where + ', ' + (stdout.columns ?? 0) + ' columns)';
    },
  },
}));
`;

let plugins: Plugins;
beforeAll(async () => {
  plugins = await Plugins.make();
});
afterAll(() => {
  expect(plugins.running()).toEqual([]);
  plugins.remove();
});

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));

it('asks, is answered, and sees what kind of terminal it has', async () => {
  const folder = plugins.folder({ interpreter: 'node', path: 'main.mjs' });
  writeFileSync(join(folder, 'main.mjs'), SOURCE);
  const imports = join(folder, 'imports.mjs');
  writeFileSync(imports, "export default { 'test:chaos/host': { ask: () => '' } };");
  const flags = ['run', '--allow-run', '--sandbox=off', '--terminal', '--imports', imports];
  const command = [path('../../dist/cli/main.js'), ...flags, folder, '--invoke', 'echo("hello")'];
  const { stdout } = await promisify(execFile)('python3', [path('./terminal.py'), process.execPath, ...command]);
  expect(stdout).toContain('name? ');
  expect(stdout).toMatch(/"hello, Ada \(terminal terminal terminal, 93 columns\)"/);
});
