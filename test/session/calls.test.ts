import { describe, expect, it } from 'vitest';
import { CONTROL, type IncomingCall } from '../../src/session/index.js';
import { exported, imported, Pair } from './support.js';

const apply = exported('#apply');
const message = { id: 'm1', priority: 3, labels: ['a', 'b'] };

/** A plugin that makes instances, and answers `apply` with what it was given. */
function echo(call: IncomingCall): void {
  if (call.fn === CONTROL.dispense) call.return({ tag: 'ok' });
  else if (call.fn === CONTROL.release) call.return();
  else if (call.fn === apply) call.return({ tag: 'ok', val: call.args[0] });
  else if (call.fn === exported('run')) call.return(call.args[0]);
  else call.fail('unimplemented', '');
}

function pairWithInstance(handle = echo, host = {}, plugin = {}, cut?: number): Pair {
  const pair = new Pair(host, { handle, ...plugin }, cut);
  expect(pair.call('host', CONTROL.dispense, [1, 'one', []], 0).tag).toBe('ok');
  return pair;
}

describe('a call', () => {
  it.each([1, 3, 7, 65_536])('takes a record there and one back, however the bytes are cut (%i)', (cut) => {
    const pair = pairWithInstance(echo, {}, {}, cut);
    expect(pair.call('host', apply, [message])).toEqual({ tag: 'ok', val: message });
    expect(pair.host.open).toMatchObject({ outgoing: 0 });
    expect(pair.plugin.open).toMatchObject({ incoming: 0 });
  });

  it('is one frame there and one back', () => {
    const pair = pairWithInstance();
    pair.traffic.length = 0;
    pair.call('host', apply, [message]);
    expect(pair.traffic.map((it) => [it.from, it.bytes[0]])).toEqual([
      ['host', 2],
      ['plugin', 3],
    ]);
  });

  it('with a wrong argument is a TypeError that names the place, and sends nothing', () => {
    const pair = pairWithInstance();
    pair.traffic.length = 0;
    expect(() => pair.call('host', apply, [{ ...message, labels: ['a', 1] }])).toThrow(
      /^message\.labels\[1\]: expected/,
    );
    pair.pump();
    expect(pair.traffic).toEqual([]);
    expect(pair.call('host', apply, [message]).tag).toBe('ok');
  });

  it('of a value that calls while it is read is refused, and the other call too', () => {
    const pair = pairWithInstance();
    const sneaky = {
      ...message,
      get id(): string {
        return pair.call('host', apply, [message]).val.id;
      },
    };
    expect(() => pair.call('host', apply, [sneaky])).toThrow(/used the plugin while it was read/);
    expect(pair.call('host', apply, [message])).toEqual({ tag: 'ok', val: message });
  });

  it('with a wrong result fails for the caller, and tells the plugin where', () => {
    let told: unknown;
    const pair = pairWithInstance((call) => {
      if (call.fn !== apply) return echo(call);
      try {
        call.return({ tag: 'ok', val: { ...message, priority: 1000 } });
      } catch (error) {
        told = error;
      }
    });
    expect(() => pair.call('host', apply, [message])).toThrow(/\(internal\)/);
    expect(String(told)).toMatch(/result\.val\.priority/);
  });

  it('may call back while it is answered, to any depth', () => {
    const double = imported('#double');
    const pair: Pair = pairWithInstance(
      (call) => {
        if (call.fn !== apply) return echo(call);
        const { priority } = call.args[0] as typeof message;
        if (priority === 0) return call.return({ tag: 'err', val: 'bottom' });
        pair.plugin.call(
          call.instance,
          double,
          [priority],
          (_, value) => call.return({ tag: 'err', val: `${value}` }),
          {
            parent: call,
          },
        );
      },
      {
        handle: (call: IncomingCall) => {
          expect(call.parent).toBeGreaterThan(0);
          const priority = (call.args[0] as number) - 1;
          pair.host.call(1, apply, [{ ...message, priority }], () => call.return((call.args[0] as number) * 2));
        },
      },
    );
    expect(pair.call('host', apply, [{ ...message, priority: 9 }])).toEqual({ tag: 'err', val: '18' });
  });

  it.each([65_000, 65_536, 70_000, 1_000_000, 10_000_000])('takes a body of %i bytes', (size) => {
    const pair = pairWithInstance();
    const body = Uint8Array.from({ length: size }, (_, i) => i * 7);
    const back = pair.call('host', exported('run'), [body]);
    expect(Buffer.compare(back, body)).toBe(0);
    expect(pair.host.open.outgoing).toBe(0);
  });

  it('longer than the peer takes is refused before anything is sent', () => {
    const pair = pairWithInstance(echo, {}, { limits: { message: 100_000 } });
    expect(() => pair.call('host', exported('run'), [new Uint8Array(100_000)])).toThrow(
      expect.objectContaining({ code: 'exhausted', started: false }),
    );
  });

  it('longer than this side takes back fails, and the rest of the answer is never sent', () => {
    const pair = pairWithInstance(
      (call) => {
        if (call.fn !== exported('run')) return echo(call);
        // The sender keeps to the limit on its own; a peer that does not is told with the first frame.
        (pair.plugin.peer!.limits as { message: number }).message = 1 << 30;
        call.return(new Uint8Array(2_000_000));
      },
      { limits: { message: 1_000_000 } },
    );
    pair.traffic.length = 0;
    expect(() => pair.call('host', exported('run'), [new Uint8Array(1)])).toThrow(
      expect.objectContaining({ code: 'exhausted' }),
    );
    const sent = pair.traffic.reduce((sum, it) => sum + it.bytes.length, 0);
    expect(sent).toBeLessThan(70_000);
    expect(pair.plugin.hasMore).toBe(false);
  });

  it('many long messages at once all arrive, in the memory that there is for them', () => {
    const pair = pairWithInstance(echo, {}, { assembly: 1_000_000 });
    const answers: number[] = [];
    for (let i = 0; i < 20; i++)
      pair.host.call(1, exported('run'), [new Uint8Array(300_000 + i)], (_, value) =>
        answers.push((value as Uint8Array).length),
      );
    pair.pump();
    expect(answers.sort()).toEqual(Array.from({ length: 20 }, (_, i) => 300_000 + i));
  });

  it('beyond the peer’s limit is refused here', () => {
    const pair = pairWithInstance((call) => (call.fn === apply ? undefined : echo(call)), {}, { limits: { calls: 3 } });
    for (let i = 0; i < 3; i++) pair.host.call(1, apply, [message], () => {});
    expect(() => pair.host.call(1, apply, [message], () => {})).toThrow(expect.objectContaining({ code: 'exhausted' }));
  });

  it('to an instance that is not there, or was released, fails unstarted', () => {
    const pair = pairWithInstance();
    const gone = expect.objectContaining({ code: 'unavailable', started: false });
    expect(() => pair.call('host', apply, [message], 2)).toThrow(gone);
    pair.call('host', CONTROL.release, [1], 0);
    expect(() => pair.call('host', apply, [message], 1)).toThrow(gone);
  });
});

