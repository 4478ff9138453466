/** A world from WIT files: found, put together, documented; and what is said of files that are wrong. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { decodeWorld } from '../../src/component/index.js';
import { encodeWorld, findPeer, type Peer } from '../../src/toolchain/index.js';
import { printWorld } from '../../src/wit/index.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hatchway-wit-'));
  // No world is known from before.
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;
function wit(files: Record<string, string>): string {
  const path = join(folder, `wit${count++}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

/** What is thrown, with the folder's name left out. */
async function failure(path: string, world?: string): Promise<{ code: string; message: string }> {
  try {
    await encodeWorld({ wit: path, ...(world !== undefined && { world }) });
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return { code, message: message.replaceAll(`${path}/`, '').replaceAll(path, '.') };
  }
  throw new Error('nothing was thrown');
}

test('the files of a folder and its dependencies become one world, with documentation', async () => {
  const path = wit({
    'main.wit': `/// The package.
package my:app@1.0.0;
use other:types/things@2.0.0 as t;

/// Shared.
world base { import log: func(line: string); }`,
    'plugin.wit': `use other:types/things@2.0.0 as t;
/// An interface.
interface jobs {
  use t.{thing};
  /// Does it.
  run: func(thing: thing) -> result<_, string>;
  /** A resource. */
  resource worker { /// Made.
    constructor(); }
}
/// A plugin.
world plugin { include base; export jobs; }`,
    'notes.txt': 'no WIT',
    'deps/types/a.wit':
      'package other:types@2.0.0;\ninterface things { use more:%type/deeper.{part}; record thing { part: part } }',
    'deps/deeper.wit':
      'package more:%type;\ninterface deeper { enum part { one } }\npackage un:used { interface x {} }',
  });
  const { world, encoded, witSource, worldName } = await encodeWorld({ wit: path, world: 'plugin' });
  expect(printWorld(world)).toBe(`package my:app@1.0.0;

/// An interface.
interface jobs {
  use other:types/things@2.0.0.{thing};

  /// A resource.
  resource worker {
    /// Made.
    constructor();
  }

  /// Does it.
  run: func(thing: thing) -> result<_, string>;
}

/// A plugin.
world plugin {
  import more:%type/deeper;
  import other:types/things@2.0.0;

  import log: func(line: string);

  export jobs;
}

package more:%type {
  interface deeper {
    enum part {
      one,
    }
  }
}

package other:types@2.0.0 {
  interface things {
    use more:%type/deeper.{part};

    record thing {
      part: part,
    }
  }
}
`);
  expect(decodeWorld(encoded).name).toBe('plugin');
  expect(new TextDecoder('latin1').decode(encoded)).not.toContain('Does it');
  expect(worldName).toBe('plugin');
  expect(witSource).toContain('package more:%type {');
});

describe('which world', () => {
  const two = { 'a.wit': 'package a:b@1.0.0;\nworld one {}\nworld two { import f: func(); }' };

  test.each(['two', 'a:b/two', 'a:b/two@1.0.0'])('is named: %s', async (name) => {
    expect((await encodeWorld({ wit: wit(two), world: name })).world.imports).toHaveLength(1);
  });

  test.each([
    [
      'is named where there are several',
      two,
      undefined,
      'option',
      'a:b@1.0.0 has several worlds. Name one of them: one, two.',
    ],
    ['exists', two, 'three', 'not-found', 'no world "three" in the package a:b@1.0.0. There is one, two.'],
    ['is there at all', { 'a.wit': 'package a:b;' }, undefined, 'not-found', 'the package a:b has no world'],
  ])('%s', async (_, files, name, code, message) => {
    const thrown = await failure(wit(files), name);
    expect(thrown.code).toBe(code);
    expect(thrown.message).toContain(message);
  });
});

