import type { ChildProcess } from 'node:child_process';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hatchwayError } from '../errors/index.js';
import { CARRIER_VARIABLE, type Channel, type Ends } from './channel.js';
import { intoOneBuffer } from './static-read.js';

/** Bytes of the token. */
const TOKEN = 32;

/** Bytes of a path that every system takes for a socket. */
const MAX_PATH = 103;

const PREFIX = 'unix:';

/**
 * A socket that the program connects to, in a folder of its own that no other user can enter. It is told the path in its
 * environment, and the token on its standard input, where nobody else sees it and nothing that it starts inherits it. One
 * connection is taken, ever.
 */
export class UnixChannel implements Channel {
  readonly kind = 'unix';
  readonly env: Readonly<Record<string, string>>;
  readonly stdio: Channel['stdio'] = ['pipe', 'pipe', 'pipe'];
  readonly #token = randomBytes(TOKEN);
  #connection: Socket | undefined;
  #removed = false;

  private constructor(
    private readonly folder: string,
    private readonly server: Server,
    path: string,
  ) {
    this.env = { [CARRIER_VARIABLE]: PREFIX + path };
    server.unref();
  }

  /** @throws HatchwayError `unsupported` where there are no such sockets. */
  static async open(): Promise<UnixChannel> {
    if (process.platform === 'win32')
      throw hatchwayError('unsupported', 'there are no sockets with a path on this system', {
        mend: 'Have the program speak over its standard input and output.',
      });
    const folder = await mkdtemp(join(tmpdir(), 'hatchway-'));
    const path = join(folder, 'socket');
    const server = createServer();
    try {
      // What is longer would be cut, without a word.
      if (Buffer.byteLength(path) > MAX_PATH)
        throw hatchwayError('unsupported', 'the folder for temporary files has too long a path for a socket in it', {
          mend: 'Set TMPDIR to a shorter one.',
        });
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ path, backlog: 1 }, resolve);
      });
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
    return new UnixChannel(folder, server, path);
  }

  async connect(child: ChildProcess, received: (bytes: Uint8Array) => void): Promise<Ends> {
    // It may end without reading it.
    child.stdin!.on('error', () => {}).end(this.#token);
    const socket = await new Promise<Socket>((resolve, reject) => {
      child.once('exit', () => {
        this.#remove();
        reject(hatchwayError('unavailable', 'it ended before it connected'));
      });
      this.server.on('connection', (one) => {
        one.on('error', () => {});
        if (this.#connection !== undefined) return void one.destroy();
        this.#connection = one;
        this.#check(one).then(resolve, reject);
      });
    });
    this.#remove();
    return { input: socket.on('data', received).pause(), output: socket };
  }

  /** What is read after the token is left for whoever reads next. */
  #check(socket: Socket): Promise<Socket> {
    return new Promise((resolve, reject) => {
      let said = Buffer.alloc(0);
      const refuse = (what: string) => {
        socket.destroy();
        reject(hatchwayError('protocol', what));
      };
      const ended = () => refuse('it connected and sent no token');
      const more = (bytes: Buffer) => {
        said = Buffer.concat([said, bytes]);
        if (said.length < TOKEN) return;
        socket.off('data', more).off('close', ended).pause();
        if (!timingSafeEqual(said.subarray(0, TOKEN), this.#token)) return refuse('it connected with a wrong token');
        if (said.length > TOKEN) socket.unshift(said.subarray(TOKEN));
        resolve(socket);
      };
      socket.on('data', more).on('close', ended);
    });
  }

  /** Nobody can connect any more. */
  #remove(): void {
    if (this.#removed) return;
    this.#removed = true;
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  close(): void {
    this.#remove();
    this.#connection?.destroy();
  }
}

/** Connects to the host that gave this program a path, and a token on its standard input; `undefined`: it is none of a socket. */
export function connectedSocket(given: string, received: (bytes: Uint8Array) => void): Ends | undefined {
  if (!given.startsWith(PREFIX)) return undefined;
  const token = Buffer.alloc(TOKEN);
  let count = 0;
  while (count < TOKEN) {
    const read = readSync(0, token, count, TOKEN - count, null);
    if (read === 0) return undefined;
    count += read;
  }
  const socket = connect({ path: given.slice(PREFIX.length), ...intoOneBuffer(received) });
  socket.write(token);
  socket.once('error', ({ message }) => {
    if (socket.bytesRead === 0) process.stderr.write(`the host cannot be reached: ${message}\n`);
  });
  return { input: socket, output: socket };
}
