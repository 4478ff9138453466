import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type AuditEvent,
  type GrantsOption,
  Permissions,
  parseAppGrants,
  parseFlags,
  parsePolicy,
  resolveGrants,
} from '../../src/grants/index.js';
import { makeHost, manifestLayer, policyLayer } from './fixture.js';

const host = makeHost();
afterAll(() => host.remove());

const SECRET = 'open-sesame';
const environment = { PROD_KEY: SECRET };
const options = { cwd: host.root, environment };

/** Every way in which somebody might print a thing without meaning to show what it keeps. */
function printed(value: unknown): string {
  return [
    inspect(value),
    inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
    inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, customInspect: false }),
    JSON.stringify(value, (_, it) => (typeof it === 'bigint' ? `${it}` : it instanceof Map ? [...it] : it)),
    `${value}`,
  ].join('\n');
}

describe('the value of a variable is not shown by', () => {
  const app = parseAppGrants({ env: { KEY: SECRET, OTHER: { from: 'env:PROD_KEY' } } }, options);
  const grants = resolveGrants({ app });

  it('the grants, which have it', () => {
    expect(grants.environment.map(({ value }) => value)).toEqual([SECRET, SECRET]);
    expect(printed(grants)).not.toContain(SECRET);
  });

  it('a layer of any kind', () => {
    const layers = [
      app,
      parseFlags({ allowEnv: [`KEY=${SECRET}`] }, options),
      policyLayer({ env: { KEY: SECRET } }, host.root),
    ];
    for (const layer of layers) {
      expect(layer.env).toHaveProperty('size');
      expect(printed(layer)).not.toContain(SECRET);
    }
  });

  it('a policy', () => {
    const text = JSON.stringify({ version: 1, plugins: { a: { path: '.', env: { K: SECRET } } } });
    expect(printed(parsePolicy(text, { file: 'p.json', base: host.root }))).not.toContain(SECRET);
  });

  it('the permissions and the audit of an instance, which hands it out', () => {
    const events: AuditEvent[] = [];
    const permissions = new Permissions({ plugin: 'p', instance: 'i' }, grants, (event) => events.push(event));
    expect(permissions.environment()).toContainEqual(['KEY', SECRET]);
    permissions.denied('env', 'MISSING');
    expect(events).toHaveLength(3);
    expect(printed(permissions)).not.toContain(SECRET);
    expect(printed(events)).not.toContain(SECRET);
    expect(printed(permissions.denials)).not.toContain(SECRET);
  });

  it('an explanation and a suggestion', () => {
    for (const name of ['KEY', 'OTHER', 'NONE']) {
      expect(printed(grants.explain('env', name))).not.toContain(SECRET);
      expect(grants.grantWith('env', name)).not.toContain(SECRET);
    }
  });

  it.each<[string, () => unknown]>([
    ['a name that is wrong', () => parseAppGrants({ env: { 'A*': SECRET } }, options)],
    ['a name without a value', () => parseFlags({ env: [`=${SECRET}`] }, options)],
    ['a name with a pattern', () => parseFlags({ allowEnv: [`A*=${SECRET}`] }, options)],
    ['a denial with a value', () => parseFlags({ denyEnv: [`KEY=${SECRET}`] }, options)],
    ['two values', () => parseFlags({ allowEnv: [`K=${SECRET}`, 'K=other'] }, options)],
    ['a value with NUL', () => parseAppGrants({ env: { A: `${SECRET}\0` } }, options)],
    ['a value with NUL in a flag', () => parseFlags({ allowEnv: [`A=${SECRET}\0`] }, options)],
    ['a value of a wrong type', () => parseAppGrants({ env: { A: [SECRET] } } as unknown as GrantsOption, options)],
    ['a value in a wrong form', () => parseAppGrants({ env: { A: { from: SECRET } } }, options)],
    ['a value in a wrong place', () => parseAppGrants({ env: SECRET } as unknown as GrantsOption, options)],
    [
      'a value that differs',
      () => resolveGrants({ app, policy: policyLayer({ env: { KEY: 'x', OTHER: 'y' } }, host.root) }),
    ],
    [
      'an instance whose value differs',
      () => policyLayer({ env: { K: SECRET }, instances: { tenant: { env: { K: 'x' } } } }, host.root),
    ],
    ['a file that is no JSON', () => parsePolicy(`{ "env": { "K": "${SECRET}" `, { file: 'p.json', base: host.root })],
    [
      'a value narrowed to another',
      () => new Permissions({ plugin: 'p', instance: 'i' }, grants).narrow({ env: { KEY: 'x' } }),
    ],
    [
      'a request outside the policy',
      () =>
        resolveGrants({
          manifest: manifestLayer({ env: [{ allow: 'K', reason: 'r' }] }, host.root),
          policy: policyLayer({ env: { J: SECRET } }, host.root),
        }),
    ],
  ])('the error for %s', (_, run) => {
    let error: unknown;
    try {
      run();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'grants' });
    expect(printed(error)).not.toContain(SECRET);
  });
});
