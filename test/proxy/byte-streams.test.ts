/** Byte streams as an app and a plugin have them. */
import { describe, expect, it, vi } from 'vitest';
import { answerWith, STREAM_FACES } from '../../src/proxy/index.js';
import { CONTROL, type IncomingCall } from '../../src/session/index.js';
import { exported, Pair } from '../session/support.js';

const piece = (size: number, value = 7) => new Uint8Array(size).fill(value);

async function read(stream: ReadableStream<Uint8Array>): Promise<number> {
  let sum = 0;
  for await (const bytes of stream as unknown as AsyncIterable<Uint8Array>) {
    for (const byte of bytes) if (byte !== 7) throw new Error('another byte');
    sum += bytes.length;
  }
  return sum;
}

/** What the plugin writes where it does so wrongly. */
let wrongly: unknown;

/** What the plugin does with streams. */
const functions = new Map<unknown, (...args: any[]) => unknown>([
  [CONTROL.dispense, () => ({ tag: 'ok', val: undefined })],
  [exported('#sum'), (bytes: ReadableStream<Uint8Array>) => read(bytes)],
  [
    exported('#produce'),
    async function* (count: number) {
      for (let left = count; left > 0; left -= 1000) yield piece(Math.min(1000, left));
    },
  ],
  [
    exported('#fill'),
    async (out: WritableStream<Uint8Array>, count: number) => {
      const writer = out.getWriter();
      if (count === 0xffff_ffff) return writer.write(wrongly as Uint8Array);
      const size = count % 10_000;
      for (let left = count; left > 0; left -= size) await writer.write(piece(Math.min(size, left)));
      await writer.close();
    },
  ],
]);

function pair(failures: unknown[] = []) {
  let pumping = false;
  const onOutput = () => {
    if (pumping) return;
    pumping = true;
    setImmediate(() => {
      pumping = false;
      both.pump();
    });
  };
  const handle = (call: IncomingCall) => answerWith(call, functions.get(call.fn)!, (error) => failures.push(error));
  const both: Pair = new Pair({ streams: STREAM_FACES, onOutput }, { streams: STREAM_FACES, onOutput, handle });
  both.call('host', CONTROL.dispense, [1, 'one', []], 0);
  const call = (name: string, ...args: unknown[]) =>
    new Promise<any>((resolve, reject) => {
      both.host.call(1, exported(name), args, (failure, value) => (failure ? reject(failure) : resolve(value)));
    });
  return { call, both };
}

describe('bytes for a plugin come from', () => {
  it.each([
    ['bytes', () => piece(3_000_000)],
    [
      'a generator',
      async function* () {
        for (let i = 0; i < 300; i++) yield piece(10_000);
      },
    ],
    ['a ReadableStream', () => new Blob([piece(3_000_000)]).stream()],
  ])('%s', async (_, make) => {
    const { call, both } = pair();
    expect(await call('#sum', make())).toBe(3_000_000);
    expect(both.host.open.streams).toBe(0);
    expect(both.plugin.open.streams).toBe(0);
  });

  it.each([
    ['its memory', new Uint8Array(30_000)],
    ['a short memory', new Uint8Array(6000)],
    ['a Buffer', Buffer.alloc(30_000)],
    ['a short Buffer', Buffer.alloc(6000)],
  ])('a source that uses %s again', async (_, bytes) => {
    const { call } = pair();
    const source = (async function* () {
      for (let left = 3_000_000; left > 0; left -= bytes.length) {
        yield bytes.fill(7);
        bytes.fill(9);
      }
    })();
    expect(await call('#sum', source)).toBe(3_000_000);
  });

  it('nothing else, and a source is not touched by a call that is refused', async () => {
    const { call } = pair();
    for (const wrong of [undefined, 'text', [1, 2], {}]) {
      await expect(call('#sum', wrong)).rejects.toMatchObject({ code: 'argument', path: 'bytes' });
    }
  });

  it('a source that fails, which the plugin is told of', async () => {
    const failures: unknown[] = [];
    const { call, both } = pair(failures);
    const source = (async function* () {
      yield piece(10);
      throw new Error('the disk is gone');
    })();
    await expect(call('#sum', source)).rejects.toMatchObject({ code: 'trap' });
    expect(String(failures[0])).toMatch(/broke off the stream/);
    expect(both.host.open.streams).toBe(0);
  });
});

