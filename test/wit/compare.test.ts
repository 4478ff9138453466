import { describe, expect, it } from 'vitest';
import { compareWorlds, equalTypes, type TypeDefinition, type ValueType, type World } from '../../src/wit/index.js';
import * as m from './build.js';

/** A world whose interface `test:app/x` has what `fill` says, on one side. */
function worldOf(side: 'imports' | 'exports', fill: (x: m.Draft) => void, id = 'test:app/x'): World {
  const x = m.iface(id);
  fill(x);
  return { ...m.world(), [side]: [m.asInterface(x)] };
}

const messages = (expected: World, actual: World, offered?: (name: string) => boolean) =>
  compareWorlds(expected, actual, offered && { offered }).map(({ message }) => message);

const empty = m.world();
const resource = (name: string): TypeDefinition => ({ name, type: { kind: 'resource' } });

describe('the exports that the app expects', () => {
  const expected = worldOf('exports', (x) => {
    const r = m.define(x, 'r', { kind: 'resource' });
    m.add(x, 'f', m.func({ a: m.u8 }, m.string));
    m.add(x, '[constructor]r', m.func({}, m.own(r)));
    m.add(x, '[method]r.get', m.func({ self: m.borrow(r) }));
  });

  it('are met by a world that has them and more', () => {
    const actual = worldOf('exports', (x) => {
      const r = m.define(x, 'r', { kind: 'resource' });
      m.define(x, 'other', m.record({ a: m.u8 }));
      m.add(x, 'more');
      m.add(x, 'f', m.func({ a: m.u8 }, m.string));
      m.add(x, '[constructor]r', m.func({}, m.own(r)));
      m.add(x, '[method]r.get', m.func({ self: m.borrow(r) }));
    });
    expect(messages(expected, actual)).toEqual([]);
  });

  it('are each reported, with what is wrong', () => {
    const actual = worldOf('exports', (x) => m.add(x, 'f', m.func({ a: m.u32 }, m.string)));
    expect(compareWorlds(expected, actual)).toEqual([
      {
        path: 'export test:app/x.r',
        kind: 'missing',
        message: 'export test:app/x.r is missing, expected resource',
      },
      {
        path: 'export test:app/x.f',
        kind: 'mismatch',
        message: 'export test:app/x.f: parameter "a" is u32, expected u8',
      },
      {
        path: 'export test:app/x.r constructor',
        kind: 'missing',
        message: 'export test:app/x.r constructor is missing, expected r: constructor()',
      },
      {
        path: 'export test:app/x.r.get',
        kind: 'missing',
        message: 'export test:app/x.r.get is missing, expected r.get: func()',
      },
    ]);
  });

  it('are found under a compatible version, and not under another', () => {
    const at = (version: string) => worldOf('exports', (x) => m.add(x, 'f'), `test:app/x@${version}`);
    expect(messages(at('1.2.0'), at('1.9.1'))).toEqual([]);
    expect(messages(at('0.2.0'), at('0.2.6'))).toEqual([]);
    expect(messages(at('0.2.0'), at('0.3.0'))).toEqual(['export test:app/x@0.2.0 is missing']);
    expect(messages(at('1.0.0'), at('2.0.0'))).toEqual(['export test:app/x@1.0.0 is missing']);
  });

  it('may be functions, interfaces and types of the world itself', () => {
    const inline = (type: ValueType) => {
      const one = m.iface();
      m.add(one, 'f', m.func({ a: type }));
      return m.asInterface(one, 'inline');
    };
    const w = m.world();
    w.exports.push(m.asFunction('f', m.func({}, m.u8)), m.asFunction('g', m.func({ a: m.u8 })), inline(m.u8));
    const other = m.world();
    other.exports.push(m.asFunction('f', m.func({}, m.u32)), inline(m.string), m.asInterface(m.iface(), 'h'));
    expect(messages(w, other)).toEqual([
      'export f: result is u32, expected u8',
      'export g is missing, expected g: func(a: u8)',
      'export inline.f: parameter "a" is string, expected u8',
    ]);
    const wrongKind = m.world();
    wrongKind.exports.push(
      m.asInterface(m.iface(), 'f'),
      m.asFunction('g', m.func({ a: m.u8 })),
      m.asFunction('inline'),
    );
    expect(messages(w, wrongKind)).toEqual([
      'export f is an interface, expected a function',
      'export inline is a function, expected an interface',
    ]);
  });
});

