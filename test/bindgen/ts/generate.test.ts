/** The TypeScript of worlds: it compiles, its names are the documented ones, and it says what the WIT says. */
import { beforeAll, describe, expect, test } from 'vitest';
import { diagnose } from './compile.js';
import { corpus, generateFrom, generateFromCorpus } from './corpus.js';

describe('of every package of the corpus', () => {
  let messages: Map<string, string[]>;
  beforeAll(async () => {
    const files = new Map<string, string>();
    for (const name of corpus) files.set(`${name}.ts`, await generateFromCorpus(name));
    messages = diagnose(files);
  });

  test.each(corpus)('%s compiles under the strictest options', (name) => {
    expect(messages.get(`${name}.ts`)).toEqual([]);
  });
});

const inInterface = (items: string) => `package a:b; interface i { ${items} } world w { import i; export i; }`;
const typeOf = (wit: string) => inInterface(`type t = ${wit};`);

describe('types', () => {
  test.each([
    ['u8', 'number'],
    ['s64', 'bigint'],
    ['char', 'string'],
    ['list<u8>', 'Uint8Array'],
    ['list<s64>', 'BigInt64Array'],
    ['list<f32>', 'Float32Array'],
    ['list<bool>', 'boolean[]'],
    ['list<option<u8>>', 'Array<number | undefined>'],
    ['list<u8, 3>', '[number, number, number]'],
    ['list<string, 17>', 'string[]'],
    ['map<string, list<u8>>', 'Map<string, Uint8Array>'],
    ['tuple<u8, string>', '[number, string]'],
    ['option<string>', 'string | undefined'],
    ['option<option<string>>', "{ tag: 'some'; val: string | undefined } | { tag: 'none' }"],
    ['result<u8, string>', "{ tag: 'ok'; val: number } | { tag: 'err'; val: string }"],
    ['result', "{ tag: 'ok'; val?: undefined } | { tag: 'err'; val?: undefined }"],
  ])('%s is %s', async (wit, expected) => {
    expect(await generateFrom(typeOf(wit))).toContain(`export type T = ${expected};\n`);
  });

  test.each([
    ['record r { a-b: u8, c: option<u8> }', 'export interface R {\n  aB: number;\n  c?: number | undefined;\n}'],
    ['record r { a: option<option<u8>> }', "a: { tag: 'some'; val: number | undefined } | { tag: 'none' };"],
    ['variant v { a(u8), b }', "export type V = { tag: 'a'; val: number } | { tag: 'b' };"],
    ['enum e { a-b, c }', "export type E = 'a-b' | 'c';"],
    ['flags f { a-b, c }', 'export interface F {\n  aB?: boolean;\n  c?: boolean;\n}'],
    ['f: func(a: u8) -> result<u8, string>;', 'f: Fallible<(a: number) => number, string>;'],
    ['f: func() -> result;', 'f: Fallible<() => void, undefined>;'],
  ])('%s', async (wit, expected) => {
    expect(await generateFrom(inInterface(wit))).toContain(expected);
  });
});

describe('names', () => {
  test.each([
    ['a type that would hide one of JavaScript has its interface before it', 'record error { a: u8 }', 'IError'],
    ['so has one that the file needs', 'record exports { a: u8 }', 'IExports'],
    ['a parameter that is a keyword has a _ behind it', 'f: func(new: u8);', '(new_: number) => void'],
    ['parameters of one name are numbered', 'f: func(a-1: u8, a1: u8);', '(a1: number, a12: number) => void'],
  ])('%s', async (_, wit, expected) => {
    expect(await generateFrom(inInterface(wit))).toContain(expected);
  });

  test('types of one name have their interfaces before them', async () => {
    const text = await generateFrom(`package a:b;
      interface one { record item { a: u8 } f: func(item: item); }
      interface two { record item { b: u8 } f: func(item: item); }
      world w { import one; import two; }`);
    expect(text).toContain('export interface OneItem {');
    expect(text).toContain('export interface TwoItem {');
    expect(text).not.toMatch(/\bItem\b/);
  });

  test('an interface makes way for a type', async () => {
    const text = await generateFrom(`package a:b;
      interface item { record item { a: u8 } f: func(item: item); }
      world w { import item; }`);
    expect(text).toContain('export interface Item {\n  a: number;');
    expect(text).toContain('export interface ImportedItem {\n  f: (item: Item) => void;');
  });

  test.each([
    ['two functions', 'f-1: func(); f1: func();'],
    ['two fields', 'record r { a-1: u8, a1: u8 }'],
  ])('%s that JavaScript could not tell apart are refused', async (_, wit) => {
    await expect(generateFrom(inInterface(wit))).rejects.toMatchObject({ code: 'unsupported' });
  });
});

test.each(['f: async func();', 'f: func() -> stream<u8>;', 'f: func(a: future);', 'then: func();'])(
  'what cannot be called yet is refused: %s',
  async (wit) => {
    await expect(generateFrom(inInterface(wit))).rejects.toMatchObject({ code: 'unsupported' });
  },
);

test('documentation stays a comment, whatever it says', async () => {
  const text = await generateFromCorpus('comments');
  expect(text).toContain('/** Like blood. */');
  expect(text).toContain(' * With a paragraph, and a line that ends in a backslash \\\n');
  expect(text).not.toContain('Not documentation');
  const hostile = await generateFrom(
    'package a:b; /// ends */ here /*\ninterface i { f: func(); } world w { import i; }',
  );
  expect(hostile).toContain('/** ends *\\/ here /* */');
});
