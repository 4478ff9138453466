import { describe, expect, it } from 'vitest';
import { CONTROL, IncomingBytes, type IncomingCall, OutgoingBytes, Session } from '../../src/session/index.js';
import { MORE, OPTIONAL, REASONS, type Reason, Type } from '../../src/wire/index.js';
import { body, callBody, frame, hello, longBody } from '../wire/frame-bytes.js';
import { exported, functions, imported } from './support.js';

/** A host that waits for the answer to call 3, holds stream 4 of the plugin, writes to its stream 6, and reads its own 5. */
function hostSession() {
  const calls: IncomingCall[] = [];
  const failures: unknown[] = [];
  let ended: any;
  const host: Session = new Session({
    role: 'host',
    name: 'host',
    functions,
    limits: { window: 131_072, message: 1_000_000, calls: 4, streams: 4 },
    now: () => 0,
    handle: (call) => calls.push(call),
    onOutput: () => {},
    onEnd: (error) => {
      ended = error;
    },
  });
  return {
    host,
    calls,
    failures,
    get ended() {
      return ended;
    },
    greet: () => host.receive(hello('plugin')),
    start() {
      this.greet();
      host.call(0, CONTROL.dispense, [1, 'one', []], (failure) => failures.push(failure)); // 1
      host.receive(frame(Type.return, 1, [0]));
      failures.length = 0;
      host.call(1, exported('#produce'), [5], () => {}); // 3
      host.receive(frame(Type.return, 3, [4]));
      host.call(1, exported('#fill'), [new IncomingBytes(), 1], () => {}); // 5, and the stream 7
      host.call(1, exported('#apply'), [{ id: '', priority: 1, labels: [] }], (failure) => failures.push(failure)); // 9
      host.take();
      expect(host.ended).toBeUndefined();
    },
    /** What it says last. */
    goodbye(): { reason: Reason; text: string } | undefined {
      const last = split(Buffer.concat(host.take())).find(({ type }) => type === Type.goodbye);
      return last && { reason: REASONS[last.body[0]!]!, text: last.body.subarray(2).toString() };
    },
  };
}

function split(bytes: Buffer): { type: number; id: number; body: Buffer }[] {
  const frames = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUIntLE(at + 1, 3);
    frames.push({ type: bytes[at]!, id: bytes.readUInt32LE(at + 4), body: bytes.subarray(at + 8, at + 8 + length) });
    at += 8 + length;
  }
  return frames;
}

const unsigned = (...values: number[]) =>
  body((writer) => {
    for (const value of values) writer.unsigned(value);
  });
const text = (code: number, started: number, message: string) =>
  body((writer) => {
    writer.byte(code);
    writer.byte(started);
    writer.text(message);
  });
const double = imported('#double').index;

