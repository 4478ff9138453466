/** What a guest leaves in its memory about its end is read as what anybody may have written there. */
import { describe, expect, test } from 'vitest';
import { readTrapReport, reportAddress, TRAP_REPORT } from '../../src/component/instance/trap-report.js';

const ADDRESS = 64;
const PAGE = 65_536;

/** A memory with a report at `address`: `fields` are those after the marker, `texts` what lies where. */
function memory(fields: readonly number[], texts: Readonly<Record<number, string>> = {}, address = ADDRESS) {
  const made = new WebAssembly.Memory({ initial: 1 });
  const bytes = Buffer.from(made.buffer);
  bytes.set(TRAP_REPORT.marker, address);
  for (const [i, field] of fields.entries()) bytes.writeUInt32LE(field, address + 16 + 4 * i);
  for (const [at, text] of Object.entries(texts)) bytes.write(text, Number(at), 'utf16le');
  return made;
}

const read = (made: WebAssembly.Memory, address = ADDRESS) => readTrapReport(made, address, 'unreachable');

describe('a report', () => {
  test.each<[string, number[], Record<number, string>, string]>([
    ['with all', [1, 200, 4, 300, 8, 3, 5], { 200: 'no', 300: 'a.ts' }, '"no", at a.ts:3:5'],
    ['whose text follows it', [1, 0, 4, 0, 0, 0, 0], { [ADDRESS + TRAP_REPORT.size]: 'no' }, '"no"'],
    ['without a message', [1, 0, 0, 300, 8, 3, 5], { 300: 'a.ts' }, 'unreachable, at a.ts:3:5'],
    ['without anything', [1, 0, 0, 0, 0, 0, 0], {}, 'unreachable'],
    ['that reaches the end of the memory', [1, PAGE - 4, 4, 0, 0, 0, 0], { [PAGE - 4]: 'no' }, '"no"'],
    ['that reaches past it', [1, PAGE - 4, 6, 0, 0, 0, 0], { [PAGE - 4]: 'no' }, 'unreachable'],
    ['that is nowhere', [1, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 1, 1], {}, 'unreachable'],
    ['with half a character', [1, 200, 3, 0, 0, 0, 0], { 200: 'no' }, '"n\ufffd"'],
    ['with half a pair', [1, 200, 2, 0, 0, 0, 0], { 200: '\ud800' }, '"\ufffd"'],
    [
      'with what a terminal obeys',
      [1, 200, 8, 300, 4, 1, 1],
      { 200: '\x1b"\n\u202e', 300: '\r\u2028' },
      String.raw`"\u{1b}\"\u{a}\u{202e}", at \u{d}\u{2028}:1:1`,
    ],
    ['that is long', [1, 200, 4000, 0, 0, 0, 0], { 200: 'x'.repeat(2000) }, `"${'x'.repeat(500)}…"`],
  ])('%s', (_, fields, texts, expected) => {
    expect(read(memory(fields, texts))).toBe(expected);
  });
});

test.each<[string, WebAssembly.Memory, number]>([
  ['none was made', memory([0, 200, 4, 0, 0, 0, 0], { 200: 'no' }), ADDRESS],
  ['it is no report', memory([2, 200, 4, 0, 0, 0, 0], { 200: 'no' }), ADDRESS],
  ['the marker is another', memory([1, 200, 4, 0, 0, 0, 0], { 200: 'no' }), ADDRESS + 1],
  ['it would reach past the memory', memory([1], {}, PAGE - 43), PAGE - 43],
  ['it is nowhere', memory([1, 200, 4, 0, 0, 0, 0], { 200: 'no' }), 0xffffffff],
  ['there is no memory', new WebAssembly.Memory({ initial: 0 }), 0],
])('nothing is read where %s', (_, made, address) => {
  expect(read(made, address)).toBeUndefined();
});

test('the address is four bytes, or none', () => {
  expect(reportAddress(Uint8Array.of(0xff, 2, 1, 0, 0xff).subarray(1))).toBe(0xff000102);
  expect(reportAddress(Uint8Array.of(1, 2, 3))).toBeUndefined();
  expect(reportAddress(Uint8Array.of(1, 2, 3, 4, 5))).toBeUndefined();
  expect(reportAddress(undefined)).toBeUndefined();
});
