import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseValue, printValue } from '../../src/wave/index.js';
import { parseF32, printF32 } from '../../src/wave/numbers.js';
import { arbitraryTypedValue } from '../arbitrary/types.js';

test('what is printed reads back as the same value, for every type', () => {
  fc.assert(
    fc.property(arbitraryTypedValue(), ({ type, value }) => {
      // Not expect: its equality takes a field named `constructor` for the class.
      deepStrictEqual(parseValue(printValue(value, type), type), value);
    }),
    { numRuns: 1000 },
  );
});

test('any text is read or refused with a place in it', () => {
  const words = fc.constantFrom(
    'some(',
    'ok',
    '{',
    '}',
    ':',
    ',',
    '[',
    '(',
    ')',
    '"',
    "'",
    '"""\n',
    '\\',
    '%',
    '1',
    '-',
    'a',
    '//',
  );
  const noise = fc.array(fc.oneof(words, fc.string({ maxLength: 2, unit: 'binary' })), { maxLength: 20 });
  fc.assert(
    fc.property(arbitraryTypedValue({ depth: 1 }), noise, fc.nat(), ({ type, value }, pieces, at) => {
      const text = printValue(value, type);
      const cut = at % (text.length + 1);
      for (const broken of [pieces.join(''), text.slice(0, cut) + pieces.join('') + text.slice(cut)]) {
        try {
          parseValue(broken, type);
        } catch (error) {
          expect(error).toMatchObject({ code: 'argument', column: expect.any(Number), line: expect.any(Number) });
        }
      }
    }),
    { numRuns: 1000 },
  );
});

test('a 32-bit float is printed with the fewest digits that read back as it', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true, min: Math.fround(1e-6), max: 2 ** 24 }), (value) => {
      const printed = printF32(value);
      const digits = printed.replace('.', '').replace(/^0+|0+$/g, '').length;
      expect(parseF32(printed)).toBe(value);
      if (digits > 1) expect(parseF32(value.toExponential(digits - 2))).not.toBe(value);
    }),
    { numRuns: 1000 },
  );
});

/** 1 + 2^-24 is exactly between two 32-bit numbers; the difference that decides is far behind what 64 bits hold. */
test.each([
  ['1.000000059604644775390625', 1],
  ['1.00000005960464477539062500000000000000001', 1 + 2 ** -23],
  ['1.00000005960464477539062499999999999999999', 1],
  ['1.000000178813934326171875', 1 + 2 ** -22],
  ['1.00000017881393432617187499999999999999999', 1 + 2 ** -23],
  ['-1.00000005960464477539062500000000000000001', -1 - 2 ** -23],
  ['340282356779733661637539395458142568447', 2 ** 128 - 2 ** 104],
  ['340282356779733661637539395458142568448', Infinity],
  ['1e39', Infinity],
  ['7.0064923216240853546186479164495e-46', 0],
  ['7.0064923216240853546186479164496e-46', 2 ** -149],
  ['-0', -0],
  ['1e-99999', 0],
])('%s is rounded once, to 32 bits', (text, expected) => {
  expect(parseF32(text)).toBe(expected);
});
