import { describe, expect, it } from 'vitest';
import {
  CONTROL,
  IncomingBytes,
  type IncomingCall,
  OutgoingBytes,
  type SessionOptions,
} from '../../src/session/index.js';
import { exported, Pair } from './support.js';

/** A plugin that sums, makes and writes bytes. */
function plugin(call: IncomingCall): void {
  const [first, count] = call.args as [any, number];
  switch (call.fn) {
    case CONTROL.dispense:
      return call.return({ tag: 'ok' });
    case exported('#sum'): {
      const stream = first as IncomingBytes;
      let sum = 0;
      stream.onReadable = () => {
        for (let piece = stream.read(); piece !== undefined; piece = stream.read())
          for (const byte of piece) sum = (sum + byte) >>> 0;
        if (stream.ended === 'end') call.return(sum);
        else if (stream.ended === 'reset') call.fail('internal', 'cut off');
      };
      return;
    }
    case exported('#produce'): {
      const stream = new OutgoingBytes();
      produce(stream, first as number);
      return call.return(stream);
    }
    case exported('#fill'):
      produce(first as OutgoingBytes, count);
      return call.return();
  }
}

function produce(stream: OutgoingBytes, count: number): void {
  let left = count;
  const more = () => {
    while (left > 0) {
      const size = Math.min(left, 10_000);
      left -= size;
      if (!stream.write(new Uint8Array(size).fill(1)) && left > 0) return;
    }
    stream.end();
  };
  stream.onDrain = more;
  more();
}

function setUp(host: Partial<SessionOptions> = {}, other: Partial<SessionOptions> = {}): Pair {
  const pair = new Pair(host, { handle: plugin, ...other });
  pair.call('host', CONTROL.dispense, [1, 'one', []], 0);
  return pair;
}

function readAll(stream: IncomingBytes): number {
  let count = 0;
  for (let piece = stream.read(); piece !== undefined; piece = stream.read()) count += piece.length;
  return count;
}

