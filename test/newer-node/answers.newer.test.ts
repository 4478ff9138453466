/** Imports that answer with promises: how they are declared, and what comes of what they answer. */
import { describe, expect, it } from 'vitest';
import type { InstantiateOptions } from '../../src/host/index.js';
import {
  CALLER,
  ComponentError,
  caller,
  expectPoisoned,
  failureOf,
  gate,
  load,
  rejectionOf,
  settle,
  unhandledDuring,
} from './support.js';

const later = async <T>(value: T): Promise<T> => {
  await settle();
  return value;
};

const imports = {
  'demo:h/io': { get: later<number>, text: later<string>, find: later<number> },
  tickOnce: later<number>,
  note: () => {},
};

const declared = async (async: InstantiateOptions['async']) =>
  (await load(CALLER)).instantiate({ imports, async: async! });

describe('an import may answer with a promise', () => {
  it.each<[how: string, async: InstantiateOptions['async']]>([
    ['by its interface’s id', ['demo:h/io#get']],
    ['by its interface’s id with the version', ['demo:h/io@1.2.0#get']],
    ['with others', ['tick-once', 'demo:h/io#text', 'demo:h/io#get']],
    ['because all may', true],
  ])('if it is declared %s', async (_how, async) => {
    const { exports } = await declared(async);
    expect(await exports.calls.getTwice(21)).toBe(42);
    expect(await exports.calls.quick(1)).toBe(2);
  });

  it('if a plain function is declared by its name', async () => {
    const { exports } = await declared(['tick-once']);
    expect(await exports.calls.tick(5)).toBe(5);
  });

  it('and need not, though it is declared', async () => {
    const instance = await caller({ get: (n: number) => n * 2 });
    expect(await instance.exports.calls.getTwice(2)).toBe(8);
  });

  it.each([
    ['get', 1],
    ['text', 'a'],
    ['find', 1],
  ])('and fails and poisons if it is not declared: %s', async (name, arg) => {
    const instance = await declared(['tick-once']);
    const error = await rejectionOf(instance.exports.calls[name](arg));
    expect(error.code).toBe('import-failed');
    expect(error.message).toContain(`the import demo:h/io@1.2.0.${name} failed: it returned a promise`);
    expect((error.cause as Error).message).toContain('Declare the import in `async` when instantiating');
    await expectPoisoned(instance, error, () => instance.exports.calls.quick(1));
  });
});

describe('a promise of an import that is not declared', () => {
  it.each([
    ['get', 1],
    ['text', 'a'],
    ['find', 1],
    ['noteAround', 1],
  ])('may be rejected later without ending the process: %s', async (name, arg) => {
    const reject = async () => {
      await settle();
      throw new Error('offline');
    };
    const io = { get: reject, text: reject, find: reject };
    const instance = await (await load(CALLER)).instantiate({
      imports: { 'demo:h/io': io, tickOnce: reject, note: reject },
      async: ['tick-once'],
    });
    const escaped = await unhandledDuring(async () => {
      expect((await rejectionOf(instance.exports.calls[name](arg))).code).toBe('import-failed');
    });
    expect(escaped).toEqual([]);
  });
});

describe('a declaration', () => {
  it.each([
    ['demo:h/io#other'],
    ['demo:h/io@2.0.0#get'],
    ['demo:h/other#get'],
    ['tickOnce'],
    ['get'],
    ['calls#get'],
    [''],
    ['__proto__'],
  ])('of what is no import is refused: %j', async (name) => {
    const error = await rejectionOf(declared(['demo:h/io#get', name]));
    expect(error.code).toBe('option');
    expect(error.message).toContain(`the plugin imports no function ${JSON.stringify(name)}`);
    expect(error.message).toContain('"demo:h/io#get"');
    expect(error.message).toContain('"tick-once"');
  });

  it.each([['demo:h/io#get'], [false], [{}], [7], [null]])('of the wrong type is refused: %j', async (async) => {
    const error = await rejectionOf(declared(async as never));
    expect(error.code).toBe('option');
    expect(error.message).toContain('async');
  });

  it('leaves no synchronous face', async () => {
    const instance = await declared(['tick-once']);
    const error = failureOf(() => instance.sync);
    expect(error.code).toBe('option');
    expect(error.message).toContain('an instance with asynchronous imports has no synchronous exports. Use `exports`');
  });

  it('of nothing leaves everything as it is', async () => {
    const instance = await declared([]);
    expect(instance.sync.calls.quick(1)).toBe(2);
    const free = await (
      await load(`(component
        (core module $M (func (export "f") (result i32) (i32.const 3)))
        (core instance $m (instantiate $M))
        (func (export "f") (result u32) (canon lift (core func $m "f"))))`)
    ).instantiate({ async: true });
    expect(free.sync.f()).toBe(3);
    expect(await free.exports.f()).toBe(3);
  });
});

