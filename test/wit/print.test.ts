import { describe, expect, it } from 'vitest';
import {
  printFunction,
  printType,
  printWorld,
  type TypeDefinition,
  type ValueType,
  type World,
} from '../../src/wit/index.js';
import * as m from './build.js';

/** The lines of the interface `x` in a world that imports it, without its braces and indentation. */
function interfaceLines(fill: (x: m.Draft) => void): string[] {
  const x = m.iface('test:app/x');
  fill(x);
  return within(printWorld({ ...m.world(), imports: [m.asInterface(x)] }), 'interface x');
}

function worldLines(fill: (w: m.WorldDraft) => void): string[] {
  const w = m.world();
  fill(w);
  return within(printWorld(w), 'world w');
}

function within(text: string, head: string): string[] {
  const lines = text.split('\n');
  const start = lines.indexOf(`${head} {`);
  return lines.slice(start + 1, lines.indexOf('}', start)).map((line) => line.slice(2));
}

const unowned = (name: string, type: TypeDefinition['type']): TypeDefinition => ({ name, type });

describe('a type is printed as WIT spells it', () => {
  const point = unowned('point', m.record({ x: m.f64 }));
  const file = unowned('file', { kind: 'resource' });
  const rows: [string, ValueType][] = [
    ...(['bool', 'u8', 'u16', 'u32', 'u64', 's8', 's16', 's32', 's64', 'f32', 'f64', 'char', 'string'] as const).map(
      (kind): [string, ValueType] => [kind, m.prim(kind)],
    ),
    ['error-context', m.prim('error-context')],
    ['list<u8>', m.list(m.u8)],
    ['list<u8, 4>', m.list(m.u8, 4)],
    ['map<string, list<u32>>', m.map(m.string, m.list(m.u32))],
    ['tuple<u8, string>', m.tuple(m.u8, m.string)],
    ['option<option<bool>>', m.option(m.option(m.bool))],
    ['result', m.result()],
    ['result<u8>', m.result(m.u8)],
    ['result<_, string>', m.result(undefined, m.string)],
    ['result<u8, string>', m.result(m.u8, m.string)],
    ['stream', m.stream()],
    ['stream<u8>', m.stream(m.u8)],
    ['future', m.future()],
    ['future<result>', m.future(m.result())],
    ['point', m.ref(point)],
    ['file', m.own(file)],
    ['borrow<file>', m.borrow(file)],
    ['%list', m.ref(unowned('list', m.list(m.u8)))],
    ['record { x: f64, %type: u8 }', m.record({ x: m.f64, type: m.u8 })],
    ['variant { a, b(u8) }', m.variant({ a: undefined, b: m.u8 })],
    ['enum { a, %use }', m.enumeration('a', 'use')],
    ['flags { a, b }', m.flags('a', 'b')],
  ];
  it.each(rows)('%s', (text, type) => expect(printType(type)).toBe(text));
});

describe('a function is printed on one line', () => {
  const counter = unowned('counter', { kind: 'resource' });
  const self = { self: m.borrow(counter) };
  it.each([
    ['f: func()', 'f', m.func()],
    ['%import: func(%from: u8) -> string', 'import', m.func({ from: m.u8 }, m.string)],
    ['f: async func(a: u8)', 'f', m.func({ a: m.u8 }, undefined, true)],
    ['counter.add: func(n: u32) -> u32', '[method]counter.add', m.func({ ...self, n: m.u32 }, m.u32)],
    ['counter.add: async func()', '[method]counter.add', m.func(self, undefined, true)],
    ['counter.make: static func() -> counter', '[static]counter.make', m.func({}, m.own(counter))],
    ['counter: constructor(n: u32)', '[constructor]counter', m.func({ n: m.u32 }, m.own(counter))],
    [
      'counter: constructor() -> result<counter, string>',
      '[constructor]counter',
      m.func({}, m.result(m.own(counter), m.string)),
    ],
  ])('%s', (text, name, type) => expect(printFunction({ name, type })).toBe(text));
});

