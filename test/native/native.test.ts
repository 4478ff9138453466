/** A native plugin behind the app's interface: what starts it, what it is told, how calls end, what its instances share. */
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { nativeGuestPath } from '../../guests/build.js';
import { createHost, type Instance, type LogEvent, withOptions } from '../../src/index.js';
import { Plugins, until } from '../chaos/support.js';
import { App } from '../conformance/app.js';
import '../native/sdks.js';

/** Answers by what it is asked. */
const SOURCE = `
import { serve, ComponentError } from 'hatchway/plugin';
import { readFileSync } from 'node:fs';
const encoded = readFileSync(new URL('./world.wasm', import.meta.url)).toString('base64');
serve({ name: 'test:chaos/plugin', encoded }, ({ host }, context) => {
  if (context.config.get('fail')) throw new Error('cannot begin: ' + context.config.get('fail'));
  let count = 0;
  return {
    api: {
      async echo(text) {
        const [word, ...rest] = text.split(' ');
        if (word === 'count') return String(++count);
        if (word === 'pid') return String(process.pid);
        if (word === 'env') return JSON.stringify(process.env);
        if (word === 'name') return context.name + ' ' + JSON.stringify([...context.config]);
        if (word === 'ask') return host.ask();
        if (word === 'log') {
          console.warn('careful', { a: 1 });
          context.log('info', 'noted', { count: 3 });
          console.log('for %s', 'all');
          process.stdout.write('a line\\n');
          return 'logged';
        }
        if (word === 'wait') {
          await new Promise((resolve) => setTimeout(resolve, Number(rest[0])));
          return 'waited ' + (context.signal.aborted ? 'in vain' : 'well');
        }
        if (word === 'until-aborted') {
          await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
          return 'gave up';
        }
        if (word === 'throw') throw new Error(rest.join(' '));
        if (word === 'wrong') return 5;
        return text;
      },
    },
    [Symbol.dispose]() {
      process.stderr.write('bye from ' + context.name + '\\n');
    },
  };
});
`;

/** What it asks for. */
const PERMISSIONS = {
  env: [{ allow: 'GREETING', reason: 'To be polite.' }],
  read: [{ allow: '/x', reason: 'To know more.' }],
};

let plugins: Plugins;
let folder: string;
const logs: LogEvent[] = [];
const host = await createHost({ logs: (event) => logs.push(event) });
const imports = { 'test:chaos/host': { ask: async () => 'an answer' } };

beforeAll(async () => {
  plugins = await Plugins.make();
  folder = plugins.folder({ interpreter: 'node', path: 'main.mjs' }, PERMISSIONS);
  writeSource(folder);
});
afterAll(() => {
  expect(plugins.running()).toEqual([]);
  plugins.remove();
});

/** As an installed package would be found. */
function writeSource(into: string): void {
  const sdk = new URL('../../dist/plugin/index.js', import.meta.url).href;
  writeFileSync(join(into, 'main.mjs'), SOURCE.replace("'hatchway/plugin'", `'${sdk}'`));
}

const load = (path = folder) => host.load(path, { run: true, sandbox: 'off' });
const make = async (options: object = {}): Promise<Instance> => (await load()).instantiate({ imports, ...options });
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => error,
  );