describe('before the hello', () => {
  it.each<[string, Uint8Array]>([
    ['text of a program that is no plugin', Buffer.from('Hello, I am a program.\n')],
    ['another frame', frame(Type.call, 2, callBody(1, 0))],
    ['an unknown frame', frame(33, 0)],
    ['other magic', hello('plugin', { magic: 'hatchwai' })],
    ['another version', hello('plugin', { version: 2 })],
    ['the hello of a host', hello('host')],
    ['a digest of another length', hello('plugin', { digest: 31 })],
    ['a window that no frame fits in', hello('plugin', { window: 131_071 })],
    ['no calls', hello('plugin', { calls: 0 })],
    ['a hello cut off', frame(Type.hello, 0, hello('plugin').subarray(8, 30))],
    ['zeros', new Uint8Array(100)],
    ['an HTTP answer', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('%s ends the session with that reason', (_, bytes) => {
    const it = hostSession();
    it.host.receive(bytes);
    expect(it.ended).toMatchObject({ code: 'protocol', message: expect.stringContaining('(hello)') });
    expect(it.goodbye()?.reason).toBe('hello');
  });
});

describe('what breaks a rule ends the session, with its reason, on both sides', () => {
  const rows: [string, Reason, () => Uint8Array | Uint8Array[]][] = [
    ['a second hello', 'hello', () => hello('plugin')],
    ['a type that is unknown', 'frame-type', () => frame(33, 0)],
    ['the type 0', 'frame-type', () => frame(0, 0)],
    ['a frame that goes on and cannot', 'frame-type', () => frame(Type.data | MORE, 4, [1])],
    ['a length over the longest', 'frame-length', () => frame(Type.call, 2, [], 65_537)],
    ['the longest length there is', 'frame-length', () => frame(Type.data, 4, [], 0xff_ffff)],
    ['an empty call', 'frame-length', () => frame(Type.call, 2)],
    ['an empty data frame', 'frame-length', () => frame(Type.data, 4)],
    ['a long cancel', 'frame-length', () => frame(Type.cancel, 2, [0, 0])],
    ['an end with a body', 'frame-length', () => frame(Type.end, 4, [0])],
    ['a message that goes on and is not full', 'frame-length', () => frame(Type.call | MORE, 2, [0, 0, 16, 0])],
    ['a message that goes on and fits', 'frame-length', () => frame(Type.call | MORE, 2, longBody(65_536))],
    ['a call with an id of the host’s', 'frame-id', () => frame(Type.call, 11, callBody(1, double))],
    ['a call with the id 0', 'frame-id', () => frame(Type.call, 0, callBody(1, double))],
    ['a call with an id over the largest', 'frame-id', () => frame(Type.call, 0x8000_0000, callBody(1, double))],
    [
      'a call with an id that was used',
      'frame-id',
      () => [
        frame(
          Type.call,
          10,
          callBody(1, double, (w) => w.unsigned(1)),
        ),
        frame(Type.call, 10, callBody(1, double)),
      ],
    ],
    [
      'a call with a lower id',
      'frame-id',
      () => [
        frame(
          Type.call,
          10,
          callBody(1, double, (w) => w.unsigned(1)),
        ),
        frame(Type.call, 8, callBody(1, double)),
      ],
    ],
    ['a log with an id', 'frame-id', () => frame(Type.log, 2, [0, 0, 0, 0, 0, 0, 0])],
    ['a return of an id that was never given', 'frame-id', () => frame(Type.return, 101)],
    ['a return of the plugin’s own id', 'frame-id', () => frame(Type.return, 2)],
    ['a cancel of the host’s call', 'frame-id', () => frame(Type.cancel, 5, [0])],
    ['data on an id that the host never gave', 'frame-id', () => frame(Type.data, 101, [1])],
    ['credit on a stream that flows the other way', 'frame-id', () => frame(Type.window, 4, [1])],
    ['a reply to nothing', 'reply', () => frame(Type.return, 3, [0])],
    ['an error for nothing', 'reply', () => frame(Type.error, 3, text(1, 1, ''))],
    ['a reply twice', 'reply', () => [frame(Type.error, 9, text(1, 1, '')), frame(Type.error, 9, text(1, 1, ''))]],
    ['a long reply twice', 'reply', () => [frame(Type.return | MORE, 9, longBody(70_000)), frame(Type.return, 9, [0])]],
    ['a failure without a code', 'frame-body', () => frame(Type.error, 9, text(0, 1, ''))],
    ['a failure of an unknown code', 'frame-body', () => frame(Type.error, 9, text(11, 1, ''))],
    ['a failure that is neither started nor not', 'frame-body', () => frame(Type.error, 9, text(1, 2, ''))],
    ['a failure with too long a text', 'frame-body', () => frame(Type.error, 9, text(1, 1, 'x'.repeat(5000)))],
    ['a failure whose text is no UTF-8', 'frame-body', () => frame(Type.error, 9, [1, 1, 1, 0xff])],
    ['a failure whose text lies about its length', 'frame-body', () => frame(Type.error, 9, [1, 1, 200, 1, 65])],
    ['a cancel without a reason', 'frame-body', () => frame(Type.cancel, 2, [2])],
    ['an integer with too many bytes', 'frame-body', () => frame(Type.window, 0, [0x80, 0x80, 0x80, 0x80, 0x80])],
    ['credit of nothing', 'window', () => frame(Type.window, 0, [0])],
    ['credit over the most there is', 'window', () => frame(Type.window, 0, unsigned(0x7fff_ffff))],
    [
      'more bytes on a stream than were granted',
      'window',
      () => Array.from({ length: 17 }, () => frame(Type.data, 4, new Uint8Array(65_536))),
    ],
    [
      'a rest that was not granted',
      'window',
      () => [frame(Type.return | MORE, 9, longBody(70_000)), frame(Type.rest, 9, new Uint8Array(70_000 - 65_532 + 1))],
    ],
    ['a drop of what was never given', 'handle', () => frame(Type.drop, 0, [0, 1])],
    ['half a drop', 'frame-body', () => frame(Type.drop, 0, [0, 1, 0].slice(0, 1).concat([0x80]))],
    ['a ping of a host', 'role', () => frame(Type.ping, 0, [1])],
    [
      'more calls than may be open',
      'limit',
      () =>
        [10, 12, 14, 16, 18].map((id) =>
          frame(
            Type.call,
            id,
            callBody(1, double, (writer) => writer.unsigned(1)),
          ),
        ),
    ],
    ['a log of an unknown level', 'frame-body', () => frame(Type.log, 0, [0, 9, 0, 0, 0, 0, 0])],
    ['a log with more fields than bytes', 'frame-body', () => frame(Type.log, 0, [0, 1, 0, 0, 0, 0, 200, 1])],
    ['output of an unknown stream', 'frame-body', () => frame(Type.stdio, 0, [0, 3, 65])],
  ];
  it.each(rows)('%s (%s)', (_, reason, bytes) => {
    for (const cut of [1 << 20, 5]) {
      const it = hostSession();
      it.start();
      const all = Buffer.concat([bytes()].flat());
      for (let at = 0; at < all.length; at += cut) it.host.receive(all.subarray(at, at + cut));
      expect(it.ended).toMatchObject({ code: 'protocol', message: expect.stringContaining(`(${reason})`) });
      expect(it.goodbye()?.reason).toBe(reason);
      expect(it.failures[0]).toBeInstanceOf(Error);
      expect(it.host.open).toMatchObject({ outgoing: 0, incoming: 0, streams: 0 });
    }
  });

  it('a goodbye for a reason is told', () => {
    const it = hostSession();
    it.start();
    it.host.receive(frame(Type.goodbye, 0, Uint8Array.of(REASONS.indexOf('window'), 9, ...Buffer.from('too much\n'))));
    expect(it.ended).toMatchObject({
      code: 'protocol',
      message: expect.stringMatching(/\(window\): too much\\u\{a\}/),
    });
    expect(it.goodbye()).toBeUndefined();
  });
});

describe('what is wrong in one call fails that call, and the session goes on', () => {
  const rows: [string, number, Uint8Array][] = [
    ['an unknown function', 5, callBody(1, 999)],
    ['an unknown instance', 10, callBody(7, double, (w) => w.unsigned(1))],
    ['a call to the host itself', 10, callBody(0, 0)],
    ['arguments cut off', 6, callBody(1, double)],
    ['arguments left over', 6, callBody(1, double, (w) => w.raw(Uint8Array.of(1, 2)))],
    ['an integer out of range', 6, callBody(1, double, (w) => w.raw(Uint8Array.of(255, 255, 255, 255, 127)))],
    ['a string longer than the message', 6, callBody(1, imported('#log').index, (w) => w.unsigned(0x7fff_ffff))],
    ['a string that is no UTF-8', 6, callBody(1, imported('#log').index, (w) => w.raw(Uint8Array.of(1, 0xff)))],
    ['an unknown handle', 7, callBody(1, imported('file.read').index, (w) => w.raw(Uint8Array.of(1, 1)))],
    ['a handle of the wrong side', 7, callBody(1, imported('file.read').index, (w) => w.raw(Uint8Array.of(0, 1)))],
    ['a parent that is none', 6, unsigned(1, double, 0, 1001, 1)],
    ['a message over the longest', 9, longBody(1_000_001, callBody(1, double))],
  ];
  it.each(rows)('%s (code %i)', (_, code, bytes) => {
    const it = hostSession();
    it.start();
    it.host.receive(frame(bytes.length === 65_536 ? Type.call | MORE : Type.call, 10, bytes));
    expect(it.ended).toBeUndefined();
    const answer = split(Buffer.concat(it.host.take())).find(({ type }) => type === Type.error)!;
    expect([answer.id, answer.body[0], answer.body[1]]).toEqual([10, code, 0]);
    expect(it.calls).toEqual([]);
    it.host.receive(
      frame(
        Type.call,
        12,
        callBody(1, double, (w) => w.unsigned(21)),
      ),
    );
    expect(it.calls.length).toBe(1);
  });

  it('an answer that is no value of its type fails that call', () => {
    const it = hostSession();
    it.start();
    it.host.receive(frame(Type.return, 9, [2]));
    expect(it.failures).toMatchObject([{ code: 'protocol', started: true }]);
    expect(it.ended).toBeUndefined();
  });
});

describe('what is for later versions, or came too late, is skipped', () => {
  it.each<[string, Uint8Array]>([
    ['an optional frame of an unknown type', frame(33 | OPTIONAL, 77, new Uint8Array(1000))],
    ['an optional frame that is empty', frame(63 | OPTIONAL, 0)],
    ['a cancel of a call that was answered', frame(Type.cancel, 2, [0])],
    ['data on a stream of a call that was refused', frame(Type.data, 88, new Uint8Array(1000))],
    ['the end of such a stream', frame(Type.end, 88)],
    ['credit for a stream that is closed', frame(Type.window, 3, [5])],
  ])('%s', (_, bytes) => {
    const it = hostSession();
    it.start();
    for (let at = 0; at < bytes.length; at += 3) it.host.receive(bytes.subarray(at, at + 3));
    it.host.receive(
      frame(
        Type.call,
        12,
        callBody(1, double, (w) => w.unsigned(21)),
      ),
    );
    expect(it.ended).toBeUndefined();
    expect(it.calls.length).toBe(1);
  });
});

describe('a plugin', () => {
  it.each<[string, Reason, Uint8Array]>([
    ['is sent a log', 'role', frame(Type.log, 0, [0, 1, 0, 0, 0, 0, 0])],
    ['is sent a pong', 'role', frame(Type.pong, 0, [1])],
    ['is sent a call with an even id', 'frame-id', frame(Type.call, 2, callBody(0, 0))],
  ])('%s (%s)', (_, reason, bytes) => {
    let ended: any;
    const plugin = new Session({
      role: 'plugin',
      name: 'p',
      digest: new Uint8Array(32),
      functions,
      now: () => 0,
      handle: () => {},
      onOutput: () => {},
      onEnd: (error) => {
        ended = error;
      },
    });
    plugin.receive(hello('host'));
    plugin.receive(bytes);
    expect(ended).toMatchObject({ message: expect.stringContaining(`(${reason})`) });
  });

  it('answers a ping, and its logs wait for nobody: what is too much is counted', () => {
    const records: any[] = [];
    const pongs: number[] = [];
    const now = () => 0;
    const common = { now, handle: () => {}, onOutput: () => {}, functions };
    const host = new Session({
      ...common,
      role: 'host',
      name: 'h',
      limits: { window: 131_072 },
      onLog: (record) => records.push(record),
      onPong: (token) => pongs.push(token),
    });
    const plugin = new Session({ ...common, role: 'plugin', name: 'p', digest: new Uint8Array(32) });
    const move = (from: Session, to: Session) => {
      for (const piece of from.take()) to.receive(piece);
    };
    move(host, plugin);
    const record = {
      instance: 1,
      level: 'info',
      time: 5,
      target: 't',
      message: 'x'.repeat(1000),
      fields: [['a', 'b']],
    } as const;
    const taken = Array.from({ length: 1000 }, () => plugin.log(record)).filter(Boolean).length;
    expect(taken).toBeLessThan(70);
    move(plugin, host);
    host.ping(7);
    move(host, plugin);
    move(plugin, host);
    expect(pongs).toEqual([7]);
    plugin.log(record);
    move(plugin, host);
    expect(records.length).toBe(taken + 1);
    expect(records[0]).toEqual({ ...record, dropped: 0 });
    expect(records.at(-1).dropped).toBe(1000 - taken);
  });
});

it('a stream that was made for one call cannot be in another', () => {
  const it = hostSession();
  it.start();
  const stream = new OutgoingBytes();
  it.host.call(1, exported('#sum'), [stream], () => {});
  expect(() => it.host.call(1, exported('#sum'), [stream], () => {})).toThrow(TypeError);
});
