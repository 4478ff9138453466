/** Folders that `jco transpile` wrote: only where they are trusted, with the app's imports alone, and with our errors. */
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { guestPath } from '../../guests/build.js';
import { ComponentError, createHost, decodeWorld, type Instance, type World } from '../../src/index.js';
import { probePath } from '../setup/probe.js';

const transpiler = fileURLToPath(new URL('transpile.mjs', import.meta.url));
const component = guestPath('assemblyscript', 'conformance');
const host = await createHost();

let root: string;
let folders: Record<'async' | 'sync' | 'plain', string>;
let world: World;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'hatchway-transpiled-'));
  world = decodeWorld(await readFile(component));
  const transpile = async (name: string, ...mode: string[]) => {
    const folder = join(root, name);
    await promisify(execFile)(process.execPath, [transpiler, component, folder, ...mode]);
    return folder;
  };
  folders = {
    async: await transpile('async', 'async'),
    sync: await transpile('sync', 'sync'),
    plain: await transpile('plain'),
  };
});
afterAll(() => rm(root, { recursive: true, force: true }));

class Ticket {
  readonly #name: string;
  constructor(name: string) {
    this.#name = name;
  }
  name(): string {
    return this.#name;
  }
  static find(): undefined {}
}

const imports = {
  'hatchway:conformance/host': {
    echoMixed: (value: unknown) => value,
    echoShape: (value: unknown) => value,
    echoStrings: (value: unknown) => value,
    echoOption: (value: unknown) => value,
    even(value: number) {
      if (value === 13) throw new Error('unlucky');
      if (value % 2 === 1) throw new ComponentError({ tag: 'out-of-range', val: value });
      return value;
    },
    descend: () => 0,
  },
  'hatchway:conformance/tickets': {
    Ticket,
    handIn: (ticket: Ticket) => ticket.name(),
    inspect: (ticket: Ticket) => ticket.name(),
  },
};

describe.each(['async', 'sync'] as const)('written for %s instantiation', (mode) => {
  let instance: Instance;
  beforeEach(async () => {
    const plugin = await host.load(folders[mode], { world, trust: 'host-code' });
    instance = await plugin.instantiate({ imports });
  });

  test('its exports are called by either face', async () => {
    expect(instance.sync.echo.echoU64(2n ** 63n)).toBe(2n ** 63n);
    expect(await instance.exports['hatchway:conformance/echo@0.1.0'].echoStrings(['a', 'ü'])).toEqual(['a', 'ü']);
    expect(instance.sync.callbacks.stringsByHost(['x'])).toEqual(['x']);
  });

  test('its errors are ComponentErrors, and so are those of the app on their way through it', () => {
    const { errors, callbacks } = instance.sync;
    expect(() => errors.structured({ tag: 'not-found', val: 'x' })).toThrow(ComponentError);
    expect(() => callbacks.evenByHost(3)).toThrow(
      expect.objectContaining({ code: 'component-error', payload: { tag: 'out-of-range', val: 3 } }),
    );
    expect(callbacks.evenByHost(4)).toBe(4);
    expect(instance.state).toBe('idle');
  });

  test('its resources have both faces', async () => {
    const { Counter } = instance.sync.counters;
    using counter = new Counter(1);
    expect(counter.add(2)).toBe(3);
    const other = await instance.exports.counters.Counter.create(4);
    expect(await other.value()).toBe(4);
    expect(Counter.merge(counter, instance.sync.of(other)).value()).toBe(7);
    expect(instance.sync.desk.nameOfNew('a ticket')).toBe('a ticket');
  });

  test('each resource of a list is disposed of as itself, in whatever order, or given away', () => {
    const { alive, make, total } = instance.sync.counters;
    const [first, second, third, fourth] = make(4);
    second[Symbol.dispose]();
    expect(alive()).toBe(3);
    expect([first, third, fourth].map((it) => it.value())).toEqual([0, 2, 3]);
    expect(() => second.value()).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(total([third])).toBe(2);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    expect(alive()).toBe(1);
    expect(fourth.value()).toBe(3);
    fourth[Symbol.dispose]();
    expect(alive()).toBe(0);
  });

  test.each([
    ['traps', 'trap', (it: Instance) => it.sync.errors.trap()],
    ['an import of the app fails', 'import-failed', (it: Instance) => it.sync.callbacks.evenByHost(13)],
  ])('an instance of which a call %s is finished', (_, code, call) => {
    expect(() => call(instance)).toThrow(expect.objectContaining({ code }));
    expect(instance.state).toBe('poisoned');
    expect(() => instance.sync.echo.echoU8(1)).toThrow(expect.objectContaining({ code: 'poisoned' }));
  });

  test('arguments are checked before its code runs', () => {
    expect(() => instance.sync.echo.echoU8(256)).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(instance.state).toBe('idle');
  });

  test('two instances share nothing', async () => {
    const plugin = await host.load(folders[mode], { world, trust: 'host-code' });
    const other = await plugin.instantiate({ imports });
    expect(() => other.sync.errors.trap()).toThrow();
    expect(instance.sync.echo.echoU8(1)).toBe(1);
  });
});