describe('is started', () => {
  it('only where the app says so, and knowing that nothing confines it', async () => {
    await expect(host.load(folder)).rejects.toMatchObject({ code: 'grants', plugin: 'chaos' });
    await expect(host.load(folder)).rejects.toThrow(/may not run: nobody said that it may\. Load it with `run: true`/);
    await expect(host.load(folder, { run: true })).rejects.toMatchObject({ code: 'unsupported' });
    await expect(host.load(folder, { run: true })).rejects.toThrow(/nothing confines a native program yet/);
  });

  it('only where a policy that there is allows it', async () => {
    const strict = await createHost({ policy: { version: 1, plugins: {} } });
    await expect(strict.load(folder, { run: true, sandbox: 'off' })).rejects.toMatchObject({ code: 'grants' });
    const modest = plugins.folder({ interpreter: 'node', path: 'main.mjs' });
    writeSource(modest);
    const entry = (run: boolean) => ({ version: 1, plugins: { chaos: { path: modest, run } } });
    const forbids = await createHost({ policy: entry(false) });
    await expect(forbids.load(modest, { run: true, sandbox: 'off' })).rejects.toMatchObject({ code: 'grants' });
    const lenient = await createHost({ policy: entry(true) });
    const plugin = await lenient.load(modest, { run: true, sandbox: 'off' });
    await using instance = await plugin.instantiate({ imports });
    expect(await instance.exports.api.echo('x')).toBe('x');
  });

  it('only with limits that can be kept', async () => {
    const plugin = await load();
    await expect(plugin.instantiate({ imports, limits: { memory: '64Mi' } })).rejects.toThrow(/memory is not enforced/);
    await expect(plugin.instantiate({ imports, grants: { read: { '/x': '.' } } })).rejects.toThrow(
      /nothing holds a native program to the directories/,
    );
    await expect(plugin.instantiate({ imports, grants: { clocks: 'frozen' } })).rejects.toThrow(
      /nothing holds a native program to other clocks/,
    );
    await expect(plugin.instantiate({ imports, grants: { random: { seed: 1 } } })).rejects.toThrow(
      /nothing holds a native program to other random bytes/,
    );
    await expect(plugin.instantiate({ imports, args: ['x'] })).rejects.toMatchObject({ code: 'option' });
    await expect(plugin.instantiate({})).rejects.toMatchObject({
      code: 'missing-import',
      differences: ['import test:chaos/host: the interface is missing'],
    });
  });

  it('with the environment that it was granted and no other', async () => {
    await using instance = await make({ grants: { env: { GREETING: 'hello' } } });
    const env = JSON.parse(await instance.exports.api.echo('env'));
    expect(env).toEqual({ GREETING: 'hello' });
  });

  it('from the bytes that were verified', async () => {
    const bytes = () => readFileSync(join(folder, 'main.mjs'));
    const sha256 = createHash('sha256').update(bytes()).digest('hex');
    const world = createHash('sha256').update(plugins.world).digest('hex');
    const program = { interpreter: 'node', path: 'main.mjs', sha256, files: { 'world.wasm': world } };
    const checked = plugins.folder(program);
    cpSync(join(folder, 'main.mjs'), join(checked, 'main.mjs'));
    const plugin = await load(checked);
    {
      await using instance = await plugin.instantiate({ imports });
      // What is in the folder now is nothing that runs.
      writeFileSync(join(checked, 'main.mjs'), 'throw new Error("swapped")');
      expect(await instance.exports.api.echo('count')).toBe('1');
    }
    await expect(plugin.instantiate({ imports })).rejects.toMatchObject({ code: 'invalid', plugin: 'chaos' });
    await expect(plugin.instantiate({ imports })).rejects.toThrow(/the sha256 of "main\.mjs" is [0-9a-f]{64}, not/);
  });
});

