/** What it costs to call a native plugin, through the whole of the app's interface, beside a bare echo on such a socket. */
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { nativeGuestPath } from '../../guests/build.js';
import { createHost, type Instance } from '../../src/index.js';
import { App } from '../../test/conformance/app.js';
import type { Batch, Subject } from '../measure.js';
import type { Row } from '../row.js';

/** About 1 KB. */
const record = {
  small: 1,
  wide: 2n,
  medium: 3,
  ratio: 0.5,
  label: 'a label',
  letter: 'x',
  yes: true,
  tags: Array.from({ length: 15 }, (_, i) => `tag ${i} `.padEnd(62, 'x')),
  centre: { x: 1, y: -1 },
  parent: 7,
};
const BYTES = 1000;

const program = fileURLToPath(new URL('../subjects/native/raw-echo.mjs', import.meta.url));

const raw: Subject = {
  name: 'raw echo',
  prepare: async () => {
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
    child.unref();
    const socket = child.stdio[3] as Socket;
    const bytes = Buffer.alloc(BYTES, 1);
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
    socket.unref();
    return async (n) => {
      socket.ref();
      for (let i = 0; i < n; i++) await once();
      socket.unref();
    };
  },
};

async function instance(): Promise<Instance> {
  const host = await createHost();
  const plugin = await host.load(nativeGuestPath('node', 'conformance'), { run: true, sandbox: 'off' });
  return plugin.instantiate({ imports: new App().imports });
}

function calls(name: string, call: (exports: any) => Promise<unknown>, inFlight = 1): Subject {
  return {
    name,
    prepare: async (): Promise<Batch> => {
      const { exports } = await instance();
      return async (n) => {
        let left = n;
        const lane = async () => {
          while (left-- > 0) await call(exports);
        };
        if (inFlight === 1) return lane();
        await Promise.all(Array.from({ length: inFlight }, lane));
      };
    },
  };
}

const echo = (exports: any) => exports.echo.echoMixed(record);

export const nativeRows: readonly Row[] = [
  {
    id: 'native-call',
    title: 'a call of a native plugin, 1 KB there and back',
    subjects: [
      raw,
      calls('Node', echo),
      calls('Node, with a callback of 1 KB', (exports) => exports.callbacks.mixedByHost(record)),
      calls('Node, 32 in flight', echo, 32),
    ],
    goals: [
      { of: 'Node', against: 'raw echo', atMost: 1.3 },
      { of: 'Node, with a callback of 1 KB', against: 'raw echo', atMost: 2.6 },
    ],
  },
];
