import { expect, test } from 'vitest';
import { showDenials } from '../../src/cli/denials.js';
import type { Denial } from '../../src/errors/index.js';

function shown(...denials: readonly [target: string, grantWith: string, rule?: string][]): string[] {
  let text = '';
  showDenials(
    { write: (more) => (text += more) },
    denials.map(([target, grantWith, rule = 'nothing was granted'], i): Denial => {
      return { id: `p#${i}`, plugin: 'p', instance: 'p', kind: 'read', target, rule, grantWith };
    }),
  );
  return text.split('\n').slice(0, -1);
}

test('each denial is shown with what would allow it', () => {
  expect(
    shown(['/a', '--allow-read=./a::/a'], ['/b\u001b[2J', '--allow-read=./b::/b', 'denied by --deny-read=/b']),
  ).toEqual([
    'denied: read of "/a": nothing was granted',
    '  to allow it: --allow-read=./a::/a',
    'denied: read of "/b\\u{1b}[2J": denied by --deny-read=/b',
    '  to allow it: --allow-read=./b::/b',
  ]);
});

test('what one flag would allow is said at once, and what is to be filled in after that', () => {
  const root = '--allow-read=HOST::/';
  expect(shown(['/.git', root], ['/etc/x', '--allow-read=HOST::/etc'], ['/.jj', root])).toEqual([
    'denied: read of "/.git" and "/.jj"',
    '  to allow them: --allow-read=HOST::/',
    'denied: read of "/etc/x": nothing was granted',
    '  to allow it: --allow-read=HOST::/etc',
    'HOST is the directory of yours that the plugin is to find under that path',
  ]);
  expect(shown(...['/a', '/b', '/c', '/d', '/e'].map((path): [string, string] => [path, root]))[0]).toBe(
    'denied: read of "/a", "/b", "/c" and 2 more',
  );
});

test('of very many ten are shown', () => {
  const lines = shown(
    ...Array.from({ length: 25 }, (_, i): [string, string] => [`/${i}`, `--allow-read=./${i}::/${i}`]),
  );
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toBe('and 15 more; --audit FILE has all of them');
});