describe('the imports of a plugin', () => {
  const offer = worldOf('imports', (x) => {
    const r = m.define(x, 'r', { kind: 'resource' });
    m.add(x, 'f', m.func({ a: m.u8 }));
    m.add(x, 'g', m.func({ r: m.own(r) }));
  });

  it('may be a part of what is offered', () => {
    expect(
      messages(
        offer,
        worldOf('imports', (x) => m.add(x, 'f', m.func({ a: m.u8 }))),
      ),
    ).toEqual([]);
    expect(messages(offer, empty)).toEqual([]);
  });

  it('are each reported where they are not offered', () => {
    const actual = m.world();
    const x = m.iface('test:app/x');
    m.add(x, 'f', m.func({ a: m.string }));
    m.add(x, 'h', m.func({ a: m.string }));
    m.define(x, 's', { kind: 'resource' });
    const wasi = m.iface('wasi:random/random@0.2.0');
    m.add(wasi, 'get');
    actual.imports.push(m.asInterface(x), m.asInterface(wasi), m.asFunction('log', m.func({ a: m.u8 })));
    actual.imports.push(m.asType(actual, 'size', m.u8), m.asType(actual, 'res', { kind: 'resource' }));
    actual.imports.push({ kind: 'other', name: 'code', what: 'core module' });
    expect(compareWorlds(offer, actual).map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
      'not-offered: import test:app/x.s is not offered (resource)',
      'mismatch: import test:app/x.f: parameter "a" is string, expected u8',
      'not-offered: import test:app/x.h is not offered (h: func(a: string))',
      'not-offered: import wasi:random/random@0.2.0 is not offered',
      'not-offered: import log is not offered (log: func(a: u8))',
      'not-offered: import res is not offered',
      'not-offered: import code is not offered',
    ]);
    expect(messages(offer, actual, (name) => name.startsWith('wasi:')).join()).not.toContain('wasi');
  });

  it('say which version is offered instead', () => {
    const at = (version: string) => worldOf('imports', (x) => m.add(x, 'f'), `test:app/x@${version}`);
    expect(messages(at('1.0.0'), at('2.0.0'))).toEqual(['import test:app/x@2.0.0 is not offered; test:app/x@1.0.0 is']);
  });

  it('need not be offered if they are of value types alone', () => {
    const types = worldOf('imports', (x) => m.define(x, 't', m.record({ a: m.u8 })));
    expect(messages(empty, types)).toEqual([]);
  });
});

