/** Streams and instances of a native plugin whose priority and rate is set by whoever sends, in both directions. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHost, HatchwayError, type Instance, setTraffic } from '../../src/index.js';
import { encodeWit } from '../wit/encode.js';

const WIT = `
package test:traffic;

interface store {
  use wasi:io/streams@0.2.3.{output-stream};
  put: func(bytes: stream<u8>) -> u32;
  get: func(size: u32, rate: u32) -> stream<u8>;
  fill: func(out: output-stream, size: u32, rate: u32);
  same: func(bytes: list<u8>) -> list<u8>;
  /// What the instance, and what it sends on streams, is bounded by.
  limit: func(what: string, rate: u32);
}

world plugin {
  export store;
}

package wasi:io@0.2.3 {
  interface streams {
    resource output-stream;
  }
}
`;

/** A rate of 0 is none. */
const SOURCE = `
import { serve, setTraffic } from 'SDK';
import { readFileSync } from 'node:fs';
const encoded = readFileSync(new URL('./world.wasm', import.meta.url)).toString('base64');
const speed = (rate) => ({ bytesPerSecond: rate || Infinity });
serve({ name: 'test:traffic/plugin', encoded }, (_, context) => {
  let stream;
  return {
    store: {
      async put(bytes) {
        let sum = 0;
        for await (const piece of bytes) sum += piece.length;
        return sum;
      },
      get(size, rate) {
        stream = new Uint8Array(size);
        setTraffic(stream, speed(rate));
        return stream;
      },
      fill(out, size, rate) {
        stream = out;
        setTraffic(out, speed(rate));
        const writer = out.getWriter();
        void writer.write(new Uint8Array(size)).then(() => writer.close());
      },
      same: (bytes) => bytes,
      limit(what, rate) {
        if (what === 'instance') context.traffic(speed(rate));
        else setTraffic(stream, speed(rate));
      },
    },
  };
});
`;

const host = await createHost();
const root = mkdtempSync(join(tmpdir(), 'hatchway-traffic-'));
let instances: Instance[];

beforeAll(async () => {
  const folder = join(root, 'plugin');
  mkdirSync(folder);
  const manifest = {
    id: 'traffic',
    version: '1.0.0',
    artifacts: { native: { any: { interpreter: 'node', path: 'main.mjs' } } },
  };
  writeFileSync(join(folder, 'plugin.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'world.wasm'), await encodeWit(WIT, 'plugin'));
  writeFileSync(
    join(folder, 'main.mjs'),
    SOURCE.replace('SDK', `${new URL('../../dist/plugin/index.js', import.meta.url)}`),
  );
  const plugin = await host.load(folder, { run: true, sandbox: 'off' });
  const options = { limits: { timeout: false } } as const;
  instances = [
    await plugin.instantiate({ ...options, name: 'one' }),
    await plugin.instantiate({ ...options, name: 'two' }),
  ];
});
afterAll(async () => {
  for (const instance of instances) await instance[Symbol.asyncDispose]();
  rmSync(root, { recursive: true });
});

const SIZE = 2_000_000;
/** So slow that none of it ends while the test runs. */
const SLOW = 100;

async function count(bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let sum = 0;
  for await (const piece of bytes) sum += piece.length;
  return sum;
}

/** A `WritableStream` that counts, and how much it was given when it was closed. */
function counter(): { out: WritableStream<Uint8Array>; whole: Promise<number> } {
  let sum = 0;
  let end: (sum: number) => void;
  const whole = new Promise<number>((resolve) => {
    end = resolve;
  });
  const out = new WritableStream<Uint8Array>({
    write: (piece) => {
      sum += piece.length;
    },
    close: () => end(sum),
  });
  return { out, whole };
}

/** Something slow goes on while something else comes to its end; then it is let go, and ends. */
async function overtaken(slow: Promise<unknown>, other: () => Promise<unknown>, letGo: () => unknown): Promise<void> {
  let ended = false;
  void slow.then(() => {
    ended = true;
  });
  expect(await other()).toBe(SIZE);
  expect(ended).toBe(false);
  await letGo();
  expect(await slow).toBe(SIZE);
}

describe('what the app sends', () => {
  it('on a stream, keeps to the stream’s rate', async () => {
    const [{ exports }] = instances as [Instance];
    const bytes = new Uint8Array(SIZE);
    setTraffic(bytes, { bytesPerSecond: SLOW });
    const { put } = exports.store;
    await overtaken(
      put(bytes),
      () => (instances[1] as Instance).exports.store.put(new Uint8Array(SIZE)),
      () => setTraffic(bytes, { bytesPerSecond: Number.POSITIVE_INFINITY }),
    );
  });

  it('to an instance, keeps to the instance’s rate', async () => {
    const [one, two] = instances as [Instance, Instance];
    one.traffic({ bytesPerSecond: SLOW });
    const same = async (instance: Instance) => (await instance.exports.store.same(new Uint8Array(SIZE))).length;
    await overtaken(
      Promise.all([same(one), one.exports.store.put(new Uint8Array(SIZE))]).then(([size]) => size),
      () => same(two),
      () => one.traffic({ bytesPerSecond: Number.POSITIVE_INFINITY, priority: 4 }),
    );
  });
});

describe('what the plugin sends', () => {
  it('on a stream, keeps to the stream’s rate', async () => {
    const [{ store }, other] = instances.map((it) => it.exports);
    await overtaken(
      count(await store.get(SIZE, SLOW)),
      async () => count(await other.store.get(SIZE, 0)),
      () => store.limit('stream', 0),
    );
  });

  it('on a stream of the app, keeps to the rate that it was given', async () => {
    const [{ store }, other] = instances.map((it) => it.exports);
    const [slow, fast] = [counter(), counter()];
    await store.fill(slow.out, SIZE, SLOW);
    await other.store.fill(fast.out, SIZE, 0);
    await overtaken(
      slow.whole,
      () => fast.whole,
      () => store.limit('stream', 0),
    );
  });

  it('keeps to the instance’s rate', async () => {
    const [{ store }, other] = instances.map((it) => it.exports);
    await store.limit('instance', SLOW);
    await overtaken(
      count(await store.get(SIZE, 0)),
      async () => count(await other.store.get(SIZE, 0)),
      () => store.limit('instance', 0),
    );
  });
});

it('what cannot be is refused', async () => {
  const [instance] = instances as [Instance];
  const option = expect.objectContaining({ code: 'option' });
  expect(() => instance.traffic({ priority: 0 })).toThrow(option);
  expect(() => setTraffic(new Uint8Array(1), { bytesPerSecond: 0 })).toThrow(option);
  for (const none of [{}, null, 'text', new WritableStream()])
    expect(() => setTraffic(none as never, { priority: 1 })).toThrow(expect.objectContaining({ code: 'argument' }));
  await expect(instance.exports.store.limit('stream', 2 ** 31)).resolves.toBeUndefined();
  const plugin = await host.load(root.concat('/plugin'), { run: true, sandbox: 'off' });
  const third = await plugin.instantiate();
  await third[Symbol.asyncDispose]();
  expect(() => third.traffic({ priority: 1 })).toThrow(HatchwayError);
  expect(() => third.traffic({ priority: 1 })).toThrow(/was disposed/);
  const world = await encodeWit('package test:here; world plugin { export f: func(); }', 'plugin');
  const here = await (await host.load({ f() {} }, { name: 'here', world })).instantiate();
  expect(() => here.traffic({ priority: 1 })).toThrow(expect.objectContaining({ code: 'unsupported' }));
});