describe('bytes of a plugin', () => {
  it('are a ReadableStream, asked for as they are read', async () => {
    const { call, both } = pair();
    const stream = (await call('#produce', 2_000_000)) as ReadableStream<Uint8Array>;
    expect(stream).toBeInstanceOf(ReadableStream);
    expect(await read(stream)).toBe(2_000_000);
    expect(both.host.open.streams).toBe(0);
  });

  it('that nobody wants any more are given up on both sides', async () => {
    const { call, both } = pair();
    const stream = (await call('#produce', 50_000_000)) as ReadableStream<Uint8Array>;
    const reader = stream.getReader();
    expect((await reader.read()).value!.length).toBeGreaterThan(0);
    await reader.cancel();
    const open = () => [both.host.open.streams, both.plugin.open.streams];
    await vi.waitFor(() => expect(open()).toEqual([0, 0]), { timeout: 10_000 });
  });

  it('fill a WritableStream, no faster than it takes them', async () => {
    const { call } = pair();
    let filled = 0;
    let closed = false;
    const target = new WritableStream<Uint8Array>({
      async write(bytes) {
        await new Promise((resolve) => setImmediate(resolve));
        filled += bytes.length;
      },
      close() {
        closed = true;
      },
    });
    await call('#fill', target, 1_005_000);
    while (!closed) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(filled).toBe(1_005_000);
  });

  it.each([50, 9000])('of %i at a time are no longer written once nobody wants them', async (size) => {
    const failures: unknown[] = [];
    const { call } = pair(failures);
    const target = new WritableStream<Uint8Array>({
      write() {
        throw new Error('the disk is full');
      },
    });
    await expect(call('#fill', target, 50_000_000 + size)).rejects.toMatchObject({ code: 'trap' });
    expect(String(failures[0])).toMatch(/broke off the stream/);
  });

  it('leave the target of a call that is refused as it was, and end where the target is locked', async () => {
    const { call, both } = pair();
    const target = new WritableStream<Uint8Array>();
    await expect(call('#fill', target, 'no number')).rejects.toMatchObject({ code: 'argument' });
    expect(target.locked).toBe(false);
    target.getWriter();
    await expect(call('#fill', target, 50_000_050)).rejects.toMatchObject({ code: 'trap' });
    await vi.waitFor(() => expect([both.host.open.streams, both.plugin.open.streams]).toEqual([0, 0]));
  });

  it('break off with an error where the connection does', async () => {
    const { call, both } = pair();
    const stream = (await call('#produce', 50_000_000)) as ReadableStream<Uint8Array>;
    const reader = stream.getReader();
    await reader.read();
    both.host.carrierEnded();
    const rest = async () => {
      while (!(await reader.read()).done);
    };
    await expect(rest()).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('what is none of bytes fails for whoever gave it, and for nobody else:', () => {
  it.each([
    ['that throws', new Error('no')],
    ['that gives none', undefined],
  ])('a source %s', async (_, error) => {
    const failures: unknown[] = [];
    const { call, both } = pair(failures);
    const source = {
      [Symbol.asyncIterator]() {
        if (error !== undefined) throw error;
      },
    };
    await expect(call('#sum', source)).rejects.toMatchObject({ code: 'trap' });
    expect(String(failures[0])).toMatch(/broke off the stream/);
    expect(both.host.open.streams).toBe(0);
  });

  it('a ReadableStream that somebody reads', async () => {
    const { call } = pair();
    const source = new Blob([piece(10)]).stream();
    source.getReader();
    await expect(call('#sum', source)).rejects.toMatchObject({ code: 'trap' });
  });

  it('a piece, and its source may clean up', async () => {
    const { call } = pair();
    let cleaned = false;
    const source = (async function* () {
      try {
        yield 'text';
      } finally {
        cleaned = true;
      }
    })();
    await expect(call('#sum', source)).rejects.toMatchObject({ code: 'trap' });
    expect(cleaned).toBe(true);
  });

  it.each(['text', 'text'.repeat(5000), 7, undefined])('what is written to the stream: %.10s', async (wrong) => {
    const failures: unknown[] = [];
    const { call, both } = pair(failures);
    wrongly = wrong;
    let aborted = false;
    const target = new WritableStream<Uint8Array>({
      abort() {
        aborted = true;
      },
    });
    await expect(call('#fill', target, 0xffff_ffff)).rejects.toMatchObject({ code: 'trap' });
    expect(failures[0]).toBeInstanceOf(TypeError);
    await vi.waitFor(() => expect(aborted).toBe(true));
    expect([both.host.open.streams, both.plugin.open.streams]).toEqual([0, 0]);
  });
});