describe('two types', () => {
  const row = (text: string, expected: ValueType, actual: ValueType) => [text, expected, actual] as const;
  const alias = (name: string, type: ValueType) => m.ref({ name, type });
  const message = (title: ValueType) => alias('message', m.record({ title, body: m.string }));
  const fields = (...names: string[]) => m.record(Object.fromEntries(names.map((name) => [name, m.u8])));
  const file = resource('file');
  const renamed: TypeDefinition = { name: 'f', type: { kind: 'reference', definition: file } };

  it.each([
    row('an alias and what it stands for', alias('a', alias('b', m.list(m.u8))), m.list(m.u8)),
    row('two names of one structure', alias('a', m.record({ x: m.u8 })), alias('b', m.record({ x: m.u8 }))),
    row('a resource and one used under another name', m.own(file), m.own(renamed)),
    row('handles to resources of one name', m.borrow(file), m.borrow(resource('file'))),
  ])('are equal: %s', (_, a, b) => {
    expect(equalTypes(a, b)).toBe(true);
    expect(equalTypes(b, a)).toBe(true);
  });

  it.each([
    row('parameter "p" is u32, expected string', m.string, m.u32),
    row('parameter "p" is list<u8>, expected string', m.string, m.list(m.u8)),
    row('parameter "p": element is u32, expected u8', m.list(m.u8), m.list(m.u32)),
    row('parameter "p" is list<u8, 4>, expected list<u8>', m.list(m.u8), m.list(m.u8, 4)),
    row('parameter "p" is list<u8, 3>, expected list<u8, 4>', m.list(m.u8, 4), m.list(m.u8, 3)),
    row('parameter "p": field "title" is u32, expected string', message(m.string), message(m.u32)),
    row('parameter "p" is record message, expected string', m.string, message(m.u32)),
    row('parameter "p" is list<u8>, expected string', m.string, alias('bytes', m.list(m.u8))),
    row(
      'parameter "p": element: field "title" is u32, expected string',
      m.list(message(m.string)),
      m.list(message(m.u32)),
    ),
    row('parameter "p" lacks the field "b"', fields('a', 'b'), fields('a')),
    row('parameter "p" has a field "b" that is not expected', fields('a'), fields('a', 'b')),
    row('parameter "p" has its fields in the order "b", "a", expected "a", "b"', fields('a', 'b'), fields('b', 'a')),
    row('parameter "p" lacks the case "b"', m.enumeration('a', 'b'), m.enumeration('a')),
    row('parameter "p" has a flag "b" that is not expected', m.flags('a'), m.flags('a', 'b')),
    row('parameter "p": case "a" has no type, expected u8', m.variant({ a: m.u8 }), m.variant({ a: undefined })),
    row('parameter "p": case "a" is u8, expected no type', m.variant({ a: undefined }), m.variant({ a: m.u8 })),
    row('parameter "p": case "a" is u8, expected u32', m.variant({ a: m.u32 }), m.variant({ a: m.u8 })),
    row('parameter "p" is enum { a }, expected variant { a }', m.variant({ a: undefined }), m.enumeration('a')),
    row('parameter "p": item 1 is u8, expected u32', m.tuple(m.u8, m.u32), m.tuple(m.u8, m.u8)),
    row('parameter "p" has 1 items, expected 2', m.tuple(m.u8, m.u32), m.tuple(m.u8)),
    row('parameter "p": some is u8, expected u32', m.option(m.u32), m.option(m.u8)),
    row('parameter "p": ok has no type, expected u8', m.result(m.u8), m.result()),
    row('parameter "p": error is u8, expected u32', m.result(m.u8, m.u32), m.result(m.u8, m.u8)),
    row('parameter "p": key is u8, expected u32', m.map(m.u32, m.u8), m.map(m.u8, m.u8)),
    row('parameter "p": value is u8, expected u32', m.map(m.u8, m.u32), m.map(m.u8, m.u8)),
    row('parameter "p": element is u8, expected no type', m.stream(), m.stream(m.u8)),
    row('parameter "p" is stream<u8>, expected future<u8>', m.future(m.u8), m.stream(m.u8)),
    row('parameter "p" is borrow<file>, expected file', m.own(file), m.borrow(file)),
    row('parameter "p" is a handle of the resource door, expected file', m.own(file), m.own(resource('door'))),
  ])('are not: %s', (text, expected, actual) => {
    expect(equalTypes(expected, actual)).toBe(false);
    expect(equalTypes(actual, expected)).toBe(false);
    const taking = (p: ValueType) => ({ ...m.world(), exports: [m.asFunction('f', m.func({ p }))] });
    expect(messages(taking(expected), taking(actual))).toEqual([`export f: ${text}`]);
  });

  it('are reported with every difference in them', () => {
    const taking = (p: ValueType) => ({ ...m.world(), exports: [m.asFunction('f', m.func({ p }))] });
    const expected = taking(m.record({ a: m.u8, b: m.tuple(m.u8, m.u8), c: m.u8 }));
    const actual = taking(m.record({ a: m.u32, b: m.tuple(m.bool, m.char), d: m.u8 }));
    expect(messages(expected, actual)).toEqual([
      'export f: parameter "p": field "a" is u32, expected u8',
      'export f: parameter "p": field "b": item 0 is bool, expected u8',
      'export f: parameter "p": field "b": item 1 is char, expected u8',
      'export f: parameter "p" lacks the field "c"',
      'export f: parameter "p" has a field "d" that is not expected',
    ]);
  });
});

describe('two functions differ', () => {
  it.each([
    ['parameter 1 is called "b", expected "a"', m.func({ a: m.u8 }), m.func({ b: m.u8 })],
    ['lacks the parameter "b": u8', m.func({ a: m.u8, b: m.u8 }), m.func({ a: m.u8 })],
    ['has a parameter "b" that is not expected', m.func({ a: m.u8 }), m.func({ a: m.u8, b: m.u8 })],
    ['returns nothing, expected u8', m.func({}, m.u8), m.func()],
    ['returns u8, expected nothing', m.func(), m.func({}, m.u8)],
    ['is an async func, expected a func', m.func(), m.func({}, undefined, true)],
    ['is a func, expected an async func', m.func({}, undefined, true), m.func()],
  ])('%s', (text, expected, actual) => {
    const of = (type: typeof expected) => ({ ...m.world(), exports: [m.asFunction('f', type)] });
    const joint = text.startsWith('parameter') ? ': ' : ' ';
    expect(messages(of(expected), of(actual))).toEqual([`export f${joint}${text}`]);
    expect(messages(of(expected), of(expected))).toEqual([]);
  });
});

