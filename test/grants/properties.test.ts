import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { ResolvedGrants } from '../../src/grants/index.js';
import { asFlags, givenBy, makeHost, resolveSaid, type Said, type Written } from './fixture.js';

const host = makeHost();
const { root } = host;
afterAll(() => host.remove());

/** One layout for all parties, so that most of what they say fits together. */
const LAYOUT: Readonly<Record<string, string>> = {
  '/data': 'data',
  '/data/in': 'data/in',
  '/data/in/deep': 'data/in/deep',
  '/config': 'conf',
};
const guests = fc.uniqueArray(fc.constantFrom(...Object.keys(LAYOUT)));
const mapped = guests.map((list) => Object.fromEntries(list.map((guest) => [guest, LAYOUT[guest]!])));
const directories = fc.oneof({ weight: 6, arbitrary: mapped }, guests, fc.constantFrom(true, false, '*', undefined));
const names = fc.uniqueArray(fc.constantFrom('A', 'B', 'HOME'));
const valued = names.map((list) => Object.fromEntries(list.map((name) => [name, `value of ${name}`])));
const variables = fc.oneof({ weight: 6, arbitrary: valued }, names, fc.constantFrom(true, false, undefined));
const clocks = fc.constantFrom(
  true,
  undefined,
  undefined,
  false,
  'frozen',
  { frozen: '1980-01-01' },
  { resolution: '1ms' },
  { resolution: '1s' },
);
const random = fc.constantFrom(true, undefined, undefined, false, { seed: 1 });
const deny = fc.option(fc.record({ read: fc.oneof(guests, fc.boolean()), env: fc.oneof(names, fc.boolean()) }), {
  nil: undefined,
  freq: 3,
});
const party: fc.Arbitrary<Written> = fc
  .record({
    read: directories,
    write: directories,
    env: variables,
    clocks,
    random,
    run: fc.constantFrom(true, false, undefined),
    deny,
  })
  .map(withoutAbsent);

/** One that says only what flags can say. */
const sayable: fc.Arbitrary<Written> = fc
  .record({
    read: fc.oneof(mapped, fc.constantFrom(true, undefined)),
    write: fc.oneof(mapped, fc.constantFrom(true, undefined)),
    env: fc.oneof(valued, fc.constantFrom(true, undefined)),
    run: fc.constantFrom(true, undefined),
    deny,
  })
  .map(withoutEmpty);

const request: fc.Arbitrary<Written> = fc
  .record({ read: guests, write: guests, env: names })
  .map(({ read, write, env }) => {
    const ask = (list: readonly string[]) => list.map((allow) => ({ allow, reason: 'x', optional: true }));
    return { read: ask(read), write: ask(write), env: ask(env) };
  });

/** What holds; `undefined` where the parties contradict each other, so that nothing loads. */
function resolved(said: Said): ResolvedGrants | undefined {
  try {
    return resolveSaid(said, root);
  } catch (error) {
    expect(error).toMatchObject({ code: 'grants' });
    return undefined;
  }
}

/** What a party would give if it named all that it leaves to others. */
function utmost(written: Written): Written {
  const fill = (value: unknown) =>
    Array.isArray(value) ? Object.fromEntries(value.map((it: string) => [it, LAYOUT[it] ?? `value of ${it}`])) : value;
  return {
    ...written,
    read: fill(written.read ?? {}),
    write: fill(written.write ?? {}),
    env: fill(written.env ?? {}),
    deny: undefined,
  };
}

function withoutAbsent(written: Written): Written {
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined));
}

/** Flags cannot say that there is nothing. */
function withoutEmpty(written: Written): Written {
  const isEmpty = (value: unknown) => typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return Object.fromEntries(Object.entries(withoutAbsent(written)).filter(([, value]) => !isEmpty(value)));
}

const PATHS = [...Object.keys(LAYOUT), '/', '/data/other', '/config/x', '/elsewhere'];

