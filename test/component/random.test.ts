/** Random values of random types go through a real guest, in and out, and come back equal. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printType, resolve } from '../../src/wit/index.js';
import { arbitraryTypedValue } from '../arbitrary/types.js';
import { GUEST, HOST, relayComponent, type StringEncoding } from '../differential/relay.js';
import { ComponentError, instantiate } from './support.js';

type Any = any;

/** Objects become ordinary ones, NaN one NaN, so that `toEqual` compares what the values are. */
function plain(value: Any): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (ArrayBuffer.isView(value)) return { [value.constructor.name]: Array.from(value as Any, plain) };
  if (value instanceof Map) return new Map([...value].map(([key, it]) => [plain(key), plain(it)]));
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, plain(it)]));
}

const TYPES = 40;

describe.each(['utf8', 'utf16', 'compact-utf16'] satisfies StringEncoding[])('with strings in %s', (encoding) => {
  it('any value of any type comes back as it went in', async () => {
    const one = arbitraryTypedValue({ depth: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: TYPES, maxLength: TYPES }), async (all) => {
        const types = all.map(({ type }) => type);
        const seen: unknown[] = [];
        const host = Object.fromEntries(
          types.map((type, i) => [
            `f${i}`,
            (value: Any) => {
              seen[i] = value;
              if (resolve(type).kind !== 'result') return value;
              if (value.tag === 'ok') return value.val;
              throw new ComponentError(value.val);
            },
          ]),
        );
        const instance = await instantiate(await relayComponent(types, encoding), { [HOST]: host });
        const guest = instance.sync[GUEST];
        for (const [i, { type, value }] of all.entries()) {
          let back: unknown;
          try {
            back = guest[`f${i}`](value);
            if (resolve(type).kind === 'result') back = { tag: 'ok', val: back };
          } catch (error) {
            if (!(error instanceof ComponentError)) throw new Error(printType(type), { cause: error });
            back = { tag: 'err', val: error.payload };
          }
          const expected = { type: printType(type), value: plain(value) };
          expect({ type: printType(type), value: plain(seen[i]) }).toEqual(expected);
          expect({ type: printType(type), value: plain(back) }).toEqual(expected);
        }
        expect(instance.state).toBe('idle');
      }),
      { numRuns: 5 },
    );
  });
});
