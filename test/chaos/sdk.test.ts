/** Hosts that misbehave, against the programs that the SDKs make: each ends with a reason, or goes on as if nothing had been. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { REASONS } from '../../src/wire/index.js';
import { SDKS } from '../native/sdks.js';

const T = {
  hello: 1,
  call: 2,
  return: 3,
  error: 4,
  cancel: 5,
  rest: 6,
  window: 8,
  reset: 10,
  drop: 11,
  log: 12,
  ping: 14,
  pong: 15,
  goodbye: 16,
};

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
const text = (value: string) => [...varint(Buffer.byteLength(value)), ...Buffer.from(value)];

function frame(type: number, id: number, body: readonly number[] = [], length = body.length): Buffer {
  const head = Buffer.alloc(8);
  head[0] = type;
  head.writeUIntLE(length, 1, 3);
  head.writeUInt32LE(id, 4);
  return Buffer.concat([head, Buffer.from(body)]);
}

function hello({ magic = 'hatchway', version = 1, role = 0, digest = [0] } = {}): Buffer {
  const limits = [...varint(1 << 20), ...varint(16 << 20), ...varint(1024), ...varint(256)];
  return frame(T.hello, 0, [...Buffer.from(magic), version, role, ...limits, ...digest, ...text('test')]);
}

const dispense = frame(T.call, 1, [0, 1, 0, 0, 1, ...text('one'), 0]);

interface Frame {
  readonly type: number;
  readonly id: number;
  readonly body: Buffer;
}

/** The host's end of a connection to a plugin, without anything that keeps it from doing wrong. */
class Host {
  readonly frames: Frame[] = [];
  readonly exited: Promise<unknown[]>;
  #held = Buffer.alloc(0);
  #wake: () => void = () => {};

  constructor(readonly child: ChildProcess) {
    this.exited = once(child, 'exit');
    this.socket.on('error', () => {});
    this.socket.on('data', (bytes: Buffer) => {
      this.#held = Buffer.concat([this.#held, bytes]);
      while (this.#held.length >= 8) {
        const length = this.#held.readUIntLE(1, 3);
        if (this.#held.length < 8 + length) break;
        this.frames.push({
          type: this.#held[0]!,
          id: this.#held.readUInt32LE(4),
          body: this.#held.subarray(8, 8 + length),
        });
        this.#held = this.#held.subarray(8 + length);
      }
      this.#wake();
    });
  }

  get socket(): Socket {
    return this.child.stdio[3] as Socket;
  }

  send(...bytes: Buffer[]): void {
    this.socket.write(Buffer.concat(bytes));
  }

  /** The first frame of a type, once it is here. */
  async frame(type: number, id?: number): Promise<Frame> {
    for (;;) {
      const found = this.frames.find((it) => it.type === type && (id === undefined || it.id === id));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

describe.each(SDKS.filter((it) => it.missing === undefined))('a plugin in $name', ({ command }) => {
  let host: Host;
  afterEach(() => {
    host.child.kill('SIGKILL');
  });

  async function start(): Promise<Host> {
    const [program, ...args] = await command();
    return new Host(spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] }));
  }

  it.each([
    ['a hello of another version', [hello({ version: 7 })], 'hello'],
    ['a hello of a plugin', [hello({ role: 1 })], 'hello'],
    ['a hello with a digest', [hello({ digest: [1, 5] })], 'hello'],
    ['another protocol', [Buffer.from('GET / HTTP/1.1\r\nHost: here\r\n\r\n')], 'hello'],
    ['a call before the hello', [dispense], 'hello'],
    ['a second hello', [hello(), hello()], 'hello'],
    ['an unknown frame', [hello(), frame(41, 0)], 'frame-type'],
    ['a frame longer than any', [hello(), frame(T.call, 1, [], 65_537)], 'frame-length'],
    ['a call that is too short', [hello(), frame(T.call, 1, [0])], 'frame-length'],
    ['a log', [hello(), frame(T.log, 0, [0, 0, 0, 0, 0, 0, 0])], 'role'],
    ['a call with an id of the plugin', [hello(), frame(T.call, 2, [0, 0, 0, 0])], 'frame-id'],
    ['two calls of one id', [hello(), frame(T.call, 3, [0, 0, 0, 0]), frame(T.call, 3, [0, 0, 0, 0])], 'frame-id'],
    ['a reply to nothing', [hello(), frame(T.return, 2, [])], 'frame-id'],
    ['a drop of what it does not own', [hello(), frame(T.drop, 0, [4, 1])], 'handle'],
    ['credit of nothing', [hello(), frame(T.window, 0, [0])], 'window'],
    ['a reason to cancel that there is not', [hello(), frame(T.cancel, 1, [9])], 'frame-body'],
    ['a ping with too much in it', [hello(), frame(T.ping, 0, [1, 2])], 'frame-body'],
  ] as const)('that is sent %s says why it ends', async (_, bytes, reason) => {
    host = await start();
    host.send(...bytes);
    const { body } = await host.frame(T.goodbye);
    expect(REASONS[body[0]!]).toBe(reason);
    await host.exited;
  });

  it('answers what it cannot do with an error, and goes on', async () => {
    host = await start();
    host.send(hello(), dispense, frame(T.call, 3, [9, 0, 0, 0]), frame(T.call, 5, [1, ...varint(5000), 0, 0]));
    expect([...(await host.frame(T.return, 1)).body]).toEqual([0]);
    expect([...(await host.frame(T.error, 3)).body.subarray(0, 2)]).toEqual([10, 0]);
    expect([...(await host.frame(T.error, 5)).body.subarray(0, 2)]).toEqual([5, 0]);
    // The same instance again, arguments that are cut off, a cancel of what was answered.
    host.send(
      frame(T.call, 7, [0, 1, 0, 0, 1, ...text('one'), 0]),
      frame(T.call, 9, [0, 1, 0, 0, 200]),
      frame(T.cancel, 1, [0]),
    );
    expect((await host.frame(T.error, 7)).body[0]).toBe(6);
    expect((await host.frame(T.error, 9)).body[0]).toBe(6);
    host.send(frame(T.ping, 0, [42]));
    expect([...(await host.frame(T.pong)).body]).toEqual([42]);
  });

  it('skips what it need not know', async () => {
    host = await start();
    host.send(
      hello(),
      frame(0x80 | 50, 0, [1, 2, 3]),
      frame(T.rest, 77, [1]),
      frame(T.reset, 79),
      frame(T.ping, 0, [1]),
    );
    await host.frame(T.pong);
  });

  it('takes its bytes however they are cut', async () => {
    host = await start();
    for (const byte of Buffer.concat([hello(), dispense])) {
      host.send(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([...(await host.frame(T.return, 1)).body]).toEqual([0]);
  });

  it.each([
    ['half-closes', (it: Host) => it.socket.end()],
    ['is gone', (it: Host) => it.socket.destroy()],
    ['says goodbye', (it: Host) => it.send(frame(T.goodbye, 0, [0, 0]))],
    ['breaks off inside a frame', (it: Host) => it.socket.end(frame(T.call, 3, [0, 0], 500))],
  ])('ends when its host %s', async (_, end) => {
    host = await start();
    host.send(hello(), dispense);
    await host.frame(T.return, 1);
    end(host);
    await host.exited;
  });

  it('started by a person says what it is', async () => {
    const [program, ...args] = await command();
    const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stderr!.on('data', (chunk) => {
      said += chunk;
    });
    child.stdout!.on('data', (chunk) => {
      said += chunk;
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    expect(said).toMatch(/hatchway plugin/);
    host = { child } as Host;
  });
});
