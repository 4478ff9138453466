import { generateTypes } from '@bytecodealliance/jco/component';
import { expect, it } from 'vitest';
import { printWorld } from '../../src/wit/index.js';
import * as m from './build.js';

/** What a peer reads as the documentation of `declaration` in the TypeScript it makes of WIT. */
async function docsRead(wit: string): Promise<string> {
  const options = { name: 'w', wit: { tag: 'source', val: wit }, world: 'w' } as never;
  const files = (await generateTypes('w', options)) as unknown as [string, Uint8Array][];
  return files.map(([, bytes]) => new TextDecoder().decode(bytes)).join('\n');
}

it('documentation is read as that of the item it belongs to', async () => {
  const x = m.iface('test:app/x', 'Of the interface.');
  m.define(
    x,
    'point',
    { kind: 'record', fields: [{ name: 'x', type: m.u8, docs: 'Of the field.' }] },
    'Of the record.',
  );
  m.define(
    x,
    'shape',
    { kind: 'variant', cases: [{ name: 'dot', type: m.u8, docs: 'Of the case.' }, { name: 'none' }] },
    'Of the variant.',
  );
  m.define(x, 'mode', { kind: 'flags', flags: [{ name: 'read', docs: 'Of the flag.' }] }, 'Of the flags.');
  m.define(x, 'size', m.u32, 'Of the alias.');
  const file = m.define(x, 'file', { kind: 'resource' }, 'Of the resource.');
  m.add(x, '[constructor]file', m.func({}, m.own(file)), 'Of the constructor.');
  m.add(x, '[method]file.get', m.func({ self: m.borrow(file) }), 'Of the method.');
  m.add(x, '[static]file.open', m.func({}, m.own(file)), 'Of the static function.');
  m.add(x, 'free', m.func(), 'Of the function.\n\n  Indented,\n// and odd.');
  const w = m.world();
  w.imports.push(m.asInterface(x), { kind: 'other', name: 'code', what: 'core module' });
  w.exports.push(m.asFunction('run', m.func(), 'Of the export.'));

  const text = (await docsRead(printWorld(w))).replace(/^[ \t]*\*? ?/gm, '');
  for (const [docs, declaration] of [
    ['Of the record.', 'export interface Point'],
    ['Of the field.', 'x: number'],
    ['Of the variant.', 'export type Shape'],
    ['Of the case.', 'export interface ShapeDot'],
    ['Of the flags.', 'export interface Mode'],
    ['Of the flag.', 'read?: boolean'],
    ['Of the alias.', 'export type Size'],
    ['Of the constructor.', 'constructor()'],
    ['Of the method.', 'get()'],
    ['Of the static function.', 'static open()'],
    ['Of the function.\n\n  Indented,\n// and odd.', 'export function free()'],
    ['Of the export.', 'export function run()'],
  ]) {
    expect(text).toContain(`/**\n${docs}\n/\n${declaration}`);
  }
});
