/** An object of the app in place of a guest: the same face, the same checks. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  ComponentError,
  createHost,
  decodeWorld,
  type HatchwayError,
  type Host,
  type Instance,
  type World,
} from '../../src/index.js';
import { failureOf, rejectionOf } from '../component/support.js';
import { encodeWit } from '../wit/encode.js';

const WIT = `package demo:app@1.0.0;
  interface store {
    record item { the-name: string, count: u8 }
    get: func(key: string) -> result<item, string>;
    put: func(item: item);
    count-all: func() -> u32;
  }
  world app {
    import log: func(line: string);
    export store;
    export run: func(times: u8) -> string;
  }`;

let host: Host;
let world: World;
beforeAll(async () => {
  host = await createHost();
  world = decodeWorld(await encodeWit(WIT));
});

const plugin = (change: object = {}, store: object = {}) => ({
  store: {
    get: (key: string) => ({ theName: key, count: 1 }),
    put() {},
    countAll: () => 7,
    ...store,
  },
  run: (times: number) => 'x'.repeat(times),
  ...change,
});
const make = async (change?: object, store?: object): Promise<Instance> =>
  (await host.load(plugin(change, store), { world, name: 'mine' })).instantiate();

describe('a plain object', () => {
  it('implements a world, by short names, and has both faces', async () => {
    const instance = await make();
    expect(instance.sync.run(3)).toBe('xxx');
    expect(await instance.exports.run(3)).toBe('xxx');
    expect(await instance.exports.store.countAll()).toBe(7);
    expect(instance.sync['demo:app/store@1.0.0'].get('a')).toEqual({ theName: 'a', count: 1 });
    expect(instance.state).toBe('idle');
  });

  it('by the full id of an interface', async () => {
    const { store, run } = plugin();
    const instance = await (await host.load({ 'demo:app/store@1.0.0': store, run }, { world })).instantiate();
    expect(instance.sync.store.countAll()).toBe(7);
  });

  it('made anew for each instance by a function that gets the imports', async () => {
    const lines: string[] = [];
    const factory = (imports: any) => {
      let n = 0;
      return plugin({
        run: () => {
          imports.log(`run ${++n}`);
          return '';
        },
      });
    };
    const loaded = await host.load(factory, { world });
    const imports = { log: (line: string) => void lines.push(line) };
    const [a, b] = [await loaded.instantiate({ imports }), await loaded.instantiate({ imports })];
    a.sync.run(1);
    a.sync.run(1);
    b.sync.run(1);
    expect(lines).toEqual(['run 1', 'run 2', 'run 1']);
  });

  it('its methods are called on it', async () => {
    class Store {
      #n = 5;
      get() {
        return { theName: '', count: this.#n };
      }
      put() {}
      countAll() {
        return this.#n;
      }
    }
    const instance = await make({ store: new Store() });
    expect(instance.sync.store.countAll()).toBe(5);
  });

  const lacking: [what: string, object: object, differences: string[]][] = [
    ['everything', {}, ['export demo:app/store@1.0.0: the interface is missing', 'export run is missing']],
    [
      'functions',
      { store: { get() {} }, run: 'x' },
      [
        'export demo:app/store@1.0.0.put is missing',
        'export demo:app/store@1.0.0.count-all is missing',
        'export run is missing',
      ],
    ],
    [
      'an interface that is a function',
      { store: () => {}, run: () => '' },
      ['export demo:app/store@1.0.0: the interface is missing'],
    ],
  ];
  it.each(lacking)('that lacks %s is told all of it', async (_what, object, differences) => {
    const error = (await rejectionOf(
      (await host.load(object as never, { world, name: 'mine' })).instantiate(),
    )) as HatchwayError;
    expect(error.code).toBe('world-mismatch');
    expect([...error.differences!].sort()).toEqual([...differences].sort());
    expect(error.message).toMatch(/^plugin "mine".*: the object does not implement the world\n {2}- /);
  });

  it('does not implement `to-string` by being an object', async () => {
    const strange = decodeWorld(
      await encodeWit('package a:b; world w { export to-string: func() -> string; export value-of: func(); }'),
    );
    const error = await rejectionOf((await host.load({}, { world: strange })).instantiate());
    expect(error.code).toBe('world-mismatch');
  });

  it('gets checked arguments', async () => {
    const seen: unknown[] = [];
    const instance = await make({ run: (times: unknown) => `${seen.push(times)}` });
    for (const [args, path] of [
      [[], 'times'],
      [[256], 'times'],
      [['3'], 'times'],
    ] as const) {
      expect(failureOf(() => instance.sync.run(...args))).toMatchObject({ code: 'argument', path });
    }
    expect(failureOf(() => instance.sync.store.put({ theName: 'a', count: -1 }))).toMatchObject({
      code: 'argument',
      path: 'item.count',
    });
    expect([seen, instance.state]).toEqual([[], 'idle']);
  });

  const wrong: [what: string, change: object, store: object, call: (sync: any) => unknown, says: RegExp][] = [
    [
      'a wrong value',
      { run: () => 7 },
      {},
      (sync) => sync.run(1),
      /"run" failed: the result: expected string, got the number 7$/,
    ],
    ['nothing', { run: () => {} }, {}, (sync) => sync.run(1), /got undefined$/],
    [
      'a promise',
      { run: async () => '' },
      {},
      (sync) => sync.run(1),
      /"run" failed: the result: expected a value, not a promise, got an object$/,
    ],
    [
      'a wrong field',
      {},
      { get: () => ({ theName: 'a', count: 256 }) },
      (sync) => sync.store.get('a'),
      /the result\.count: expected u8/,
    ],
    [
      'an exception',
      {
        run: () => {
          throw new Error('no');
        },
      },
      {},
      (sync) => sync.run(1),
      /"run" failed: no$/,
    ],
  ];
  it.each(wrong)('that answers with %s is poisoned, as a guest would be', async (_what, change, store, call, says) => {
    const instance = await make(change, store);
    const error = failureOf(() => call(instance.sync));
    expect(error).toMatchObject({ code: 'trap', plugin: 'mine' });
    expect(error.message).toMatch(says);
    expect(instance.state).toBe('poisoned');
    expect(failureOf(() => instance.sync.store.countAll())).toMatchObject({ code: 'poisoned', cause: error });
  });

  it('answers with the error of a result by throwing a ComponentError', async () => {
    const thrown = new ComponentError('no such key');
    const instance = await make(
      {},
      {
        get: () => {
          throw thrown;
        },
      },
    );
    expect(failureOf(() => instance.sync.store.get('a'))).toBe(thrown);
    expect(await rejectionOf(instance.exports.store.get('a'))).toBe(thrown);
    expect(instance.state).toBe('idle');
  });

  it('whose error has a payload of another type is poisoned', async () => {
    const instance = await make(
      {},
      {
        get: () => {
          throw new ComponentError(7);
        },
      },
    );
    const error = failureOf(() => instance.sync.store.get('a'));
    expect(error.code).toBe('trap');
    expect(error.message).toMatch(/"get" failed: the error: expected string, got the number 7$/);
    expect(instance.state).toBe('poisoned');
  });

  it('cannot be entered again while it runs; a second call through the asynchronous face waits', async () => {
    const later: Promise<unknown>[] = [];
    const codes: unknown[] = [];
    const instance: Instance = await make({
      run: (times: number) => {
        if (times === 1) {
          codes.push(failureOf(() => instance.sync.run(2)).code, failureOf(() => instance.dispose()).code);
          later.push(instance.exports.run(2));
        }
        return 'x'.repeat(times);
      },
    });
    expect(await instance.exports.run(1)).toBe('x');
    expect(codes).toEqual(['reentrant', 'reentrant']);
    expect(await later[0]).toBe('xx');
    instance.dispose();
    expect(failureOf(() => instance.sync.run(1)).code).toBe('disposed');
  });
});

describe('what a plain object imports', () => {
  const WORLD = `package demo:app@1.0.0;
    interface store {
      resource key { constructor(name: string); name: func() -> string; }
      get: func(name: string) -> result<u8, string>;
      open: func(key: borrow<key>);
    }
    world app {
      import store;
      import log: func(line: string) -> u8;
      export run: func(times: u8) -> u32;
    }`;
  let importing: World;
  beforeAll(async () => {
    importing = decodeWorld(await encodeWit(WORLD));
  });
  class Key {
    name() {
      return '';
    }
  }
  const store = { Key, get: () => 7, open() {} };
  const start = async (run: (imports: any) => unknown, imports: object = {}, options: object = {}) => {
    const loaded = await host.load((its: any) => ({ run: () => run(its) }) as never, {
      world: importing,
      name: 'mine',
    });
    return loaded.instantiate({ imports: { 'demo:app/store': store, log: () => 1, ...imports }, ...options });
  };

  it('is there by id, with the version and without, and by short name; nothing else is', async () => {
    const instance = await start(
      (its) => {
        expect(its['demo:app/store@1.0.0']).toBe(its.store);
        expect(its['demo:app/store']).toBe(its.store);
        expect(its.other).toBeUndefined();
        expect(its.store.Key).toBe(Key);
        return its.store.get('a') + its.log('');
      },
      { other: () => 1 },
    );
    expect(instance.sync.run(1)).toBe(8);
  });

  it('has to be offered, all of it', async () => {
    const error = (await rejectionOf(
      start(() => 0, { 'demo:app/store': { Key, get: 1 }, log: undefined }),
    )) as HatchwayError;
    expect(error.code).toBe('missing-import');
    expect(error.differences).toEqual([
      'import demo:app/store@1.0.0#get: get: func(name: string) -> result<u8, string> is not a function',
      'import demo:app/store@1.0.0#open: open: func(key: borrow<key>) is missing',
      'import log: log: func(line: string) -> u8 is missing',
    ]);
  });

  const failing: [what: string, run: (its: any) => unknown, imports: object, code: string, says: RegExp][] = [
    ['called with a wrong value', (its) => its.log(1), {}, 'trap', /line: expected string, got the number 1$/],
    ['called with another object', (its) => its.store.open({}), {}, 'trap', /key: expected an object of the class Key/],
    ['that answers wrongly', (its) => its.log(''), { log: () => 256 }, 'import-failed', /the result: expected u8/],
    [
      'that answers with a promise',
      (its) => its.log(''),
      { log: async () => 1 },
      'import-failed',
      /it returned a promise/,
    ],
    [
      'that throws, even where that is caught',
      (its) => {
        try {
          its.log('');
        } catch {}
        return 1;
      },
      {
        log() {
          throw new Error('no');
        },
      },
      'import-failed',
      /the import log failed: no\./,
    ],
    [
      'whose error has a payload of another type',
      (its) => its.store.get('a'),
      {
        'demo:app/store': {
          ...store,
          get() {
            throw new ComponentError(7);
          },
        },
      },
      'import-failed',
      /the error: expected string/,
    ],
  ];
  it.each(failing)('%s poisons it', async (_what, run, imports, code, says) => {
    const instance = await start(run, imports);
    const error = failureOf(() => instance.sync.run(1));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(says);
    expect(instance.state).toBe('poisoned');
    expect(failureOf(() => instance.sync.run(1))).toMatchObject({ code: 'poisoned', cause: error });
  });

  it('can be a promise where it is declared, and then so can its own answers', async () => {
    const log = async (line: string) => line.length;
    const instance = await start(
      async (its) => (await its.log('abc')) + its.store.get('a'),
      { log },
      { async: ['log'] },
    );
    const [first, second] = [instance.exports.run(1), instance.exports.run(1)];
    expect(instance.state).toBe('busy');
    expect([await first, await second]).toEqual([10, 10]);
    expect(failureOf(() => instance.sync).code).toBe('option');
    const broken = await start(async (its) => its.log('x'.repeat(300)), { log }, { async: true });
    expect((await rejectionOf(broken.exports.run(1))).code).toBe('import-failed');
    expect((await rejectionOf(start(() => 0, {}, { async: ['nothing'] }))).code).toBe('option');
  });
});

describe('a resource that a plain object defines', () => {
  const WORLD = `package demo:app;
    interface things {
      resource thing { constructor(name: string); name: func() -> string; }
      same: func() -> thing;
      busy: func(it: borrow<thing>);
    }
    world app { import poke: func(); export things; }`;
  let defining: World;
  beforeAll(async () => {
    defining = decodeWorld(await encodeWit(WORLD));
  });
  const start = async (poke: () => void = () => {}) => {
    const ended: string[] = [];
    const factory = (its: any) => {
      class Thing {
        constructor(readonly its: string) {}
        name() {
          return this.its;
        }
        [Symbol.dispose]() {
          if (this.its === 'bad') throw new Error('cannot end');
          ended.push(this.its);
        }
      }
      const one = new Thing('one');
      return { things: { Thing, same: () => one, busy: () => its.poke() } };
    };
    const loaded = await host.load(factory, { world: defining, name: 'mine' });
    const instance = await loaded.instantiate({ imports: { poke } });
    return { instance, things: instance.sync.things, ended };
  };

  it('is not handed out while the app has it', async () => {
    const { things, instance } = await start();
    const first = things.same();
    first[Symbol.dispose]();
    expect(things.same().name()).toBe('one');
    expect(failureOf(() => things.same()).message).toMatch(/a Thing that the app does not have already/);
    expect(instance.state).toBe('poisoned');
  });

  it('and that is disposed of during a call ends after it', async () => {
    let thing: any;
    const during: string[][] = [];
    const { things, ended } = await start(() => {
      thing[Symbol.dispose]();
      during.push([...ended]);
    });
    thing = new things.Thing('a');
    things.busy(thing);
    expect([during, ended]).toEqual([[[]], ['a']]);
    expect(failureOf(() => thing.name()).code).toBe('argument');
  });

  it('and whose end fails poisons it', async () => {
    const { things, instance } = await start();
    const error = failureOf(() => new things.Thing('bad')[Symbol.dispose]());
    expect(error.message).toMatch(/Thing\[Symbol\.dispose\] failed: cannot end$/);
    expect(instance.state).toBe('poisoned');
  });

  it('is counted when nobody disposed of it before it was collected', async () => {
    const { instance, ended, things } = await start();
    (() => void new things.Thing('lost'))();
    const { setFlagsFromString } = await import('node:v8');
    const { runInNewContext } = await import('node:vm');
    setFlagsFromString('--expose-gc');
    for (let i = 0; i < 20 && ended.length === 0; i++) {
      runInNewContext('gc')();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect([ended, instance.usage.collectedResources]).toEqual([['lost'], 1]);
  });
});
