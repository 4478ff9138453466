/** What it costs to call a native plugin, through the whole of the app's interface, beside bare sockets and peers. */
import { once } from 'node:events';
import { nativeGuestPath } from '../../guests/build.js';
import { App } from '../../test/conformance/app.js';
import { goGuest } from '../../test/native/go-guests.js';
import type { Batch, Subject } from '../measure.js';
import type { Row } from '../row.js';
import { goPlugin } from '../subjects/go-plugin.js';
import { bare, conformance, grpcEcho, http2Echo, load, rawEcho, streams } from '../subjects/native.js';

/** About 1 KB, as a message is: a text, a few words, a few numbers. */
const record = {
  small: 1,
  wide: 2n,
  medium: 3,
  ratio: 0.5,
  label: 'a text such as the body of a message '.repeat(24),
  letter: 'x',
  yes: true,
  tags: ['ops', 'billing', 'eu-central'],
  centre: { x: 1, y: -1 },
  parent: 7,
};
const BYTES = 980;
const node = nativeGuestPath('node', 'conformance');
const go = () => goGuest('conformance', 'wit/conformance.wit', 'conformance');

const echo = (exports: any) => exports.echo.echoMixed(record);
const callback = (exports: any) => exports.callbacks.mixedByHost(record);

/** Something that is done `inFlight` times at once. */
function lanes(one: () => Promise<unknown>, inFlight: number): Batch {
  return async (n) => {
    let left = n;
    const lane = async () => {
      while (left-- > 0) await one();
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
  };
}

/** The same, once both processes have compiled what they run: a turn has too few calls for that. */
async function warm(one: () => Promise<unknown>, inFlight: number): Promise<Batch> {
  const batch = lanes(one, inFlight);
  await batch(5000);
  return batch;
}

const raw = (name: string, language: 'Node' | 'Go'): Subject => ({
  name,
  prepare: async () => {
    const { once: one, socket } = await rawEcho(BYTES, language);
    socket.ref();
    for (let i = 0; i < 5000; i++) await one();
    socket.unref();
    return async (n) => {
      socket.ref();
      for (let i = 0; i < n; i++) await one();
      socket.unref();
    };
  },
});

function plugin(name: string, folder: () => string | Promise<string>, call: typeof echo, inFlight = 1): Subject {
  return {
    name,
    prepare: async () => {
      const { exports } = await conformance(await folder());
      return warm(() => call(exports), inFlight);
    },
  };
}

function peer(name: string, make: (bytes: Buffer) => Promise<() => Promise<unknown>>, inFlight = 1): Subject {
  return { name, prepare: async () => warm(await make(Buffer.alloc(BYTES, 1)), inFlight) };
}

const MIB = 1 << 20;

export const nativeRows: readonly Row[] = [
  {
    id: 'native-call',
    title: 'a call of a native plugin, 1 KB there and back',
    pairwise: true,
    subjects: [
      raw('raw echo', 'Node'),
      raw('raw echo of Go', 'Go'),
      plugin('Node', () => node, echo),
      plugin('Go', go, echo),
      plugin('Node, with a callback of 1 KB', () => node, callback),
      plugin('Go, with a callback of 1 KB', go, callback),
      peer('http2', http2Echo),
      peer('grpc-js', grpcEcho),
      goPlugin('go-plugin', 'call'),
      goPlugin('go-plugin, AutoMTLS', 'call', { mtls: true }),
      goPlugin('go-plugin, with a callback of 1 KB', 'callback', { warm: 100 }),
      goPlugin('go-plugin, with a callback over a kept connection', 'kept'),
    ],
    goals: [
      { of: 'Node', against: 'raw echo', atMost: 1.3 },
      { of: 'Go', against: 'raw echo of Go', atMost: 1.3 },
      { of: 'Node, with a callback of 1 KB', against: 'raw echo', atMost: 2.6 },
      { of: 'Go, with a callback of 1 KB', against: 'raw echo of Go', atMost: 2.6 },
      { of: 'Node', against: 'grpc-js', fasterBy: 10 },
      { of: 'Node', against: 'go-plugin', atMost: 1 },
      { of: 'Go', against: 'go-plugin', atMost: 1 },
      { of: 'Node, with a callback of 1 KB', against: 'go-plugin, with a callback of 1 KB', atMost: 1 },
      { of: 'Go, with a callback of 1 KB', against: 'go-plugin, with a callback of 1 KB', atMost: 1 },
    ],
  },
  {
    id: 'native-flight',
    title: 'the same, 32 at once: time for one',
    turn: 150,
    subjects: [
      plugin('Node', () => node, echo, 32),
      plugin('Go', go, echo, 32),
      peer('http2', http2Echo, 32),
      peer('grpc-js', grpcEcho, 32),
      goPlugin('go-plugin', 'flight'),
      goPlugin('go-plugin, AutoMTLS', 'flight', { mtls: true }),
    ],
    goals: [
      { of: 'Node', against: 'grpc-js', fasterBy: 25 },
      { of: 'Node', against: 'go-plugin', atMost: 1 },
      { of: 'Go', against: 'go-plugin', atMost: 1 },
    ],
  },
  {
    id: 'native-stream',
    title: '1 MiB of a byte stream',
    turn: 150,
    subjects: [
      {
        name: 'raw socket',
        prepare: async () => {
          const { socket } = bare('raw-source.mjs');
          let left = 0;
          let done: () => void = () => {};
          socket.on('data', (chunk: Buffer) => {
            left -= chunk.length;
            if (left === 0) done();
          });
          socket.unref();
          return async (n) => {
            socket.ref();
            await new Promise<void>((resolve) => {
              left = n * MIB;
              done = resolve;
              for (let rest = n; rest > 0; rest -= 255) socket.write(Buffer.of(Math.min(255, rest)));
            });
            socket.unref();
          };
        },
      },
      {
        name: 'Node to the app',
        prepare: async () => {
          const { exports } = await streams();
          return async (n) => {
            let sum = 0;
            const source: ReadableStream<Uint8Array> = await exports.api.source(BigInt(n * MIB));
            const reader = source.getReader();
            for (let next = await reader.read(); !next.done; next = await reader.read()) sum += next.value.length;
            if (sum !== n * MIB) throw new Error('some are missing');
          };
        },
      },
      {
        name: 'the app to Node',
        prepare: async () => {
          const { exports } = await streams();
          const piece = new Uint8Array(65_536).fill(1);
          return async (n) => {
            const source = async function* () {
              for (let i = 0; i < n * 16; i++) yield piece;
            };
            if ((await exports.api.sink(source())) !== BigInt(n * MIB)) throw new Error('some are missing');
          };
        },
      },
    ],
    goals: [
      { of: 'Node to the app', against: 'raw socket', atMost: 1.33 },
      { of: 'the app to Node', against: 'raw socket', atMost: 1.33 },
    ],
  },
  {
    id: 'native-start',
    title: 'start to first answer, and the end',
    subjects: [
      {
        name: 'a process that sends one byte',
        prepare: async () => async (n) => {
          for (let i = 0; i < n; i++) {
            const { child, socket } = bare('hello.mjs');
            await once(socket, 'data');
            socket.end();
            child.ref();
            await once(child, 'exit');
          }
        },
      },
      ...[['Node', async () => node] as const, ['Go', go] as const].map(
        ([name, folder]): Subject => ({
          name,
          prepare: async () => {
            const loaded = await load(await folder());
            return async (n) => {
              for (let i = 0; i < n; i++) {
                await using instance = await loaded.instantiate({ imports: new App().imports });
                await instance.exports.echo.echoU8(1);
              }
            };
          },
        }),
      ),
      goPlugin('go-plugin', 'start', { warm: 1 }),
      goPlugin('go-plugin, AutoMTLS', 'start', { mtls: true, warm: 1 }),
    ],
    goals: [
      { of: 'Node', against: 'a process that sends one byte', atMost: 1.3 },
      { of: 'Go', against: 'go-plugin', atMost: 1 },
    ],
  },
];
