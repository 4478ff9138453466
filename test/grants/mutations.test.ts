import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type GrantFlags, type GrantsOption, parseAppGrants, parseFlags, parsePolicy } from '../../src/grants/index.js';
import { parseManifest } from '../../src/grants/manifest.js';
import { Problems } from '../../src/grants/problems.js';
import { makeHost } from './fixture.js';

const host = makeHost();
const { root } = host;
afterAll(() => host.remove());

const POLICY = `{ "version": 1, "defaults": { "limits": { "memory": "128Mi" }, "clocks": { "resolution": "1ms" } },
  "plugins": { "acme.weather@^1": { "sha256": ["${'a'.repeat(64)}"], "read": { "/config": "conf" }, // the stations
    "env": { "KEY": { "from": "env:HOME" } }, "random": { "seed": 1 }, "deny": { "read": ["/x"] },
    "instances": { "tenant-a": { "env": {} } } } } }`;
const MANIFEST = `{ "id": "acme.weather", "version": "1.4.0", "world": "acme:weather/plugin@1.2.0",
  "artifacts": { "wasm": { "path": "plugin.wasm" }, "native": { "linux-x64": { "path": "plugin.wasm" } } },
  "permissions": { "read": [{ "allow": "/config", "reason": "stations" }], "run": { "allow": true, "reason": "x" } } }`;

/** A text with a few pieces of it cut out, doubled, or replaced. */
const mutated = (text: string) =>
  fc
    .array(
      fc.tuple(
        fc.nat(text.length),
        fc.nat(6),
        fc.oneof(
          fc.constantFrom(
            '',
            '{',
            '}',
            '[',
            ']',
            '"',
            ',',
            'null',
            '1e999',
            '-0',
            '"__proto__": 1,',
            '\\u0000',
            '//',
            '/*',
            '\ud800',
          ),
          fc.string({ maxLength: 3 }),
        ),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((edits) => edits.reduce((it, [at, length, put]) => it.slice(0, at) + put + it.slice(at + length), text));

/** Whatever is read either is fine or is refused in words that can be shown. */
function expectReadable(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    expect(error).toMatchObject({ name: 'HatchwayError', code: 'grants' });
    // Lines are ours.
    expect((error as Error).message.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  }
}

describe('whatever stands in it, it is read or refused in words', () => {
  it('a policy', () => {
    fc.assert(
      fc.property(mutated(POLICY), (text) => {
        expectReadable(() =>
          parsePolicy(text, { file: 'policy.json', base: root }).forPlugin({ sha256: 'a'.repeat(64) }),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('a manifest', () => {
    fc.assert(
      fc.property(mutated(MANIFEST), (text) => {
        const problems = new Problems();
        expectReadable(() => {
          parseManifest(text, { file: 'plugin.json', folder: `${root}/plugin` }, problems);
          problems.throwIfAny('it cannot be used');
        });
      }),
      { numRuns: 200 },
    );
  });

  it('the grants of an app', () => {
    const word = fc.constantFrom('read', 'write', 'env', 'clocks', 'random', 'run', 'deny', 'http', 'x\u202e');
    fc.assert(
      fc.property(
        fc.dictionary(word, fc.anything({ withBigInt: true, withMap: true, withDate: true, withNullPrototype: true })),
        (grants) => {
          expectReadable(() => parseAppGrants(grants as GrantsOption, { cwd: root, environment: {} }));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('flags', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom('conf::/a', 'conf', '::', '*', 'A=1', '/a::/../b', '\0::/a'),
    );
    const flag = fc.constantFrom(
      'allowRead',
      'allowWrite',
      'allowEnv',
      'denyRead',
      'denyWrite',
      'denyEnv',
      'dir',
      'env',
    );
    fc.assert(
      fc.property(fc.dictionary(flag, fc.array(value, { maxLength: 3 })), (flags) => {
        expectReadable(() => parseFlags(flags as GrantFlags, { cwd: root }));
      }),
      { numRuns: 200 },
    );
  });
});
