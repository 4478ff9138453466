/** Streams that end at odd moments leave nothing behind, and what they were lent is their source's when it has left, not before. */
import { describe, expect, it } from 'vitest';
import { CONTROL, IncomingBytes, OutgoingBytes, type SessionOptions } from '../../src/session/index.js';
import { exported, Pair } from './support.js';

const forever = () => {};

function setUp(options: Partial<SessionOptions> = {}, host: Partial<SessionOptions> = {}): Pair {
  const pair = new Pair(host, {
    handle: (call) => {
      if (call.fn === CONTROL.dispense) call.return({ tag: 'ok' });
    },
    ...options,
  });
  pair.call('host', CONTROL.dispense, [1, 'one', []], 0);
  return pair;
}

/** Takes the whole window that the plugin gave for messages, so that what is called next waits. */
function block(pair: Pair): void {
  for (let i = 0; i < 3; i++) pair.host.call(1, exported('run'), [new Uint8Array(65_500)], forever);
}

it('memory for a frame of which part came is there for others once the stream is given up', () => {
  let produced: OutgoingBytes;
  const pair = setUp(
    {
      handle: (call) => {
        if (call.fn === CONTROL.dispense) return call.return({ tag: 'ok' });
        produced = new OutgoingBytes();
        produced.write(new Uint8Array(16_000));
        call.return(produced);
      },
    },
    { streamBudget: 64 * 1024 },
  );
  for (let round = 0; round < 20; round++) {
    let stream: IncomingBytes | undefined;
    pair.host.call(1, exported('#produce'), [1], (_, value) => {
      stream = value as IncomingBytes;
    });
    let heard = 0;
    while (heard < 8000) {
      for (const piece of pair.host.take()) pair.plugin.receive(piece);
      const bytes = Buffer.concat(pair.plugin.take());
      if (bytes.length === 0) throw new Error(`the stream ${round} was granted nothing`);
      // A frame of data is cut in the middle.
      const cut = Math.min(bytes.length, 8000);
      pair.host.receive(bytes.subarray(0, cut));
      heard += cut;
      if (cut < bytes.length) {
        stream!.cancel();
        pair.host.receive(bytes.subarray(cut));
      }
    }
    pair.pump();
    expect([pair.host.open.streams, pair.plugin.open.streams]).toEqual([0, 0]);
  }
});

describe('a stream in a message that does not leave whole is closed:', () => {
  const streams = () => [new OutgoingBytes(), new IncomingBytes()] as const;

  it('a call that is given up before', () => {
    const held: boolean[] = [];
    const pair = setUp({ limits: { window: 131_072 } }, { onStreams: (any) => held.push(any) });
    block(pair);
    const [outgoing, incoming] = streams();
    const calls = [
      pair.host.call(1, exported('#sum'), [outgoing], forever),
      pair.host.call(1, exported('#fill'), [incoming, 1], forever),
    ];
    for (const call of calls) pair.host.cancel(call);
    expect([outgoing.closed, incoming.ended, pair.host.open.streams]).toEqual([true, 'reset', 0]);
    expect(held).toEqual([true, false]);
  });

  it('a stream that ends before the call has left', () => {
    const pair = setUp({ limits: { window: 131_072 } });
    block(pair);
    const [outgoing, incoming] = streams();
    pair.host.call(1, exported('#sum'), [outgoing], forever);
    pair.host.call(1, exported('#fill'), [incoming, 1], forever);
    outgoing.reset();
    incoming.cancel();
    pair.pump();
    expect([pair.host.open.streams, pair.plugin.open.streams]).toEqual([0, 0]);
    expect([pair.ends.host, pair.ends.plugin]).toEqual([undefined, undefined]);
  });
});

it('what a stream was lent is not given back before it has left, also where the session ends', () => {
  const pair = setUp();
  const stream = new OutgoingBytes();
  pair.host.call(1, exported('#sum'), [stream], forever);
  pair.pump();
  let back = false;
  stream.onEmpty = () => {
    back = true;
  };
  stream.write(new Uint8Array(50_000));
  expect(pair.host.take().reduce((sum, piece) => sum + piece.length, 0)).toBeGreaterThan(50_000);
  pair.host.close();
  expect(back).toBe(false);
  pair.host.hasLeft();
  expect(back).toBe(true);
});

it('memory that is taken away from a stream ends it, and nothing else', () => {
  const pair = setUp();
  const stream = new OutgoingBytes();
  pair.host.call(1, exported('#sum'), [stream], forever);
  const bytes = new Uint8Array(3_000_000);
  stream.write(bytes);
  pair.pump();
  expect(stream.buffered).toBeGreaterThan(0);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  const other = new OutgoingBytes();
  other.write(bytes);
  other.write(new Uint8Array(10));
  pair.host.call(1, exported('#sum'), [other], forever);
  stream.credit(1);
  pair.pump();
  expect([stream.closed, other.closed, other.buffered]).toEqual([true, false, 0]);
  expect([pair.ends.host, pair.ends.plugin]).toEqual([undefined, undefined]);
});

it('of a long message nothing leaves after the goodbye', () => {
  const pair = setUp();
  pair.host.call(1, exported('run'), [new Uint8Array(500_000)], forever);
  for (const piece of pair.host.take()) pair.plugin.receive(piece);
  for (const piece of pair.plugin.take()) pair.host.receive(piece);
  pair.host.close();
  expect(pair.host.take().reduce((sum, piece) => sum + piece.length, 0)).toBeLessThan(100);
  expect(pair.host.hasMore).toBe(false);
});

it('a call that is made while others run out of time has its own', () => {
  const pair = setUp();
  const failures: unknown[] = [];
  pair.host.call(
    1,
    exported('run'),
    [new Uint8Array(1)],
    () => {
      pair.host.call(1, exported('run'), [new Uint8Array(1)], (failure) => failures.push(failure), { timeout: 10 });
    },
    { timeout: 10 },
  );
  pair.clock.time += 11;
  pair.host.tick();
  expect(pair.host.nextDeadline).toBe(pair.clock.time + 10);
  pair.clock.time += 11;
  pair.host.tick();
  expect(failures).toMatchObject([{ code: 'timeout' }]);
});

it('a frame leaves whole, also where a getter of its value has a stream send meanwhile', () => {
  const takes: number[] = [];
  const pair: Pair = setUp(
    {
      handle: (call) => {
        if (call.fn === CONTROL.dispense) call.return({ tag: 'ok' });
        else if (call.fn === exported('#apply')) call.return({ tag: 'ok', val: call.args[0] });
      },
    },
    {
      onOutput: (much) => {
        if (!much) return;
        const pieces = pair.host.take();
        takes.push(pieces.length);
        for (const piece of pieces) pair.plugin.receive(Uint8Array.from(piece));
        pair.host.hasLeft();
      },
    },
  );
  const stream = new OutgoingBytes();
  pair.host.call(1, exported('#sum'), [stream], forever);
  pair.pump();
  const message = {
    id: 'x'.repeat(20_000),
    get priority() {
      stream.write(new Uint8Array(10));
      return 1;
    },
    labels: [],
  };
  let answer: unknown;
  pair.host.call(1, exported('#apply'), [message], (failure, value) => {
    answer = failure ?? value;
  });
  pair.pump();
  expect(answer).toMatchObject({ tag: 'ok', val: { id: message.id } });
  expect([takes.length > 0, pair.ends]).toEqual([true, {}]);
});
