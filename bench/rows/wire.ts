/** What it costs to call a plugin that runs elsewhere: encoding, a session without a carrier, and a process over fd 3. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { CONTROL } from '../../src/session/index.js';
import { codecOf, Reader, type Table, Writer } from '../../src/wire/index.js';
import { type Call, connect } from '../../test/session/fixtures/connect.js';
import { exported, message as messageType, Pair } from '../../test/session/support.js';
import type { Batch, Subject } from '../measure.js';
import type { Row } from '../row.js';

/** About 1 KB. */
const message = { id: 'm1', priority: 3, labels: Array.from({ length: 16 }, (_, i) => `label ${i} `.padEnd(62, 'x')) };
const apply = exported('#apply');

const none = () => {
  throw new Error('no handles here');
};
const table: Table = { writeHandle: none, readHandle: none, writeStream: none, readStream: none };

/** A process that ends with this one; only while it is timed does it keep this one going. */
function fixture(name: string): { child: ChildProcess; socket: Socket } {
  const program = new URL(`../../test/session/fixtures/${name}`, import.meta.url).pathname;
  const child = spawn(process.execPath, ['--no-warnings', '--import', 'tsx', program], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  child.unref();
  const socket = child.stdio[3] as Socket;
  return { child, socket };
}

function held(socket: Socket, batch: (n: number) => Promise<void>): Batch {
  socket.unref();
  return async (n) => {
    socket.ref();
    await batch(n);
    socket.unref();
  };
}

const raw: Subject = {
  name: 'raw echo',
  prepare: async () => {
    const { socket } = fixture('raw-echo.ts');
    const bytes = Buffer.alloc(1024, 1);
    let left = 0;
    let done: () => void = () => {};
    socket.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left === 0) done();
    });
    const once = () =>
      new Promise<void>((resolve) => {
        left = bytes.length;
        done = resolve;
        socket.write(bytes);
      });
    await once();
    return held(socket, async (n) => {
      for (let i = 0; i < n; i++) await once();
    });
  },
};

async function started(): Promise<{ call: Call; socket: Socket }> {
  const { socket } = fixture('plugin.ts');
  const { call } = connect(socket);
  await call(CONTROL.dispense, [1, 'one', []], 0);
  return { call, socket };
}

function calls(name: string, one: typeof message, inFlight: number): Subject {
  return {
    name,
    prepare: async () => {
      const { call, socket } = await started();
      return held(socket, async (n) => {
        let left = n;
        const lane = async () => {
          while (left-- > 0) await call(apply, [one], 1, 10_000);
        };
        await Promise.all(Array.from({ length: inFlight }, lane));
      });
    },
  };
}

function inProcess(): Batch {
  const pair = new Pair({}, { handle: (call) => call.return({ tag: 'ok', val: call.args[0] ?? undefined }) });
  pair.call('host', CONTROL.dispense, [1, 'one', []], 0);
  const answered = () => {};
  return (n) => {
    for (let i = 0; i < n; i++) {
      pair.host.call(1, apply, [message], answered);
      for (const piece of pair.host.take()) pair.plugin.receive(piece);
      for (const piece of pair.plugin.take()) pair.host.receive(piece);
    }
  };
}

export const wireRows: readonly Row[] = [
  {
    id: 'wire-value',
    title: 'a record of 1 KB',
    subjects: [
      {
        name: 'JSON, there and back',
        prepare: async () => (n) => {
          for (let i = 0; i < n; i++) JSON.parse(Buffer.from(JSON.stringify(message)).toString());
        },
      },
      {
        name: 'codec, there and back',
        prepare: async () => {
          const codec = codecOf(messageType);
          const writer = new Writer();
          const reader = new Reader(new Uint8Array(0), 0, 0);
          return (n) => {
            for (let i = 0; i < n; i++) {
              codec.write(writer, message, table);
              reader.bytes = writer.take();
              reader.at = 0;
              reader.end = reader.bytes.length;
              reader.budget = 1 << 20;
              codec.read(reader, table);
            }
          };
        },
      },
      { name: 'both sessions, no carrier', prepare: async () => inProcess() },
    ],
  },
  {
    id: 'wire-call',
    title: 'a call of 1 KB to a process',
    subjects: [
      raw,
      calls('one after the other', message, 1),
      calls('with a callback inside', { ...message, priority: 9 }, 1),
      calls('32 in flight', message, 32),
    ],
    goals: [{ of: 'one after the other', against: 'raw echo', atMost: 1.3 }],
  },
];
