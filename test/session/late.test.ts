/** Answers that come when nobody waits for them any more: they are ignored, what they bring is given back, and all goes on. */
import { describe, expect, it } from 'vitest';
import { CONTROL, type IncomingCall, OutgoingBytes } from '../../src/session/index.js';
import { exported, imported, Pair } from './support.js';

const message = { id: 'm1', priority: 1, labels: [] };
const LONG = 500_000;

/** What the plugin answers, and what the host calls for that. */
interface Row {
  readonly what: string;
  readonly fn: string;
  readonly args: (pair: Pair) => unknown[];
  readonly answer: (call: IncomingCall, streams: OutgoingBytes[]) => void;
  /** Resources of the plugin, and of the host, that end with it. */
  readonly dropped?: { plugin?: number; host?: number };
}

const stream = (streams: OutgoingBytes[]) => {
  const made = new OutgoingBytes();
  made.write(new Uint8Array(100_000));
  streams.push(made);
  return made;
};

const ROWS: readonly Row[] = [
  { what: 'a value', fn: '#apply', args: () => [message], answer: (call) => call.return({ tag: 'ok', val: message }) },
  { what: 'an error', fn: '#apply', args: () => [message], answer: (call) => call.fail('internal', 'too late') },
  {
    what: 'an error of one that was not begun',
    fn: '#apply',
    args: () => [message],
    answer: (call) => call.fail('cancelled', 'it had not begun'),
  },
  { what: 'a trap', fn: '#apply', args: () => [message], answer: (call) => call.fail('trap', 'it broke') },
  {
    what: 'a long value',
    fn: 'run',
    args: () => [new Uint8Array(1)],
    answer: (call) => call.return(new Uint8Array(LONG)),
  },
  {
    what: 'a resource',
    fn: '[constructor]counter',
    args: () => [1],
    answer: (call) => call.return({ value: 1 }),
    dropped: { plugin: 1 },
  },
  {
    what: 'a stream',
    fn: '#produce',
    args: () => [1],
    answer: (call, streams) => call.return(stream(streams)),
  },
  {
    what: 'a value, to what was lent a resource',
    fn: 'use-file',
    args: () => [{ text: 'lent' }],
    answer: (call) => call.return('used'),
  },
  {
    what: 'nothing, to what was given a resource',
    fn: '#keep-file',
    args: () => [{ text: 'given' }],
    answer: (call) => {
      (call.args[0] as { drop(): void }).drop();
      call.return();
    },
    dropped: { host: 1 },
  },
];

/** How the host gives up. */
const WAYS: [string, (pair: Pair, call: Parameters<Pair['host']['cancel']>[0]) => void, string][] = [
  ['was cancelled', (pair, call) => pair.host.cancel(call), 'cancelled'],
  [
    'took too long',
    (pair) => {
      pair.clock.time += 100;
      pair.host.tick();
    },
    'timeout',
  ],
];

function setUp(calls: IncomingCall[]) {
  const dropped = { plugin: 0, host: 0 };
  const pair = new Pair(
    { onDrop: () => dropped.host++, streamBudget: 1 << 20 },
    {
      onDrop: () => dropped.plugin++,
      handle: (call) => {
        if (call.fn === CONTROL.dispense) call.return({ tag: 'ok' });
        else if (call.fn === CONTROL.release) call.return();
        else calls.push(call);
      },
    },
  );
  pair.call('host', CONTROL.dispense, [1, 'one', []], 0);
  return { pair, dropped };
}