describe('its instances', () => {
  it('share a process, and have what is theirs', async () => {
    await using one = await make({ name: 'one', config: { colour: 'red' } });
    await using two = await make({ name: 'two' });
    const echo = (instance: Instance, text: string) => instance.exports.api.echo(text);
    expect(await echo(one, 'name')).toBe('one [["colour","red"]]');
    expect(await echo(two, 'name')).toBe('two []');
    // Loaded twice, so that each plugin has its own process.
    expect(await echo(one, 'pid')).not.toBe(await echo(two, 'pid'));
    const plugin = await load();
    await using three = await plugin.instantiate({ imports });
    await using four = await plugin.instantiate({ imports });
    expect(await echo(three, 'pid')).toBe(await echo(four, 'pid'));
    expect([await echo(three, 'count'), await echo(three, 'count'), await echo(four, 'count')]).toEqual([
      '1',
      '2',
      '1',
    ]);
  });

  it('end the process with the last of them', async () => {
    const plugin = await load();
    const one = await plugin.instantiate({ imports, name: 'one' });
    const two = await plugin.instantiate({ imports, name: 'two' });
    const pid = await one.exports.api.echo('pid');
    await one[Symbol.asyncDispose]();
    expect(one.state).toBe('disposed');
    await expect(one.exports.api.echo('x')).rejects.toMatchObject({ code: 'disposed' });
    expect(plugins.running()).toContain(pid);
    await two[Symbol.asyncDispose]();
    expect(plugins.running()).not.toContain(pid);
    // Another one is another process.
    await using three = await plugin.instantiate({ imports });
    expect(await three.exports.api.echo('pid')).not.toBe(pid);
  });

  it('all have what their program prints, for as long as they live', async () => {
    const plugin = await load();
    const first = await plugin.instantiate({ imports, name: 'first' });
    await using second = await plugin.instantiate({ imports, name: 'second' });
    await first.exports.api.echo('log');
    await until(() => second.stdout.written > 0);
    await first[Symbol.asyncDispose]();
    await second.exports.api.echo('log');
    await until(() => second.stdout.written > 7);
    expect(first.stdout.text()).toBe('a line\n');
    expect(second.stdout.text()).toBe('a line\na line\n');
  });

  it('that cannot be made say why, and leave nothing', async () => {
    await expect(make({ config: { fail: 'no key' } })).rejects.toThrow(
      /could not make an instance: cannot begin: no key/,
    );
    await until(() => plugins.running().length === 0);
  });

  it('have what the program prints, and what it logs goes to the app', async () => {
    logs.length = 0;
    const instance = await make({ name: 'speaker' });
    expect(await instance.exports.api.echo('log')).toBe('logged');
    await until(() => logs.length >= 4);
    const said = logs.map(({ plugin, instance, level, target, message, fields }) => [
      plugin,
      instance,
      level,
      target,
      message,
      ...fields.flat(),
    ]);
    const byText = (a: unknown[], b: unknown[]) => String(a[4]).localeCompare(String(b[4]));
    expect(said.sort(byText)).toEqual([
      ['chaos', undefined, 'info', 'stdout', 'a line'],
      ['chaos', 'speaker', 'warn', 'console', 'careful { a: 1 }'],
      ['chaos', 'speaker', 'info', 'console', 'for all'],
      ['chaos', 'speaker', 'info', 'speaker', 'noted', 'count', '3'],
    ]);
    await instance[Symbol.asyncDispose]();
    expect(instance.stdout.text()).toBe('a line\n');
    expect(instance.stderr.text()).toBe('bye from speaker\n');
  });
});