describe('a failure', () => {
  it.each([
    ['trap', 'trap'],
    ['internal', 'trap'],
    ['cancelled', 'cancelled'],
    ['deadline', 'timeout'],
    ['unimplemented', 'missing-import'],
    ['denied', 'permission-denied'],
    ['exhausted', 'exhausted'],
    ['unavailable', 'unavailable'],
  ] as const)('%s has the code %s', (failure, code) => {
    const pair = pairWithInstance((call) => (call.fn === apply ? call.fail(failure, 'why\n') : echo(call)));
    expect(() => pair.call('host', apply, [message])).toThrow(
      expect.objectContaining({ code, started: true, message: expect.stringContaining('why\\u{a}') }),
    );
  });
});

describe('cancel and deadlines', () => {
  const silent = (seen: IncomingCall[]) => (call: IncomingCall) => {
    if (call.fn === apply) seen.push(call);
    else echo(call);
  };

  it('the caller is answered at once, the callee told, and its late answer is no violation', () => {
    const seen: IncomingCall[] = [];
    const pair = pairWithInstance(silent(seen));
    const failures: any[] = [];
    const call = pair.host.call(1, apply, [message], (failure) => failures.push(failure));
    pair.pump();
    pair.host.cancel(call);
    expect(failures).toMatchObject([{ code: 'cancelled' }]);
    pair.pump();
    expect(seen[0]!.cancelled).toBe('cancelled');
    expect(pair.host.overdue(0)).toEqual([call]);
    seen[0]!.return({ tag: 'err', val: 'late' });
    pair.pump();
    expect(pair.host.open.outgoing).toBe(0);
    expect(failures.length).toBe(1);
    expect(pair.host.ended).toBeUndefined();
  });

  it('a deadline is known to the callee, and to what it calls meanwhile', () => {
    const seen: IncomingCall[] = [];
    const inner: IncomingCall[] = [];
    const pair = pairWithInstance(silent(seen), { handle: (call: IncomingCall) => inner.push(call) });
    const failures: any[] = [];
    pair.host.call(1, apply, [message], (failure) => failures.push(failure), { timeout: 50 });
    pair.pump();
    expect(seen[0]!.deadline).toBe(pair.clock.time + 50);
    pair.plugin.call(1, imported('#double'), [1], () => {}, { parent: seen[0]! });
    pair.pump();
    expect(inner[0]!.deadline).toBe(pair.clock.time + 50);
    pair.clock.time += 49;
    pair.host.tick();
    expect(failures).toEqual([]);
    pair.clock.time += 1;
    pair.host.tick();
    pair.plugin.tick();
    expect(failures).toMatchObject([{ code: 'timeout' }]);
    expect(seen[0]!.cancelled).toBe('deadline');
  });

  it('a call of which a part was not sent is taken back', () => {
    const pair = pairWithInstance(echo, {}, { assembly: 1 });
    const failures: any[] = [];
    const big = new Uint8Array(500_000);
    const call = pair.host.call(1, exported('run'), [big], (failure) => failures.push(failure));
    for (const piece of pair.host.take()) pair.plugin.receive(piece);
    pair.host.cancel(call);
    expect(failures).toMatchObject([{ code: 'cancelled' }]);
    pair.pump();
    expect(pair.host.open.outgoing).toBe(0);
    expect(pair.plugin.open.incoming).toBe(0);
    expect(pair.call('host', exported('run'), [big]).length).toBe(500_000);
  });
});

describe('the end', () => {
  it('fails open calls, and no more can be made', () => {
    const pair = pairWithInstance((call) => (call.fn === apply ? undefined : echo(call)));
    const failures: any[] = [];
    pair.host.call(1, apply, [message], (failure) => failures.push(failure));
    pair.pump();
    pair.plugin.close();
    pair.pump();
    expect(failures).toMatchObject([{ code: 'unavailable' }]);
    expect(() => pair.host.call(1, apply, [message], () => {})).toThrow(
      expect.objectContaining({ code: 'unavailable' }),
    );
  });

  it('of the connection inside a frame says so', () => {
    const pair = pairWithInstance();
    pair.host.receive(Uint8Array.of(3, 10, 0));
    pair.host.carrierEnded();
    expect(pair.ends.host).toMatchObject({ code: 'unavailable', message: expect.stringContaining('inside a frame') });
  });
});