describe('what the promise comes to', () => {
  it('goes to the guest: values in core values and in memory', async () => {
    const { exports } = await caller({ text: async (s: string) => `${await later(s)}, ${'é'.repeat(10_000)}` });
    expect(await exports.calls.find(7)).toBe(7);
    const text = await exports.calls.text('hé');
    expect(text).toBe(`hé, ${'é'.repeat(10_000)}`);
    expect(await exports.calls.freed()).toBe(1);
  });

  it('is an error of the result if it is rejected with a ComponentError', async () => {
    const instance = await caller({
      find: async (n: number) => {
        await settle();
        if (n === 1) throw new ComponentError('no such key');
        return n;
      },
    });
    const error = await rejectionOf(instance.exports.calls.find(1));
    expect(error).toBeInstanceOf(ComponentError);
    expect(error).toMatchObject({ payload: 'no such key' });
    expect(instance.state).toBe('idle');
    expect(await instance.exports.calls.find(2)).toBe(2);
  });

  const failing: [what: string, func: string, arg: unknown, answer: () => unknown, says: RegExp][] = [
    [
      'an error',
      'get',
      1,
      () => Promise.reject(new Error('offline')),
      /the import demo:h\/io@1\.2\.0\.get failed: offline/,
    ],
    [
      'an error, at once',
      'get',
      1,
      () => {
        throw new Error('offline');
      },
      /get failed: offline/,
    ],
    ['no Error', 'get', 1, () => Promise.reject('offline'), /failed: it threw something that is not an Error/],
    ['a ComponentError where the type has none', 'get', 1, () => Promise.reject(new ComponentError('x')), /get failed/],
    [
      'a payload of the wrong type',
      'find',
      1,
      () => Promise.reject(new ComponentError(7)),
      /find failed: the result: expected string, got the number 7/,
    ],
    ['a wrong number', 'get', 1, async () => -1, /get failed: the result: expected u32 .* got the number -1/],
    ['nothing', 'text', 'a', async () => undefined, /text failed: the result: expected string, got undefined/],
  ];
  it.each(failing)('poisons if it is %s', async (_what, func, arg, answer, says) => {
    const instance = await caller({ [func]: answer });
    const error = await rejectionOf(instance.exports.calls[func](arg));
    expect(error.code).toBe('import-failed');
    expect(error.message).toMatch(says);
    await expectPoisoned(instance, error, () => instance.exports.calls.quick(1));
  });

  it('poisons even if the guest catches it', async () => {
    const instance = await caller({ get: () => Promise.reject(new Error('offline')) });
    const error = await rejectionOf(instance.exports.calls.swallow(1));
    expect(error.code).toBe('import-failed');
    await expectPoisoned(instance, error, () => instance.exports.calls.quick(1));
  });
});

describe('a guest that waits', () => {
  it('is busy meanwhile, and other instances go on', async () => {
    const { call, open } = gate<number>();
    const [one, other] = [await caller({ get: call }), await caller()];
    const answer = one.exports.calls.get(1);
    await settle();
    expect(one.state).toBe('busy');
    expect(await other.exports.calls.get(5)).toBe(5);
    open(9);
    expect(await answer).toBe(9);
    expect(one.state).toBe('idle');
  });

  it('in many instances at once keeps each apart', async () => {
    const gates = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const { call, open } = gate<number>();
        return { open, instance: await caller({ get: call }) };
      }),
    );
    const answers = gates.map(({ instance }) => instance.exports.calls.getTwice(1));
    for (const round of [1, 100]) {
      await settle();
      for (const [i, { open }] of gates.entries()) open(i * round);
    }
    expect(await Promise.all(answers)).toEqual(gates.map((_, i) => i * 101));
  });

  it('calls imports that do not wait in between', async () => {
    const noted: number[] = [];
    const { exports } = await caller({ note: (n: number) => noted.push(n) });
    expect(await exports.calls.noteAround(5)).toBe(5);
    expect(noted).toEqual([5, 6]);
  });

  it('and traps afterwards is poisoned', async () => {
    const instance = await caller();
    const error = await rejectionOf(instance.exports.calls.trapAfter(1));
    expect(error.code).toBe('trap');
    expect(error.message).toContain('the guest trapped: unreachable');
    await expectPoisoned(instance, error, () => instance.exports.calls.quick(1));
  });

  it('at any depth keeps its stack; one that uses it up is exhausted', async () => {
    const instance = await caller({ get: later });
    expect(await instance.exports.calls.deep(1000)).toBe(1001);
    const error = await rejectionOf(instance.exports.calls.deep(100_000_000));
    expect(error.code).toBe('exhausted');
    await expectPoisoned(instance, error, () => instance.exports.calls.quick(1));
  });

  it('refuses wrong arguments before anything of it runs', async () => {
    const instance = await caller();
    expect(await rejectionOf(instance.exports.calls.get('1'))).toMatchObject({ code: 'argument', path: 'n' });
    expect(await instance.exports.calls.get(1)).toBe(1);
  });
});