describe('its calls', () => {
  it('run one at a time, in order, however many are made at once', async () => {
    await using instance = await make();
    const answers = await Promise.all(Array.from({ length: 1000 }, () => instance.exports.api.echo('count')));
    expect(answers).toEqual(Array.from({ length: 1000 }, (_, i) => String(i + 1)));
    expect(instance.usage.calls).toBe(1000);
  });

  it('are bounded: more than fit fail at once, and the rest is answered', async () => {
    await using instance = await make({ limits: { timeout: '60s' } });
    const all = await Promise.allSettled(Array.from({ length: 100_000 }, () => instance.exports.api.echo('x')));
    const refused = all.filter((it) => it.status === 'rejected');
    expect(all.length - refused.length).toBeGreaterThanOrEqual(1000);
    expect(refused.length).toBeGreaterThan(50_000);
    for (const { reason } of refused) expect(reason.code).toBe('exhausted');
    expect(await instance.exports.api.echo('y')).toBe('y');
  });

  it('end with their time, and the instance goes on where the plugin gives up', async () => {
    await using instance = await make();
    const { echo } = instance.exports.api;
    const error = await failure(withOptions(echo, { timeout: '50ms' })('until-aborted'));
    expect(error).toMatchObject({ code: 'timeout', plugin: 'chaos', started: true });
    expect(error.message).toMatch(/took longer than its limit/);
    expect(instance.state).toBe('idle');
    expect(await echo('still')).toBe('still');
  });

  it('may take less than their instance allows, and no more', async () => {
    await using instance = await make({ limits: { timeout: '1s' } });
    const { echo } = instance.exports.api;
    expect(() => withOptions(echo, { timeout: '2s' })).toThrow(
      /more than the 1000 ms that a call of the instance may take/,
    );
    expect(() => withOptions(echo, { timeout: 0 })).toThrow(expect.objectContaining({ code: 'option' }));
    expect(await withOptions(echo, { timeout: '900ms' })('x')).toBe('x');
  });

  it('are cancelled by a signal, under way or waiting', async () => {
    await using instance = await make();
    const { echo } = instance.exports.api;
    const stop = new AbortController();
    const calls = [1, 2, 3].map(() => failure(withOptions(echo, { signal: stop.signal })('until-aborted')));
    setTimeout(() => stop.abort(new Error('enough')), 50);
    for (const error of await Promise.all(calls)) {
      expect(error).toMatchObject({ code: 'cancelled' });
      expect(error.cause).toMatchObject({ message: 'enough' });
    }
    expect(await echo('on')).toBe('on');
    expect(await failure(withOptions(echo, { signal: AbortSignal.abort() })('x'))).toMatchObject({ code: 'cancelled' });
  }, 10_000);

  it('that a plugin goes on with after it was told to stop end it', async () => {
    const instance = await make();
    const { echo } = instance.exports.api;
    expect(await failure(withOptions(echo, { timeout: '50ms' })('wait 60000'))).toMatchObject({ code: 'timeout' });
    await until(() => instance.state === 'poisoned', 5000);
    expect(instance.failure?.message).toMatch(/went on for \d+ ms after it was told to stop/);
    await until(() => plugins.running().length === 0);
  });

  it('survive an app that is busy for longer than anything waits', async () => {
    await using instance = await make({ limits: { timeout: false } });
    const answer = instance.exports.api.echo('wait 10');
    const end = performance.now() + 10_000;
    while (performance.now() < end);
    expect(await answer).toBe('waited well');
    expect(await instance.exports.api.echo('ask')).toBe('an answer');
  });

  it('of a broken plugin end its instance, and no other', async () => {
    const plugin = await load();
    const broken = await plugin.instantiate({ imports, name: 'broken' });
    await using other = await plugin.instantiate({ imports, name: 'other' });
    const error = await failure(broken.exports.api.echo('throw me out'));
    expect(error).toMatchObject({ code: 'trap', plugin: 'chaos', instance: 'broken' });
    expect(error.message).toMatch(/failed \(trap\): me out$/);
    expect(broken.state).toBe('poisoned');
    expect(await failure(broken.exports.api.echo('x'))).toMatchObject({ code: 'poisoned', cause: error });
    expect(await other.exports.api.echo('x')).toBe('x');
  });

  it('that are answered with another type end its instance', async () => {
    await using instance = await make();
    const error = await failure(instance.exports.api.echo('wrong'));
    expect(error).toMatchObject({ code: 'trap' });
    expect(error.message).toMatch(/\(internal\): result: expected string, got the number 5$/);
  });

  it('refuse a wrong argument before anything is sent', async () => {
    await using instance = await make();
    expect(await failure(instance.exports.api.echo(5))).toMatchObject({ code: 'argument', path: 'text' });
    expect(await instance.exports.api.echo('x')).toBe('x');
  });
});

it('has no synchronous face, and grants that cannot be taken back', async () => {
  await using instance = await make();
  expect(() => instance.sync).toThrow(/a native plugin has no synchronous exports/);
  expect(() => instance.revoke('env')).toThrow(expect.objectContaining({ code: 'unsupported' }));
  expect(() => instance.narrow({ env: false })).toThrow(/cannot be taken back/);
});

it('survives an object of the app that fails as it is disposed of', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const app = new App();
  class Ticket {
    constructor(readonly text: string) {}
    name(): string {
      return this.text;
    }
    static find(): undefined {}
    [Symbol.dispose](): void {
      throw new Error('stuck in the drawer');
    }
  }
  const offered = { ...app.imports, 'hatchway:conformance/tickets': { Ticket, handIn: () => '', inspect: () => '' } };
  const conformance = await load(nativeGuestPath('node', 'conformance'));
  await using instance = await conformance.instantiate({ imports: offered });
  expect(await instance.exports.desk.nameOfNew('a')).toBe('a');
  expect(await instance.exports.desk.nameOfNew('b')).toBe('b');
  expect(String(warned.mock.calls[0]![0])).toMatch(/stuck in the drawer/);
  warned.mockRestore();
});