describe.each(WAYS)('an answer to a call that %s', (_, giveUp, code) => {
  it.each(ROWS.map((row) => [row.what, row] as const))('%s', (_, { fn, args, answer, dropped: expected = {} }) => {
    const calls: IncomingCall[] = [];
    const streams: OutgoingBytes[] = [];
    const { pair, dropped } = setUp(calls);
    const outcomes: unknown[] = [];
    // More often than there is memory for what is not given back.
    const times = 20;
    for (let i = 0; i < times; i++) {
      const settle = (failure: any) => outcomes.push(failure?.code);
      const call = pair.host.call(1, exported(fn), args(pair), settle, { timeout: 100 });
      pair.pump();
      giveUp(pair, call);
      pair.pump();
      answer(calls.at(-1)!, streams);
      pair.pump();
    }
    expect(outcomes).toEqual(Array.from({ length: times }, () => code));
    expect(dropped).toEqual({ plugin: times * (expected.plugin ?? 0), host: times * (expected.host ?? 0) });
    expect(streams.map((it) => it.closed)).toEqual(streams.map(() => true));
    const nothing = { outgoing: 0, incoming: 0, streams: 0, handles: { own: 0, peer: 0 } };
    expect([pair.host.open, pair.plugin.open]).toEqual([nothing, nothing]);
    expect([pair.host.overdue(0), pair.host.ended, pair.plugin.ended]).toEqual([[], undefined, undefined]);
    // The next one is answered, with a stream that arrives.
    let next: any;
    pair.host.call(1, exported('#produce'), [1], (_, value) => {
      next = value;
    });
    pair.pump();
    calls.at(-1)!.return(stream([]));
    pair.pump();
    expect(next.buffered).toBe(100_000);
  });

  it('that is malformed', () => {
    const calls: IncomingCall[] = [];
    const { pair } = setUp(calls);
    const outcomes: unknown[] = [];
    const settle = (failure: any) => outcomes.push(failure?.code);
    const call = pair.host.call(1, exported('use-file'), [{ text: 'lent' }], settle, { timeout: 100 });
    pair.pump();
    giveUp(pair, call);
    pair.pump();
    // A return frame whose text is longer than it is.
    pair.host.receive(Uint8Array.from([3, 2, 0, 0, call.id, 0, 0, 0, 200, 1]));
    expect(outcomes).toEqual([code]);
    expect(pair.host.open).toMatchObject({ outgoing: 0, handles: { own: 0 } });
    expect(pair.host.ended).toBeUndefined();
  });

  it('that makes an instance ends that instance', () => {
    const seen: IncomingCall[] = [];
    const late = new Pair({}, { handle: (call) => seen.push(call) });
    const outcomes: unknown[] = [];
    const call = late.host.call(0, CONTROL.dispense, [7, 'late', []], (it) => outcomes.push(it?.code), {
      timeout: 100,
    });
    late.pump();
    giveUp(late, call);
    late.pump();
    seen[0]!.return({ tag: 'ok' });
    late.pump();
    expect(outcomes).toEqual([code]);
    expect(seen.map((it) => [it.fn.key, it.args[0]])).toEqual([
      ['dispense', 7],
      ['release', 7],
    ]);
    seen[1]!.return();
    late.pump();
    expect(late.host.share(7)).toBeUndefined();
    expect([late.host.open.outgoing, late.host.ended]).toEqual([0, undefined]);
  });
});

describe('an answer of the host to a call that the plugin gave up', () => {
  it('gives back what it brought', () => {
    const calls: IncomingCall[] = [];
    const dropped: object[] = [];
    const pair = new Pair(
      { handle: (call) => calls.push(call), onDrop: (object) => dropped.push(object) },
      { handle: (call) => call.return({ tag: 'ok' }) },
    );
    pair.call('host', CONTROL.dispense, [1, 'one', []], 0);
    const outcomes: unknown[] = [];
    const call = pair.plugin.call(1, imported('#open'), ['path'], (failure) => outcomes.push(failure?.code));
    pair.pump();
    pair.plugin.cancel(call);
    pair.pump();
    expect(calls[0]!.cancelled).toBe('cancelled');
    const file = { text: 'opened' };
    calls[0]!.return(file);
    pair.pump();
    expect([outcomes, dropped]).toEqual([['cancelled'], [file]]);
    expect([pair.host.open.handles, pair.plugin.open.handles]).toEqual([
      { own: 0, peer: 0 },
      { own: 0, peer: 0 },
    ]);
  });
});
