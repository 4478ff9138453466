import { readFile } from 'node:fs/promises';
import { componentNew, parse, preview1AdapterReactorPath } from '@bytecodealliance/jco';
import { describe, expect, it } from 'vitest';
import { decodeWorld } from '../../src/component/index.js';
import { printWorld, type World } from '../../src/wit/index.js';
import { encodeWit } from './encode.js';
import { plain } from './plain.js';

const decode = async (wit: string, name?: string): Promise<World> => decodeWorld(await encodeWit(wit, name));

const EVERY_TYPE = `package test:app;

interface x {
  type everything = tuple<bool, u8, u16, u32, u64, s8, s16, s32, s64, f32, f64, char, string>;

  type lists = tuple<list<u8>, list<list<string>>, list<u8, 4>, map<string, list<u32>>>;

  type options = tuple<option<u8>, option<option<string>>>;

  type results = tuple<result, result<u8>, result<_, string>, result<u8, string>>;

  type async-types = tuple<stream, stream<u8>, future, future<string>, error-context>;

  f: func(a: everything, b: lists, c: options, d: results) -> result<_, string>;

  g: async func(a: async-types) -> stream<u8>;

  nothing: func();
}

world w {
  import x;

  export x;
}
`;

const DOCUMENTED = `package test:app@1.2.3-rc.1;

/// The interface.
///
/// With two paragraphs.
interface x {
  /// A record.
  record point {
    /// To the right.
    x: f64,
    y: f64,
  }

  /// A variant.
  variant shape {
    /// Nothing.
    none,
    /// A dot.
    dot(point),
  }

  /// An enum.
  enum color {
    /// As grass.
    green,
    red,
  }

  /// Flags.
  flags mode {
    /// May read.
    read,
    write,
  }

  /// An alias.
  type size = u32;

  /// A resource.
  resource file {
    /// Makes one.
    constructor(name: string);
    /// Reads it.
    read: func() -> list<u8>;
    /// Opens one.
    open: static func() -> result<file, string>;
  }

  /// A function.
  draw: func(s: shape, c: color, m: mode) -> size;
}

/// The world.
world w {
  /// Imported.
  import x;
  /// Inline.
  import inline: interface {
    /// Within.
    f: func();
  }

  /// A type of the world.
  record r {
    /// A field.
    a: u8,
  }

  /// A function of the world.
  import log: func(a: r);

  /// Exported.
  export run: func();
}
`;

const SEVERAL_PACKAGES = `package test:app@0.1.0;

interface x {
  use dep:types/types@1.0.0.{id, %record as row, file};
  use dep:deep/base.{id as base-id};

  type ids = tuple<id, base-id>;

  f: func(a: list<row>, b: borrow<file>, c: file) -> ids;
}

world w {
  import dep:deep/base;
  import dep:types/types@1.0.0;
  import x;
  use x.{ids as world-ids};
  use dep:types/types@1.0.0.{file};

  import log: func(a: world-ids);

  export x;
  export run: func(a: world-ids) -> file;
}

package dep:deep {
  interface base {
    type id = u64;
  }
}

package dep:types@1.0.0 {
  interface types {
    use dep:deep/base.{id};

    record %record {
      id: id,
    }

    resource file;
  }
}
`;

const RESOURCES = `package test:app;

interface x {
  resource r {
    constructor(n: u32);
    get: func() -> u32;
    wait: async func() -> r;
    make: static func(other: borrow<r>) -> r;
    start: static async func();
  }

  resource fallible {
    constructor(n: u32) -> result<fallible, string>;
  }

  resource bare;

  type handle = own<r>;

  f: func(a: list<borrow<r>>, b: option<handle>) -> bare;
}

world w {
  import x;
  import out: interface {
    use x.{r};

    take: func(r: r);
  }

  resource of-world {
    constructor();
    get: func() -> u8;
  }

  import use-it: func(a: borrow<of-world>);

  export inner: interface {
    resource r {
      constructor();
    }

    f: func(r: r);
  }
}
`;

const KEYWORDS = `package %world:%package;

interface %interface {
  record %record {
    %type: u8,
    %u8: u8,
    %error-context: u8,
  }

  variant %variant {
    %list(%record),
    %option,
  }

  enum %enum {
    %result,
    %use,
  }

  flags %flags {
    %string,
    %static,
  }

  resource %resource {
    constructor(%async: u8);
    %constructor: func();
    %static: static func();
  }

  type %map = u8;

  %func: func(%from: %variant, %as: %enum) -> %flags;
}

world %include {
  import %interface;
  use %interface.{%record as %tuple};

  import %import: func(%with: %tuple);

  export %export: interface {
  }
}
`;