describe('whatever the parties say', () => {
  it('nobody gets what one of them does not give', () => {
    let loaded = 0;
    fc.assert(
      fc.property(
        fc.option(party, { nil: undefined }),
        fc.option(party, { nil: undefined }),
        fc.option(request, { nil: undefined }),
        (app, policy, manifest) => {
          const both = resolved({ ...(app && { app }), ...(policy && { policy }), ...(manifest && { manifest }) });
          if (both === undefined) return;
          loaded++;
          const onlyDenies = (it: Written) => it.deny !== undefined && Object.keys(it).length === 1;
          const parties: Said[] = [
            ...(app && !onlyDenies(app) ? [{ app: utmost(app) }] : []),
            ...(policy ? [{ policy: utmost(policy) }] : []),
          ];
          if (parties.length === 0) expect(givenBy(both, root)).toMatchObject({ directories: [], env: {}, run: false });
          for (const alone of parties) {
            const own = resolved(alone);
            if (own === undefined) continue;
            for (const kind of ['read', 'write'] as const) {
              for (const path of PATHS)
                if (both.explain(kind, path).allowed) expect(own.explain(kind, path).allowed).toBe(true);
            }
            // One that passes on everything leaves it to the other which variables there are.
            const all = Object.values(alone).some(({ env }: Written) => env === true);
            for (const { name } of all ? [] : both.environment)
              expect(own.environment.map((it) => it.name)).toContain(name);
            if (both.run) expect(own.run).toBe(true);
            if (own.clocks.kind === 'refused') expect(both.clocks.kind).toBe('refused');
            if (own.clocks.kind === 'frozen') expect(both.clocks.kind).not.toBe('real');
            if (own.clocks.kind === 'real' && both.clocks.kind === 'real')
              expect(both.clocks.resolution).toBeGreaterThanOrEqual(own.clocks.resolution);
            if (own.random.kind !== 'secure') expect(['refused', own.random.kind]).toContain(both.random.kind);
          }
          for (const denying of [app, policy]) {
            const { read, env } = (denying?.deny ?? {}) as { read?: unknown; env?: unknown };
            for (const path of read === true ? PATHS : Array.isArray(read) ? read : [])
              expect(both.explain('read', path).allowed).toBe(false);
            for (const { name } of both.environment)
              expect(env === true || (Array.isArray(env) && env.includes(name))).toBe(false);
          }
        },
      ),
      { numRuns: 100 },
    );
    expect(loaded).toBeGreaterThan(25);
  });

  it('a directory of the host is given as what it is called in the layout, and nothing else', () => {
    fc.assert(
      fc.property(party, party, (app, policy) => {
        for (const { guest, host: path } of resolved({ app, policy })?.directories ?? []) {
          expect([LAYOUT[guest] && `${root}/${LAYOUT[guest]}`, guest]).toContain(path);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('the same party twice gives what it gives once', () => {
    fc.assert(
      fc.property(party, (written) => {
        const once = resolved({ app: written });
        const twice = resolved({ app: written, policy: written });
        // A policy that only denies gives nothing by its silence.
        if (once === undefined || twice === undefined) expect(twice).toBe(once);
        else expect(givenBy(twice, root)).toEqual(givenBy(once, root));
      }),
      { numRuns: 100 },
    );
  });

  it('the form makes no difference', () => {
    let asked = 0;
    fc.assert(
      fc.property(sayable, (written) => {
        const inCode = resolved({ app: written });
        const inPolicy = resolved({ policy: written });
        const given = inCode && givenBy(inCode, root);
        expect(inPolicy && givenBy(inPolicy, root)).toEqual(given);
        const flags = asFlags(written);
        if (flags === undefined) return;
        asked++;
        const byFlags = resolved({ flags });
        expect(byFlags && givenBy(byFlags, root)).toEqual(given);
      }),
      { numRuns: 100 },
    );
    expect(asked).toBeGreaterThan(80);
  });
});
