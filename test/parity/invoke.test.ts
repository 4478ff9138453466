import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/index.js';
import { describeWithWasmtime } from '../setup/wasmtime.js';
import { type Outcome, useComponents } from './components.js';
import { answered, divergent, type Row, refused, trapped } from './rows.js';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

describeWithWasmtime('hatchway run --invoke and wasmtime run --invoke', (wasmtime) => {
  const components = useComponents(wasmtime);

  async function hatchway({ component, call }: Row): Promise<Outcome> {
    let stdout = '';
    const code = await runCommandLine(['run', '--invoke', call, components.path(component)], {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: () => {} },
    });
    return { stdout, code };
  }

  function hatchwayProgram({ component, call }: Row): Outcome {
    const run = spawnSync(program, ['run', '--invoke', call, components.path(component)], { encoding: 'utf8' });
    return { stdout: run.stdout, code: run.status };
  }

  it.each(answered)('answer alike: $component $call', async (row) => {
    const expected = components.wasmtime(row.component, row.call);
    expect(expected.code).toBe(0);
    expect(await hatchway(row)).toEqual(expected);
  });

  it.each(refused)('refuse alike: $component $call', async (row) => {
    const expected = components.wasmtime(row.component, row.call);
    expect(expected).toEqual({ stdout: '', code: 1 });
    expect(await hatchway(row)).toEqual(expected);
  });

  it.each(trapped)('trap alike: $component $call', async (row) => {
    const expected = components.wasmtime(row.component, row.call);
    expect(expected).toEqual({ stdout: '', code: 134 });
    expect(await hatchway(row)).toEqual(expected);
  });

  it.each(divergent)('part where they must: $component $call, $why', async (row) => {
    const { code: theirs } = components.wasmtime(row.component, row.call);
    const { code: ours } = await hatchway(row);
    expect([theirs, ours]).toEqual(row.codes);
  });

  const some = [answered[0]!, { component: 'echo', call: 'echo-result-both(err("hé\\n😀"))' }, refused[0]!, ...trapped];
  it.each(some)('the installed program too: $component $call', (row) => {
    expect(hatchwayProgram(row)).toEqual(components.wasmtime(row.component, row.call));
  });
});
