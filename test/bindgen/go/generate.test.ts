/** The Go of worlds: Go's tools have nothing to say of it, its names are the documented ones, and it says what the WIT says. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateGo } from '../../../src/bindgen/index.js';
import { decodeWorld } from '../../../src/component/index.js';
import { encodeWorld } from '../../../src/toolchain/index.js';
import { carriedWorld } from '../../../src/toolchain/section.js';
import { describeWithGo } from '../../native/go-guests.js';
import { encodeWit } from '../../wit/encode.js';
import { GoModule } from './module.js';

const folder = fileURLToPath(new URL('../corpus/', import.meta.url));
const corpus = readdirSync(folder).filter((name) => name.endsWith('.wit'));

describeWithGo('of every package of the corpus', () => {
  let module: GoModule;
  beforeAll(async () => {
    module = new GoModule();
    for (const file of corpus) {
      const name = file.slice(0, -'.wit'.length);
      const text = readFileSync(folder + file, 'utf8');
      const choice = text.includes(`world ${name} {`) ? { world: name } : {};
      module.add(name, await encodeWorld({ wit: folder + file, ...choice }));
    }
    module.add('streams', await worldOf(STREAMS));
  }, 120_000);
  afterAll(() => module.remove());

  it('compiles, and vet finds nothing', { timeout: 120_000 }, () => {
    expect(module.run('vet', './...')).toBe('');
  });

  it('is formatted', () => {
    expect(module.format()).toBe('');
  });
});

/** Byte streams in every position. */
const STREAMS = `package a:b;
  package wasi:io@0.2.3 { interface streams { resource input-stream; resource output-stream; } }
  interface i {
    use wasi:io/streams@0.2.3.{input-stream, output-stream};
    record r { in: input-stream, outs: list<output-stream> }
    both: func(in: input-stream, out: output-stream) -> input-stream;
    inside: func(r: r) -> option<output-stream>;
  }
  world w { import i; export i; }`;

async function worldOf(wit: string) {
  const encoded = carriedWorld(await encodeWit(wit, 'w'));
  return { world: decodeWorld(encoded), encoded, witSource: wit, worldName: 'w' };
}

async function generate(wit: string): Promise<string> {
  const { world, encoded } = await worldOf(wit);
  return generateGo(world, encoded)
    .map((file) => ('text' in file ? file.text : ''))
    .join('');
}

const inInterface = (items: string) => `package a:b; interface i { ${items} } world w { import i; export i; }`;

describe('types', () => {
  it.each([
    ['u8', 'uint8'],
    ['s64', 'int64'],
    ['f32', 'float32'],
    ['char', 'rune'],
    ['list<u8>', '[]byte'],
    ['list<option<u8>>', '[]*uint8'],
    ['list<u8, 3>', '[3]uint8'],
    ['map<string, list<u8>>', 'map[string][]byte'],
    ['tuple<u8, string>', 'plugin.Tuple2[uint8, string]'],
    ['option<string>', '*string'],
    ['option<option<string>>', '**string'],
    ['option<list<u8>>', '*[]byte'],
    ['result<u8, string>', 'plugin.Result[uint8, string]'],
    ['result', 'plugin.Result[struct{}, struct{}]'],
  ])('%s is %s', async (wit, expected) => {
    expect(await generate(inInterface(`type t = ${wit};`))).toContain(`type T = ${expected}\n`);
  });

  it.each([
    ['record r { a-b: u8, id: option<u8> }', 'type R struct {\n\tAB uint8\n\tID *uint8\n}'],
    ['variant v { a(u8), b }', 'type V interface {\n\tisV()\n}'],
    ['variant v { a(u8), b }', 'type VA struct {\n\tValue uint8\n}'],
    ['enum e { a-b, c }', 'const (\n\tEAB E = iota\n\tEC\n)'],
    ['flags f { a-b, c }', 'const (\n\tFAB F = 1 << iota\n\tFC\n)'],
    ['variant v { a } f: func() -> option<v>;', 'F(ctx context.Context) (V, error)'],
    ['f: func(a: u8) -> result<u8, string>;', 'F(ctx context.Context, a uint8) (uint8, error)'],
    ['f: func() -> result;', 'F(ctx context.Context) error'],
    ['f: func();', 'F(ctx context.Context) error'],
    ['f: func() -> result<_, u32>;', 'failed = plugin.Error[uint32]{Value: r.U32()}'],
    ['enum e { a } f: func() -> result<_, e>;', 'func (v E) Error() string'],
    [
      'resource r { constructor(a: u8); m: func(); s: static func() -> r; }',
      'NewExportedIR(ctx context.Context, a uint8) (ExportedIR, error)',
    ],
    [
      'resource r { constructor(a: u8); m: func(); s: static func() -> r; }',
      'func ImportedIRS(ctx context.Context) (*ImportedIR, error)',
    ],
  ])('%s', async (wit, expected) => {
    expect(await generate(inInterface(wit))).toContain(expected);
  });

  it('byte streams are readers and writers', async () => {
    const text = await generate(STREAMS);
    expect(text).toContain('Both(ctx context.Context, in io.ReadCloser, out io.WriteCloser) (io.ReadCloser, error)');
    expect(text).toContain('Outs []io.WriteCloser');
  });
});

describe('names', () => {
  it.each([
    [
      'a type that would be one of the package has its interface before it',
      'record exports { a: u8 }',
      'type IExports struct',
    ],
    ['a parameter that is a keyword has a _ behind it', 'f: func(range: u8, ctx: u8);', 'range_ uint8, ctx_ uint8'],
    ['parameters of one name have one each', 'f: func(a-1: u8, a1: u8);', 'a1 uint8, a1_ uint8'],
    ['fields of one name, too', 'record r { a1: u8, a-1: u8 }', 'A1_ uint8'],
    ['a parameter does not hide what reads it', 'record m { a: u8 } f: func(read-m: m, m: m);', 'readM_ := readM(r)'],
    ['a function of an import has its interface before it', 'write: func();', 'func IWrite('],
  ])('%s', async (_, wit, expected) => {
    expect(await generate(inInterface(wit))).toContain(expected);
  });

  it('of two types that share one, both have their interface before it', async () => {
    const text = await generate(`package a:b;
      interface x { record t { a: u8 } } interface y { record t { b: u8 } }
      world w { import x; import y; use x.{t}; use y.{t as u}; export f: func(t: t, u: u); }`);
    expect(text).toMatch(/type XT struct[\s\S]*type YT struct/);
  });

  it('functions are numbered by the bytes of their keys', async () => {
    const text = await generate(`package a:b;
      interface z { b: func(); a: func(); } interface c { resource r { m: func(); } f: func(); }
      world w { import z; import c; }`);
    const numbers = [...text.matchAll(/Number: (\d+), Key: "([^"]+)"/g)].map(([, number, key]) => [
      Number(number),
      key,
    ]);
    expect(numbers.sort(([a], [b]) => (a as number) - (b as number))).toEqual([
      [0, 'a:b/c#[method]r.m'],
      [1, 'a:b/c#f'],
      [2, 'a:b/z#a'],
      [3, 'a:b/z#b'],
    ]);
  });
});

describe('what does not cross', () => {
  it.each([
    ['f: func() -> future<u8>;', /future/],
    ['f: func() -> stream<string>;', /stream/],
    ['f: async func();', /async/],
  ])('%s is refused', async (wit, message) => {
    await expect(generate(inInterface(wit))).rejects.toThrow(message);
  });
});
