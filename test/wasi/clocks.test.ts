import { describe, expect, it } from 'vitest';
import { makeContext, outcome } from './context.js';

const NOON = '2026-01-01T12:00:00Z';

describe('the clocks', () => {
  it('are real by default: the wall clock is the host’s, the monotonic one begins with the instance', () => {
    const { face } = makeContext();
    const before = BigInt(Math.floor(Date.now() / 1000));
    const { seconds, nanoseconds } = face('wasi:clocks/wall-clock').now!();
    expect(seconds - before).toBeLessThan(5n);
    expect(nanoseconds).toBeLessThan(1_000_000_000);
    const first = face('wasi:clocks/monotonic-clock').now!();
    expect(first).toBeLessThan(60_000_000_000n);
    expect(face('wasi:clocks/monotonic-clock').now!()).toBeGreaterThanOrEqual(first);
  });

  it('are frozen where the grant says so, and waiting still ends', () => {
    const { face } = makeContext({ clocks: { frozen: NOON } });
    const { now, subscribeDuration } = face('wasi:clocks/monotonic-clock');
    expect(face('wasi:clocks/wall-clock').now!()).toEqual({
      seconds: BigInt(Date.parse(NOON) / 1000),
      nanoseconds: 0,
    });
    expect(now!()).toBe(0n);
    const pollable = subscribeDuration!(3_000_000n);
    expect(pollable.ready()).toBe(false);
    pollable.block();
    expect(pollable.ready()).toBe(true);
    expect(now!()).toBe(0n);
  });

  it('are as coarse as the grant says', () => {
    const { face } = makeContext({ clocks: { resolution: '10ms' } });
    const { now, resolution } = face('wasi:clocks/monotonic-clock');
    expect(resolution!()).toBe(10_000_000n);
    for (let i = 0; i < 5; i++) expect(now!() % 10_000_000n).toBe(0n);
    expect(face('wasi:clocks/wall-clock').now!().nanoseconds % 10_000_000).toBe(0);
    expect(face('wasi:clocks/wall-clock').resolution!()).toEqual({ seconds: 0n, nanoseconds: 10_000_000 });
  });

  it.each([
    ['monotonic-clock', 'now'],
    ['monotonic-clock', 'resolution'],
    ['wall-clock', 'now'],
    ['wall-clock', 'resolution'],
  ])('refused, %s.%s ends the instance and says what would allow it', (name, func) => {
    const { face, permissions } = makeContext({ clocks: false });
    const refused = outcome(() => face(`wasi:clocks/${name}`)[func]!());
    expect(refused).toMatchObject({ end: 'permission-denied' });
    const [denial] = permissions.denials;
    expect(denial).toMatchObject({ kind: 'clocks', plugin: 'guest', instance: 'guest' });
    expect((refused as { message: string }).message).toContain(denial!.grantWith);
  });

  it('know no time zone but UTC', () => {
    const { face } = makeContext();
    const now = { seconds: 0n, nanoseconds: 0 };
    expect(face('wasi:clocks/timezone').utcOffset!(now)).toBe(0);
    expect(face('wasi:clocks/timezone').display!(now)).toEqual({
      utcOffset: 0,
      name: 'UTC',
      inDaylightSavingTime: false,
    });
  });
});
