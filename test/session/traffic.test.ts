/** Turns and rates that are set while something is sent, by a clock that the test moves. */
import { describe, expect, it } from 'vitest';
import { CONTROL, IncomingBytes, OutgoingBytes, setShare, type Traffic } from '../../src/session/index.js';
import { Share, Type } from '../../src/wire/index.js';
import { exported, Pair } from './support.js';

/** Bytes that each has to send: more than any test lets through. */
const MUCH = 30_000_000;

/** A host that sends to instances 1 and 2; every millisecond it may write `width` bytes. */
class Line {
  readonly pair: Pair;
  /** Calls of `apply` that arrived. */
  calls = 0;
  /** Bytes of long messages that left, but for their first frames. */
  rests = 0;

  constructor(
    private readonly width = 1000,
    start = 0,
  ) {
    const handle = (call: any) => {
      if (call.fn === CONTROL.dispense) return call.return({ tag: 'ok' });
      if (call.fn === exported('#apply')) this.calls++;
      const [stream] = call.args;
      // Whoever reads keeps up.
      if (stream instanceof IncomingBytes)
        stream.onReadable = () => {
          while (stream.read() !== undefined);
        };
    };
    this.pair = new Pair({}, { handle, limits: { message: MUCH } });
    this.pair.clock.time = start;
    for (const id of [1, 2]) this.pair.call('host', CONTROL.dispense, [id, 'one', []], 0);
  }

  /** A stream with much to send. */
  stream(instance = 1): OutgoingBytes {
    const stream = new OutgoingBytes(MUCH * 2);
    stream.write(new Uint8Array(MUCH));
    this.pair.host.call(instance, exported('#sum'), [stream], () => {});
    return stream;
  }

  instance(id: number, traffic: Traffic): void {
    setShare(this.pair.host.share(id)!, traffic);
  }

  /** Lets so much time pass. Gives how many bytes left on the wire. */
  run(milliseconds: number): number {
    let count = 0;
    for (let i = 0; i < milliseconds; i++) {
      this.pair.clock.time++;
      const bytes = Buffer.concat(this.pair.host.take(this.width));
      count += bytes.length;
      for (let at = 0; at < bytes.length; at += 8 + bytes.readUIntLE(at + 1, 3))
        if (bytes[at] === Type.rest) this.rests += bytes.readUIntLE(at + 1, 3);
      this.pair.plugin.receive(bytes);
      for (const piece of this.pair.plugin.take()) this.pair.host.receive(Uint8Array.from(piece));
    }
    return count;
  }
}

/** How much a stream has sent since this was asked before. */
function meter(stream: OutgoingBytes): () => number {
  let before = stream.buffered;
  return () => {
    const sent = before - stream.buffered;
    before = stream.buffered;
    return sent;
  };
}

const near = (value: number, expected: number, part = 0.1) => {
  expect(value).toBeGreaterThanOrEqual(expected * (1 - part));
  expect(value).toBeLessThanOrEqual(expected * (1 + part));
};

describe('a stream', () => {
  it.each([0, 1000])('keeps to its rate, and hinders no other, by a clock that starts at %i', (start) => {
    const line = new Line(1000, start);
    const [slow, other] = [line.stream(), line.stream()];
    setShare(slow.share, { bytesPerSecond: 50_000 });
    const [slowly, fast] = [meter(slow), meter(other)];
    line.run(2000);
    // A tenth of a second's worth may go at once.
    near(slowly(), 105_000, 0.03);
    near(fast(), 2_000_000 - 105_000, 0.05);
    // Without the other it is no faster.
    other.reset();
    line.run(1000);
    near(slowly(), 50_000, 0.05);
  });

  it.each([1, 10, 1000])('of %i bytes a second keeps to that, too', (rate) => {
    const line = new Line();
    const stream = line.stream();
    setShare(stream.share, { bytesPerSecond: rate });
    const sent = meter(stream);
    line.run(1000);
    expect(sent()).toBeLessThanOrEqual(1024 + rate);
    line.run(20_000);
    near(sent(), 20 * rate, 0.06);
  });

  it('has another rate from when it is set on, and no arrears', () => {
    const line = new Line();
    const stream = line.stream();
    const sent = meter(stream);
    setShare(stream.share, { bytesPerSecond: 10_000 });
    line.run(1000);
    sent();
    setShare(stream.share, { bytesPerSecond: 200_000 });
    line.run(1000);
    near(sent(), 200_000, 0.15);
    setShare(stream.share, { bytesPerSecond: 10_000 });
    line.run(1000);
    near(sent(), 10_000, 0.15);
    setShare(stream.share, { bytesPerSecond: Number.POSITIVE_INFINITY });
    line.run(1000);
    near(sent(), 1_000_000, 0.15);
  });

  it('has another part from when its priority is set on', () => {
    const line = new Line();
    const [one, other] = [line.stream(), line.stream()];
    const [first, second] = [meter(one), meter(other)];
    for (const [priority, ratio] of [
      [16, 1],
      [64, 4],
      [256, 16],
      [4, 1 / 4],
      [1, 1 / 16],
    ] as const) {
      setShare(one.share, { priority });
      line.run(2000);
      near(first() / second(), ratio, 0.15);
    }
    // What is left away stays.
    setShare(one.share, { bytesPerSecond: 10_000_000 });
    expect(one.share.weight).toBe(1);
    // Two of least priority share as well, in frames that are worth their headers.
    setShare(other.share, { priority: 2 });
    first();
    second();
    const bytes = line.run(2000);
    const [less, more] = [first(), second()];
    near(less / more, 1 / 2, 0.1);
    expect(bytes / (less + more)).toBeLessThan(1.02);
  });
});

