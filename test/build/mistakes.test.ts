/** Mistakes in what is to be built: each is told in the author's own file, or names what to do, and leaves nothing behind. */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hatchway } from '../cli/command-line.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'hatchway-mistakes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WIT = `package test:mistakes;
interface work { double: func(n: u32) -> u32; }
world plugin { import log: func(line: string); export work; }
`;
const TWO = `${WIT}world other { export work; }\n`;
const JS = 'export const work = { double: (n) => n * 2 };\n';

let count = 0;

/** A new folder with some files. */
function project(files: Record<string, string>): string {
  const made = join(folder, `plugin-${++count}`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(made, path)), { recursive: true });
    writeFileSync(join(made, path), text);
  }
  return made;
}

/** What `hatchway build` says; the parts of the machine's paths left out. */
async function build(files: Record<string, string>, ...args: string[]) {
  const made = project(files);
  const { code, stdout, stderr } = await hatchway(['build', made, ...args.map((arg) => arg.replace('DIR', made))]);
  expect(stdout).toBe('');
  return { code, stderr: stderr.replaceAll(made, 'DIR').replace(/^[a-zA-Z ]+ …\n/gm, '') };
}

interface Row {
  name: string;
  files: Record<string, string>;
  args?: string[];
  says: string;
}

const DOES_NOT = 'error: the plugin does not compile:\n  - ';

const rows: Row[] = [
  {
    name: 'a syntax error in JavaScript',
    files: { 'plugin.js': 'export const work = {\n  double: (n) => n *,\n};\n', 'plugin.wit': WIT },
    says: `${DOES_NOT}DIR/plugin.js:2:21: Unexpected token ','\n`,
  },
  {
    name: 'a syntax error in a module of the plugin',
    files: { 'plugin.js': `import './lib/x.js';\n${JS}`, 'lib/x.js': 'let a;\nlet a;\n', 'plugin.wit': WIT },
    says: `${DOES_NOT}DIR/lib/x.js:2:5: Identifier 'a' has already been declared\n`,
  },
  {
    name: 'a name that a module does not have',
    files: {
      'plugin.js': `import { a,\n  b } from './x.js';\n${JS}`,
      'x.js': 'export const a = 1;\n',
      'plugin.wit': WIT,
    },
    says: `${DOES_NOT}DIR/plugin.js:2:3: "./x.js" has no "b"\n`,
  },
  {
    name: 'a module that is not there',
    files: { 'plugin.js': `import './x.js';\n${JS}`, 'plugin.wit': WIT },
    says: 'error: "DIR/plugin.js" imports "./x.js", and there is no such file\n',
  },
  {
    name: 'a package',
    files: { 'plugin.js': `import 'lodash';\n${JS}`, 'plugin.wit': WIT },
    says:
      'error: "DIR/plugin.js" imports "lodash", which is neither a local file nor an import of its world. ' +
      'The world imports log. Packages of npm have to be bundled into the plugin first.\n',
  },
  {
    name: 'an export that is missing',
    files: { 'plugin.js': 'export const wrok = {};\n', 'plugin.wit': WIT },
    says: `${DOES_NOT}DIR/plugin.js:1:1: the export "work" is missing, which the world wants\n`,
  },
  {
    name: 'an export of the wrong type in TypeScript',
    files: { 'plugin.ts': '\nexport const work = { double: (n: string) => n };\n', 'plugin.wit': WIT },
    says: 'DIR/plugin.ts:2:14: the export "work" is not what the world wants: ',
  },
  {
    name: 'a type error in TypeScript',
    files: {
      'plugin.ts': "import log from 'log';\nlog(1);\nexport const work = { double: (n: number) => n };\n",
      'plugin.wit': WIT,
    },
    says: `${DOES_NOT}DIR/plugin.ts:2:5: Argument of type 'number' is not assignable to parameter of type 'string'.\n`,
  },
  {
    name: 'a type error in AssemblyScript',
    files: {
      'assembly/plugin.ts':
        'import { log } from "./bindings/world";\nexport namespace work {\n  export function double(n: u32): u32 { log(n); return n; }\n}\n',
      'plugin.wit': WIT,
    },
    says: `${DOES_NOT}DIR/assembly/plugin.ts:3:45: `,
  },
  {
    name: 'an export that is missing in AssemblyScript',
    files: {
      'assembly/plugin.ts': 'export namespace work {\n  export function treble(n: u32): u32 { return n; }\n}\n',
      'plugin.wit': WIT,
    },
    says: `${DOES_NOT}DIR/assembly/plugin.ts:1:18: `,
  },
  {
    name: 'an export of the wrong type in AssemblyScript',
    files: {
      'assembly/plugin.ts': 'export namespace work {\n  export function double(n: string): u32 { return 1; }\n}\n',
      'plugin.wit': WIT,
    },
    says: `${DOES_NOT}DIR/assembly/plugin.ts:2:19: `,
  },
  {
    name: 'WIT that does not parse',
    files: { 'plugin.js': JS, 'plugin.wit': 'package a:b;\nworld {\n' },
    says: 'error: DIR/plugin.wit:2:7: ',
  },
  {
    name: 'a world that does not exist',
    files: { 'plugin.js': JS, 'plugin.wit': TWO },
    args: ['--world', 'another'],
    says: 'error: there is no world "another" in the package test:mistakes. There is plugin, other.\n',
  },
  {
    name: 'several worlds',
    files: { 'plugin.js': JS, 'plugin.wit': TWO },
    says: 'error: the package test:mistakes has several worlds. Name one of them: plugin, other.\n',
  },
  {
    name: 'no WIT',
    files: { 'plugin.js': JS },
    says: 'error: "DIR" has no WIT. Name it: --wit DIR or --wit FILE\n',
  },
  {
    name: 'no plugin',
    files: { 'readme.txt': '' },
    says: 'error: there is no plugin in "DIR". A plugin has assembly/plugin.ts (AssemblyScript), plugin.ts or plugin.js; `hatchway new` makes one.\n',
  },
  {
    name: 'two plugins',
    files: { 'plugin.js': JS, 'plugin.ts': JS, 'plugin.wit': WIT },
    says: 'error: "DIR" has plugin.ts and plugin.js. Name the one to build.\n',
  },
  {
    name: 'settings that do not exist',
    files: { 'plugin.js': JS, 'plugin.wit': WIT, 'package.json': '{"hatchway":{"wrold":"x"}}' },
    says: 'error: "DIR/package.json": "hatchway" has "wit" and "world", both strings, not "wrold"\n',
  },
];

