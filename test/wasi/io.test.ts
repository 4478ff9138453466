import { describe, expect, it } from 'vitest';
import {
  InputStream,
  IoError,
  MAX_READ,
  OutputStream,
  Pollable,
  type Sink,
  type Source,
} from '../../src/wasi/io/index.js';
import { makeContext, outcome } from './context.js';

const { context } = makeContext();
const { waiting } = context;
const text = (bytes: unknown) => Buffer.from(bytes as Uint8Array).toString();

/** A source of these chunks, then the end. */
function sourceOf(...chunks: string[]): Source & { asked: number[] } {
  const asked: number[] = [];
  return {
    asked,
    read: (max) => {
      asked.push(max);
      const chunk = chunks.shift();
      return chunk === undefined ? undefined : Buffer.from(chunk).subarray(0, max);
    },
  };
}

const failing = (): never => {
  throw new IoError('the disk is on fire', 'io');
};

describe('an input stream', () => {
  it('answers what there is, then that it is closed, for ever', () => {
    const stream = new InputStream(waiting, sourceOf('ab', 'c'));
    expect(text(stream.read(10n))).toBe('ab');
    expect(text(stream.blockingRead(10n))).toBe('c');
    for (let i = 0; i < 2; i++) expect(outcome(() => stream.read(1n))).toEqual({ error: { tag: 'closed' } });
  });

  it('skips as many bytes as it reads', () => {
    const stream = new InputStream(waiting, sourceOf('abc', 'de'));
    expect(stream.skip(2n)).toBe(2n);
    expect(stream.blockingSkip(9n)).toBe(2n);
  });

  it('reads 1 MiB at most, whatever it is asked for', () => {
    const source = sourceOf('a', 'b');
    const stream = new InputStream(waiting, source);
    stream.read(2n ** 53n);
    stream.read(2n ** 64n - 1n);
    expect(source.asked).toEqual([MAX_READ, MAX_READ]);
  });

  it('answers a failure with its error, then that it is closed', () => {
    const stream = new InputStream(waiting, { read: failing });
    const failed = outcome(() => stream.read(1n)) as { error: { tag: string; val: IoError } };
    expect(failed.error.tag).toBe('last-operation-failed');
    expect(failed.error.val.toDebugString()).toBe('the disk is on fire');
    expect(outcome(() => stream.read(1n))).toEqual({ error: { tag: 'closed' } });
  });

  it('closes its source once it is dropped', () => {
    let closed = 0;
    const stream = new InputStream(waiting, { read: () => new Uint8Array(0), close: () => closed++ });
    stream[Symbol.dispose]();
    expect(closed).toBe(1);
    expect(outcome(() => stream.read(1n))).toEqual({ error: { tag: 'closed' } });
  });
});

describe('an output stream', () => {
  function sink(capacity?: number): Sink & { got: string } {
    const it = {
      got: '',
      write: (bytes: Uint8Array) => {
        it.got += text(bytes);
      },
      ...(capacity !== undefined && { capacity: () => capacity }),
    };
    return it;
  }
  const bytes = (value: string) => new Uint8Array(Buffer.from(value));

  it('passes on what is written, zeroes and spliced bytes included', () => {
    const to = sink();
    const stream = new OutputStream(waiting, to);
    stream.write(bytes('a'));
    stream.blockingWriteAndFlush(bytes('b'));
    stream.writeZeroes(1n);
    stream.blockingWriteZeroesAndFlush(1n);
    expect(stream.splice(new InputStream(waiting, sourceOf('xyz')), 2n)).toBe(2n);
    expect(stream.blockingSplice(new InputStream(waiting, sourceOf('xyz')), 9n)).toBe(3n);
    stream.flush();
    stream.blockingFlush();
    expect(to.got).toBe('ab\0\0xyxyz');
  });

  const rows: [name: string, call: (stream: OutputStream) => unknown][] = [
    ['a write beyond what check-write permits', (stream) => stream.write(bytes('abcde'))],
    ['zeroes beyond what check-write permits', (stream) => stream.writeZeroes(5n)],
    ['2^63 zeroes', (stream) => stream.writeZeroes(2n ** 63n)],
    ['4 097 bytes at once in a blocking write', (stream) => stream.blockingWriteAndFlush(new Uint8Array(4097))],
    ['4 097 zeroes at once in a blocking write', (stream) => stream.blockingWriteZeroesAndFlush(4097n)],
  ];
  it.each(rows)('ends the instance for %s', (_, call) => {
    const to = sink(4);
    expect(outcome(() => call(new OutputStream(waiting, to)))).toMatchObject({ end: 'trap' });
    expect(to.got).toBe('');
  });

  it('splices no more than there is room for', () => {
    const to = sink(2);
    expect(new OutputStream(waiting, to).splice(new InputStream(waiting, sourceOf('xyz')), 100n)).toBe(2n);
    expect(to.got).toBe('xy');
  });

  it('answers a failure with its error, then that it is closed', () => {
    const stream = new OutputStream(waiting, { write: failing });
    expect(outcome(() => stream.write(bytes('a')))).toMatchObject({ error: { tag: 'last-operation-failed' } });
    for (const call of [() => stream.write(bytes('a')), () => stream.checkWrite(), () => stream.flush()]) {
      expect(outcome(call)).toEqual({ error: { tag: 'closed' } });
    }
  });
});

describe('polling', () => {
  const { face } = makeContext();
  const poll = face('wasi:io/poll').poll!;
  const at = (moment: bigint | undefined) => new Pollable(waiting, () => moment);
  const soon = () => at(waiting.now() + 5_000_000n);

  it('answers with all that is ready, in their order', () => {
    expect([...poll([at(0n), at(undefined), at(0n)])]).toEqual([0, 2]);
  });

  it('waits for the first that becomes ready', () => {
    const first = soon();
    expect([...poll([at(undefined), first, at(waiting.now() + 10n ** 15n)])]).toEqual([1]);
    expect(first.ready()).toBe(true);
  });

  it('waits for a single one', () => {
    const pollable = soon();
    expect(pollable.ready()).toBe(false);
    pollable.block();
    expect(pollable.ready()).toBe(true);
  });

  const rows: [name: string, list: () => Pollable[], end: string][] = [
    ['an empty list', () => [], 'trap'],
    ['what never becomes ready', () => [at(undefined)], 'trap'],
    ['100 001 pollables', () => Array.from({ length: 100_001 }, () => at(0n)), 'exhausted'],
    ['a moment in 30 days', () => [at(waiting.now() + 2_592_000_000_000_000n)], 'exhausted'],
    ['the last moment there is', () => [at(2n ** 64n - 1n)], 'exhausted'],
  ];
  it.each(rows)('%s ends the instance', (_, list, end) => {
    expect(outcome(() => poll(list()))).toMatchObject({ end });
  });

  it('what a call may wait in total is bounded, and is whole again for the next call', async () => {
    const { face: other } = makeContext({}, { waiting: 20 });
    const { subscribeDuration } = other('wasi:clocks/monotonic-clock');
    const wait = () => outcome(() => subscribeDuration!(8_000_000n).block());
    expect(wait()).toEqual({ value: undefined });
    expect(wait()).toEqual({ value: undefined });
    expect(wait()).toEqual({
      end: 'exhausted',
      message: expect.stringMatching(
        /wants to wait for \d ms while it holds the thread; \d of 20 ms are left to this call\. Raise `limits: \{ waiting \}`/,
      ),
    });
    await null;
    expect(wait()).toEqual({ value: undefined });
  });
});
