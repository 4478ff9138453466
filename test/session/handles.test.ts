import { describe, expect, it } from 'vitest';
import { CONTROL, type IncomingCall, RemoteResource } from '../../src/session/index.js';
import { exported, imported, Pair } from './support.js';

interface Counter {
  value: number;
}

/** A plugin of counters, which uses files of the host. */
function setUp(handle: (call: IncomingCall, pair: Pair) => boolean = () => false) {
  const dropped: object[] = [];
  const hostDropped: object[] = [];
  const kept: RemoteResource[] = [];
  const pair: Pair = new Pair(
    {
      onDrop: (object) => hostDropped.push(object),
      handle: (call) => {
        const [self] = call.args as [{ text: string }];
        if (call.fn === imported('file.read')) call.return(self.text);
        else if (call.fn === imported('#close')) call.return();
        else call.return({ text: 'opened' });
      },
    },
    {
      onDrop: (object) => dropped.push(object),
      handle: (call) => {
        if (handle(call, pair)) return;
        const [first, by] = call.args as [any, number];
        switch (call.fn) {
          case CONTROL.dispense:
            return call.return({ tag: 'ok' });
          case exported('[constructor]counter'):
            return call.return({ value: first } satisfies Counter);
          case exported('counter.add'):
            first.value += by;
            return call.return(first.value);
          case exported('#take'):
            return call.return(first.value);
          case exported('#keep-file'):
            kept.push(first);
            return call.return();
          case exported('use-file'):
            pair.plugin.call(1, imported('file.read'), [first], (failure, value) =>
              failure ? call.fail('internal', failure.message) : call.return(value),
            );
            return;
        }
      },
    },
  );
  pair.call('host', CONTROL.dispense, [1, 'one', []], 0);
  const make = (start: number): RemoteResource => pair.call('host', exported('[constructor]counter'), [start]);
  return { pair, dropped, hostDropped, kept, make };
}

describe('a resource of the plugin', () => {
  it('is owned by the host until it is dropped; then it is destroyed', () => {
    const { pair, dropped, make } = setUp();
    const counter = make(5);
    expect(counter).toBeInstanceOf(RemoteResource);
    expect(pair.call('host', exported('counter.add'), [counter, 2])).toBe(7);
    expect(pair.plugin.open.handles.own).toBe(1);
    pair.host.drop(counter);
    pair.host.drop(counter);
    pair.pump();
    expect(dropped).toEqual([{ value: 7 }]);
    expect(pair.plugin.open.handles.own).toBe(0);
    expect(pair.host.open.handles.peer).toBe(0);
    expect(() => pair.call('host', exported('counter.add'), [counter, 2])).toThrow(/neither disposed nor given away/);
  });

  it('given back is the plugin’s, and not destroyed', () => {
    const { pair, dropped, make } = setUp();
    const counter = make(5);
    expect(pair.call('host', exported('#take'), [counter])).toBe(5);
    expect(dropped).toEqual([]);
    expect(pair.plugin.open.handles.own).toBe(0);
    expect(() => pair.call('host', exported('#take'), [counter])).toThrow(TypeError);
  });

  it('dropped while a call uses it is destroyed when that ends', () => {
    const calls: IncomingCall[] = [];
    const { pair, dropped, make } = setUp((call) => call.fn === exported('counter.add') && calls.push(call) > 0);
    const counter = make(1);
    pair.host.call(1, exported('counter.add'), [counter, 1], () => {});
    pair.pump();
    pair.host.drop(counter);
    pair.pump();
    expect(dropped).toEqual([]);
    calls[0]!.return(2);
    expect(dropped).toEqual([{ value: 1 }]);
  });

  it('cannot be given away while a call uses it', () => {
    const { pair, make } = setUp((call) => call.fn === exported('counter.add'));
    const counter = make(1);
    pair.host.call(1, exported('counter.add'), [counter, 1], () => {});
    expect(() => pair.host.call(1, exported('#take'), [counter], () => {})).toThrow(/no call is using/);
  });

  it('in a call that was never started is still the caller’s', () => {
    const { pair, make } = setUp();
    const counter = make(5);
    const unknown = { ...exported('#take'), index: 999 };
    expect(() => pair.call('host', unknown, [counter])).toThrow(expect.objectContaining({ started: false }));
    expect(pair.call('host', exported('#take'), [counter])).toBe(5);
  });

  it('is no argument for another instance', () => {
    const { pair, make } = setUp();
    expect(() => pair.call('host', exported('#take'), [make(5)], 99)).toThrow(/a resource of this plugin instance/);
  });

  it('uses its place again under another generation', () => {
    const { pair, make } = setUp();
    const first = make(1);
    pair.host.drop(first);
    pair.pump();
    const second = make(2);
    expect([second.index, second.generation]).toEqual([first.index, first.generation + 1]);
  });

  it('ten thousand of them leave nothing behind', () => {
    const { pair, dropped, make } = setUp();
    for (let round = 0; round < 10; round++) {
      const some = Array.from({ length: 1000 }, (_, i) => make(i));
      for (const one of some) pair.host.drop(one);
      pair.pump();
    }
    expect(dropped.length).toBe(10_000);
    expect([pair.plugin.open.handles.own, pair.host.open.handles.peer]).toEqual([0, 0]);
  });
});

describe('a resource of the host', () => {
  it('lent to the plugin can be used in the call, and not after', () => {
    let lent: RemoteResource | undefined;
    const { pair } = setUp((call) => {
      lent = call.args[0] as RemoteResource;
      return false;
    });
    const file = { text: 'hello' };
    expect(pair.call('host', exported('use-file'), [file])).toBe('hello');
    expect(lent?.live).toBe(false);
    expect(pair.host.open.handles.own).toBe(0);
    expect(() => pair.plugin.call(1, imported('file.read'), [lent], () => {})).toThrow(TypeError);
  });

  it('given to the plugin is the plugin’s to use, to give back and to drop', () => {
    const { pair, kept, hostDropped } = setUp();
    const files = [{ text: 'a' }, { text: 'b' }];
    for (const file of files) pair.call('host', exported('keep-file'), [file]);
    expect(pair.call('plugin', imported('file.read'), [kept[0]])).toBe('a');
    pair.call('plugin', imported('#close'), [kept[0]]);
    expect(hostDropped).toEqual([]);
    pair.plugin.drop(kept[1]!);
    pair.pump();
    expect(hostDropped).toEqual([files[1]]);
    expect(pair.host.open.handles.own).toBe(0);
  });

  it('is destroyed when the connection ends', () => {
    const { pair, hostDropped } = setUp();
    const file = { text: 'a' };
    pair.call('host', exported('keep-file'), [file]);
    pair.host.carrierEnded();
    expect(hostDropped).toEqual([file]);
  });
});

it('what is no resource, or one of another type or session, is a TypeError', () => {
  const { pair, make } = setUp();
  const other = setUp();
  for (const wrong of [undefined, 5, {}, other.make(1)])
    expect(() => pair.host.call(1, exported('counter.add'), [wrong, 1], () => {})).toThrow(TypeError);
  const counter = make(1);
  expect(() => pair.host.call(1, exported('use-file'), [counter], () => {})).toThrow(TypeError);
});
