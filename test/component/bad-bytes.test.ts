/** Whatever the bytes are: they load, or they fail with an error of hatchway; and the host goes on. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { guestPath } from '../../guests/build.js';
import { HatchwayError } from '../../src/errors/index.js';
import {
  component,
  EXPORT_SECTION,
  IMPORT_SECTION,
  importFunc,
  leb,
  name,
  PREAMBLE,
  STRING,
  section,
  sleb,
  TYPE_SECTION,
  types,
  U8,
  vector,
} from './bytes.js';
import { assemble, dummies, load, rejectionOf } from './support.js';

const REFUSALS = ['malformed', 'invalid', 'core-module', 'unsupported'];

const SMALL = ['parity/faults', 'parity/generate', 'parity/names', 'parity/needs', 'cli/store', 'cli/collections'];
const sourceOf = (file: string) => readFile(new URL(`../../guests/wat/${file}.wat`, import.meta.url), 'utf8');

const GOOD =
  '(component (core module $m (func (export "f") (result i32) (i32.const 7))) (core instance $i (instantiate $m)) (func (export "seven") (result u32) (canon lift (core func $i "f"))))';

async function expectHostGoesOn() {
  const instance = await (await load(GOOD)).instantiate();
  expect(instance.sync.seven()).toBe(7);
}

/** Loads bytes and, where that works, makes an instance. Gives the code of the refusal, or undefined. */
async function outcome(bytes: Uint8Array): Promise<string | undefined> {
  try {
    const plugin = await load(bytes);
    void plugin.world.exports.length;
    const instance = await plugin.instantiate({ imports: dummies(plugin.world) });
    void instance.sync;
    void instance.exports;
  } catch (error) {
    if (!(error instanceof HatchwayError)) throw error;
    return error.code;
  }
  return undefined;
}

describe('a component cut short', () => {
  it.each(SMALL)('at any byte, %s is refused or whole on its own', async (file) => {
    const bytes = await assemble(await sourceOf(file));
    let whole = 0;
    for (let length = 0; length < bytes.length; length++) {
      const code = await outcome(bytes.slice(0, length)).catch((error) => {
        throw new Error(`${length} bytes: ${error}`, { cause: error });
      });
      if (code === undefined || code === 'missing-import') whole++;
      else expect({ length, known: REFUSALS.includes(code) || code === 'trap' }).toEqual({ length, known: true });
    }
    // Whole sections are components of their own: as many as there are sections, not as many as there are bytes.
    expect(whole).toBeLessThan(bytes.length / 3);
    expect(whole).toBeGreaterThan(0);
    await expectHostGoesOn();
  });

  it('a real guest is refused wherever it is cut', async () => {
    const bytes = await readFile(guestPath('assemblyscript', 'redact'));
    for (let length = 0; length < bytes.length - 1; length += 1 + (length % 41)) {
      const code = await outcome(bytes.subarray(0, length));
      expect([...REFUSALS, 'missing-import', undefined]).toContain(code);
    }
    await expectHostGoesOn();
  });
});

describe('a component with one byte changed', () => {
  it.each(SMALL)('loads and links, or fails with an error of hatchway: %s', async (file) => {
    const bytes = await assemble(await sourceOf(file));
    const codes = new Map<string | undefined, number>();
    // Every byte, three changes each: the bits at both ends, and all of them.
    for (let at = 0; at < bytes.length; at++) {
      for (const change of [0x01, 0x80, 0xff]) {
        const mutant = bytes.slice();
        mutant[at]! ^= change;
        const code = await outcome(mutant).catch((error) => {
          throw new Error(`byte ${at} ^ ${change}: ${error}`, { cause: error });
        });
        codes.set(code, (codes.get(code) ?? 0) + 1);
      }
    }
    expect(codes.get('malformed')).toBeGreaterThan(0);
    expect(codes.get('invalid')).toBeGreaterThan(0);
    await expectHostGoesOn();
  });
});

