import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codecOf, MalformedValue, Mismatch, Reader, type Table, Writer } from '../../src/wire/index.js';
import type { ValueType } from '../../src/wit/index.js';
import { arbitraryType, arbitraryTypedValue } from '../arbitrary/types.js';

const none = () => {
  throw new Error('no handles here');
};
const table: Table = { writeHandle: none, readHandle: none, writeStream: none, readStream: none };

function encode(type: ValueType, value: unknown): Uint8Array {
  const writer = new Writer();
  codecOf(type).write(writer, value, table);
  return Uint8Array.from(writer.take());
}

function decode(type: ValueType, bytes: Uint8Array, budget?: number): unknown {
  const reader = new Reader(bytes, 0, bytes.length, budget);
  const value = codecOf(type).read(reader, table);
  reader.finish();
  return value;
}

const t = (kind: string) => ({ kind }) as ValueType;

describe('values', () => {
  it('of every type come back as they were, from a Buffer and from plain bytes', () => {
    fc.assert(
      fc.property(arbitraryTypedValue(), ({ type, value }) => {
        const bytes = encode(type, value);
        const back = decode(type, bytes);
        expect(encode(type, back)).toEqual(bytes);
        expect(decode(type, Buffer.from(bytes))).toEqual(back);
      }),
      { numRuns: 300 },
    );
  });

  it('of random bytes are malformed or a value that is written again, and never anything else', () => {
    fc.assert(
      fc.property(arbitraryType(), fc.uint8Array({ maxLength: 60 }), (type, bytes) => {
        let value: unknown;
        try {
          value = decode(type, bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedValue);
          return;
        }
        expect(decode(type, encode(type, value))).toEqual(value);
      }),
      { numRuns: 2000 },
    );
  });

  it('that are cut off anywhere are malformed', () => {
    fc.assert(
      fc.property(arbitraryTypedValue(), fc.nat(), ({ type, value }, at) => {
        const bytes = encode(type, value);
        expect(() => decode(type, bytes.subarray(0, at % bytes.length))).toThrow(MalformedValue);
      }),
      { numRuns: 300 },
    );
  });

  it('of strings are UTF-8 of any length', () => {
    for (const text of ['', 'a', 'é'.repeat(63), 'é'.repeat(64), 'x'.repeat(127), 'x'.repeat(128), '😀'.repeat(9000)])
      expect(decode(t('string'), encode(t('string'), text))).toBe(text);
    expect(decode(t('string'), encode(t('string'), 'a\ud800b'))).toBe('a\ufffdb');
    expect(decode(t('string'), encode(t('string'), '\ufeffa'))).toBe('\ufeffa');
  });
});

describe('memory', () => {
  it('a list that claims more elements than there are bytes takes none', () => {
    for (const element of ['u8', 'u64', 'string', 'bool'])
      expect(() => decode({ kind: 'list', element: t(element) }, Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f))).toThrow(
        /more elements than there are bytes/,
      );
  });

  it('values that take much more memory than bytes are bounded before they are built', () => {
    const flags: ValueType = { kind: 'flags', flags: Array.from({ length: 8 }, (_, i) => ({ name: `f${i}` })) };
    const bytes = new Uint8Array(1_000_004);
    bytes.set([0xc0, 0x84, 0x3d]);
    const type: ValueType = { kind: 'list', element: flags };
    expect(() => decode(type, bytes.subarray(0, 1_000_003))).toThrow(expect.objectContaining({ failure: 'exhausted' }));
  });

  it('the arena ends at its limit', () => {
    const writer = new Writer();
    writer.limit = 1_000_000;
    expect(() => codecOf(t('string')).write(writer, 'x'.repeat(400_000), table)).toThrow(
      expect.objectContaining({ code: 'exhausted' }),
    );
  });
});

describe('what is not of the type', () => {
  it.each<[ValueType, unknown, string]>([
    [t('u8'), 256, ''],
    [t('u8'), -1, ''],
    [t('s32'), 1.5, ''],
    [t('u64'), 1, ''],
    [t('s64'), 2n ** 63n, ''],
    [t('bool'), 0, ''],
    [t('f32'), 1n, ''],
    [t('char'), 'ab', ''],
    [t('char'), '\ud800', ''],
    [t('string'), null, ''],
    [{ kind: 'tuple', items: [t('u8'), t('u8')] }, [1], ''],
    [{ kind: 'list', element: t('u16') }, [1, 2, 70_000], '[2]'],
    [{ kind: 'list', element: t('u8') }, 'text', ''],
    [{ kind: 'list', element: t('u8'), length: 2 }, [1, 2, 3], ''],
    [{ kind: 'enum', cases: [{ name: 'a' }] }, 'constructor', ''],
    [{ kind: 'flags', flags: [{ name: 'a-b' }] }, { aB: 1 }, '.aB'],
    [{ kind: 'result', ok: t('u8') }, { tag: 'ok', val: 'x' }, '.val'],
    [{ kind: 'variant', cases: [{ name: 'a' }] }, { tag: '__proto__' }, ''],
    [{ kind: 'option', some: { kind: 'option', some: t('u8') } }, undefined, ''],
  ])('%o refuses %o at "%s"', (type, value, path) => {
    let error: unknown;
    try {
      encode(type, value);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(Mismatch);
    expect((error as Mismatch).path).toBe(path);
  });
});