describe('what is wrong is said with its file and place', () => {
  const ok = 'package a:b;\nworld w { import i; }\n';

  test.each([
    ['syntax', { 'a.wit': ok, 'b.wit': 'interface i {\n  f: func(a u8);\n}' }, "b.wit:2:13: expected ':', found 'u8'"],
    ['a comment without an end', { 'a.wit': `${ok}/* ` }, 'a.wit:3:1: a comment that does not end'],
    ['a character', { 'a.wit': `${ok}  interface ü {}` }, 'a.wit:3:13: "ü" has no meaning in WIT here'],
    [
      'a type that does not exist',
      { 'a.wit': `${ok}interface o { type nope = u8; }\ninterface i { f: func(a: nope); }` },
      'a.wit:4:26: name `nope` does not exist',
    ],
    ['an interface that does not exist', { 'a.wit': ok }, 'a.wit:2:18: '],
    [
      'a package that does not exist',
      { 'a.wit': 'package a:b;\nworld w {\n  import c:d/e;\n}' },
      "a.wit:3:10: package 'c:d' not found",
    ],
    ['a name that is there twice', { 'a.wit': `${ok}interface i { f: func(); f: func(); }` }, 'a.wit:3:26: '],
    [
      'in a dependency',
      { 'a.wit': ok, 'i.wit': 'interface i {}', 'deps/x/y.wit': 'package x:y;\ninterface {}' },
      "deps/x/y.wit:2:11: expected the name of the interface, found '{'",
    ],
    [
      'files of several packages',
      { 'a.wit': ok, 'b.wit': '\npackage c:d;' },
      'b.wit:2:1: this is package c:d, and "a.wit" is a:b. The files of a folder are one package.',
    ],
    ['no package', { 'a.wit': 'world w {}' }, '"a.wit" does not say which package it is. Start it with'],
  ])('%s', async (_, files, message) => {
    const thrown = await failure(wit(files), 'w');
    expect(thrown.message).toContain(message);
    expect(thrown.code).toBe('invalid');
  });

  test('a folder without WIT', async () => {
    const thrown = await failure(wit({ 'a.txt': '' }));
    expect(thrown).toEqual({ code: 'not-found', message: 'there is no .wit file in "."' });
  });

  test('a path that does not exist', async () => {
    const thrown = await failure(`${wit({ 'a.wit': ok })}/b.wit`);
    expect(thrown).toEqual({ code: 'not-found', message: 'there is no "."' });
  });

  test('one local name for two interfaces', async () => {
    const files = {
      'a.wit': 'package a:b;\nuse x:y/one as it;\nworld w {}',
      'b.wit': 'use x:y/two as it;',
      'deps/x.wit': 'package x:y;\ninterface one {}\ninterface two {}',
    };
    expect((await failure(wit(files))).message).toContain('b.wit:1:1: it is x:y/two here, and x:y/one in "a.wit"');
  });
});

test('a peer that is not installed is one line with the command that installs it', () => {
  expect(() => findPeer('@bytecodealliance/none' as Peer)).toThrow(
    'this needs @bytecodealliance/none, which is not installed. Install it: npm install --save-dev @bytecodealliance/none',
  );
});

test.each([
  ['by one condition', { import: './a.mjs' }],
  ['by its path', { '.': { types: './a.d.ts', import: './a.mjs' } }],
  ['by conditions in conditions', { '.': { node: { import: { types: './a.d.ts', default: './a.mjs' } } } }],
])('a peer that is for import alone is found, %s', (_, exports) => {
  const project = join(folder, 'project');
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(project);
  try {
    const installed = join(project, 'node_modules/for-import');
    mkdirSync(installed, { recursive: true });
    writeFileSync(join(installed, 'package.json'), JSON.stringify({ exports }));
    expect(findPeer('for-import' as Peer)).toBe(pathToFileURL(join(installed, 'a.mjs')).href);
    expect(() => findPeer('for-import' as Peer, 'other')).toThrow('other');
  } finally {
    cwd.mockRestore();
    rmSync(project, { recursive: true });
  }
});

test('a world that was read before is known by what its files say, and jco is asked for what is new', async () => {
  const files = { 'a.wit': 'package a:known;\n/// One.\nworld w { import f: func(); }' };
  let asked = 0;
  const read = (path: string) => encodeWorld({ wit: path, onEncode: () => asked++ });
  const first = await read(wit(files));
  const second = await read(wit(files));
  expect({ asked, encoded: second.encoded }).toEqual({ asked: 1, encoded: first.encoded });
  expect(printWorld(second.world)).toBe(printWorld(first.world));
  const other = await read(wit({ 'a.wit': files['a.wit'].replace('f:', 'g:') }));
  expect(asked).toBe(2);
  expect(printWorld(other.world)).toContain('import g: func();');
});
