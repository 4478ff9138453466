/** What an app sees of an instance that has WASI: grants, output, denials, the end. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AuditEvent,
  createHost,
  type HatchwayError,
  type Instance,
  type InstantiateOptions,
  PermissionDeniedError,
  type Plugin,
} from '../../src/index.js';
import { rejectionOf } from '../component/support.js';
import { probePath } from '../setup/probe.js';
import { makeContext, outcome } from '../wasi/context.js';
import { encodeWit } from '../wit/encode.js';

let folder: string;
let plugin: Plugin;
const events: AuditEvent[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hatchway-wasi-'));
  for (const name of ['one', 'two']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'file'), `of ${name}`);
  }
  plugin = await (await createHost({ audit: (event) => events.push(event) })).load(probePath);
});
afterAll(() => rmSync(folder, { recursive: true }));

const instantiate = (options: InstantiateOptions = {}) => plugin.instantiate(options);
const inFolder = (name: string) => join(folder, name);

describe('grants of an instance', () => {
  it('two instances of a plugin never see each other’s files, variables, output, clocks or seeds', async () => {
    await using one = await instantiate({
      name: 'one',
      grants: {
        read: { '/data': inFolder('one') },
        env: { WHO: 'one' },
        clocks: { frozen: '2026-01-01T00:00:00Z' },
        random: { seed: 1 },
      },
      args: ['1'],
      stdin: Buffer.from('input of one'),
    });
    await using two = await instantiate({
      name: 'two',
      grants: { read: { '/data': inFolder('two') }, env: { WHO: 'two' }, random: { seed: 2 } },
      args: ['2'],
    });
    const ask = async ({ exports }: Instance) => ({
      file: await exports.read('/data/file'),
      environment: await exports.environment(),
      arguments: (await exports.argumentList()).slice(1),
      today: await exports.today(),
      random: [...(await exports.random(4n))],
      input: await exports.input(100n).catch((error: HatchwayError & { payload: unknown }) => error.payload),
    });
    const [first, second] = [await ask(one), await ask(two)];
    await one.exports.print('from one');
    await two.exports.complain('from two');
    expect(first).toMatchObject({
      file: 'of one',
      environment: [['WHO', 'one']],
      arguments: ['1'],
      today: 1_767_225_600n,
      input: 'input of one',
    });
    expect(second).toMatchObject({
      file: 'of two',
      environment: [['WHO', 'two']],
      arguments: ['2'],
      input: 'closed',
    });
    expect(second.today).not.toBe(first.today);
    expect(second.random).not.toEqual(first.random);
    expect([one.stdout.text(), one.stderr.text()]).toEqual(['from one', '']);
    expect([two.stdout.text(), two.stderr.text()]).toEqual(['', 'from two']);
  });

  it('a file that is open is closed to a guest whose grant is taken back', async () => {
    await using instance = await instantiate({ grants: { read: { '/data': inFolder('one') } } });
    await instance.exports.open('/data/file');
    expect(await instance.exports.readAgain()).toBe('of one');
    instance.revoke('read', '/data');
    const refused = await rejectionOf(instance.exports.readAgain());
    expect(refused).toMatchObject({ code: 'component-error', payload: 'not-permitted' });
    expect(instance.denials).toMatchObject([{ kind: 'read' }]);
    expect((await rejectionOf(instance.exports.read('/data/file'))).code).toBe('component-error');
  });

  it('what an instance may do is narrowed while it runs, and to nothing that it did not have', async () => {
    await using instance = await instantiate({
      grants: { read: { '/one': inFolder('one'), '/two': inFolder('two') }, env: { A: '1', B: '2' } },
    });
    await instance.exports.open('/two/file');
    expect(() => instance.narrow({ read: ['/one', '/three'], env: [] })).toThrow(
      expect.objectContaining({ code: 'grants', message: expect.stringContaining('"/three" was not granted') }),
    );
    expect(await instance.exports.readAgain()).toBe('of two');
    instance.narrow({ read: ['/one'], env: ['B'] });
    expect(await instance.exports.read('/one/file')).toBe('of one');
    expect(await instance.exports.environment()).toEqual([['B', '2']]);
    expect(await rejectionOf(instance.exports.readAgain())).toMatchObject({ payload: 'not-permitted' });
    expect(instance.denials).toMatchObject([
      { kind: 'read', target: '/two/file', rule: expect.stringContaining('taken back') },
    ]);
  });

  it('a listing that was begun ends where its grant is taken back', () => {
    const { context, permissions } = makeContext({ read: { '/data': folder } });
    const { descriptor } = context.fileSystem.preopens()[0]!;
    const entries = descriptor.readDirectory();
    expect(entries.readDirectoryEntry()).toBeDefined();
    permissions.revoke('read', '/data');
    expect(outcome(() => entries.readDirectoryEntry())).toEqual({ error: 'not-permitted' });
    context.dispose();
  });

  it('a write needs its own grant, and the denial says the line that would give it', async () => {
    await using instance = await instantiate({ grants: { read: { '/data': inFolder('one') } } });
    expect(await rejectionOf(instance.exports.write('/data/new', 'x'))).toMatchObject({ payload: 'not-permitted' });
    expect(instance.denials).toMatchObject([
      {
        kind: 'write',
        target: '/data/new',
        grantWith: expect.stringContaining(`write: { '/data': '${inFolder('one')}' }`),
      },
    ]);
    await using other = await instantiate({
      grants: { read: { '/data': inFolder('one') }, write: { '/data': inFolder('one') } },
    });
    await other.exports.write('/data/new', 'written');
    expect(readFileSync(join(folder, 'one/new'), 'utf8')).toBe('written');
    expect(other.denials).toEqual([]);
  });

  it('what has no error to answer with ends the instance with an error that says what would allow it', async () => {
    await using instance = await instantiate({ name: 'tenant-a', grants: { clocks: false } });
    const error = await rejectionOf(instance.exports.now());
    expect(error).toBeInstanceOf(PermissionDeniedError);
    const { denial } = error as PermissionDeniedError;
    expect(denial).toMatchObject({ plugin: 'probe.wasm', instance: 'tenant-a', kind: 'clocks' });
    expect(error.message).toContain(denial.grantWith);
    expect(instance.denials).toEqual([denial]);
    expect(instance.state).toBe('poisoned');
    expect((await rejectionOf(instance.exports.today())).cause).toBe(error);
  });

  it('the audit has each check, with the id of its denial; repeats are one event more', async () => {
    events.length = 0;
    const instance = await instantiate({ grants: { env: { SECRET: 'hunter2' } } });
    for (let i = 0; i < 3; i++) await instance.exports.environment();
    for (let i = 0; i < 2; i++) await rejectionOf(instance.exports.read('/etc/passwd'));
    expect(events.map(({ outcome, kind, target, count }) => [outcome, kind, target, count])).toEqual([
      ['allowed', 'env', 'SECRET', 1],
      ['denied', 'read', '/etc/passwd', 1],
    ]);
    expect(events[1]).toMatchObject(instance.denials[0]!);
    instance.dispose();
    expect(events.slice(2).map(({ outcome, count }) => [outcome, count])).toEqual([
      ['allowed', 3],
      ['denied', 2],
    ]);
    expect(JSON.stringify(events)).not.toContain('hunter2');
  });

  it('an audit file has one JSON object a line', async () => {
    const file = join(folder, 'audit.jsonl');
    const host = await createHost({ audit: file });
    await using instance = await (await host.load(probePath)).instantiate();
    await rejectionOf(instance.exports.read('/etc/passwd'));
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ outcome: 'denied', target: '/etc/passwd' }]);
  });

  it('grants that cannot hold are an error before anything runs', async () => {
    const error = await rejectionOf(
      instantiate({ grants: { read: { 'data/': 'no/such/folder' }, rite: {} } as never }),
    );
    expect(error.code).toBe('grants');
    for (const part of ['"rite"', 'data/']) expect(error.message).toContain(part);
  });
});

describe('output', () => {
  it('is collected up to 1 MiB, and what is dropped is counted', async () => {
    await using instance = await instantiate();
    await instance.exports.flood(20_000);
    const { stdout } = instance;
    expect(stdout.written).toBe(2_000_000);
    expect(stdout.bytes()).toHaveLength(1 << 20);
    expect(stdout.dropped).toBe(2_000_000 - (1 << 20));
  });

  it('comes as lines with time, stream and names', async () => {
    const instance = await instantiate({ name: 'chatty', stdout: 'lines', stderr: 'lines' });
    const lines: unknown[] = [];
    const reading = (async () => {
      for await (const { time, ...line } of instance.stdout) lines.push({ ...line, time: time instanceof Date });
    })();
    await instance.exports.print('one\ntw');
    await instance.exports.print('o\n\nlast');
    await instance.exports.complain('elsewhere\n');
    instance.dispose();
    await reading;
    const tags = { stream: 'stdout', plugin: 'probe.wasm', instance: 'chatty', time: true };
    expect(lines).toEqual(['one', 'two', '', 'last'].map((text) => ({ text, ...tags })));
  });

  it('a flood of lines that nobody reads is bounded', async () => {
    const instance = await instantiate({ stdout: 'lines' });
    await instance.exports.flood(50_000);
    instance.dispose();
    let count = 0;
    for await (const { text } of instance.stdout) count += text.length === 99 ? 1 : 0;
    expect(count).toBeGreaterThan(5_000);
    expect(count * 99 + instance.stdout.dropped).toBe(50_000 * 99);
  });

  it('comes as a stream', async () => {
    const instance = await instantiate({ stdout: 'stream' });
    await instance.exports.print('one ');
    await instance.exports.print('two');
    instance.dispose();
    expect(await new Response(instance.stdout.readable()).text()).toBe('one two');
  });

  it('goes to a function, chunk by chunk', async () => {
    const chunks: string[] = [];
    await using instance = await instantiate({ stdout: (chunk) => chunks.push(Buffer.from(chunk).toString()) });
    await instance.exports.print('one');
    await instance.exports.print('two');
    expect(chunks).toEqual(['one', 'two']);
  });

  it('is ignored, and counted all the same', async () => {
    await using instance = await instantiate({ stdout: 'ignore' });
    await instance.exports.print('four');
    expect(instance.stdout).toMatchObject({ written: 4, dropped: 0 });
  });

  it('asking for it in another way than was said is an error that says which', async () => {
    await using instance = await instantiate({ stdout: 'ignore' });
    expect(() => instance.stdout.text()).toThrow(/Instantiate with \{ stdout: 'collect' \}/);
    expect(() => instance.stdout.readable()).toThrow(/Instantiate with \{ stdout: 'stream' \}/);
    await expect(instance.stdout[Symbol.asyncIterator]().next()).rejects.toThrow(/\{ stdout: 'lines' \}/);
  });
});

describe('an instance', () => {
  it('that exits is at its end, and the host is not', async () => {
    await using instance = await instantiate();
    expect(await rejectionOf(instance.exports.exit(7))).toMatchObject({ code: 'exited', exitCode: 7 });
    expect(instance.state).toBe('poisoned');
    expect(await rejectionOf(instance.exports.now())).toMatchObject({ code: 'poisoned' });
  });

  it('is told by run() that it is no program, if it is none', async () => {
    await using instance = await instantiate();
    expect(await rejectionOf(instance.run())).toMatchObject({ code: 'not-found' });
  });

  it('may wait no longer in one call than its limit says', async () => {
    await using patient = await instantiate({ limits: { waiting: '1s' } });
    await patient.exports.sleep(150_000_000n);
    await using other = await instantiate();
    const error = await rejectionOf(other.exports.sleep(150_000_000n));
    expect(error).toMatchObject({ code: 'exhausted' });
    expect(error.message).toMatch(/100 of 100 ms are left to this call\. Raise `limits: \{ waiting \}`/);
  });

  it('reads its standard input from a regular file, and from nothing that could block', async () => {
    await using instance = await instantiate({ stdin: { file: join(folder, 'one/file') } });
    expect(await instance.exports.input(100n)).toBe('of one');
    expect(await rejectionOf(instantiate({ stdin: { file: folder } }))).toMatchObject({ code: 'option' });
    expect(await rejectionOf(instantiate({ stdin: { file: join(folder, 'none') } }))).toMatchObject({
      code: 'not-found',
    });
  });

  it('has the app’s implementation of an interface where the app gives one', async () => {
    await using instance = await instantiate({
      imports: { 'wasi:cli/environment': { getEnvironment: () => [['FROM', 'the app']], getArguments: () => ['x'] } },
    });
    expect(await instance.exports.environment()).toEqual([['FROM', 'the app']]);
    expect(await instance.exports.random(2n)).toHaveLength(2);
  });

  it('fits a world of the app that says nothing of WASI', async () => {
    const world = await encodeWit('package a:b; world w { export now: func() -> u64; }');
    const host = await createHost();
    await host.load(probePath, { world });
  });
});
