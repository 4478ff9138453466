import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { CARRIER_VARIABLE, type Channel, type Ends } from './channel.js';
import { intoOneBuffer } from './static-read.js';

/** The program's standard input and output. */
export function stdioChannel(): Channel {
  return {
    kind: 'stdio',
    env: { [CARRIER_VARIABLE]: 'stdio' },
    stdio: ['pipe', 'pipe', 'pipe'],
    async connect({ stdin, stdout }, received) {
      return { input: (stdout as Socket).on('data', received).pause(), output: stdin as Socket };
    },
    close() {},
  };
}

/**
 * The standard input and output of this program, which are nobody else's from now on: what is printed goes to standard error, and
 * there is nothing to read. `undefined`: they are no connection.
 */
export function ownStdio(received: (bytes: Uint8Array) => void): Ends | undefined {
  if (!isConnection(0) || !isConnection(1)) return undefined;
  keepPrintsOff();
  return {
    input: new Socket({ fd: 0, readable: true, writable: false, ...intoOneBuffer(received) }),
    output: new Socket({ fd: 1, readable: false, writable: true }),
  };
}

function isConnection(descriptor: number): boolean {
  const found = fstatSync(descriptor);
  return found.isSocket() || found.isFIFO();
}

/** What writes to the descriptor itself, or is started with it, still gets through to the host, which takes it for an error. */
function keepPrintsOff(): void {
  const { stdout, stderr } = process;
  // Whoever imported the stream by its name has it already.
  stdout.write = stderr.write.bind(stderr);
  const nothing = Readable.from([]);
  Object.defineProperty(process, 'stdout', { configurable: true, enumerable: true, get: () => stderr });
  Object.defineProperty(process, 'stdin', { configurable: true, enumerable: true, get: () => nothing });
}
