/** Where plugins come from, and what is said of those that do not load. */
import { createHash } from 'node:crypto';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHost, decodeWorld, type HatchwayError, type Host, printWorld } from '../../src/index.js';
import { assemble, rejectionOf } from '../component/support.js';
import { encodeWit } from '../wit/encode.js';

const SEVEN = `(component
  (core module $M (func (export "f") (result i32) (i32.const 7)))
  (core instance $m (instantiate $M))
  (func (export "seven") (result u32) (canon lift (core func $m "f"))))`;

let host: Host;
let folder: string;
let bytes: Uint8Array;
let path: string;

beforeAll(async () => {
  host = await createHost();
  folder = await mkdtemp(join(tmpdir(), 'hatchway-load-'));
  bytes = await assemble(SEVEN);
  path = join(folder, 'seven.wasm');
  await writeFile(path, bytes);
});
afterAll(() => rm(folder, { recursive: true }));

describe('a plugin loads from', () => {
  const rows: [what: string, source: () => Uint8Array | ArrayBuffer | string | URL, name: string][] = [
    ['bytes', () => bytes, 'plugin'],
    ['a Buffer', () => Buffer.from(bytes), 'plugin'],
    ['a part of an ArrayBuffer', () => new Uint8Array([0, ...bytes, 0]).subarray(1, bytes.length + 1), 'plugin'],
    ['an ArrayBuffer', () => Uint8Array.from(bytes).buffer, 'plugin'],
    ['a path', () => path, 'seven.wasm'],
    ['a file: URL', () => pathToFileURL(path), 'seven.wasm'],
    ['a file: URL as text', () => pathToFileURL(path).href, 'seven.wasm'],
  ];
  it.each(rows)('%s', async (_what, source, name) => {
    const plugin = await host.load(source());
    expect(plugin.name).toBe(name);
    expect(plugin.needs).toEqual({ imports: [], grants: [] });
    expect(printWorld(plugin.world)).toContain('export seven: func() -> u32;');
    const instance = await plugin.instantiate();
    expect([instance.plugin, instance.name]).toEqual([name, name]);
    expect(await instance.exports.seven()).toBe(7);
  });

  it('under another name, which errors use', async () => {
    const plugin = await host.load(bytes, { name: 'mine' });
    expect(plugin.name).toBe('mine');
    const instance = await plugin.instantiate({ name: 'tenant-a' });
    instance.dispose();
    const error = await rejectionOf(instance.exports.seven());
    expect(error).toMatchObject({ code: 'disposed', plugin: 'mine', instance: 'tenant-a' });
    expect(error.message).toMatch(/^plugin "mine", instance "tenant-a": the instance was disposed/);
  });
});

describe('what does not load', () => {
  it('a file that is not there', async () => {
    const error = await rejectionOf(host.load(join(folder, 'missing.wasm')));
    expect(error.code).toBe('not-found');
    expect(error.message).toMatch(
      /^there is no file ".*missing\.wasm"\. Check the path; it is relative to the working directory\.$/,
    );
    expect(error.cause).toMatchObject({ code: 'ENOENT' });
  });

  it('a folder', async () => {
    const error = await rejectionOf(host.load(folder));
    expect(error.code).toBe('option');
    expect(error.message).toMatch(
      /is a folder without a plugin\.json\. Name the \.wasm file in it, or say in a plugin\.json what it is\.$/,
    );
  });

  it('a device', async () => {
    expect((await rejectionOf(host.load('/dev/null'))).code).toBe('not-found');
  });

  it('a file that is too large, which is not read', async () => {
    const large = join(folder, 'large.wasm');
    const file = await open(large, 'w');
    // Sparse: no disk, and no memory if only its size is looked at.
    await file.truncate(5 * 2 ** 30);
    await file.close();
    const error = await rejectionOf(host.load(large));
    expect(error.code).toBe('malformed');
    expect(error.message).toMatch(/has 5368709120 bytes; an artifact has 268435456 at most$/);
  });

  it('bytes that are too many', async () => {
    const error = await rejectionOf(host.load(new Uint8Array(256 * 2 ** 20 + 1)));
    expect(error.code).toBe('malformed');
    expect(error.message).toMatch(/268435457 bytes are over the limit of 268435456/);
  });

  it('a text file', async () => {
    const text = join(folder, 'plugin.wat');
    await writeFile(text, SEVEN);
    const error = await rejectionOf(host.load(text));
    expect(error).toMatchObject({ code: 'malformed', plugin: 'plugin.wat', offset: 0, section: 'preamble' });
    expect(error.message).toBe(
      'plugin "plugin.wat": not WebAssembly: the magic number is missing (at byte 0x0, preamble section)',
    );
  });

  it('an empty file', async () => {
    const empty = join(folder, 'empty.wasm');
    await writeFile(empty, '');
    expect((await rejectionOf(host.load(empty))).code).toBe('malformed');
  });

  it('a URL of another kind', async () => {
    for (const url of [new URL('https://example.com/x.wasm'), new URL('data:application/wasm,x')]) {
      const error = await rejectionOf(host.load(url));
      expect(error.code).toBe('option');
      expect(error.message).toMatch(
        /plugins load from files, not from "(https|data):" URLs\. Fetch the bytes and pass those\.$/,
      );
    }
  });

  it.each([
    ['a path with a NUL', 'a\0b.wasm'],
    ['a path through a file', () => join(path, 'inner.wasm')],
    ['a path that is too long', 'x'.repeat(10_000)],
    ['a file: URL that is none', 'file://[bad'],
    ['a file: URL with a host', 'file://elsewhere/x.wasm'],
    ['a file: URL with an encoded slash', 'file:///a%2fb.wasm'],
  ] as const)('%s: an error of hatchway', async (_what, source) => {
    const error = await rejectionOf(host.load(typeof source === 'function' ? source() : source));
    expect(['not-found', 'option']).toContain(error.code);
  });

  it('what is no source at all', async () => {
    for (const source of [undefined, null, 7, true, Symbol('x')]) {
      const error = await rejectionOf(host.load(source as never));
      expect(error.code).toBe('option');
      expect(error.message).toBe('a plugin is bytes, a path, a file: URL, or an object that implements a world');
    }
  });

  it('the host goes on', async () => {
    await rejectionOf(host.load('nowhere.wasm'));
    expect((await (await host.load(path)).instantiate()).sync.seven()).toBe(7);
  });
});

