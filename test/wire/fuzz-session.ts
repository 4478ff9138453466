/** Random frames for a session that is in the middle of things, in both roles; what is left must be consistent. */
import { CONTROL, type IncomingCall, OutgoingBytes, Session } from '../../src/session/index.js';
import { Type } from '../../src/wire/index.js';
import { exported, functions } from '../session/support.js';
import { callBody, frame, hello, longBody } from './frame-bytes.js';

/** xorshift: the same frames for the same seed. */
export function generator(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

type Random = (below: number) => number;

/** Lengths that the rules allow, and ids that the peer may use; one frame in forty is anything. */
function randomFrame(random: Random, role: 'host' | 'plugin', next: { call: number }): Uint8Array {
  if (random(40) === 0) {
    const body = randomBytes(random, random(300));
    return frame(
      random(256),
      random(3) === 0 ? random(0x8000_0000) : random(40),
      body,
      random(10) === 0 ? random(0x100_0000) : body.length,
    );
  }
  const own = role === 'host' ? 1 : 0;
  const known = () => 1 + random(14);
  const peers = () => 2 * (1 + random(20)) + (role === 'host' ? 0 : 1);
  switch (random(12)) {
    case 0:
    case 1: {
      next.call += 2;
      const more = random(6) === 0;
      const start = callBody(random(8) === 0 ? random(3) : 1, random(12));
      if (more) {
        const total = 65_537 + random(random(4) === 0 ? 4_000_000 : 100_000);
        return frame(Type.call | 0x40, next.call, longBody(total, start));
      }
      return frame(Type.call, next.call, Buffer.concat([start, randomBytes(random, random(12))]));
    }
    case 2:
      return frame(
        random(2) === 0 ? Type.return : Type.error,
        1 + 2 * random(6) + (1 - own),
        randomBytes(random, 3 + random(9)),
      );
    case 3:
      return frame(Type.cancel, peers(), [random(2)]);
    case 4:
      return frame(Type.rest, random(2) === 0 ? next.call : known(), randomBytes(random, 1 + random(65_536)));
    case 5:
      return frame(Type.data, peers(), randomBytes(random, 1 + random(random(5) === 0 ? 65_536 : 50)));
    case 6:
    case 7:
      return frame(Type.window, random(3) === 0 ? 0 : known(), [1 + random(127)]);
    case 8:
      return frame(random(2) === 0 ? Type.end : Type.reset, random(3) === 0 ? next.call : peers());
    case 9:
      return random(4) === 0
        ? frame(Type.drop, 0, [random(3), random(3)])
        : frame(33 | 0x80, random(9), randomBytes(random, 9));
    case 10:
      if (role === 'plugin') return frame(Type.ping, 0, [random(100)]);
      return random(2) === 0
        ? frame(Type.log, 0, [0, random(5), 1, 0, 1, 65, 0, 0])
        : frame(Type.stdio, 0, [1, 1 + random(2), ...randomBytes(random, 5)]);
    default:
      return frame(Type.reset, 1 + random(8));
  }
}

function randomBytes(random: Random, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const below = random(3) === 0 ? 256 : 4;
  for (let i = 0; i < Math.min(length, 60); i++) bytes[i] = random(below);
  return bytes;
}

function start(role: 'host' | 'plugin', random: Random): Session {
  const session: Session = new Session({
    role,
    name: 'fuzzed',
    digest: new Uint8Array(role === 'plugin' ? 32 : 0),
    functions,
    limits: { window: 1 << 20, message: 1 << 20, calls: 20, streams: 5 },
    assembly: 4 << 20,
    streamBudget: 1 << 20,
    handles: 50,
    now: () => 0,
    onOutput: () => {},
    handle: (call: IncomingCall) => {
      if (call.fn === CONTROL.dispense) call.return({ tag: 'ok' });
      else if (random(3) === 0) call.fail('internal', 'fuzz');
    },
  });
  session.receive(hello(role === 'host' ? 'plugin' : 'host'));
  if (role === 'host') {
    session.call(0, CONTROL.dispense, [1, 'one', []], () => {});
    session.call(1, exported('#produce'), [5], () => {});
    session.call(1, exported('[constructor]counter'), [5], () => {});
    const stream = new OutgoingBytes();
    stream.write(new Uint8Array(20_000));
    session.call(1, exported('#sum'), [stream], () => {});
    session.call(1, exported('run'), [new Uint8Array(66_000)], () => {});
    session.receive(frame(Type.return, 1, [0]));
  } else {
    session.receive(
      frame(
        Type.call,
        1,
        callBody(0, 1, (writer) => [1, 1, 65, 0].forEach((byte) => void writer.byte(byte))),
      ),
    );
  }
  return session;
}

export interface Tally {
  frames: number;
  sessions: number;
  /** How the sessions ended. */
  ends: Map<string, number>;
}

/** @throws Error for anything but a typed end. */
export function fuzz(count: number, seed: number): Tally {
  const random = generator(seed);
  const tally: Tally = { frames: 0, sessions: 0, ends: new Map() };
  while (tally.frames < count) {
    const role = random(2) === 0 ? 'host' : 'plugin';
    const session = start(role, random);
    const next = { call: role === 'host' ? 2 : 3 };
    tally.sessions++;
    for (let i = 0; i < 2000 && session.ended === undefined; i++) {
      const bytes = randomFrame(random, role, next);
      tally.frames++;
      const cut = random(4) === 0 ? 1 + random(20) : bytes.length;
      for (let at = 0; at < bytes.length; at += cut) session.receive(bytes.subarray(at, at + cut));
      if (random(4) === 0) session.take();
      const { incoming, streams, handles } = session.open;
      if (incoming > 20 || streams > 10 || handles.peer > 50) throw new Error('a bound is not kept');
    }
    session.carrierEnded();
    const { error } = session.ended!;
    if (error !== undefined && error.code !== 'protocol' && error.code !== 'unavailable')
      throw new Error('a session that was fuzzed ended well', { cause: error });
    if (error?.message === 'the session failed') throw error.cause;
    const { outgoing, incoming, streams, handles } = session.open;
    if (outgoing + incoming + streams + handles.own + handles.peer > 0) throw new Error('something is left');
    const reason = error === undefined ? 'goodbye' : (/\((.*?)\)/.exec(error.message)?.[1] ?? error.code);
    tally.ends.set(reason, (tally.ends.get(reason) ?? 0) + 1);
  }
  return tally;
}
