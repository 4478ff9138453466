/** The carriers other than descriptor 3, by what programs that speak over them can do, print and leave behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect as connectTo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CarrierKind, type Channel, openChannel, PrintGuard } from '../../src/carriers/index.js';
import { createHost, type LogEvent } from '../../src/index.js';
import { CONTROL, OutgoingBytes } from '../../src/session/index.js';
import { Plugins, until } from '../chaos/support.js';
import { App } from '../conformance/app.js';
import { connectOver } from '../session/fixtures/connect.js';
import { exported, readWhole } from '../session/support.js';
import { describeWithGo, goProgram } from './go-guests.js';
import { SDKS } from './sdks.js';

const KINDS: readonly CarrierKind[] = ['fd3', 'unix', 'stdio'];

/** What hosts have in the folder for temporary files. */
const folders = () => readdirSync(tmpdir()).filter((it) => /^hatchway-[A-Za-z0-9]{6}$/.test(it));

const logs: LogEvent[] = [];
const host = await createHost({ logs: (event) => logs.push(event) });

/** Prints in every way that there is, and reads; what it is asked for says which. */
const SOURCE = `
import process, { stdin, stdout } from 'node:process';
import { serve } from 'hatchway/plugin';
import { readFileSync } from 'node:fs';
const encoded = readFileSync(new URL('./world.wasm', import.meta.url)).toString('base64');
serve({ name: 'test:chaos/plugin', encoded }, ({ host }) => ({
  api: {
    async echo(text) {
      if (text === 'env') return JSON.stringify(process.env);
      if (text === 'ask') return host.ask();
      if (text === 'print') {
        console.log('a log');
        process.stdout.write('one\\n');
        stdout.write('two\\n');
        new console.Console(process.stdout).log('three');
        return 'printed';
      }
      if (text === 'read') {
        let read = '';
        for await (const piece of process.stdin) read += piece;
        return 'read ' + JSON.stringify(read);
      }
      return text;
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

const load = (folder: string) => host.load(folder, { run: true, sandbox: 'off' });

/** As an installed package would be found. */
function withSdk(source: string): string {
  return source.replace("'hatchway/plugin'", `'${new URL('../../dist/plugin/index.js', import.meta.url)}'`);
}

/** A program's folder, with another carrier in its manifest. */
function over(carrier: string, folder: string): string {
  const copy = join(plugins.root, `${basename(dirname(folder))}-${carrier}`);
  cpSync(folder, copy, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(copy, 'plugin.json'), 'utf8'));
  manifest.artifacts.native.any.carrier = carrier;
  writeFileSync(join(copy, 'plugin.json'), JSON.stringify(manifest));
  const main = join(copy, 'main.js');
  if (existsSync(main)) writeFileSync(main, withSdk(readFileSync(main, 'utf8')));
  return copy;
}

describe.each(['unix', 'stdio'])('over %s', (carrier) => {
  it.each(SDKS.filter((it) => it.missing === undefined))(
    'a plugin in $name answers, calls the app, and takes long messages',
    async ({ command }) => {
      const before = folders();
      const app = new App();
      const plugin = await load(over(carrier, dirname((await command()).at(-1)!)));
      const instance = await plugin.instantiate({ imports: app.imports });
      const { echo, desk } = instance.exports;
      expect(await echo.echoString('grün')).toBe('grün');
      expect(await desk.nameOfNew('a ticket')).toBe('a ticket');
      const long = 'x'.repeat(3_000_000);
      expect((await echo.echoString(long)) === long).toBe(true);
      const many = Array.from({ length: 200 }, (_, i) => echo.echoU32(i));
      expect(await Promise.all(many)).toEqual(many.map((_, i) => i));
      await instance[Symbol.asyncDispose]();
      await until(() => plugins.running().length === 0);
      expect(folders()).toEqual(before);
    },
  );

  it('a plugin prints, reads and is told what it would be over descriptor 3', async () => {
    const env = [{ allow: 'GREETING', reason: 'To be polite.' }];
    const folder = plugins.folder({ interpreter: 'node', path: 'main.mjs', carrier }, { env });
    writeFileSync(join(folder, 'main.mjs'), withSdk(SOURCE));
    logs.length = 0;
    const imports = { 'test:chaos/host': { ask: async () => 'an answer' } };
    await using instance = await (await load(folder)).instantiate({ imports, grants: { env: { GREETING: 'hello' } } });
    const { echo } = instance.exports.api;
    expect(JSON.parse(await echo('env'))).toEqual({ GREETING: 'hello' });
    expect(await echo('ask')).toBe('an answer');
    expect(await echo('print')).toBe('printed');
    expect(await echo('read')).toBe('read ""');
    await instance[Symbol.asyncDispose]();
    const lines = 'one\ntwo\nthree\n';
    const [out, err] = carrier === 'stdio' ? ['', lines] : [lines, ''];
    expect([instance.stdout.text(), instance.stderr.text()]).toEqual([out, err]);
    expect(logs.map((it) => it.message).sort()).toEqual(['a log', 'one', 'three', 'two']);
  });

  it('a program is not on the terminal', async () => {
    const folder = plugins.folder({ interpreter: 'node', path: 'main.mjs', carrier });
    writeFileSync(join(folder, 'main.mjs'), withSdk(SOURCE));
    const plugin = await host.load(folder, { run: true, sandbox: 'off', terminal: true });
    await expect(plugin.instantiate({ imports: { 'test:chaos/host': { ask: () => '' } } })).rejects.toMatchObject({
      code: 'option',
      message: expect.stringContaining(`cannot have the carrier ${carrier}`),
    });
  });

  it.each(SDKS.filter((it) => it.missing === undefined))(
    'a plugin in $name that has no connection there says what it is',
    async ({ command }) => {
      const [program, ...args] = await command();
      const env = { HATCHWAY_CARRIER: carrier === 'unix' ? 'unix:/nowhere' : carrier };
      const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
      let said = '';
      child.stderr.on('data', (bytes) => {
        said += bytes;
      });
      expect(await once(child, 'close')).toEqual([1, null]);
      expect(said).toMatch(/hatchway plugin/);
    },
  );
});

it('the variable that tells a program how it is connected cannot be granted', async () => {
  const env = [{ allow: 'HATCHWAY_CARRIER', reason: 'To be elsewhere.' }];
  const folder = plugins.folder({ interpreter: 'node', path: 'main.mjs' }, { env });
  writeFileSync(join(folder, 'main.mjs'), withSdk(SOURCE));
  const imports = { 'test:chaos/host': { ask: () => '' } };
  const made = (await load(folder)).instantiate({ imports, grants: { env: { HATCHWAY_CARRIER: 'stdio' } } });
  await expect(made).rejects.toMatchObject({ code: 'grants', plugin: 'chaos' });
});

describe.each(SDKS.filter((it) => it.missing === undefined))('a program in $name', ({ command }) => {
  it.each(KINDS.flatMap((kind) => (['is gone', 'half-closes'] as const).map((what) => [kind, what] as const)))(
    'over %s ends when its host %s',
    async (kind, what) => {
      const channel = await openChannel(kind, false);
      const [program, ...args] = await command();
      const child = spawn(program!, args, { stdio: [...channel.stdio], env: { ...channel.env } });
      const { input, output, session } = await connectOver(channel, child);
      await vi.waitFor(() => expect(session.peer).toBeDefined(), { timeout: 10_000 });
      const exited = once(child, 'exit');
      if (what === 'half-closes') output.end();
      else {
        input.destroy();
        output.destroy();
      }
      expect(await exited).toEqual([0, null]);
      channel.close();
    },
  );
});

describeWithGo('a program in Go', () => {
  it.each(KINDS)('sends and takes streams over %s, and what it prints is no frame', async (kind) => {
    const channel = await openChannel(kind, false);
    const program = await goProgram('internal/testplugin');
    const child = spawn(program, [], { stdio: [...channel.stdio], env: { ...channel.env } });
    let printed = '';
    child[kind === 'stdio' ? 'stderr' : 'stdout']!.on('data', (bytes) => {
      printed += bytes;
    });
    const { session, call } = await connectOver(channel, child);
    await call(CONTROL.dispense, [1, 'one', []], 0);
    await call(exported('#apply'), [{ id: '', priority: 203, labels: [] }]);
    const stream = new OutgoingBytes(1 << 30);
    for (let i = 0; i < 50; i++) stream.write(new Uint8Array(100_000));
    stream.end();
    expect(await call(exported('#sum'), [stream])).toBe(5_000_000);
    expect(await readWhole(await call(exported('#produce'), [3_000_000]))).toEqual([3_000_000, 'end']);
    session.close();
    expect(await once(child, 'exit')).toEqual([0, null]);
    channel.close();
    expect(printed).toBe('on standard output\n');
  });
});

describe('the socket of a host', () => {
  const program = () => spawn('sleep', ['60'], { stdio: ['pipe', 'ignore', 'ignore'] });

  async function open(): Promise<{ channel: Channel; path: string }> {
    const channel = await openChannel('unix', false);
    return { channel, path: channel.env.HATCHWAY_CARRIER!.replace(/^unix:/, '') };
  }

  it('is in a folder that nobody else can enter, and is gone once it is connected', async () => {
    const { channel, path } = await open();
    const folder = dirname(path);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const child = program();
    let token = Buffer.alloc(0);
    vi.spyOn(child.stdin!, 'end').mockImplementation(function (this: any, given: any) {
      token = Buffer.from(given);
      return this;
    });
    let received = '';
    const connected = channel.connect(child, (bytes) => {
      received += Buffer.from(bytes);
    });
    expect(token.length).toBe(32);
    const first = connectTo(path);
    // In pieces, and with what comes after it.
    first.write(token.subarray(0, 5));
    const second = connectTo(path);
    second.on('error', () => {});
    await once(second, 'close');
    first.write(Buffer.concat([token.subarray(5), Buffer.from('hello')]));
    const { input } = await connected;
    expect(() => statSync(folder)).toThrow(/ENOENT/);
    expect(received).toBe('');
    input.resume();
    await vi.waitFor(() => expect(received).toBe('hello'));
    channel.close();
    await once(first, 'close');
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  it('has a path that every system takes', async () => {
    const long = mkdtempSync(join(realpathSync(tmpdir()), `${'x'.repeat(90)}-`));
    vi.stubEnv('TMPDIR', long);
    await expect(openChannel('unix', false)).rejects.toMatchObject({ code: 'unsupported' });
    await expect(openChannel('unix', false)).rejects.toThrow(/too long a path for a socket.* Set TMPDIR/);
    expect(readdirSync(long)).toEqual([]);
    vi.unstubAllEnvs();
    rmSync(long, { recursive: true });
  });
});

describe('what is printed between frames', () => {
  const frame = (type: number, length: number, id = 0) =>
    Buffer.concat([
      Buffer.from([type, length & 255, length >> 8, 0, id, 0, 0, 0]),
      // Bodies hold anything.
      Buffer.alloc(length, 'text\n'),
    ]);
  const frames = Buffer.concat([frame(1, 60), frame(3, 0, 7), frame(3, 300, 9), frame(14 + 1, 1), frame(0x80 | 40, 3)]);

  /** What is passed on, and what is said to be a print, of bytes that come in pieces of that size. */
  function look(bytes: Buffer, size: number): { passed: number; line: string | undefined } {
    let passed = 0;
    let line: string | undefined;
    const guard = new PrintGuard(
      (piece) => {
        passed += piece.length;
      },
      (it) => {
        expect(line).toBeUndefined();
        line = it;
      },
    );
    for (let at = 0; at < bytes.length; at += size) guard.received(bytes.subarray(at, at + size));
    return { passed, line };
  }

  it.each([1, 3, 7, 8, 9, 10_000])('frames in pieces of %i bytes are frames', (size) => {
    expect(look(frames, size)).toEqual({ passed: frames.length, line: undefined });
  });

  it.each([
    ['hello there\nand more\n', 'hello there'],
    ['hi\r\n', 'hi'],
    ['x', 'x'],
    ['\n', ''],
    ['\tindented', '\tindented'],
    ['42', '42'],
    ['Büro', 'Büro'],
    ['Calling', 'Calling'],
    ['Élan', 'Élan'],
    ['… and so on', '… and so on'],
    ['{"a": 1}', '{"a": 1}'],
  ])('%j is found before, between and after frames', (text, line) => {
    const print = Buffer.from(text);
    expect(look(Buffer.concat([print, frames]), 10_000).line?.startsWith(line)).toBe(true);
    const between = look(Buffer.concat([frames, print, frames]), 10_000);
    expect(between).toMatchObject({ passed: frames.length });
    expect(between.line?.startsWith(line)).toBe(true);
    // However it is cut, it is not passed on whole.
    for (const size of [1, 2, 3, 5, 8])
      expect(look(Buffer.concat([frames, print, frames]), size).passed).toBeLessThan(frames.length + 8);
  });

  it('of a line without an end there is some', () => {
    expect(look(Buffer.alloc(1 << 20, 'x'), 1 << 20).line).toHaveLength(1000);
  });
});