describe('sha256', () => {
  const digest = () => createHash('sha256').update(bytes).digest('hex');
  it('of the artifact loads, in either case', async () => {
    await host.load(path, { sha256: digest() });
    await host.load(bytes, { sha256: digest().toUpperCase() });
  });
  it('of another artifact is refused, before anything is decoded', async () => {
    const error = await rejectionOf(host.load(path, { sha256: '0'.repeat(64) }));
    expect(error.code).toBe('invalid');
    expect(error.message).toContain(`plugin "seven.wasm": its sha256 is ${digest()}, not "${'0'.repeat(64)}"`);
    expect(error.message).toMatch(/Use the artifact that was reviewed, or update the digest\.$/);
    expect((await rejectionOf(host.load(new Uint8Array(4), { sha256: digest() }))).code).toBe('invalid');
  });
});

describe('the world the app expects', () => {
  it('is given decoded or encoded', async () => {
    const encoded = await encodeWit('package a:b; world w { export seven: func() -> u32; }');
    await host.load(bytes, { world: encoded });
    await host.load(bytes, { world: decodeWorld(encoded) });
    await host.load(bytes, { world: Buffer.from(encoded) });
    const other = await encodeWit('package a:b; world w { export seven: func() -> u64; export eight: func(); }');
    const error = (await rejectionOf(host.load(bytes, { world: other }))) as HatchwayError;
    expect(error.code).toBe('world-mismatch');
    expect(error.differences).toEqual([
      'export seven: result is u32, expected u64',
      'export eight is missing, expected eight: func()',
    ]);
  });
  it('that is broken is an error of hatchway', async () => {
    expect((await rejectionOf(host.load(bytes, { world: new Uint8Array([1, 2]) }))).code).toBe('malformed');
  });
});