describe('loading', () => {
  const trust = 'host-code' as const;

  test('a file URL, and the name of the folder', async () => {
    const plugin = await host.load(pathToFileURL(folders.async), { world, trust });
    expect(plugin.name).toBe('async');
    expect(plugin.needs.imports.map(({ name }) => name)).toContain('hatchway:conformance/host@0.1.0');
  });

  test('the world of the component beside it', async () => {
    await copyFile(component, join(root, 'plugin.wasm'));
    try {
      const plugin = await host.load(folders.async, { trust });
      expect(plugin.world.exports.map(({ name }) => name)).toEqual(world.exports.map(({ name }) => name));
    } finally {
      await rm(join(root, 'plugin.wasm'));
    }
  });

  test('missing imports are named', async () => {
    const plugin = await host.load(folders.async, { world, trust });
    await expect(plugin.instantiate({ imports: {} })).rejects.toMatchObject({ code: 'missing-import' });
  });

  test('imports that answer with promises are refused', async () => {
    const plugin = await host.load(folders.async, { world, trust });
    await expect(plugin.instantiate({ imports, async: true })).rejects.toMatchObject({ code: 'unsupported' });
  });

  /** A folder with one module. */
  async function folderOf(module: string): Promise<string> {
    const folder = await mkdtemp(join(root, 'made-'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(join(folder, 'plugin.js'), module);
    return folder;
  }

  test('runs nothing', async () => {
    const folder = await folderOf(
      '"use components";\nglobalThis.ran = true;\nexport function instantiate(getCoreModule, imports) { return {}; }',
    );
    await expect(host.load(folder, { world })).rejects.toMatchObject({ code: 'option' });
    const plugin = await host.load(folder, { world, trust });
    expect('ran' in globalThis).toBe(false);
    await expect(plugin.instantiate({ imports })).rejects.toMatchObject({ code: 'world-mismatch' });
    expect('ran' in globalThis).toBe(true);
  });

  test('without trust, it says why', async () => {
    await expect(host.load(folders.async, { world })).rejects.toThrow(
      'it was translated to JavaScript, which runs outside the sandbox. If you trust its code like your own, pass `trust',
    );
  });

  test('without a world, it says how one is given', async () => {
    await expect(host.load(folders.async, { trust })).rejects.toThrow('Pass `world`, or put the component');
  });

  test('what jco writes without --instantiation is refused with the command that mends it', async () => {
    await expect(host.load(folders.plain, { world, trust })).rejects.toThrow(
      `Transpile again: jco transpile plugin.wasm -o folder --instantiation async`,
    );
    await expect(host.load(folders.plain, { world })).rejects.toThrow('outside the sandbox');
  });

  test('code that needs more of WASI than there is is refused, with what it needs', async () => {
    const folder = await folderOf(
      `"use components";\nexport function instantiate(getCoreModule, imports) {\n  const { get } = imports['wasi:keyvalue/store'];\n  return { get };\n}`,
    );
    await expect(host.load(folder, { world, trust })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('wasi:keyvalue/store'),
    });
  });

  test('WASI is hatchway’s, with what is granted and nothing more', async () => {
    const folder = join(root, 'probe');
    await promisify(execFile)(process.execPath, [transpiler, probePath, folder, 'async']);
    await writeFile(join(root, 'file'), 'granted');
    const plugin = await host.load(folder, { world: decodeWorld(await readFile(probePath)), trust });
    await using nothing = await plugin.instantiate();
    expect(await nothing.exports.environment()).toEqual([]);
    await expect(nothing.exports.read('/data/file')).rejects.toMatchObject({ payload: 'no-entry' });
    expect(nothing.denials).toMatchObject([{ kind: 'read', target: '/data/file' }]);
    await using something = await plugin.instantiate({
      grants: { read: { '/data': root }, env: { A: 'b' } },
      args: ['x'],
    });
    expect(await something.exports.environment()).toEqual([['A', 'b']]);
    expect((await something.exports.argumentList())[1]).toBe('x');
    expect(await something.exports.read('/data/file')).toBe('granted');
    const policy = { version: 1, plugins: {} };
    const strict = await (await createHost({ policy })).load(folder, {
      world: decodeWorld(await readFile(probePath)),
      trust,
    });
    await using less = await strict.instantiate({ grants: { env: { A: 'b' } } });
    expect(await less.exports.environment()).toEqual([]);
    await something.exports.print('hello');
    expect(something.stdout.text()).toBe('hello');
    await expect(something.exports.exit(3)).rejects.toMatchObject({ code: expect.any(String) });
  });

  test('code that imports something by itself is refused', async () => {
    const folder = await folderOf(
      `"use components";\nimport { cli } from '@bytecodealliance/preview2-shim';\nexport function instantiate(getCoreModule, imports) {}`,
    );
    await expect(host.load(folder, { world, trust })).rejects.toThrow('preview2-shim');
  });

  test.each([
    ['trust for a component', () => host.load(component, { trust }), '`trust` is for folders'],
    ['trust for an object', () => host.load({}, { world, trust }), '`trust` is for folders'],
    ['another trust', () => host.load(folders.async, { trust: true as never }), "not 'host-code'"],
    ['sha256', () => host.load(folders.async, { world, trust, sha256: '0'.repeat(64) }), 'a folder has no sha256'],
    ['a folder of something else', () => host.load(fileURLToPath(new URL('.', import.meta.url))), 'is a folder'],
  ])('%s', async (_, load, message) => {
    await expect(load()).rejects.toMatchObject({ code: 'option', message: expect.stringContaining(message) });
  });

  test('another world than that of the component beside it', async () => {
    const other = { ...world, exports: [], imports: [] };
    await copyFile(component, join(folders.sync, 'plugin.wasm'));
    await expect(host.load(folders.sync, { world: other, trust })).rejects.toMatchObject({ code: 'world-mismatch' });
    await rm(join(folders.sync, 'plugin.wasm'));
  });
});