describe('a byte stream', () => {
  it.each([0, 1, 65_536, 3_000_000])('of %i bytes as an argument arrives whole', (size) => {
    const pair = setUp();
    const stream = new OutgoingBytes();
    produce(stream, size);
    expect(pair.call('host', exported('#sum'), [stream])).toBe(size);
    expect([pair.host.open.streams, pair.plugin.open.streams]).toEqual([0, 0]);
  });

  it.each([0, 1, 3_000_000])('of %i bytes as a result arrives whole', (size) => {
    const pair = setUp();
    const stream: IncomingBytes = pair.call('host', exported('#produce'), [size]);
    let count = readAll(stream);
    while (stream.ended === undefined) {
      pair.pump();
      count += readAll(stream);
    }
    expect([count, stream.ended]).toEqual([size, 'end']);
    expect([pair.host.open.streams, pair.plugin.open.streams]).toEqual([0, 0]);
  });

  it('that the other side writes to arrives here', () => {
    const pair = setUp();
    const sink = new IncomingBytes();
    let count = 0;
    sink.onReadable = () => {
      count += readAll(sink);
    };
    pair.call('host', exported('#fill'), [sink, 1_000_000]);
    expect([count, sink.ended]).toEqual([1_000_000, 'end']);
  });

  it('that nobody reads takes its window and no more, and calls go on beside it', () => {
    const pair = setUp();
    const streams: IncomingBytes[] = [];
    for (let i = 0; i < 20; i++) streams.push(pair.call('host', exported('#produce'), [10_000_000]));
    for (const stream of streams) expect(stream.buffered).toBeLessThanOrEqual(1 << 20);
    expect(streams.reduce((sum, it) => sum + it.buffered, 0)).toBeGreaterThan(0);
    const stream = new OutgoingBytes();
    produce(stream, 100);
    expect(pair.call('host', exported('#sum'), [stream])).toBe(100);
  });

  it('many of them share the budget, and all arrive', () => {
    const pair = setUp({ streamBudget: 64 * 1024 });
    const streams: IncomingBytes[] = [];
    for (let i = 0; i < 30; i++) streams.push(pair.call('host', exported('#produce'), [200_000]));
    expect(streams.reduce((sum, it) => sum + it.buffered, 0)).toBeLessThanOrEqual(64 * 1024);
    const counts = streams.map(() => 0);
    for (let round = 0; round < 2000 && streams.some((it) => it.ended === undefined); round++) {
      streams.forEach((stream, i) => {
        counts[i]! += readAll(stream);
      });
      pair.pump();
    }
    expect(counts.map((count, i) => count + readAll(streams[i]!))).toEqual(streams.map(() => 200_000));
  });

  it('that the reader gives up stops the writer; what was on its way is dropped', () => {
    const pair = setUp();
    const stream: IncomingBytes = pair.call('host', exported('#produce'), [10_000_000]);
    stream.cancel();
    pair.pump();
    expect(stream.read()).toBeUndefined();
    expect([pair.host.open.streams, pair.plugin.open.streams]).toEqual([0, 0]);
  });

  it('that the writer gives up is cut off for the reader', () => {
    const pair = setUp();
    const stream = new OutgoingBytes();
    stream.write(new Uint8Array(10));
    const failures: any[] = [];
    pair.host.call(1, exported('#sum'), [stream], (failure) => failures.push(failure));
    pair.pump();
    stream.reset();
    pair.pump();
    expect(failures).toMatchObject([{ message: expect.stringContaining('cut off') }]);
  });

  it('in a call that was never started is closed', () => {
    const pair = setUp();
    const stream = new OutgoingBytes();
    produce(stream, 1000);
    expect(() => pair.call('host', exported('#sum'), [stream], 7)).toThrow(expect.objectContaining({ started: false }));
    expect(stream.closed).toBe(true);
    expect(pair.host.open.streams).toBe(0);
    expect(pair.host.ended).toBeUndefined();
  });

  it('beyond what the peer takes is refused here', () => {
    const pair = setUp({}, { limits: { streams: 2 } });
    for (let i = 0; i < 2; i++) pair.host.call(1, exported('#sum'), [new OutgoingBytes()], () => {});
    expect(() => pair.host.call(1, exported('#sum'), [new OutgoingBytes()], () => {})).toThrow(
      expect.objectContaining({ code: 'exhausted' }),
    );
  });
});

describe('shares', () => {
  /** How many bytes of each stream have left after the first `total`. */
  function race(prepare: (a: OutgoingBytes, b: OutgoingBytes, pair: Pair) => void, turns: number): [number, number] {
    const pair = setUp();
    const [a, b] = [new OutgoingBytes(1 << 30), new OutgoingBytes(1 << 30)];
    for (const stream of [a, b]) {
      for (let i = 0; i < 20; i++) stream.write(new Uint8Array(100_000));
      pair.host.call(1, exported('#sum'), [stream], () => {});
    }
    prepare(a, b, pair);
    for (let turn = 0; turn < turns; turn++) {
      pair.clock.time += 100;
      for (const piece of pair.host.take(32_768)) pair.plugin.receive(piece);
      for (const piece of pair.plugin.take()) pair.host.receive(piece);
    }
    return [2_000_000 - a.buffered, 2_000_000 - b.buffered];
  }

  it('equal weights send equally much', () => {
    const [a, b] = race(() => {}, 20);
    expect(a / b).toBeGreaterThan(0.9);
    expect(a / b).toBeLessThan(1.1);
  });

  it('a weight of four sends four times as much', () => {
    const [a, b] = race((a) => {
      a.share.weight = 64;
    }, 20);
    expect(a / b).toBeGreaterThan(3);
    expect(a / b).toBeLessThan(5);
  });

  it('a rate is kept, and the other takes what is left', () => {
    const [a, b] = race((a) => {
      a.share.rate = 20_000;
    }, 20);
    expect(a).toBeGreaterThan(20_000);
    expect(a).toBeLessThanOrEqual(44_000);
    expect(b).toBeGreaterThan(400_000);
  });

  it.each([0, 257, 1.5, Number.NaN])('a weight of %d is refused', (weight) => {
    expect(() => {
      new OutgoingBytes().share.weight = weight;
    }).toThrow(RangeError);
  });
});