describe('a line for a message', () => {
  it('shows no control character of a name, and does not throw', () => {
    const name = 'a\n\u202eb\u001b[2J';
    const text = printFunction({ name, type: m.func({ [name]: m.ref(unowned(name, m.record({ [name]: m.u8 }))) }) });
    expect(text).toBe(
      Array(1).fill(
        '"a\\u{a}\\u{202e}b\\u{1b}[2J": func("a\\u{a}\\u{202e}b\\u{1b}[2J": "a\\u{a}\\u{202e}b\\u{1b}[2J")',
      )[0],
    );
  });

  it('is cut, and made in bounded time, however large the type would be written out', () => {
    let type: ValueType = m.u8;
    for (let i = 0; i < 90; i++) type = m.tuple(type, type);
    expect(printType(type).length).toBeLessThan(300);
    for (let i = 0; i < 50_000; i++) type = m.option(type);
    expect(printType(type).length).toBeLessThan(300);
  });
});

describe('an interface', () => {
  it('declares its types and functions, documented, with a blank line between them', () => {
    const lines = interfaceLines((x) => {
      const point = m.define(
        x,
        'point',
        {
          kind: 'record',
          fields: [
            { name: 'x', type: m.f64, docs: 'To the right.' },
            { name: 'y', type: m.f64 },
          ],
        },
        'A point.',
      );
      m.define(x, 'shape', {
        kind: 'variant',
        cases: [
          { name: 'none', docs: 'Nothing.' },
          { name: 'dot', type: m.ref(point) },
        ],
      });
      m.define(x, 'color', { kind: 'enum', cases: [{ name: 'red' }, { name: 'green', docs: 'As grass.' }] });
      m.define(x, 'mode', { kind: 'flags', flags: [{ name: 'read', docs: 'May read.' }] });
      m.define(x, 'points', m.list(m.ref(point)));
      m.define(x, 'same', m.ref(point));
      m.add(x, 'draw', m.func({ all: m.ref(point) }, m.bool), 'Draws.\n\nTwice.');
    });
    expect(lines).toEqual([
      '/// A point.',
      'record point {',
      '  /// To the right.',
      '  x: f64,',
      '  y: f64,',
      '}',
      '',
      'variant shape {',
      '  /// Nothing.',
      '  none,',
      '  dot(point),',
      '}',
      '',
      'enum color {',
      '  red,',
      '  /// As grass.',
      '  green,',
      '}',
      '',
      'flags mode {',
      '  /// May read.',
      '  read,',
      '}',
      '',
      'type points = list<point>;',
      '',
      'type same = point;',
      '',
      '/// Draws.',
      '///',
      '/// Twice.',
      'draw: func(all: point) -> bool;',
    ]);
  });

  it('has the functions of a resource inside it, without self', () => {
    const lines = interfaceLines((x) => {
      const r = m.define(x, 'r', { kind: 'resource' }, 'A thing.');
      m.define(x, 'empty', { kind: 'resource' });
      m.define(x, 'handle', m.own(r));
      m.add(x, 'free', m.func({ r: m.borrow(r) }, m.own(r)));
      m.add(x, '[constructor]r', m.func({ n: m.u8 }, m.own(r)), 'Makes one.');
      m.add(x, '[method]r.get', m.func({ self: m.borrow(r) }, m.u8));
      m.add(x, '[static]r.make', m.func({}, m.own(r)));
    });
    expect(lines).toEqual([
      '/// A thing.',
      'resource r {',
      '  /// Makes one.',
      '  constructor(n: u8);',
      '  get: func() -> u8;',
      '  make: static func() -> r;',
      '}',
      '',
      'resource empty;',
      '',
      'type handle = own<r>;',
      '',
      'free: func(r: borrow<r>) -> r;',
    ]);
  });

  it('uses what another interface owns, renamed where it has another name here', () => {
    const types = m.iface('dep:other/types@1.2.0');
    const point = m.define(types, 'point', m.record({ x: m.u8 }));
    const file = m.define(types, 'file', { kind: 'resource' });
    const lines = interfaceLines((x) => {
      const here = m.define(x, 'p', m.ref(point));
      const handle = m.define(x, 'file', m.ref(file));
      m.add(x, 'f', m.func({ a: m.ref(here), b: m.borrow(handle) }));
    });
    expect(lines).toEqual(['use dep:other/types@1.2.0.{point as p, file};', '', 'f: func(a: p, b: borrow<file>);']);
  });

  it('uses what it names of another interface without a name of its own', () => {
    const types = m.iface('dep:other/types');
    const point = m.define(types, 'point', m.record({ x: m.u8 }));
    const lines = interfaceLines((x) => {
      m.define(x, 'point', m.u8);
      m.add(x, 'f', m.func({ a: m.list(m.ref(point)) }));
    });
    expect(lines).toEqual([
      'use dep:other/types.{point as point-n2};',
      '',
      'type point = u8;',
      '',
      'f: func(a: list<point-n2>);',
    ]);
  });
});

