import { describe, expect, it } from 'vitest';
import { makeContext, outcome } from './context.js';

const bytes = (context: ReturnType<typeof makeContext>, length: bigint) =>
  context.face('wasi:random/random').getRandomBytes!(length) as Uint8Array;

describe('random bytes', () => {
  it('are other ones for every instance and every call, by default', () => {
    const one = makeContext();
    const other = makeContext();
    expect(bytes(one, 32n)).toHaveLength(32);
    expect(bytes(one, 32n)).not.toEqual(bytes(one, 32n));
    expect(bytes(one, 32n)).not.toEqual(bytes(other, 32n));
  });

  it('are determined by a seed, whatever the pieces they are asked for in, and are the same for ever', () => {
    const first = makeContext({ random: { seed: 42 } });
    const second = makeContext({ random: { seed: 42 } });
    const whole = bytes(first, 24n);
    expect([...bytes(second, 5n), ...bytes(second, 19n)]).toEqual([...whole]);
    expect(bytes(makeContext({ random: { seed: 43 } }), 24n)).not.toEqual(whole);
    expect(Buffer.from(whole.subarray(0, 8)).toString('hex')).toMatchInlineSnapshot(`"84ff4994f6203958"`);
  });

  it('64 KiB at once is the most', () => {
    const context = makeContext();
    expect(bytes(context, 65_536n)).toHaveLength(65_536);
    for (const length of [65_537n, 2n ** 40n, 2n ** 64n - 1n]) {
      expect(outcome(() => bytes(context, length))).toMatchObject({ end: 'exhausted' });
    }
  });

  it('numbers and seeds come from the same source', () => {
    const { face } = makeContext({ random: { seed: 7 } });
    const again = makeContext({ random: { seed: 7 } }).face;
    const values = (of: typeof face) => [
      of('wasi:random/random').getRandomU64!(),
      of('wasi:random/insecure').getInsecureRandomU64!(),
      of('wasi:random/insecure-seed').insecureSeed!(),
      [...of('wasi:random/insecure').getInsecureRandomBytes!(4n)],
    ];
    expect(values(face)).toEqual(values(again));
    expect(typeof face('wasi:random/random').getRandomU64!()).toBe('bigint');
  });

  it.each([
    ['random', 'getRandomBytes'],
    ['random', 'getRandomU64'],
    ['insecure', 'getInsecureRandomBytes'],
    ['insecure', 'getInsecureRandomU64'],
    ['insecure-seed', 'insecureSeed'],
  ])('refused, %s.%s ends the instance', (name, func) => {
    const { face, permissions } = makeContext({ random: false });
    expect(outcome(() => face(`wasi:random/${name}`)[func]!(8n))).toMatchObject({ end: 'permission-denied' });
    expect(permissions.denials).toMatchObject([{ kind: 'random' }]);
  });
});
