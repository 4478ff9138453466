import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hatchway, useFolder } from './command-line.js';

const folder = useFolder();

test('inspect prints the world as WIT, behind comments that say what the file is and needs', async () => {
  const path = folder.path('store.wasm');
  const bytes = readFileSync(path);
  const { code, stdout, stderr } = await hatchway(['inspect', path]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [head, wit] = stdout.split('\n\n', 1).concat(stdout.slice(stdout.indexOf('\n\n') + 2));
  expect(head).toBe(
    [
      `// ${JSON.stringify(path)}, ${bytes.length} bytes`,
      `// sha256 ${createHash('sha256').update(bytes).digest('hex')}`,
      '// needs demo:store/disk@1.2.0',
      '//       log-line',
    ].join('\n'),
  );
  expect(wit).toMatch(/^package root:component;\n/);
  expect(wit).toContain('import demo:store/disk@1.2.0;');
  expect(wit).toContain('export find: func(name: u32) -> result<u32, u32>;');
});

test('what needs nothing says so', async () => {
  expect((await hatchway(['inspect', folder.path('collections.wasm')])).stdout).toContain('\n// needs nothing\n');
});

test('only the comments are dimmed on a terminal', async () => {
  const { stdout } = await hatchway(['inspect', folder.path('store.wasm')], { colours: true });
  expect(stdout.split('\u001b')).toHaveLength(3);
  expect(stdout.startsWith('\u001b[2m// "')).toBe(true);
  expect(stdout).toContain('log-line\u001b[22m\n\npackage');
});

test('--json prints one object for programs', async () => {
  const path = folder.path('store.wasm');
  const bytes = readFileSync(path);
  const { code, stdout, stderr } = await hatchway(['inspect', '--json', path], { colours: true });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({
    path,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    imports: [
      {
        kind: 'interface',
        name: 'demo:store/disk@1.2.0',
        types: [],
        functions: [
          { name: 'size', signature: 'size: func(name: u32) -> u32' },
          { name: 'find', signature: 'find: func(name: u32) -> result<u32, u32>' },
        ],
      },
      { kind: 'function', name: 'log-line', signature: 'log-line: func(line: u32)' },
    ],
    exports: [
      { kind: 'type', name: 'item' },
      { kind: 'function', name: 'size', signature: 'size: func(name: u32) -> u32' },
      { kind: 'function', name: 'find', signature: 'find: func(name: u32) -> result<u32, u32>' },
      { kind: 'function', name: 'first-item', signature: 'first-item: func() -> item' },
    ],
    wit: expect.stringContaining('export find: func(name: u32) -> result<u32, u32>;'),
  });
});

test('--json prints an object where something is wrong, too', async () => {
  const missing = await hatchway(['inspect', '--json', folder.path('none.wasm')]);
  expect(missing).toMatchObject({ code: 1, stderr: '' });
  expect(JSON.parse(missing.stdout)).toEqual({
    error: { code: 'not-found', message: expect.stringContaining('there is no file'), mend: expect.any(String) },
  });

  const bytes = readFileSync(folder.path('store.wasm'));
  const broken = await hatchway(['inspect', '--json', folder.write('broken.wasm', bytes.subarray(0, 40))]);
  expect(broken).toMatchObject({ code: 1, stderr: '' });
  expect(JSON.parse(broken.stdout).error).toMatchObject({ code: 'malformed', offset: expect.any(Number) });
});