describe('a world', () => {
  it('has its own package first and every other as a block', () => {
    const deep = m.iface('dep:deep/base@0.1.0', 'Base.');
    const id = m.define(deep, 'id', m.u64);
    const dep = m.iface('dep:types/types');
    const used = m.define(dep, 'id', m.ref(id));
    m.add(dep, 'get', m.func({}, m.ref(used)));
    const x = m.iface('test:app/x@1.0.0', 'Ours.');
    const ours = m.define(x, 'id', m.ref(used));
    m.add(x, 'f', m.func({ id: m.ref(ours) }));
    const w = m.world('test:app@1.0.0', 'w', 'The world.');
    w.imports.push(m.asInterface(dep), m.asInterface(x, x.id, 'What we get.'));
    w.exports.push(m.asInterface(x), m.asFunction('run'));
    expect(printWorld(w)).toBe(`package test:app@1.0.0;

/// Ours.
interface x {
  use dep:types/types.{id};

  f: func(id: id);
}

/// The world.
world w {
  import dep:types/types;
  /// What we get.
  import x;

  export x;
  export run: func();
}

package dep:types {
  interface types {
    use dep:deep/base@0.1.0.{id};

    get: func() -> id;
  }
}

package dep:deep@0.1.0 {
  /// Base.
  interface base {
    type id = u64;
  }
}
`);
  });

  it('has inline interfaces, types, uses and functions', () => {
    const types = m.iface('dep:a/types');
    const point = m.define(types, 'point', m.record({ x: m.u8 }));
    const inline = m.iface();
    const here = m.define(inline, 'point', m.ref(point));
    m.add(inline, 'f', m.func({ p: m.ref(here) }), 'F.');
    const lines = worldLines((w) => {
      const used = m.asType(w, 'p', m.ref(point));
      const res = m.asType(w, 'res', { kind: 'resource' });
      w.imports.push(m.asInterface(types), m.asInterface(inline, 'import', 'Inline.'), used, res);
      w.imports.push(m.asFunction('[constructor]res', m.func({}, m.own(res.definition))));
      w.imports.push(m.asFunction('log', m.func({ p: m.ref(used.definition) }), 'Logs.'));
      w.exports.push(m.asInterface(m.iface(), 'out'), m.asFunction('run', m.func({ r: m.own(res.definition) })));
      w.exports.push(m.asType(w, 'size', m.u32));
    });
    expect(lines).toEqual([
      'import dep:a/types;',
      '/// Inline.',
      'import %import: interface {',
      '  use dep:a/types.{point};',
      '',
      '  /// F.',
      '  f: func(p: point);',
      '}',
      'use dep:a/types.{point as p};',
      '',
      'resource res {',
      '  constructor();',
      '}',
      '',
      'type size = u32;',
      '',
      '/// Logs.',
      'import log: func(p: p);',
      '',
      'export out: interface {',
      '}',
      'export run: func(r: res);',
    ]);
  });

  it('prints an interface under a plain name by its path', () => {
    const store = m.iface('dep:kv/store@1.0.0');
    expect(worldLines((w) => w.imports.push(m.asInterface(store, 'primary')))).toEqual([
      'import primary: dep:kv/store@1.0.0;',
    ]);
  });

  it('prints an interface that is imported and exported once, with what either side has', () => {
    const [a, b] = ['a', 'b'].map((name) => {
      const one = m.iface('test:app/x');
      const r = m.define(one, 'r', { kind: 'resource' });
      m.add(one, `[method]r.${name}`, m.func({ self: m.borrow(r) }));
      m.add(one, 'both', m.func({ r: m.own(r) }));
      m.add(one, 'disputed', m.func({ [name]: m.u8 }));
      return one;
    }) as [m.Draft, m.Draft];
    const w = { ...m.world(), imports: [m.asInterface(a)], exports: [m.asInterface(b)] };
    expect(within(printWorld(w), 'interface x')).toEqual([
      'resource r {',
      '  a: func();',
      '  b: func();',
      '}',
      '',
      'both: func(r: r);',
      '',
      'disputed: func(a: u8);',
      '',
      '// exported otherwise: disputed: func(b: u8)',
    ]);
  });

  it('notes what WIT cannot say at the end, where no parser takes a comment for documentation', () => {
    const inline = m.iface();
    const point = m.define(inline, 'point', m.record({ x: m.u8 }));
    const lines = worldLines((w) => {
      w.imports.push({ kind: 'other', name: 'a:b/c\n}', what: 'core module' }, m.asInterface(inline, 'url=<x>'));
      w.imports.push(m.asInterface(inline, 'inline'), m.asFunction('f', m.func({ p: m.ref(point) })));
      w.exports.push(m.asType(w, 'r', { kind: 'resource' }), m.asFunction('run'));
    });
    expect(lines).toEqual([
      'import inline: interface {',
      '  record point {',
      '    x: u8,',
      '  }',
      '}',
      '',
      'export run: func();',
      '',
      '// export type r',
      '// import core module "a:b/c\\u{a}}"',
      '// import interface "url=<x>"',
      '// import f: func(p: point)',
    ]);
  });
});

