/**
 * What a plugin in JavaScript returns, throws and passes on is what its world says, or an error that names what is wrong: one
 * component with many functions.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPlugin } from '../../src/build/index.js';
import { ComponentError, createHost, type Instance, type Plugin } from '../../src/index.js';

const WIT = `package test:checks;

interface types {
  record item { name: string, count: u32, note: option<string>, pair: tuple<u8, s64> }
  flags access { read, write-all }
  variant shape { dot, circle(f64), box(tuple<s32, s32>) }
  variant problem { missing, bad(string) }
}

interface app {
  use types.{item, problem};
  keep: func(item: item, times: u16) -> result<u32, problem>;
}

interface work {
  use types.{item, access, shape, problem};
  resource counter {
    constructor(start: s32);
    next: func() -> result<s32, string>;
    %from: static func(start: s32) -> counter;
  }
  thrown: func(what: string) -> result<u32, string>;
  fails: func(what: string) -> result<_, problem>;
  bare: func(what: string) -> result<u32>;
  plain: func(what: string) -> u32;
  an-item: func(what: string) -> result<item, string>;
  items: func() -> result<list<item>, string>;
  all-access: func(what: string) -> result<access, string>;
  some-shape: func(what: string) -> result<shape, string>;
  shapes: func(shape: shape) -> shape;
  bytes: func(what: string) -> result<list<u8>, string>;
  letter: func(what: string) -> result<char, string>;
  keeps: func(what: string) -> result<u32, string>;
  hands-on: func() -> result<u32, problem>;
  later: func() -> result<u32, string>;
  alien: func() -> result<counter, string>;
}

world checks {
  import app;
  export work;
  export twice: func(n: u32) -> u32;
}
`;

const SOURCE = `
import { keep } from 'test:checks/app';
import { good } from './lib/values.js';

const values = {
  good: () => good,
  missing: () => ({ ...good, count: undefined }),
  misspelt: () => { const { count, ...rest } = good; return { ...rest, cuont: 3 }; },
  misspeltOption: () => ({ name: 'n', count: 1, pair: [1, 1n], noet: 'x' }),
  more: () => ({ ...good, note: 'x', extra: 1 }),
  tooBig: () => ({ ...good, count: 2 ** 32 }),
  negative: () => ({ ...good, count: -1 }),
  fraction: () => ({ ...good, count: 1.5 }),
  text: () => ({ ...good, count: '1' }),
  nan: () => ({ ...good, count: NaN }),
  deep: () => ({ ...good, pair: [256, 1n] }),
  noBigint: () => ({ ...good, pair: [1, 1] }),
  short: () => ({ ...good, pair: [1] }),
  nothing: () => undefined,
  list: () => [],
};

export const work = {
  Counter: class Counter {
    constructor(start) {
      if (start === 13) throw new Error('unlucky');
      this.at = start;
    }
    next() {
      if (this.at > 100) throw new Error('too far');
      if (this.at === 7) return 7.5;
      return this.at++;
    }
    static from(start) { return new Counter(start); }
  },
  thrown(what) {
    if (what === 'error') throw new Error('no luck');
    if (what === 'type') return undefined.x;
    if (what === 'string') throw 'a value';
    if (what === 'number') throw 4;
    return 1;
  },
  fails(what) {
    if (what === 'error') throw new Error('no luck');
    if (what === 'case') throw { tag: 'bad', val: 'why' };
    if (what === 'wrong') throw { tag: 'worse' };
    if (what === 'payload') throw { tag: 'bad', val: 4 };
  },
  bare(what) {
    if (what === 'error') throw new Error('no luck');
    if (what === 'nothing') throw undefined;
    return 1;
  },
  plain(what) {
    if (what === 'error') throw new Error('no luck');
    return what === 'tooBig' ? 2 ** 32 : what === 'nothing' ? undefined : 5;
  },
  anItem: (what) => values[what](),
  items: () => [good, { ...good, name: 3 }],
  allAccess: (what) => ({ good: { read: true, writeAll: false }, none: {}, unknown: { wirte: true }, text: { read: 'yes' } })[what],
  someShape: (what) => ({ dot: { tag: 'dot' }, tag: { tag: 'circel', val: 1 }, payload: { tag: 'circle', val: '1' }, none: {} })[what],
  shapes: (shape) => shape.tag === 'box' && shape.val[0] !== -1 ? { tag: 'dot' } : shape,
  bytes: (what) => ({ typed: new Uint8Array([1, 2]), array: [1, 2], wrong: [1, 256], other: new Uint16Array([1]) })[what],
  letter: (what) => what,
  keeps(what) { return what === 'times' ? keep(good, 70000) : keep(values[what](), 1); },
  handsOn: () => keep(good, 0),
  later: async () => { throw new Error('later'); },
  alien: () => ({ next() {} }),
};
export function twice(n) { return n * 2; }
`;

const GOOD = { name: 'n', count: 1, note: undefined, pair: [1, 1n] };

const folder = mkdtempSync(join(tmpdir(), 'hatchway-checks-'));
let plugin: Plugin;
const kept: unknown[] = [];

beforeAll(async () => {
  writeFileSync(join(folder, 'checks.wit'), WIT);
  writeFileSync(join(folder, 'plugin.js'), SOURCE);
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'lib/values.js'), "export const good = { name: 'n', count: 1, pair: [1, 1n] };\n");
  const { path } = await buildPlugin(folder, {});
  plugin = await (await createHost()).load(path);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function fresh(): Promise<Instance> {
  return plugin.instantiate({
    imports: {
      'test:checks/app': {
        keep(item: unknown, times: number) {
          if (times === 0) throw new ComponentError({ tag: 'bad', val: 'no times' });
          kept.push(item);
          return 3;
        },
      },
    },
  });
}

const work = async () => ((await fresh()).sync as any).work;

describe('a thrown value', () => {
  it.each([
    ['an Error', 'thrown', 'error', 'no luck'],
    ['an error of the engine, with its kind', 'thrown', 'type', expect.stringMatching(/^TypeError: /)],
    ['a value of the type', 'thrown', 'string', 'a value'],
    ['a value of another type', 'thrown', 'number', 'what work.thrown threw: expected a string, got the number 4'],
    ['a case of a variant', 'fails', 'case', { tag: 'bad', val: 'why' }],
    ['undefined, where the error has no payload', 'bare', 'nothing', undefined],
  ])('%s is the error of the result', async (_, name, what, payload) => {
    const call = (await work())[name];
    expect(() => call(what)).toThrow(expect.objectContaining({ code: 'component-error', payload }));
  });

  it.each([
    [
      'an Error, where the error is a variant',
      'fails',
      'error',
      'work.fails threw no luck; its error is a value to throw: ',
    ],
    ['a case that does not exist', 'fails', 'wrong', 'what work.fails threw.tag: expected '],
    [
      'a payload of the wrong type',
      'fails',
      'payload',
      'what work.fails threw.val: expected a string, got the number 4',
    ],
    [
      'an Error, where the error has no payload',
      'bare',
      'error',
      'work.bare threw no luck; its error is nothing (throw undefined): ',
    ],
    [
      'an Error, where there is no result',
      'plain',
      'error',
      'work.plain threw no luck; plain: func(what: string) -> u32 has no error',
    ],
  ])('%s is a trap', async (_, name, what, said) => {
    const call = (await work())[name];
    const message = expect.stringContaining(`the guest trapped: "${said}`);
    expect(() => call(what)).toThrow(expect.objectContaining({ code: 'trap', message }));
  });

  it('of a function that is asynchronous is the same', async () => {
    expect((await work()).later).toThrow(expect.objectContaining({ payload: 'later' }));
  });

  it('of an import that nobody caught is handed on where it fits', async () => {
    expect((await work()).handsOn).toThrow(expect.objectContaining({ payload: { tag: 'bad', val: 'no times' } }));
  });
});

describe('a value that is not of its type', () => {
  it.each([
    ['anItem', 'missing', 'the result of work.anItem: the field "count" is missing'],
    [
      'anItem',
      'misspelt',
      'the result of work.anItem: the field "count" is missing; "cuont", which it has, is no field',
    ],
    ['anItem', 'misspeltOption', 'the result of work.anItem: there is no field "noet": is "note" meant?'],
    [
      'anItem',
      'tooBig',
      'the result of work.anItem.count: expected u32, a whole number from 0 to 4294967295, got the number 4294967296',
    ],
    [
      'anItem',
      'negative',
      'the result of work.anItem.count: expected u32, a whole number from 0 to 4294967295, got the number -1',
    ],
    [
      'anItem',
      'fraction',
      'the result of work.anItem.count: expected u32, a whole number from 0 to 4294967295, got the number 1.5',
    ],
    [
      'anItem',
      'text',
      'the result of work.anItem.count: expected u32, a whole number from 0 to 4294967295, got the string "1"',
    ],
    [
      'anItem',
      'nan',
      'the result of work.anItem.count: expected u32, a whole number from 0 to 4294967295, got the number NaN',
    ],
    [
      'anItem',
      'deep',
      'the result of work.anItem.pair[0]: expected u8, a whole number from 0 to 255, got the number 256',
    ],
    ['anItem', 'noBigint', 'the result of work.anItem.pair[1]: expected s64, a bigint of 64 bits, got the number 1'],
    ['anItem', 'short', 'the result of work.anItem.pair: expected 2 elements, got 1'],
    ['anItem', 'nothing', 'the result of work.anItem: expected an object, got undefined'],
    ['anItem', 'list', 'the result of work.anItem: expected an object, got an array'],
    ['items', '', 'the result of work.items[1].name: expected a string, got the number 3'],
    ['allAccess', 'unknown', 'the result of work.allAccess: there is no flag "wirte", only "read" | "writeAll"'],
    ['allAccess', 'text', 'the result of work.allAccess.read: expected a boolean, got the string "yes"'],
    [
      'someShape',
      'tag',
      'the result of work.someShape.tag: expected "dot" | "circle" | "box", got the string "circel"',
    ],
    ['someShape', 'payload', 'the result of work.someShape.val: expected a number, got the string "1"'],
    ['someShape', 'none', 'the result of work.someShape.tag: expected "dot" | "circle" | "box", got undefined'],
    ['bytes', 'wrong', 'the result of work.bytes[1]: expected u8, a whole number from 0 to 255, got the number 256'],
    ['bytes', 'other', 'the result of work.bytes: expected Uint8Array, got an object'],
    ['letter', 'ab', 'the result of work.letter: expected a string of one character, got the string "ab"'],
    ['alien', '', 'the result of work.alien: expected a Counter, got an object'],
    ['keeps', 'tooBig', expect.stringContaining('item, an argument of app.keep.count: expected u32')],
    ['keeps', 'times', expect.stringContaining('times, an argument of app.keep: expected u16')],
  ])('%s %s', async (name, what, message) => {
    const call = (await work())[name];
    const payload = typeof message === 'string' ? expect.stringContaining(message) : message;
    expect(() => call(...(what === '' && name !== 'letter' ? [] : [what]))).toThrow(
      expect.objectContaining({ code: 'component-error', payload }),
    );
  });

  it.each([['tooBig'], ['nothing']])('is never 0 where there is no result: %s', async (what) => {
    const { plain } = await work();
    const message = expect.stringContaining('the guest trapped: "the result of work.plain: expected u32');
    expect(() => plain(what)).toThrow(expect.objectContaining({ code: 'trap', message }));
  });

  it('of a function of the world itself', async () => {
    const { sync } = (await fresh()) as any;
    expect(sync.twice(2)).toBe(4);
    expect(() => sync.twice(2 ** 31)).toThrow(expect.objectContaining({ code: 'trap' }));
  });
});

describe('a value of its type', () => {
  it.each([
    ['anItem', 'good', GOOD],
    ['anItem', 'more', { ...GOOD, note: 'x' }],
    ['allAccess', 'good', { read: true, writeAll: false }],
    ['allAccess', 'none', { read: false, writeAll: false }],
    ['someShape', 'dot', { tag: 'dot' }],
    ['bytes', 'typed', new Uint8Array([1, 2])],
    ['bytes', 'array', new Uint8Array([1, 2])],
    ['letter', '\u{1f600}', '\u{1f600}'],
    ['keeps', 'good', 3],
    ['plain', '', 5],
  ])('%s %s comes through', async (name, what, value) => {
    expect({ ...{ it: (await work())[name](what) } }).toEqual({ it: value });
  });

  it('keeps its sign in a variant', async () => {
    expect((await work()).shapes({ tag: 'box', val: [-1, -2] })).toEqual({ tag: 'box', val: [-1, -2] });
  });
});

it("a resource's methods are checked like any function", async () => {
  const { Counter } = await work();
  const counter = new Counter(6);
  expect(counter.next()).toBe(6);
  expect(() => counter.next()).toThrow(
    expect.objectContaining({ payload: expect.stringContaining('work.Counter.next: expected s32') }),
  );
  expect(() => Counter.from(101).next()).toThrow(expect.objectContaining({ payload: 'too far' }));
  const message = expect.stringContaining('the guest trapped: "new Counter threw unlucky"');
  expect(() => new Counter(13)).toThrow(expect.objectContaining({ code: 'trap', message }));
});