it.each(rows)('$name', async ({ files, args = [], says }) => {
  const { code, stderr } = await build(files, ...args);
  expect(stderr).toContain(says);
  expect(code).toBe(1);
});

it('as JSON where that is asked for', async () => {
  const made = project({ 'plugin.js': 'export const work = {', 'plugin.wit': WIT });
  const { code, stdout } = await hatchway(['build', made, '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout).error).toMatchObject({
    code: 'invalid',
    differences: [expect.stringContaining('plugin.js:1:')],
  });
});

it('a file in no language', async () => {
  const made = project({ 'plugin.py': '' });
  const { code, stderr } = await hatchway(['build', join(made, 'plugin.py')]);
  expect([code, stderr]).toEqual([1, expect.stringContaining('is in no language that is built here')]);
});

it('what is not there', async () => {
  const { code, stderr } = await hatchway(['build', join(folder, 'nothing')]);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: there is no ".*nothing"\n$/)]);
});

describe('without the toolchains', () => {
  const main = join(folder, 'bare/node_modules/hatchway/dist/cli/main.js');
  beforeAll(() => {
    const own = join(folder, 'bare/node_modules/hatchway');
    cpSync(join(root, 'dist'), join(own, 'dist'), { recursive: true });
    cpSync(join(root, 'package.json'), join(own, 'package.json'));
    for (const name of Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies)) {
      symlinkSync(join(root, 'node_modules', name), join(folder, 'bare/node_modules', name));
    }
  });

  it.each([
    ['build, JavaScript', { 'plugin.js': JS, 'plugin.wit': WIT }, '@bytecodealliance/jco'],
    ['build, a module', { 'module.wasm': '\0asm\x01\0\0\0' }, '@bytecodealliance/jco'],
  ])('%s: one line says what to install', (_, files, peer) => {
    const made = project(files);
    const args = 'module.wasm' in files ? [join(made, 'module.wasm')] : [made];
    const { status, stderr } = spawnSync(process.execPath, [main, 'build', ...args], { cwd: folder, encoding: 'utf8' });
    expect(stderr).toBe(
      `error: this needs ${peer}, which is not installed. Install it: npm install --save-dev ${peer}\n`,
    );
    expect(status).toBe(1);
  });

  it.each([
    ['JavaScript', 'plugin.js', ['@bytecodealliance/jco'], '@bytecodealliance/componentize-js'],
    ['AssemblyScript', 'assembly/plugin.ts', ['@bytecodealliance/jco'], 'assemblyscript'],
  ])('%s: the one that is missing is named', (_, entry, there, missing) => {
    const made = project({ [entry]: JS, 'plugin.wit': WIT });
    for (const peer of there) {
      mkdirSync(dirname(join(made, 'node_modules', peer)), { recursive: true });
      symlinkSync(join(root, 'node_modules', peer), join(made, 'node_modules', peer));
    }
    const { status, stderr } = spawnSync(process.execPath, [main, 'build', '.'], { cwd: made, encoding: 'utf8' });
    expect(stderr).toContain(
      `error: this needs ${missing}, which is not installed. Install it: npm install --save-dev ${missing}\n`,
    );
    expect(status).toBe(1);
  });
});

it('the cache knows what was built by its contents', async () => {
  const cache = join(folder, 'cache');
  const before = process.env.XDG_CACHE_HOME;
  process.env.XDG_CACHE_HOME = cache;
  try {
    const text =
      'import { half } from "../shared/half";\nexport namespace work {\n  export function double(n: u32): u32 { return half(n) * 4; }\n}\n';
    const made = project({
      'p/assembly/plugin.ts': text,
      'p/shared/half.ts': 'export function half(n: u32): u32 { return n / 2; }\n',
      'p/plugin.wit': WIT,
    });
    const run = async () => JSON.parse((await hatchway(['build', join(made, 'p'), '--json'])).stdout);
    const first = await run();
    expect(first).toMatchObject({ cached: false, language: 'as', world: 'plugin', path: join(made, 'p/build/p.wasm') });
    expect(await run()).toEqual({ ...first, cached: true });

    writeFileSync(join(made, 'p/shared/half.ts'), 'export function half(n: u32): u32 { return n / 4; }\n');
    const changed = await run();
    expect(changed).toMatchObject({ cached: false });
    expect(changed.sha256).not.toBe(first.sha256);

    // An entry that is not what was written counts for nothing.
    const builds = join(cache, 'hatchway/builds');
    for (const name of readdirSync(builds))
      writeFileSync(join(builds, name), readFileSync(join(builds, name)).subarray(0, 100));
    expect(await run()).toEqual(changed);
  } finally {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
  }
});