describe('a resource', () => {
  /** A world that exports `b`, whose function takes a resource of `a`: the imported `a`, or the exported one. */
  function borrowing(from: 'import' | 'export', id = 'test:app/a') {
    const w = m.world();
    const sides = { import: m.iface(id), export: m.iface(id) };
    const r = {
      import: m.define(sides.import, 'r', { kind: 'resource' }),
      export: m.define(sides.export, 'r', { kind: 'resource' }),
    };
    const b = m.iface('test:app/b');
    m.add(b, 'f', m.func({ r: m.own(m.define(b, 'r', { kind: 'reference', definition: r[from] })) }));
    w.imports.push(m.asInterface(sides.import));
    w.exports.push(m.asInterface(sides.export), m.asInterface(b));
    return w;
  }

  it('is the same in both worlds by its interface and name', () => {
    expect(messages(borrowing('import'), borrowing('import'))).toEqual([]);
    expect(messages(borrowing('import', 'test:app/a@1.0.0'), borrowing('import', 'test:app/a@1.3.0'))).toEqual([]);
  });

  it('is another if it is exported instead of imported', () => {
    expect(messages(borrowing('import'), borrowing('export'))).toEqual([
      'export test:app/b.f: parameter "r" is a handle of the resource "export test:app/a.r", expected "import test:app/a.r"',
    ]);
  });
});

describe('whatever the types are like', () => {
  it('comparing shared ones takes as long as there are pairs, not as the types written out', () => {
    const grow = (leaf: ValueType) => {
      let type = leaf;
      for (let i = 0; i < 150; i++) type = m.tuple(type, type, type);
      return type;
    };
    expect(equalTypes(grow(m.u8), grow(m.u8))).toBe(true);
    expect(equalTypes(grow(m.u8), grow(m.u32))).toBe(false);
  });

  it('no depth exhausts the stack: very deep ones differ', () => {
    const grow = () => {
      let type: ValueType = m.u8;
      for (let i = 0; i < 100_000; i++) type = m.option(type);
      return type;
    };
    expect(equalTypes(grow(), grow())).toBe(false);
  });

  it('the differences of one pair are few, and each of bounded length', () => {
    const wide = (type: ValueType) =>
      m.record(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`f${i}`, type])));
    const names = 'a'.repeat(10_000);
    const of = (...types: ValueType[]) => ({
      ...m.world(),
      exports: types.map((type, i) => m.asFunction(`f${i}`, m.func({ p: m.record({ [names]: type }) }))),
    });
    const found = compareWorlds(of(wide(m.u8), wide(m.u8)), of(wide(m.u32), wide(m.u32)));
    expect(found).toHaveLength(16);
    for (const { message } of found) expect(message.length).toBeLessThan(1000);
  });

  it('there are at most 1 000 differences, and one that counts the rest', () => {
    const grow = (leaf: ValueType) =>
      worldOf('exports', (x) => {
        let t = leaf;
        for (let i = 0; i < 5000; i++) {
          t = m.ref(m.define(x, `t${i}`, m.record({ a: t, b: t })));
          m.add(x, `f${i}`, m.func({ t }));
        }
      });
    const found = messages(grow(m.u8), grow(m.u32));
    expect(found).toHaveLength(1001);
    // Two for the first function, four for the second, eight for each that follows.
    expect(found[1000]).toBe(`and ${2 + 4 + 8 * 4998 - 1000} more`);
    expect(Math.max(...found.map((message) => message.length))).toBeLessThan(300);
  });

  it('a message shows no control character of a name', () => {
    const name = 'x\u001b[2J\n\u202e';
    const of = (type: ValueType) => ({ ...m.world(), exports: [m.asFunction(name, m.func({ [name]: type }))] });
    for (const actual of [of(m.u8), m.world()]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(messages(of(m.string), actual).join()).not.toMatch(/[\u0000-\u001f\u202e]/);
    }
  });
});