describe('an instance', () => {
  it('has one rate for all its streams and long messages, which share it fairly; another is not hindered', () => {
    const line = new Line();
    const streams = [line.stream(1), line.stream(1), line.stream(1)];
    const other = line.stream(2);
    line.instance(1, { bytesPerSecond: 60_000 });
    line.pair.host.call(1, exported('run'), [new Uint8Array(MUCH - 100)], () => {});
    const meters = [...streams, other].map(meter);
    line.run(2000);
    const [a, b, c, d] = meters.map((sent) => sent());
    // The first frame of a long message leaves at once.
    near(a! + b! + c! + line.rests, 126_000, 0.03);
    for (const part of [a!, b!, c!, line.rests]) near(part, 126_000 / 4, 0.3);
    near(d!, 1_800_000, 0.05);
  });

  it('that is limited shares what it has by priority', () => {
    const line = new Line();
    const [one, other] = [line.stream(), line.stream()];
    line.instance(1, { bytesPerSecond: 100_000 });
    setShare(one.share, { priority: 48 });
    const [first, second] = [meter(one), meter(other)];
    line.run(4000);
    const [more, less] = [first(), second()];
    near(more + less, 410_000, 0.03);
    near(more / less, 3, 0.15);
  });

  it('has a priority beside other instances, however many streams it has', () => {
    const line = new Line();
    const mine = [line.stream(1), line.stream(1)];
    const other = line.stream(2);
    line.instance(1, { priority: 4 });
    const meters = [...mine, other].map(meter);
    line.run(2000);
    const [a, b, c] = meters.map((sent) => sent());
    near(a! / c!, 1 / 4, 0.15);
    near(b! / c!, 1 / 4, 0.15);
  });

  it('sends short calls at once, whatever its rate', () => {
    const line = new Line();
    const sent = meter(line.stream(1));
    line.instance(1, { bytesPerSecond: 1 });
    line.run(3000);
    sent();
    for (let i = 0; i < 100; i++)
      line.pair.host.call(1, exported('#apply'), [{ id: 'x'.repeat(1000), priority: 1, labels: [] }], () => {});
    line.run(1);
    expect([line.calls, sent()]).toEqual([100, 0]);
  });
});

describe('traffic', () => {
  it.each<[string, any]>([
    ['a priority of 0', { priority: 0 }],
    ['a priority of 257', { priority: 257 }],
    ['half a priority', { priority: 1.5 }],
    ['a priority that is a text', { priority: '16' }],
    ['no bytes', { bytesPerSecond: 0 }],
    ['less than no bytes', { bytesPerSecond: -1 }],
    ['no number of bytes', { bytesPerSecond: Number.NaN }],
    ['more bytes than numbers can tell', { bytesPerSecond: 2 ** 60 }],
    ['a text', 'fast'],
    ['nothing', null],
    ['what is misspelt', { bytesPerSeconds: 5 }],
  ])('with %s is refused, and nothing changes', (_, traffic) => {
    const share = new Share();
    setShare(share, { priority: 7, bytesPerSecond: 5000 });
    const given = traffic !== null && typeof traffic === 'object' ? { priority: 9, ...traffic } : traffic;
    expect(() => setShare(share, given)).toThrow(expect.objectContaining({ code: 'option' }));
    expect([share.weight, share.rate]).toEqual([7, 5000]);
  });
});
