import { afterAll, describe, expect, it } from 'vitest';
import { Audit, type AuditEvent, Permissions, resolveGrants } from '../../src/grants/index.js';
import { makeHost, manifestLayer, policyLayer, resolveSaid } from './fixture.js';

const host = makeHost();
afterAll(() => host.remove());

const NAME = { plugin: 'p', instance: 'i' };

describe('the checks of an instance', () => {
  it('are told once each, and how often at the end', () => {
    const events: AuditEvent[] = [];
    const permissions = new Permissions(NAME, resolveSaid({ app: {} }, host.root), (event) => events.push(event));
    for (let i = 0; i < 3; i++) permissions.denied('read', '/data/x');
    permissions.allowed('read', '/config/y', 'grants.read');
    expect(events.map(({ outcome, target, count }) => [outcome, target, count])).toEqual([
      ['denied', '/data/x', 1],
      ['allowed', '/config/y', 1],
    ]);
    permissions.end();
    expect(events.slice(2)).toEqual([{ ...events[0], time: expect.any(String), count: 3 }]);
  });

  it('have one id in the denial, the error and the event', () => {
    const events: AuditEvent[] = [];
    const permissions = new Permissions(NAME, resolveSaid({ flags: {} }, host.root), (event) => events.push(event));
    const denial = permissions.denied('env', 'KEY');
    expect(denial).toEqual({
      ...NAME,
      id: 'i#1',
      kind: 'env',
      target: 'KEY',
      rule: 'nothing was granted',
      grantWith: '--allow-env=KEY',
    });
    expect(permissions.denials).toEqual([denial]);
    expect(events).toMatchObject([{ id: 'i#1', grantWith: '--allow-env=KEY' }]);
    expect(() => permissions.refuse('env', 'KEY')).toThrow(
      expect.objectContaining({ error: expect.objectContaining({ code: 'permission-denied', denial }) }),
    );
  });

  it('are kept within bounds, however many a guest makes', () => {
    const events: AuditEvent[] = [];
    const audit = new Audit(NAME, (event) => events.push(event));
    const decide = () => ({ rule: 'r', grantWith: 'g' });
    for (let i = 0; i < 3_000; i++) audit.denied('read', `/${'x'.repeat(5_000)}/${i}`, decide);
    expect(events).toHaveLength(1);
    expect(events[0]!.target).toHaveLength(4_096);
    for (let i = 0; i < 3_000; i++) audit.denied('read', `/${i}`, decide);
    expect(audit.denials).toHaveLength(100);
  });

  it('are explained only where somebody reads it', () => {
    let explained = 0;
    const audit = new Audit(NAME);
    const decide = () => ({ rule: `rule ${++explained}`, grantWith: 'g' });
    const denials = Array.from({ length: 1_000 }, (_, i) => audit.denied('read', `/${i}`, decide));
    expect(explained).toBe(100);
    expect(denials.at(-1)).toMatchObject({ id: 'i#1000', target: '/999', rule: 'rule 101', grantWith: 'g' });
    expect(explained).toBe(101);
  });
});

describe('when a plugin is loaded, before an app has spoken,', () => {
  const manifest = manifestLayer(
    { read: [{ allow: '/config', reason: 'x' }], env: [{ allow: 'K', reason: 'x' }] },
    host.root,
  );

  it('what the app may still name is no error', () => {
    const policy = policyLayer({ read: ['/config'], env: ['K'] }, host.root);
    expect(() => resolveGrants({ manifest, policy })).toThrow('nobody says');
    expect(resolveGrants({ manifest, policy, partial: true })).toMatchObject({ directories: [], environment: [] });
  });

  it('a request outside the policy is one', () => {
    expect(() =>
      resolveGrants({ manifest, policy: policyLayer({ read: ['/config'] }, host.root), partial: true }),
    ).toThrow('the plugin needs env of "K"');
  });
});
