/** Each attempt with each grant: what is answered, what is recorded, and that what was refused changed nothing. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Denial } from '../../../src/errors/index.js';
import { type Attempt, groups, make, title } from './attempts.js';
import { code, fill, grant, instance, type Right, temporaryDirectory, tree } from './support.js';

interface Outcome {
  readonly code: string;
  readonly denials: readonly Denial[];
}

/** Makes attempts, each by an instance of its own, on a directory that is as `fill` leaves it. */
function outcomes(
  attempts: readonly Attempt[],
  rights: readonly Right[],
  revoked: readonly Right[] = [],
): Map<Attempt, Outcome> {
  const above = temporaryDirectory();
  const directory = join(above, 'granted');
  const renew = () => {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory);
    fill(directory);
    return tree(above);
  };
  writeFileSync(join(above, 'outside'), 'secret');
  let before = renew();
  const found = new Map<Attempt, Outcome>();
  for (const attempt of attempts) {
    const { root, permissions, files } = instance([grant('/data', directory, ...rights)]);
    for (const right of revoked) permissions.revoke(right);
    const answered = code(() => make(root, attempt.operation));
    found.set(attempt, { code: answered, denials: permissions.denials });
    files.dispose();
    if (answered === 'ok' && attempt.needs === 'write') before = renew();
    else expect(tree(above), title(attempt.operation)).toEqual(before);
  }
  return found;
}

const named = <T>(attempts: readonly Attempt[], show: (attempt: Attempt) => T) =>
  Object.fromEntries(attempts.map((attempt) => [title(attempt.operation), show(attempt)]));

describe.each([
  { granted: 'read and write', rights: ['read', 'write'], expected: (it: Attempt) => it.code },
  {
    granted: 'read',
    rights: ['read'],
    expected: (it: Attempt) => it.readOnly ?? (it.needs === 'write' ? 'not-permitted' : it.code),
  },
  {
    granted: 'write',
    rights: ['write'],
    expected: (it: Attempt) => it.writeOnly ?? (it.needs === 'read' ? 'not-permitted' : it.code),
  },
] satisfies { granted: string; rights: Right[]; expected: (attempt: Attempt) => string }[])(
  'with $granted granted',
  ({ rights, expected }) => {
    it.each(Object.entries(groups))('%s', (_group, attempts) => {
      const found = outcomes(attempts, rights);
      expect(named(attempts, (it) => found.get(it)!.code)).toEqual(named(attempts, expected));
    });
  },
);

describe('a refusal is recorded with the path that was asked for', () => {
  it.each(Object.entries(groups))('%s', (_group, attempts) => {
    const writes = attempts.filter((it) => it.needs === 'write' && it.readOnly === undefined);
    const found = outcomes(writes, ['read']);
    for (const [{ operation }, { denials }] of found) {
      expect(denials, title(operation)).toHaveLength(1);
      const { kind, target, grantWith } = denials[0]!;
      expect(kind).toBe('write');
      expect(target).toMatch(/^\//);
      expect(grantWith).toBe(`--allow-write=${target}`);
    }
  });

  it.each([
    ['.', '/data'],
    ['new', '/data/new'],
    ['./d//../new', '/data/new'],
    ['d/', '/data/d'],
    ['../x', '/x'],
    ['/etc/passwd', '/etc/passwd'],
    ['../../..', '/'],
  ])('making the directory %j: %j', (path, target) => {
    const { root, permissions } = instance([grant('/data', temporaryDirectory(), 'read')]);
    expect(code(() => root.createDirectoryAt(path))).toBe('not-permitted');
    expect(permissions.denials).toMatchObject([{ kind: 'write', target }]);
  });
});

describe('once it was taken back nothing is answered but that it is', () => {
  it.each(Object.entries(groups))('%s', (_group, attempts) => {
    const found = outcomes(attempts, ['read', 'write'], ['read', 'write']);
    // What is wrong with the flags alone is said first, as elsewhere.
    const expected = (it: Attempt) => (it.readOnly === 'invalid' ? 'invalid' : 'not-permitted');
    expect(named(attempts, (it) => found.get(it)!.code)).toEqual(named(attempts, expected));
  });
});

describe('with nothing granted there is nothing', () => {
  it.each(Object.entries(groups))('%s', (_group, attempts) => {
    for (const { operation, needs } of attempts) {
      const { root, permissions } = instance([]);
      expect(
        code(() => make(root, operation)),
        title(operation),
      ).toBe('no-entry');
      const kind = needs === 'write' ? 'write' : 'read';
      expect(permissions.denials[0]).toMatchObject({ kind, target: expect.stringMatching(/^\//) });
    }
  });
});

it('no two attempts are called the same', () => {
  const titles = Object.values(groups)
    .flat()
    .map(({ operation }) => title(operation));
  expect(titles.filter((it, index) => titles.indexOf(it) !== index)).toEqual([]);
  expect(titles.length).toBeGreaterThan(250);
});
