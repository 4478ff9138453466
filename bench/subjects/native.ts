/** Processes that are called: bare ones, peers, and plugins through the whole of the app's interface. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import http2 from 'node:http2';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHost, type Instance, type Plugin } from '../../src/index.js';
import { App } from '../../test/conformance/app.js';
import { goModule } from '../../test/native/go-guests.js';
import { encodeWit } from '../../test/wit/encode.js';

const here = (file: string) => fileURLToPath(new URL(`native/${file}`, import.meta.url));

/** A process that ends with this one, and its socket, which keeps this one going only while it is held. */
export function bare(file: string): { child: ChildProcess; socket: Socket } {
  return started(process.execPath, [here(file)]);
}

function started(command: string, args: readonly string[] = []): { child: ChildProcess; socket: Socket } {
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  child.unref();
  return { child, socket: child.stdio[3] as Socket };
}

/** Sends bytes to a process that sends them back. */
export async function rawEcho(
  size: number,
  language: 'Node' | 'Go',
): Promise<{ once(): Promise<void>; socket: Socket }> {
  const { socket } =
    language === 'Node' ? bare('raw-echo.mjs') : started(join(await goModule(here('../go-echo')), 'raw'));
  const bytes = Buffer.alloc(size, 1);
  let left = 0;
  let done: () => void = () => {};
  socket.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left === 0) done();
  });
  const one = () =>
    new Promise<void>((resolve) => {
      left = size;
      done = resolve;
      socket.write(bytes);
    });
  await one();
  socket.unref();
  return { once: one, socket };
}

const host = await createHost();

/** A plugin of the conformance world. */
export async function conformance(folder: string): Promise<Instance> {
  return (await load(folder)).instantiate({ imports: new App().imports });
}

export function load(folder: string): Promise<Plugin> {
  return host.load(folder, { run: true, sandbox: 'off' });
}

/** The plugin that takes and gives streams, with its world beside it. */
export async function streams(): Promise<Instance> {
  const build = fileURLToPath(new URL('../../build/bench', import.meta.url));
  await mkdir(build, { recursive: true });
  const folder = await mkdtemp(join(build, 'streams-'));
  await cp(here('plugin'), folder, { recursive: true });
  await writeFile(join(folder, 'world.wasm'), await encodeWit(await readFile(here('world.wit'), 'utf8'), 'plugin'));
  return (await load(folder)).instantiate();
}

async function peerServer(kind: 'grpc' | 'http2'): Promise<string> {
  const build = fileURLToPath(new URL('../../build/bench', import.meta.url));
  await mkdir(build, { recursive: true });
  const path = join(await mkdtemp(join(build, `${kind}-`)), 'socket');
  const child = spawn(process.execPath, [here('peer-server.mjs'), kind, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.unref();
  (child.stdin as Socket).unref();
  (child.stdout as Socket).unref();
  return path;
}

/** One call of a gRPC server in another process, over a unix socket. */
export async function grpcEcho(bytes: Buffer): Promise<() => Promise<unknown>> {
  const grpc = await import('@grpc/grpc-js');
  const path = await peerServer('grpc');
  const same = (it: Buffer) => it;
  const client = new grpc.Client(`unix:${path}`, grpc.credentials.createInsecure());
  return () =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest('/bench/echo', same, same, bytes, (error, value) =>
        error ? reject(error) : resolve(value),
      );
    });
}

/** One request of an HTTP/2 server in another process, over a unix socket. */
export async function http2Echo(bytes: Buffer): Promise<() => Promise<unknown>> {
  const path = await peerServer('http2');
  const { connect } = await import('node:net');
  const session = http2.connect('http://localhost', { createConnection: () => connect(path) });
  let open = 0;
  return () =>
    new Promise((resolve, reject) => {
      if (open++ === 0) session.ref();
      const request = session.request({ ':method': 'POST' });
      request.on('close', () => {
        if (--open === 0) session.unref();
      });
      let size = 0;
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
      });
      request.on('end', () => resolve(size));
      request.on('error', reject);
      request.end(bytes);
    });
}
