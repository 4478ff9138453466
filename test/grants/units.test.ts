import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration, parseSize } from '../../src/grants/index.js';

describe('a size', () => {
  it.each([
    ['0', 0],
    ['4096', 4_096],
    ['500k', 500_000],
    ['1M', 1e6],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['64Mi', 67_108_864],
    ['1Ti', 2 ** 40],
    ['0.5Ki', 512],
    [12, 12],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each([
    '',
    '-1',
    '64 Mi',
    '64MB',
    '64mi',
    '1.5',
    '0.3Ki',
    '1e3',
    '0x10',
    '9007199254740993',
    '8192Ti',
    '1'.repeat(400),
    -1,
    1.5,
    Number.NaN,
    2 ** 53,
  ])('%s is none', (text) => {
    expect(() => parseSize(text)).toThrow(
      expect.objectContaining({ code: 'option', message: expect.stringContaining('is not a size') }),
    );
  });

  it('is the same whether it is a number, plain or with a unit', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 20), (n) => {
        expect(parseSize(`${n}`)).toBe(parseSize(n));
        expect(parseSize(`${n}Ki`)).toBe(n * 1024);
      }),
    );
  });
});

describe('a duration', () => {
  it.each([
    ['200ms', 200],
    ['2s', 2_000],
    ['1.5m', 90_000],
    ['1h', 3_600_000],
    ['50us', 0.05],
    ['1ns', 1e-6],
    ['0s', 0],
    [250, 250],
  ])('%s is %d milliseconds', (text, milliseconds) => {
    expect(parseDuration(text)).toBeCloseTo(milliseconds, 9);
  });

  it.each([
    '',
    '200',
    '2 s',
    '-1s',
    '1d',
    '1m30s',
    'Infinity',
    '1e3s',
    '99999999h',
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ])('%s is none', (text) => {
    expect(() => parseDuration(text)).toThrow(
      expect.objectContaining({ code: 'option', message: expect.stringContaining('is not a duration') }),
    );
  });
});
