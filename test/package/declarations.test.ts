/** The types that are published, as an app for Node sees them: without the library for browsers, and with nothing skipped. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

const APP = `import { ComponentError, createHost, decodeWorld, printWorld, type HostImports, type Instance } from 'hatchway';
const imports: HostImports = { 'demo:notes/log': { write: (line: string) => console.log(line) } };
const host = await createHost();
const plugin = await host.load('plugin.wasm');
const instance: Instance = await plugin.instantiate({ imports });
console.log(printWorld(decodeWorld(new Uint8Array())), instance.exports, new ComponentError('x').payload);
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hatchway-types-'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const [name, target] of [
    ['hatchway', root],
    ['@types/node', join(root, 'node_modules/@types/node')],
  ] as const) {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
    symlinkSync(target, join(folder, 'node_modules', name));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function complaints(text: string): string[] {
  const app = join(folder, 'app.ts');
  writeFileSync(app, text);
  const program = ts.createProgram([app], {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    lib: ['lib.es2023.d.ts'],
    types: ['node'],
    typeRoots: [join(folder, 'node_modules/@types')],
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}

test('they need nothing but the types of Node', () => {
  expect(complaints(APP)).toEqual([]);
});

test('they find what is wrong', () => {
  expect(complaints(APP.replace('{ imports }', '{ import: imports }'))).toEqual([
    expect.stringContaining("'import' does not exist"),
  ]);
});