const CASES = `package test:app;

interface HTTP {
  type URL = string;

  get-URL: func(of-2nd: URL) -> URL;
}

world w {
  import HTTP;
}
`;

describe('a world survives being printed, parsed, encoded and decoded', () => {
  it.each([
    ['every type', EVERY_TYPE],
    ['every kind of item', DOCUMENTED.replace(/^ *\/\/\/.*\n/gm, '')],
    ['several packages, use, and use with a new name', SEVERAL_PACKAGES],
    ['resources', RESOURCES],
    ['keywords as names', KEYWORDS],
    ['names in capitals and with digits', CASES],
    ['an empty world', 'package test:app;\n\nworld w {\n}\n'],
  ])('%s', async (_, wit) => {
    expect(printWorld(await decode(wit))).toBe(wit);
  });

  it('including another world, with gates', async () => {
    const world = await decode(
      `package test:app@1.0.0;
       interface a { @since(version = 1.0.0) f: func(); }
       world base { import a; export run: func(); }
       world w { include base with { run as go } export b: interface { g: func(); } }`,
      'w',
    );
    expect(printWorld(world)).toBe(`package test:app@1.0.0;

interface a {
  f: func();
}

world w {
  import a;

  export b: interface {
    g: func();
  }
  export go: func();
}
`);
  });

  it('with the documentation that its package carries', async () => {
    const type = (docs: string, items: Record<string, string> = {}) => ({ docs, items });
    const docs = {
      interfaces: {
        x: {
          docs: 'The interface.\n\nWith two paragraphs.',
          funcs: {
            '[constructor]file': 'Makes one.',
            '[method]file.read': { docs: 'Reads it.' },
            '[static]file.open': { docs: 'Opens one.', stability: {} },
            draw: { docs: 'A function.' },
          },
          types: {
            point: type('A record.', { x: 'To the right.' }),
            shape: type('A variant.', { none: 'Nothing.', dot: 'A dot.' }),
            color: type('An enum.', { green: 'As grass.' }),
            mode: type('Flags.', { read: 'May read.' }),
            size: type('An alias.'),
            file: type('A resource.'),
          },
        },
      },
      worlds: {
        w: {
          docs: 'The world.',
          interfaces: { inline: { docs: 'Inline.', funcs: { f: { docs: 'Within.' } } } },
          interface_import_docs: { 'test:app/x@1.2.3-rc.1': 'Imported.' },
          funcs: { log: { docs: 'A function of the world.' }, run: { docs: 'Exported.' } },
          types: { r: type('A type of the world.', { a: 'A field.' }) },
        },
      },
    };
    const encoded = worldSection(await encodeWit(DOCUMENTED));
    const bytes = Buffer.concat([encoded, custom('package-docs', `\u0001${JSON.stringify(docs)}`)]);
    expect(printWorld(decodeWorld(bytes))).toBe(DOCUMENTED);
  });
});

describe('the world of a component survives too', () => {
  it('with what it imports of WASI', async () => {
    const core = await parse(`(module
      (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "path_open"
        (func (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
      (memory (export "memory") 1))`);
    const adapter = await readFile(preview1AdapterReactorPath());
    const world = decodeWorld(await componentNew(core, [['wasi_snapshot_preview1', adapter]]));
    const text = printWorld(world);
    expect(text).toMatch(/^package root:component;\n\nworld root \{\n {2}import wasi:io\/error@/);
    expect(plain(await decode(text))).toEqual(plain(world));
  });

  it('with types that the component itself exports, which WIT takes for imported ones', async () => {
    const echo = await readFile(new URL('../../guests/wat/parity/echo.wat', import.meta.url), 'utf8');
    const text = printWorld(decodeWorld(await parse(echo)));
    expect(text).toContain('  record point {\n    x: f64,\n    y: f64,\n  }\n');
    expect(text).toContain('  export echo-list-point: func(value: list<point>) -> list<point>;\n');
    expect(printWorld(await decode(text))).toBe(text);
  });
});

/** The encoded world inside a core module. */
function worldSection(module: Uint8Array): Uint8Array {
  const [section] = WebAssembly.Module.customSections(new WebAssembly.Module(module as BufferSource), 'component-type');
  return new Uint8Array(section!);
}

function custom(name: string, contents: string): Uint8Array {
  const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >> 7)]);
  const body = [...leb(name.length), ...Buffer.from(name), ...Buffer.from(contents)];
  return Uint8Array.from([0, ...leb(body.length), ...body]);
}
