/** What becomes of types and names, and what cannot be held. */
import { expect, test } from 'vitest';
import { generateAs } from '../../../src/bindgen/index.js';
import * as m from '../../wit/build.js';
import { compileProject, fileOf, worldOf } from './project.js';

const inInterface = (items: string) => `package a:b; interface i { ${items} } world w { import i; }`;

test.each([
  ['u8', 'u8'],
  ['s64', 'i64'],
  ['f32', 'f32'],
  ['char', 'Char'],
  ['string', 'string'],
  ['list<u8>', 'Uint8Array'],
  ['list<s64>', 'Int64Array'],
  ['list<bool>', 'bool[]'],
  ['list<char>', 'Char[]'],
  ['list<option<string>>', 'Array<string | null>'],
  ['list<u8, 3>', 'StaticArray<u8>'],
  ['map<string, list<u8>>', 'Map<string, Uint8Array>'],
  ['tuple<u8, string>', 'Tuple2<u8, string>'],
  ['option<string>', 'string | null'],
  ['option<u8>', 'Option<u8>'],
  ['option<option<u8>>', 'Option<u8> | null'],
  ['option<option<string>>', 'Option<string | null>'],
  ['result<u8, string>', 'Result<u8, string>'],
  ['result', 'Result<Unit, Unit>'],
])('%s is %s', async (wit, expected) => {
  expect(fileOf(await worldOf(inInterface(`type t = ${wit};`)), 'i.ts')).toContain(`export type T = ${expected};\n`);
});

test.each([
  ['a keyword', 'delete: func();', 'export function delete_(): void {'],
  ['a parameter that is a keyword', 'f: func(new: u8);', 'export function f(new_: u8): void {'],
  ['a type that the bindings have', 'record %result { a: u8 }', 'export class Result_ {'],
  ['a type of the same name as another', 'enum a1 { x } enum a-1 { x }', 'export enum A1_ {'],
  ['functions of the same name', 'a1: func(); a-1: func();', 'export function a1_(): void {'],
  ['a name that hides a global of AssemblyScript', 'record error { a: u8 }', 'export class Error {'],
  ['a method that is called as what ends a handle', 'resource r { drop: func(); }', '  drop_(): void {'],
  ['a field called as a variant has one', 'variant v { kind }', 'static kind_(): V {'],
])('%s', async (_, wit, expected) => {
  expect(fileOf(await worldOf(inInterface(wit)), 'i.ts')).toContain(expected);
});

test('documentation cannot leave its comment', async () => {
  const docs = 'one */ export const two = 3; /*\u2028four\rfive\u202e';
  const world = m.world();
  const owner = m.iface('a:b/i', docs);
  m.define(owner, 'r', m.record({ a: m.u8 }), docs);
  m.add(owner, 'f', m.func(), docs);
  world.imports.push(m.asInterface(owner));
  const code = fileOf(world, 'i.ts').replace(/\/\*[\s\S]*?\*\//g, '');
  expect(code).not.toMatch(/one|two|four|five|\u2028|\u202e/);
});

test('of an exported interface, what is to be exported stands in comments only', async () => {
  const world = m.world();
  const owner = m.iface('a:b/i');
  m.add(owner, 'f', m.func(), 'one\nexport const two = 3;\u2028four');
  world.exports.push(m.asInterface(owner));
  for (const line of fileOf(world, 'i.ts').split('\n')) expect(line).toMatch(/^(?:\/\/|\/\*\*|$)/);
});

test.each([
  ['a stream', m.func({ a: m.stream(m.u8) }), /no stream, which "f" uses/],
  ['a future in a list', m.func({}, m.list(m.future())), /no future, which "f" uses/],
  ['an error context', m.func({ a: m.prim('error-context') }), /no error-context, which "f" uses/],
  ['an async function', m.func({}, m.u8, true), /no async functions: "f"/],
])('%s is refused', (_, type, message) => {
  const world = m.world();
  world.exports.push(m.asFunction('f', type));
  expect(() => generateAs(world)).toThrow(
    expect.objectContaining({ code: 'unsupported', message: expect.stringMatching(message) }),
  );
});

test('an interface may be implemented in another file', async () => {
  const wit = 'package a:b; interface i { f: func() -> u8; } world w { export i; }';
  const others = { 'other.ts': 'export function f(): u8 { return 1; }' };
  const plugin = `import * as i from './other';\nexport { i };`;
  const report = await compileProject(await worldOf(wit), wit, plugin, { others });
  expect(report).toEqual({ component: expect.any(Uint8Array), diagnostics: [] });
});

test('a resource may be a class that extends another', async () => {
  const wit = 'package a:b; interface i { resource r { constructor(); f: func() -> u8; } } world w { export i; }';
  const plugin = `class Base { f(): u8 { return 1; } }
    export namespace i { export class R extends Base { constructor() { super(); } } }`;
  const report = await compileProject(await worldOf(wit), wit, plugin);
  expect(report).toEqual({ component: expect.any(Uint8Array), diagnostics: [] });
});
