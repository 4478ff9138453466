import { afterAll, describe, expect, it } from 'vitest';
import { checkEnforced, meetLimits, parsePolicy, type SaidLimits } from '../../src/grants/index.js';
import { parseManifest } from '../../src/grants/manifest.js';
import { Problems } from '../../src/grants/problems.js';
import { makeHost } from './fixture.js';

const host = makeHost();
afterAll(() => host.remove());

const DIGEST = 'a'.repeat(64);

function policyLimits(defaults: object | undefined, entry: object, instance = 'tenant'): SaidLimits {
  const text = JSON.stringify({
    version: 1,
    defaults: { limits: defaults },
    plugins: { a: { sha256: DIGEST, ...entry } },
  });
  return parsePolicy(text, { file: 'policy.json', base: host.root }).forPlugin({ sha256: DIGEST }).limits(instance);
}

function manifestLimits(limits: object): SaidLimits {
  const text = JSON.stringify({ id: 'a', version: '1.0.0', artifacts: { wasm: { path: 'plugin.wasm' } }, limits });
  const problems = new Problems();
  const manifest = parseManifest(text, { file: 'plugin.json', folder: `${host.root}/plugin` }, problems);
  problems.throwIfAny('plugin.json cannot be used');
  return manifest!.limits;
}

function meet(...parties: SaidLimits[]): SaidLimits['values'] {
  const problems = new Problems();
  const { values } = meetLimits(parties, problems);
  problems.throwIfAny('the limits cannot hold');
  return values;
}

describe('the limits of a plugin are', () => {
  it('those of its entry, else the defaults', () => {
    const { values } = policyLimits({ memory: '128Mi', timeout: '5s' }, { limits: { memory: '1Gi', fuel: 7 } });
    expect(values).toEqual({ memory: 2 ** 30, timeout: 5_000, fuel: 7 });
  });

  it('less for an instance', () => {
    const entry = { limits: { memory: '1Gi' }, instances: { tenant: { limits: { memory: '1Mi', waiting: '10ms' } } } };
    expect(policyLimits(undefined, entry).values).toEqual({ memory: 2 ** 20, waiting: 10 });
    expect(policyLimits(undefined, entry, 'other').values).toEqual({ memory: 2 ** 30 });
  });

  it('never more for an instance', () => {
    const entry = { limits: { memory: '1Mi' }, instances: { tenant: { limits: { memory: '1Gi' } } } };
    expect(() => policyLimits(undefined, entry)).toThrow(
      /policy\.json:1:\d+: memory is more than policy\.json:1:\d+ allows/,
    );
  });

  it('the smallest that anybody says', () => {
    expect(meet(policyLimits({ memory: '128Mi', timeout: '5s' }, {}), manifestLimits({ memory: '64Mi' }))).toEqual({
      memory: 2 ** 26,
      timeout: 5_000,
    });
  });

  it('no more than the policy says, whatever a plugin asks for', () => {
    expect(() => meet(policyLimits({ timeout: '1s' }, {}), manifestLimits({ timeout: '2s' }))).toThrow(
      /plugin\.json:1:\d+: timeout is more than policy\.json:1:\d+ allows/,
    );
  });

  it.each<[string, object, string]>([
    ['none at all', { memory: 0 }, 'more than none'],
    ['negative', { timeout: -1 }, 'more than none'],
    ['no size', { memory: '64MB' }, 'a size is whole bytes'],
    ['no duration', { timeout: '5' }, 'a duration is a number and a unit'],
    ['no whole fuel', { fuel: 1.5 }, 'fuel is a whole number'],
    ['unknown', { memmory: 1 }, 'limits has no "memmory". Did you mean "memory"?'],
  ])('refused if they are %s', (_, limits, problem) => {
    expect(() => policyLimits(limits, {})).toThrow(problem);
    expect(() => manifestLimits(limits)).toThrow(problem);
  });
});

describe('a limit that this runtime does not enforce', () => {
  const said = policyLimits({ memory: '1Mi', fuel: 1 }, {});

  it('does not load', () => {
    const problems = new Problems();
    expect(checkEnforced(said, new Set(['memory']), 'error', problems)).toEqual([]);
    expect(() => problems.throwIfAny('no')).toThrow(
      /policy\.json:1:\d+: the limit fuel is not enforced here\. .*"unenforced": "warn"/,
    );
  });

  it('is a warning where the policy says so', () => {
    const problems = new Problems();
    expect(checkEnforced(said, new Set(['memory']), 'warn', problems)).toEqual([
      expect.stringMatching(/^policy\.json:1:\d+: the limit fuel is not enforced here$/),
    ]);
    expect(problems.any).toBe(false);
  });

  it('as the entry says, else the whole policy', () => {
    const text = JSON.stringify({
      version: 1,
      unenforced: 'warn',
      plugins: { a: { sha256: DIGEST, unenforced: 'error' } },
    });
    const policy = parsePolicy(text, { file: 'policy.json', base: host.root });
    expect(policy.forPlugin({ sha256: DIGEST }).unenforced).toBe('error');
    expect(policy.forPlugin({ sha256: 'b'.repeat(64) }).unenforced).toBe('warn');
  });
});
