import { parse } from '@bytecodealliance/jco';
import { describe, expect, it } from 'vitest';
import { HatchwayError } from '../../../src/errors/index.js';
import { engineInterruption, threadDeadlines } from '../../../src/limits/index.js';
import { compilePreview1, runPreview1 } from '../../../src/wasi/preview1/index.js';
import { makeContext } from '../context.js';

const interruption = engineInterruption();
const limits = { deadlines: threadDeadlines(), timeout: 10_000, maxMemoryPages: 16 };

const WASI = 'wasi_snapshot_preview1';
const EXIT = `(import "${WASI}" "proc_exit" (func $exit (param i32)))`;
const MEMORY = '(memory (export "memory") 1)';

const start = (body: string, rest = '') => `(module ${rest} (func (export "_start") ${body}))`;

async function run(text: string): Promise<number> {
  const program = await compilePreview1(await parse(text), interruption);
  const { context } = makeContext();
  try {
    return runPreview1(program, context, limits);
  } finally {
    context.dispose();
  }
}

describe('a program', () => {
  it.each<[what: string, text: string, code: number, node?: number]>([
    ['that returns ends with 0', start('', MEMORY), 0],
    ['that exits ends with its code', start('(call $exit (i32.const 37))', EXIT + MEMORY), 37],
    ['that exits with 0 goes no further', start('(call $exit (i32.const 0)) unreachable', EXIT + MEMORY), 0],
    [
      'that exits in its start function',
      `(module ${EXIT} ${MEMORY} (func $f (call $exit (i32.const 5))) (start $f) (func (export "_start")))`,
      5,
    ],
    [
      'that catches its own exit has ended all the same',
      start(
        '(block $done (try_table (catch_all $done) (call $exit (i32.const 9)))) (block $more (try_table (catch_all $more) (call $exit (i32.const 3))))',
        EXIT + MEMORY,
      ),
      9,
      24,
    ],
  ])('%s', async (_, text, code, node = 0) => {
    // Exceptions that a module catches by reference are of newer engines.
    if (Number.parseInt(process.versions.node, 10) < node) {
      await expect(run(text)).rejects.toMatchObject({ code: 'invalid' });
    } else expect(await run(text)).toBe(code);
  });

  it('may be run again, in a memory of its own', async () => {
    const text = start(
      '(i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1))) (call $exit (i32.load (i32.const 0)))',
      EXIT + MEMORY,
    );
    const program = await compilePreview1(await parse(text), interruption);
    const { context } = makeContext();
    expect([runPreview1(program, context, limits), runPreview1(program, context, limits)]).toEqual([1, 1]);
  });
});

describe('the limits of a program', () => {
  it('it is stopped when its time is up, and can be run again', async () => {
    const text = start('(if (i32.eqz (i32.load (i32.const 0))) (then (loop (br 0))))', MEMORY);
    const program = await compilePreview1(await parse(text), interruption);
    const { context } = makeContext();
    for (let i = 0; i < 2; i++) {
      expect(() => runPreview1(program, context, { ...limits, timeout: 20 })).toThrow(
        expect.objectContaining({
          code: 'timeout',
          message: expect.stringContaining('longer than its limit of 20 ms'),
        }),
      );
    }
  });

  it('its memory grows no further', async () => {
    const grow = (pages: number) => `(call $exit (memory.grow (i32.const ${pages})))`;
    expect(await run(start(grow(15), EXIT + MEMORY))).toBe(1);
    expect(await run(start(grow(16), EXIT + MEMORY))).toBe(255);
    await expect(run(start('', '(memory (export "memory") 17)'))).rejects.toMatchObject({ code: 'exhausted' });
  });
});

describe('what is no program is refused before anything runs', () => {
  it.each<[string, string, Partial<HatchwayError>]>([
    ['a library', `(module ${MEMORY} (func (export "_initialize")))`, { code: 'core-module' }],
    ['a module without _start', '(module)', { code: 'core-module' }],
    [
      'a _start that is no function',
      `(module ${MEMORY} (global (export "_start") i32 (i32.const 0)))`,
      { code: 'core-module' },
    ],
    ['no memory', start(''), { code: 'invalid' }],
    ['a memory that is none', `(module (func (export "memory")) (func (export "_start")))`, { code: 'invalid' }],
    [
      'imports that are not of WASI',
      start('', `(import "env" "f\\n" (func)) (import "${WASI}" "fd_fly" (func)) ${MEMORY}`),
      { code: 'missing-import', differences: ['"env" "f\\u{a}", a function', `"${WASI}" "fd_fly", a function`] },
    ],
    [
      'an inherited name',
      start('', `(import "${WASI}" "toString" (func)) ${MEMORY}`),
      { code: 'missing-import', differences: [`"${WASI}" "toString", a function`] },
    ],
    [
      'the version before',
      start('', `(import "wasi_unstable" "fd_close" (func (param i32) (result i32))) ${MEMORY}`),
      { code: 'missing-import', mend: expect.stringContaining('newer toolchain') as unknown as string },
    ],
    [
      'a memory of the host',
      `(module (import "${WASI}" "memory" (memory 1)) (export "memory" (memory 0)) (func (export "_start")))`,
      { code: 'missing-import', differences: [`"${WASI}" "memory", a memory`] },
    ],
  ])('%s', async (_, text, expected) => {
    const loading = compilePreview1(await parse(text), interruption);
    await expect(loading).rejects.toBeInstanceOf(HatchwayError);
    await expect(loading).rejects.toMatchObject(expected);
  });

  it('what is no module', async () => {
    await expect(
      compilePreview1(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 99), interruption),
    ).rejects.toMatchObject({
      code: 'invalid',
    });
  });
});

describe('what goes wrong in a program', () => {
  const close = (type: string, call: string) =>
    start(call, `(import "${WASI}" "fd_close" (func $f ${type})) ${MEMORY}`);

  it.each([
    ['a trap', start('unreachable', MEMORY), 'trap'],
    ['the stack', `(module ${MEMORY} (func $f (export "_start") (call $f)))`, 'exhausted'],
    ['a memory that threads share', start('', '(memory (export "memory") 1 1 shared)'), 'unsupported'],
    ['a _start that wants something', `(module ${MEMORY} (func (export "_start") (param i64)))`, 'invalid'],
    ['doubles for numbers', close('(param f64) (result i32)', '(drop (call $f (f64.const 1)))'), 'invalid'],
    [
      'references for numbers',
      close('(param externref) (result i32)', '(drop (call $f (ref.null extern)))'),
      'invalid',
    ],
    ['too few numbers', close('(result i32)', '(drop (call $f))'), 'invalid'],
    ['another result', close('(param i32) (result i64)', '(drop (call $f (i32.const 0)))'), 'invalid'],
    ['no result', close('(param i32)', '(call $f (i32.const 0))'), 'invalid'],
    [
      'a call before its memory can be reached',
      `(module (import "${WASI}" "random_get" (func $r (param i32 i32) (result i32))) ${MEMORY}
        (func $f (drop (call $r (i32.const 0) (i32.const 4)))) (start $f) (func (export "_start")))`,
      'trap',
    ],
  ])('%s', async (_, text, code) => {
    const failure = await run(text).then(
      () => '',
      (error: HatchwayError) => error.code,
    );
    expect(failure).toMatch(code);
  });

  it('says which plugin and instance it was', async () => {
    await expect(run(start('unreachable', MEMORY))).rejects.toMatchObject({ plugin: 'guest', instance: 'guest' });
  });
});
