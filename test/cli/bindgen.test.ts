/** `hatchway bindgen`: what is written, and what is said of it. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hatchway, useFolder } from './command-line.js';

const folder = useFolder();

const WIT = `package demo:shop;
interface pricing { price: func(of: string) -> result<u64, string>; }
world shop { export pricing; }
world empty {}`;

test('the file of a world is written, others stay, and one that is up to date is not touched', async () => {
  const wit = folder.write('shop.wit', WIT);
  const out = folder.path('generated/deep');
  const command = ['bindgen', 'ts', '--wit', wit, '--world', 'shop', '--out', out];
  expect(await hatchway(command)).toEqual({ code: 0, stdout: `wrote ${out}/shop.ts\n`, stderr: '' });
  const text = readFileSync(`${out}/shop.ts`, 'utf8');
  expect(text).toContain('price: Fallible<(of: string) => Promise<bigint>, string>;');

  writeFileSync(`${out}/mine.ts`, 'mine');
  const { mtimeMs } = statSync(`${out}/shop.ts`);
  expect((await hatchway(command)).stdout).toBe(`${out}/shop.ts is up to date\n`);
  expect(statSync(`${out}/shop.ts`).mtimeMs).toBe(mtimeMs);
  expect(readdirSync(out).sort()).toEqual(['mine.ts', 'shop.ts']);

  writeFileSync(`${out}/shop.ts`, 'changed by hand');
  expect((await hatchway(command)).stdout).toBe(`wrote ${out}/shop.ts\n`);
  expect(readFileSync(`${out}/shop.ts`, 'utf8')).toBe(text);
});

test('bindings for AssemblyScript are several files', async () => {
  const out = folder.path('as');
  const wit = folder.write('shop.wit', WIT);
  const { code, stdout } = await hatchway(['bindgen', 'as', '--wit', wit, '--world', 'shop', '--out', out]);
  expect(code).toBe(0);
  const files = readdirSync(out);
  expect(files).toContain('component.ts');
  expect(stdout.trim().split('\n').sort()).toEqual(files.map((name) => `wrote ${out}/${name}`).sort());
});

test('--json says what was written', async () => {
  const out = folder.path('json');
  const { code, stdout } = await hatchway([
    ...['bindgen', 'ts', '--wit', folder.write('shop.wit', WIT), '--world', 'shop', '--out', out, '--json'],
  ]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    world: { package: 'demo:shop', name: 'shop' },
    files: [{ path: `${out}/shop.ts`, changed: true }],
  });
});

describe('what is wrong ends with the exit code for it, and nothing is written', () => {
  test.each([
    ['no world where there are several', ['ts'], 1, 'Name one of them: shop, empty.'],
    ['an unknown world', ['ts', '--world', 'shops'], 1, 'There is shop, empty.'],
    ['an unknown language', ['cobol', '--world', 'shop'], 2, 'Allowed choices are'],
  ])('%s', async (_, [language = '', ...args], code, message) => {
    const out = folder.path('nothing');
    const wit = folder.write('shop.wit', WIT);
    const outcome = await hatchway(['bindgen', language, '--wit', wit, '--out', out, ...args]);
    expect(outcome.code).toBe(code);
    expect(outcome.stderr).toContain(message);
    expect(() => statSync(out)).toThrow('ENOENT');
  });

  test('WIT that is wrong, as JSON too', async () => {
    const wit = folder.write('bad.wit', 'package a:b;\nworld w {\n  import f: func(;\n}');
    const args = ['bindgen', 'ts', '--wit', wit, '--out', folder.path('nothing')];
    const expected = `${wit}:3:18: expected a parameter, found ';'`;
    expect(await hatchway(args)).toEqual({ code: 1, stdout: '', stderr: `error: ${expected}\n` });
    const { stdout } = await hatchway([...args, '--json']);
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'invalid', message: expected });
  });

  test('a folder that cannot be written', async () => {
    const out = folder.path('a-file');
    writeFileSync(out, '');
    const wit = folder.write('shop.wit', WIT);
    const outcome = await hatchway(['bindgen', 'ts', '--wit', wit, '--world', 'shop', '--out', `${out}/x`]);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('cannot write');
  });
});