describe('bytes that nobody would write', () => {
  const nested = (depth: number): number[] => {
    let inner = [...PREAMBLE];
    for (let i = 0; i < depth; i++) inner = [...PREAMBLE, ...section(4, inner)];
    return inner;
  };
  const nestedTypes = (depth: number, code: 0x41 | 0x42): number[] => {
    let inner = [code, 0x00];
    for (let i = 0; i < depth; i++) inner = [code, 0x01, 0x01, ...inner];
    return inner;
  };
  const chain = (count: number, make: (before: number) => number[], first = [0x70, U8]) => {
    const all = [first];
    for (let i = 1; i < count; i++) all.push(make(i - 1));
    return types(...all);
  };
  const list = (of: number) => [0x70, ...sleb(of)];

  const rows: [what: string, bytes: Uint8Array, code: string, message: RegExp][] = [
    ['nothing', new Uint8Array(), 'malformed', /unexpected end of the bytes \(at byte 0x0, preamble section\)/],
    ['text', new TextEncoder().encode('(component)'), 'malformed', /not WebAssembly: the magic number is missing/],
    [
      'an unknown version',
      Uint8Array.from([...PREAMBLE.slice(0, 4), 0x0c, 0, 1, 0]),
      'unsupported',
      /version 0xc is not/,
    ],
    ['an unknown layer', Uint8Array.from([...PREAMBLE.slice(0, 4), 0x0d, 0, 2, 0]), 'malformed', /unknown layer 2/],
    [
      'a core module of a later version',
      Uint8Array.from([...PREAMBLE.slice(0, 4), 2, 0, 0, 0]),
      'malformed',
      /unknown layer 0/,
    ],
    ['an unknown section', component([0x0d, 0x00]), 'malformed', /unknown section 13 \(at byte 0x8/],
    [
      'a section past the end',
      component([TYPE_SECTION, ...leb(2 ** 31)]),
      'malformed',
      /reaches past the end of the bytes/,
    ],
    [
      'a section longer than its contents',
      component(section(TYPE_SECTION, [0x00, 0x00])),
      'malformed',
      /longer than its contents/,
    ],
    [
      'a section shorter than its contents',
      component(section(TYPE_SECTION, [0x01])),
      'malformed',
      /do not fit|unexpected end/,
    ],
    [
      'an integer that does not end',
      component([TYPE_SECTION, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00]),
      'malformed',
      /integer/,
    ],
    [
      'an integer of 33 bits',
      component([TYPE_SECTION, 0xff, 0xff, 0xff, 0xff, 0x1f]),
      'malformed',
      /integer too large/,
    ],
    ...[1, 2, 3, 4, 5, 6, 7, 8, 10, 11]
      .map((id): [string, Uint8Array, string, RegExp] => [
        `2³²-1 entries in section ${id}`,
        component(section(id, leb(2 ** 32 - 1))),
        'malformed',
        /do not fit into|magic number|unexpected end|expected|not valid/,
      ])
      .filter(([what]) => what !== '2³²-1 entries in section 1'),
    [
      '2³²-1 fields',
      component(types([0x72, ...leb(2 ** 32 - 1)])),
      'malformed',
      /4294967295 fields do not fit into the 0 bytes/,
    ],
    [
      '2³²-1 parameters',
      component(types([0x40, ...leb(2 ** 32 - 1)])),
      'malformed',
      /4294967295 parameters do not fit/,
    ],
    [
      'a name of 2³²-1 bytes',
      component(section(IMPORT_SECTION, [0x01, 0x00, ...leb(2 ** 32 - 1)])),
      'malformed',
      /a name of 4294967295 bytes/,
    ],
    [
      'a name over the limit',
      component(types([0x6e, 0x01, ...name('a'.repeat(100_001))])),
      'malformed',
      /over the limit of 100000/,
    ],
    ['a name that is not UTF-8', component(types([0x6e, 0x01, 0x02, 0xc3, 0x28])), 'malformed', /a name is not UTF-8/],
    [
      'a name with a surrogate',
      component(types([0x6e, 0x01, 0x03, 0xed, 0xa0, 0x80])),
      'malformed',
      /a name is not UTF-8/,
    ],
    ['components in components', Uint8Array.from(nested(101)), 'malformed', /components nest deeper than 100/],
    [
      'component types in component types',
      component(types(nestedTypes(101, 0x41))),
      'malformed',
      /types nest deeper than 100/,
    ],
    [
      'instance types in instance types',
      component(types(nestedTypes(101, 0x42))),
      'malformed',
      /types nest deeper than 100/,
    ],
    ['lists of lists', component(chain(101, list)), 'invalid', /a type nests deeper than 100/],
    ['100 000 lists of lists', component(chain(100_000, list)), 'invalid', /a type nests deeper than 100/],
    ['options of options', component(chain(300, (of) => [0x6b, ...sleb(of)])), 'invalid', /nests deeper than 100/],
    [
      'tuples that double 60 times',
      component(chain(60, (of) => [0x6f, 0x02, ...sleb(of), ...sleb(of)])),
      'invalid',
      /a type has more than 1000000 parts/,
    ],
    [
      'records that double 60 times',
      component(chain(60, (of) => [0x72, 0x02, ...name('a'), ...sleb(of), ...name('b'), ...sleb(of)])),
      'invalid',
      /more than 1000000 parts/,
    ],
    [
      'variants that double 60 times',
      component(
        chain(60, (of) => [0x71, 0x02, ...name('a'), 0x01, ...sleb(of), 0x00, ...name('b'), 0x01, ...sleb(of), 0x00]),
      ),
      'invalid',
      /more than 1000000 parts/,
    ],
    [
      'fixed-length lists of fixed-length lists',
      component(chain(20, (of) => [0x67, ...sleb(of), ...leb(65_536)])),
      'invalid',
      /takes 268435456 bytes or more/,
    ],
    [
      'a fixed-length list of 2³²-1',
      component(types([0x67, U8, ...leb(2 ** 32 - 1)])),
      'invalid',
      /takes 268435456 bytes or more/,
    ],
    ['a fixed-length list of none', component(types([0x67, U8, 0x00])), 'malformed', /at least one element/],
    ['an empty record', component(types([0x72, 0x00])), 'malformed', /a record needs at least one member/],
    [
      '33 flags',
      component(types([0x6e, 33, ...Array.from({ length: 33 }, (_, i) => name(`f${i}`)).flat()])),
      'malformed',
      /more than 32 flags/,
    ],
    ['a type that is not there', component(types(list(7))), 'invalid', /type 7 does not exist: there are 0/],
    ['a type that names itself', component(types(list(0))), 'invalid', /type 0 does not exist/],
    ['an unknown type', component(types([0x50])), 'malformed', /unknown type 0x50/],
    [
      'an export of nothing',
      component(section(EXPORT_SECTION, vector([[0x00, ...name('f'), 0x01, 0x05, 0x00]]))),
      'invalid',
      /function 5 does not exist/,
    ],
    [
      'a map with keys that are lists',
      component(types([0x70, U8], [0x63, ...sleb(0), U8])),
      'invalid',
      /a map cannot have keys of type list/,
    ],
    [
      'an outer alias past the outermost',
      component(section(6, [0x01, 0x03, 0x02, ...leb(2 ** 32 - 1), 0x00])),
      'invalid',
      /reaches 4294967295 scopes out/,
    ],
    [
      'a start function',
      component(section(9, [0x00, 0x00, 0x00])),
      'unsupported',
      /start functions and values are not supported/,
    ],
    [
      '1 001 core modules',
      component(...Array.from({ length: 1001 }, () => section(1, [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]))),
      'malformed',
      /more than 1000 core modules/,
    ],
    ['a core module that is none', component(section(1, [1, 2, 3])), 'invalid', /core module 0 is not valid: /],
    [
      'a core module that does not validate',
      component(section(1, [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 3, 2, 1, 0])),
      'invalid',
      /core module 0 is not valid/,
    ],
  ];

  it.each(rows)('%s', async (_what, bytes, code, message) => {
    const error = await rejectionOf(load(bytes));
    expect({ code: error.code, message: error.message }).toEqual({ code, message: expect.stringMatching(message) });
    expect(error.message).toMatch(/^plugin "guest": /);
    await expectHostGoesOn();
  });

  it('says at which byte and in which section', async () => {
    const error = (await rejectionOf(load(component(types([0x70, 0x40]))))) as HatchwayError;
    expect(error).toMatchObject({ code: 'malformed', offset: 12, section: 'type' });
    expect(error.message).toBe('plugin "guest": unknown value type (at byte 0xc, type section)');
  });

  it('types just within the bounds load', async () => {
    const tuples = chain(19, (of) => [0x6f, 0x02, ...sleb(of), ...sleb(of)]);
    await load(component(chain(99, list)));
    await load(component(tuples));
    await load(Uint8Array.from(nested(100)));
    await load(component(types(nestedTypes(99, 0x42))));
  });

  it('a large type used a thousand times ends soon', async () => {
    // Each instance type exports the large type and is imported again and again: each import makes definitions of its own.
    const tuples = Array.from({ length: 19 }, (_, i) => [0x6f, 0x02, ...sleb(i), ...sleb(i)]);
    const large = types([0x70, U8], ...tuples);
    const instance = types([
      0x42,
      0x02,
      0x02,
      0x03,
      0x02,
      0x01,
      ...leb(19),
      0x04,
      0x00,
      ...name('t'),
      0x03,
      0x00,
      0x00,
    ]);
    const imports = Array.from({ length: 1000 }, (_, i) => [0x00, ...name(`i${i}`), 0x05, ...leb(20)]);
    const code = await outcome(component(large, instance, section(IMPORT_SECTION, vector(imports))));
    expect([undefined, 'invalid', 'missing-import']).toContain(code);
  });
});

describe('names from outside', () => {
  const record = (...fields: string[]) => types([0x72, ...vector(fields.map((it) => [...name(it), U8]))]);
  const func = types([0x40, 0x00, 0x01, 0x00]);
  const rows: [what: string, bytes: Uint8Array, code: string, message: RegExp][] = [
    [
      'a field called __proto__',
      component(record('__proto__')),
      'invalid',
      /the field "__proto__" is not in kebab-case/,
    ],
    [
      'two fields that differ in case',
      component(record('some-name', 'some-NAME')),
      'invalid',
      /the field "some-NAME" is there twice/,
    ],
    ['a field in camelCase', component(record('someName')), 'invalid', /the field "someName" is not in kebab-case/],
    ['an empty field', component(record('')), 'invalid', /the field "" is not in kebab-case/],
    [
      'a field with an escape sequence',
      component(record('a\u001b[31mb')),
      'invalid',
      /the field "a\\u\{1b\}\[31mb" is not/,
    ],
    [
      'a field with a line break',
      component(record('a\n - all is well')),
      'invalid',
      /the field "a\\u\{a\} - all is well" is/,
    ],
    [
      'an import called __proto__',
      component(func, importFunc('__proto__', 0)),
      'invalid',
      /"__proto__" is not a valid import/,
    ],
    [
      'an import twice',
      component(func, importFunc('a-b', 0), importFunc('a-b', 0)),
      'invalid',
      /"a-b" is imported twice/,
    ],
    [
      'an import twice in another case',
      component(func, importFunc('a-b', 0), importFunc('a-B', 0)),
      'invalid',
      /"a-B" is too like "a-b"/,
    ],
    [
      'two flags that differ in case',
      component(types([0x6e, 0x02, ...name('a'), ...name('A')])),
      'invalid',
      /the flag "A" is there twice/,
    ],
    [
      'two parameters of one name',
      component(types([0x40, 0x02, ...name('a'), STRING, ...name('a'), STRING, 0x01, 0x00])),
      'invalid',
      /the parameter "a" is there twice/,
    ],
  ];
  it.each(rows)('%s is refused', async (_what, bytes, code, message) => {
    const error = await rejectionOf(load(bytes));
    expect({ code: error.code, message: error.message }).toEqual({ code, message: expect.stringMatching(message) });
  });

  it('control characters of an import name do not reach a message', async () => {
    const instance = types([0x42, 0x02, 0x01, 0x40, 0x00, 0x01, 0x00, 0x04, 0x00, ...name('f'), 0x01, 0x00]);
    const named = section(IMPORT_SECTION, vector([[0x00, ...name('demo:\u001b[31m/x'), 0x05, 0x00]]));
    const plain = component(func, importFunc('\u001b[2J', 0));
    for (const bytes of [component(instance, named), plain]) {
      const error = await rejectionOf(load(bytes));
      expect(error.code).toBe('invalid');
      expect(error.message).toContain('\\u');
      expect(error.message).not.toContain('\u001b');
    }
  });
});

describe('names of a core module that the engine repeats', () => {
  const evil = name('ev\u001b[31mil\n  - all is well');
  const module = (...sections: number[][]) => [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()];
  const func = [...section(1, [1, 0x60, 0, 0]), ...section(3, [1, 0])];
  const body = (...code: number[]) => section(10, vector([[...leb(code.length + 2), 0, ...code, 0x0b]]));
  const functionNames = vector([[0, ...evil]]);
  it.each([
    [
      'exports',
      module(
        func,
        section(
          7,
          vector([
            [...evil, 0, 0],
            [...evil, 0, 0],
          ]),
        ),
        body(),
      ),
    ],
    [
      'functions',
      module(func, body(0x6a), section(0, [...name('name'), 1, ...leb(functionNames.length), ...functionNames])),
    ],
  ])('are escaped: %s', async (_what, bytes) => {
    const error = await rejectionOf(load(component(section(1, bytes))));
    expect(error.code).toBe('invalid');
    expect(error.message).toContain('ev\\u{1b}[31mil\\u{a}');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(error.message).not.toMatch(/[\u0000-\u001f]/);
  });
});

describe('a core module where a component is expected', () => {
  it('is told how it becomes one', async () => {
    const error = await rejectionOf(load(await assemble('(module)')));
    expect(error.code).toBe('core-module');
    expect(error.message).toContain('this is a core module, not a component');
    expect(error.message).toContain('Make it a component: embed its WIT (`wasm-tools component embed`, `jco embed`)');
  });

  it('for WASI preview 1, the adapter is named', async () => {
    const module = await assemble('(module (import "wasi_snapshot_preview1" "proc_exit" (func (param i32))))');
    const error = await rejectionOf(load(module));
    expect(error.code).toBe('core-module');
    expect(error.message).toContain('It is for WASI preview 1');
    expect(error.message).toContain('--adapt wasi_snapshot_preview1.wasm');
  });

  it('a core module that is broken as well is still called one', async () => {
    const error = await rejectionOf(load(Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 99])));
    expect(error.code).toBe('core-module');
  });
});

describe('bytes the caller keeps', () => {
  let bytes: Uint8Array;
  beforeAll(async () => {
    bytes = (await assemble(GOOD)).slice();
  });

  it('may change after the plugin was loaded', async () => {
    const copy = bytes.slice();
    const plugin = await load(copy);
    copy.fill(0xff);
    expect((await plugin.instantiate()).sync.seven()).toBe(7);
    expect(plugin.world.exports.map((it) => it.name)).toEqual(['seven']);
  });

  it('may be a part of a buffer', async () => {
    const buffer = new Uint8Array(bytes.length + 20);
    buffer.set(bytes, 7);
    const plugin = await load(buffer.subarray(7, 7 + bytes.length));
    expect((await plugin.instantiate()).sync.seven()).toBe(7);
  });
});