describe('text from outside', () => {
  it('stays inside the comment it belongs to', () => {
    const lines = interfaceLines((x) => {
      m.add(x, 'f', m.func(), 'a\nb\r\nc\rd\u2028e\u0085f\n\n/// g */ }\u001b[2J\u202e\u0149\tx');
    });
    expect(lines).toEqual([
      ...['/// a', '/// b', '/// c', '/// d', '/// e', '/// f', '///', '/// /// g */ }\ufffd[2J\ufffd\ufffd\tx'],
      'f: func();',
    ]);
  });

  const bad = ['', 'a b', 'a\nb', 'A-a-Bc', '1a', 'a--b', '-a', 'a-', '%a', 'ä', 'a{', 'a;b', 'a_b', '[method]a'];
  it.each(bad)('is refused as a name unless it is kebab-case: %j', (name) => {
    const refused = expect.objectContaining({ code: 'invalid' });
    for (const fill of [
      (x: m.Draft) => m.define(x, name, m.u8),
      (x: m.Draft) => m.define(x, 'r', m.record({ [name]: m.u8 })),
      (x: m.Draft) => m.define(x, 'r', m.variant({ [name]: m.u8 })),
      (x: m.Draft) => m.define(x, 'r', m.flags(name)),
      (x: m.Draft) => m.define(x, 'r', m.enumeration(name)),
      (x: m.Draft) => m.add(x, 'f', m.func({ [name]: m.u8 })),
    ]) {
      expect(() => interfaceLines(fill)).toThrow(refused);
    }
    expect(() => printWorld(m.world(`test:${name}`))).toThrow(refused);
    expect(() => printWorld(m.world('test:app', name))).toThrow(refused);
    expect(() => worldLines((w) => w.imports.push(m.asInterface(m.iface(`a:b/${name}`))))).toThrow(refused);
    expect(() => worldLines((w) => w.imports.push(m.asInterface(m.iface(`a:b/c@1.0.0;${name}`))))).toThrow(refused);
  });

  it('cannot make the text grow without bound', () => {
    const endless = interfaceOf((x) => {
      let type: ValueType = m.u8;
      for (let i = 0; i < 60; i++) type = m.tuple(type, type);
      m.add(x, 'f', m.func({ a: type }));
    });
    expect(() => printWorld(endless)).toThrow(expect.objectContaining({ code: 'exhausted' }));
  });

  it('is refused where a type has no name that WIT needs', () => {
    const nameless = interfaceOf((x) => m.define(x, 't', m.list(m.record({ a: m.u8 }))));
    expect(() => printWorld(nameless)).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  function interfaceOf(fill: (x: m.Draft) => void): World {
    const x = m.iface('test:app/x');
    fill(x);
    return { ...m.world(), imports: [m.asInterface(x)] };
  }
});
