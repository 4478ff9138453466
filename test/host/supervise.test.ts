/** An instance that is made anew when it fails, whatever it runs on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guestPath, nativeGuestPath } from '../../guests/build.js';
import { createHost, type Plugin, type SupervisionEvent } from '../../src/index.js';
import { Plugins, until } from '../chaos/support.js';
import { App } from '../conformance/app.js';
import { conformanceWorld } from '../conformance/languages.js';
import { plainConformance } from '../conformance/plain.js';

const host = await createHost();
const world = await conformanceWorld();

const RUNTIMES: readonly [string, () => Promise<Plugin>][] = [
  ['a component', () => host.load(guestPath('assemblyscript', 'conformance'), { world })],
  ['a native program', () => host.load(nativeGuestPath('node', 'conformance'), { world, run: true, sandbox: 'off' })],
  ['an object', () => host.load(plainConformance, { world })],
];

const trap = (it: any) => it.exports.errors.trap();
const echo = (it: any) => it.exports.echo.echoU8(1);

describe.each(RUNTIMES)('%s', (_, load) => {
  const supervise = async (options: object = {}) => {
    const events: SupervisionEvent[] = [];
    const plugin = await load();
    const supervised = await plugin.supervise({
      name: 'watched',
      imports: new App().imports,
      onEvent: (event) => events.push(event),
      ...options,
    });
    return { supervised, events, kinds: () => events.map((it) => it.kind) };
  };

  it('is made anew when it failed, and only the call that failed has', async () => {
    const { supervised, events, kinds } = await supervise({ restart: { backoff: '20ms' } });
    await using watched = supervised;
    expect(watched.state).toBe('running');
    const first = await watched.instance();
    await expect(watched.use(trap)).rejects.toMatchObject({ code: 'trap', instance: 'watched' });
    expect(watched.state).toBe('restarting');
    expect(await watched.use(echo)).toBe(1);
    expect(await watched.instance()).not.toBe(first);
    expect(kinds()).toEqual(['started', 'failed', 'restarting', 'started']);
    expect(events[1]).toMatchObject({ error: { code: 'trap' } });
    expect(events[2]).toMatchObject({ delay: 20 });
    expect(events[3]).toMatchObject({ attempt: 2 });
  });

  it('is waited for longer each time, and given up in the end', async () => {
    const { supervised, events, kinds } = await supervise({ restart: { backoff: '5ms', maxBackoff: '8ms', limit: 3 } });
    for (let i = 0; i < 4; i++) await expect(supervised.use(trap)).rejects.toMatchObject({ code: 'trap' });
    expect(kinds().at(-1)).toBe('gave-up');
    expect(events.flatMap((it) => (it.kind === 'restarting' ? it.delay : []))).toEqual([5, 8, 8]);
    expect(supervised.state).toBe('gave-up');
    const error = await supervised.use(echo).catch((it) => it);
    expect(error).toMatchObject({ code: 'unavailable', instance: 'watched', cause: { code: 'trap' } });
    expect(error.message).toMatch(/failed 4 times in 60 s, and is not made again/);
    await supervised[Symbol.asyncDispose]();
  });

  it('that is not well is made anew', async () => {
    let asked = 0;
    const check = async () => {
      if (++asked === 2) throw new Error('I feel cold');
    };
    const { supervised, kinds } = await supervise({ restart: { backoff: 1 }, health: { every: '10ms', check } });
    await using _watched = supervised;
    await until(() => kinds().length >= 4);
    expect(kinds().slice(0, 4)).toEqual(['started', 'failed', 'restarting', 'started']);
  });

  it('ends with its supervision, also while it is waited for', async () => {
    const { supervised } = await supervise({ restart: { backoff: '1h', maxBackoff: '1h' } });
    await expect(supervised.use(trap)).rejects.toMatchObject({ code: 'trap' });
    const waiting = supervised.use(echo).catch((it) => it);
    await supervised[Symbol.asyncDispose]();
    expect(await waiting).toMatchObject({ code: 'disposed' });
    expect(supervised.state).toBe('disposed');
    await expect(supervised.use(echo)).rejects.toMatchObject({ code: 'disposed' });
  });
});

describe('a native program', () => {
  let plugins: Plugins;
  beforeAll(async () => {
    plugins = await Plugins.make();
  });
  afterAll(() => plugins.remove());

  it('that is killed while nobody calls it is started anew', async () => {
    const plugin = await host.load(plugins.misbehaving('nothing'), { run: true, sandbox: 'off' });
    const imports = { 'test:chaos/host': { ask: () => '' } };
    const events: SupervisionEvent[] = [];
    await using supervised = await plugin.supervise({
      imports,
      restart: { backoff: 1 },
      health: { every: '20ms' },
      onEvent: (event) => events.push(event),
    });
    const [pid] = plugins.running();
    process.kill(Number(pid), 'SIGKILL');
    await until(() => events.length === 4);
    expect(events[1]).toMatchObject({ kind: 'failed', error: { code: 'unavailable' } });
    expect(await supervised.use((it) => it.exports.api.echo('x'))).toBe('x');
    expect(plugins.running()).not.toContain(pid);
  });

  it('options that make no sense are refused', async () => {
    const plugin = await host.load(plainConformance, { world });
    const imports = new App().imports;
    await expect(plugin.supervise({ imports, restart: { limit: -1 } })).rejects.toMatchObject({ code: 'option' });
    await expect(plugin.supervise({ imports, restart: { retries: 1 } as never })).rejects.toMatchObject({
      code: 'option',
    });
    await expect(plugin.supervise({ imports: {} })).rejects.toMatchObject({ code: 'missing-import' });
  });
});