describe('options', () => {
  const wrong: [where: string, act: () => Promise<unknown>, message: RegExp][] = [
    ['createHost', () => createHost({ policy: 7 } as never), /"policy" of createHost is not the path of a file, or/],
    ['createHost', () => createHost({ sandbox: {} } as never), /"sandbox" of createHost does not exist/],
    ['createHost', () => createHost({ audit: 7 } as never), /"audit" of createHost is not a function, or the path/],
    [
      'createHost',
      () => createHost({ audit: 'no/such/folder/audit.jsonl' }),
      /^the audit file "no\/such\/folder\/audit\.jsonl" cannot be opened: ENOENT/,
    ],
    ['createHost', () => createHost({ polcy: {} } as never), /^the option "polcy" of createHost does not exist/],
    ['load', () => host.load(bytes, { trust: 'host-code' }), /`trust` is for folders that/],
    ['load', () => host.load(bytes, { sandbox: 'off' }), /^`sandbox` is for native programs, and this is none/],
    ['load', () => host.load(bytes, { terminal: true }), /^`terminal` is for native programs, and this is none$/],
    ['load', () => host.load(bytes, { run: 'yes' } as never), /"run" of load is not true or false/],
    [
      'load',
      () => host.load(bytes, { wrld: 1 } as never),
      /^the option "wrld" of load does not exist\. Known options: name, world, sha256, trust, run, sandbox, terminal\.$/,
    ],
    [
      'load',
      () => host.load(bytes, { 'a\u001b[31m': 1 } as never),
      /^the option "a\\u\{1b\}\[31m" of load does not exist/,
    ],
    [
      'instantiate',
      async () => (await host.load(bytes)).instantiate({ grants: 7 } as never),
      /"grants" of instantiate is not an object of grants/,
    ],
    [
      'instantiate',
      async () => (await host.load(bytes)).instantiate({ limits: { fuel: 1.5 } } as never),
      /"fuel" of limits is not a whole number of instructions/,
    ],
    [
      'instantiate',
      async () => (await host.load(bytes)).instantiate({ limits: { wait: 1 } } as never),
      /"wait" of limits does not exist\. Known options: memory, timeout, waiting, fuel\./,
    ],
    [
      'instantiate',
      async () => (await host.load(bytes)).instantiate({ limits: { waiting: -1 } } as never),
      /"waiting" of limits is not milliseconds, or a duration/,
    ],
    [
      'instantiate',
      async () => (await host.load(bytes)).instantiate({ limits: { timeout: 0 } } as never),
      /^limits\.timeout is 0, with which nothing could run$/,
    ],
    [
      'instantiate',
      async () => (await host.load(bytes)).instantiate({ stdout: 'line' } as never),
      /"stdout" of instantiate is not 'collect', 'lines', 'stream', 'inherit', 'ignore' or a function/,
    ],
    [
      'instantiate',
      async () => (await host.load(bytes)).instantiate({ args: ['a\u0000b'] } as never),
      /"args" of instantiate is not an array of strings without NUL/,
    ],
    [
      'instantiate',
      async () => (await host.load(bytes)).instantiate({ stdin: 'bytes' } as never),
      /"stdin" of instantiate is not bytes, { file: path } or 'inherit'/,
    ],
    [
      'instantiate',
      async () => (await host.load(bytes)).instantiate({ terminal: true } as never),
      /"terminal" of instantiate does not exist/,
    ],
    [
      'instantiate',
      async () => (await host.load(bytes)).instantiate({ import: {} } as never),
      /"import" of instantiate does not exist/,
    ],
    [
      'instantiate',
      async () => (await host.load(bytes)).instantiate({ isolation: 'worker' } as never),
      /^this isolation is not built yet\. Use 'inline', the default\.$/,
    ],
    [
      'load of an object',
      () => host.load({}),
      /^an object implements a world, which has to be given\. Pass `world`\.$/,
    ],
    [
      'load of an object',
      () => host.load({}, { world: decodeWorld(bytes), sha256: '0'.repeat(64) }),
      /^an object has no sha256$/,
    ],
  ];
  it.each(wrong.map((row, i) => [i, ...row] as const))(
    '%i: that do not exist or are not built are errors: %s',
    async (_i, _where, act, message) => {
      const error = await rejectionOf(act());
      expect(error.code).toBe('option');
      expect(error.message).toMatch(message);
    },
  );

  const values: [option: string, act: () => Promise<unknown>, expected: string][] = [
    ...[null, 7, 'x'].map((it): [string, () => Promise<unknown>, string] => [
      'options of createHost',
      () => createHost(it as never),
      'the options of createHost are an object',
    ]),
    ['options of load', () => host.load(bytes, null as never), 'the options of load are an object'],
    ['name', () => host.load(bytes, { name: 7 as never }), 'the option "name" of load is not a string'],
    [
      'world',
      () => host.load(bytes, { world: {} as never }),
      'the option "world" of load is not a world, or the bytes of an encoded one',
    ],
    [
      'world',
      () => host.load(bytes, { world: 'x' as never }),
      'the option "world" of load is not a world, or the bytes of an encoded one',
    ],
    ['sha256', () => host.load(bytes, { sha256: 'abc' }), 'the option "sha256" of load is not 64 hexadecimal digits'],
    [
      'sha256',
      () => host.load(bytes, { sha256: 7 as never }),
      'the option "sha256" of load is not 64 hexadecimal digits',
    ],
    ...['instantiate', 'instantiate of an object'].flatMap((what): [string, () => Promise<unknown>, string][] => {
      const load = () =>
        what === 'instantiate' ? host.load(bytes) : host.load({ seven: () => 7 }, { world: decodeWorld(bytes) });
      return [
        [what, async () => (await load()).instantiate(null as never), 'the options of instantiate are an object'],
        [
          what,
          async () => (await load()).instantiate({ imports: 7 as never }),
          'the option "imports" of instantiate is not an object',
        ],
        [
          what,
          async () => (await load()).instantiate({ name: {} as never }),
          'the option "name" of instantiate is not a string',
        ],
        [
          what,
          async () => (await load()).instantiate({ async: 'f' as never }),
          'the option "async" of instantiate is not true, or an array of names',
        ],
      ];
    }),
  ];
  it.each(values.map((row, i) => [i, ...row] as const))(
    '%i: of the wrong type are errors: %s',
    async (_i, _option, act, expected) => {
      const error = await rejectionOf(act());
      expect({ code: error.code, message: error.message }).toEqual({ code: 'option', message: expected });
    },
  );

  it('that are undefined are not given', async () => {
    const plugin = await host.load(bytes, { name: undefined, world: undefined, sha256: undefined } as never);
    await plugin.instantiate({ name: undefined, imports: undefined, isolation: undefined } as never);
  });

  it('isolation inline is what there is', async () => {
    expect((await (await host.load(bytes)).instantiate({ isolation: 'inline' })).sync.seven()).toBe(7);
  });
});
