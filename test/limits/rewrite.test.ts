/** Where checks are and what they charge, seen from outside: by the fuel that is gone, and by how often the host is asked. */
import { describe, expect, it } from 'vitest';
import { type Interruption, RESERVED_MODULE, rewriteModule } from '../../src/limits/rewrite/index.js';
import { FuelDeadlines } from '../../src/limits/watchdog/index.js';
import { asReference } from '../../src/limits/watchdog/tick.js';
import { assemble, type Exports, instantiate } from './support.js';

const PLENTY = 1_000_000_000;

/** An instance whose checks always ask, and may always go on. */
async function counted(wat: string, policy: { maxStretch?: number; chunkBytes?: number } = {}) {
  const fuel = new WebAssembly.Global({ value: 'i32', mutable: true }, PLENTY);
  let asked = 0;
  const tick = asReference(() => {
    asked++;
    fuel.value = 0;
  });
  const exports = instantiate(await assemble(wat), { interruption: 'fuel', ...policy }, { fuel, tick });
  return {
    exports,
    /** What a call is charged. */
    charge(name: string, ...args: number[]): number {
      fuel.value = PLENTY;
      exports[name]!(...args);
      return PLENTY - fuel.value;
    },
    /** How many checks that cost anything it comes by. */
    checks(name: string, ...args: number[]): number {
      fuel.value = 0;
      asked = 0;
      exports[name]!(...args);
      return asked;
    },
  };
}

const add = '(local.set $x (i32.add (local.get $x) (i32.const 1)))';
const adds = (count: number) => add.repeat(count);

describe('checks', () => {
  it('are at every loop header', async () => {
    const { checks, charge } = await counted(
      `(module (func (export "loop") (param $n i32)
      (loop $l (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))`,
      { maxStretch: 1 },
    );
    expect(checks('loop', 100)).toBeGreaterThanOrEqual(100);
    expect(charge('loop', 1000)).toBeGreaterThanOrEqual(charge('loop', 10) * 50);
  });

  it('are at the entry of functions with calls, and of long ones, and not of short leaves', async () => {
    const { charge } = await counted(`(module (func $leaf (export "leaf") (local $x i32) ${adds(20)})
      (func (export "long") (local $x i32) ${adds(100)})
      (func (export "calls") (call $leaf))
      (func (export "tail") (return_call $leaf))
      (table 1 funcref) (elem (i32.const 0) $leaf)
      (func (export "indirect") (call_indirect (i32.const 0))))`);
    expect(charge('leaf')).toBe(0);
    expect(charge('long')).toBeGreaterThanOrEqual(400);
    expect(charge('calls')).toBeGreaterThanOrEqual(30);
    expect(charge('tail')).toBeGreaterThanOrEqual(30);
    expect(charge('indirect')).toBeGreaterThanOrEqual(30);
  });

  it('are at the entry of functions that call and never loop', async () => {
    const { charge } = await counted(`(module
      ${Array.from({ length: 10 }, (_, i) => `(func $f${i} ${i === 0 ? '' : `(call $f${i - 1}) (call $f${i - 1})`})`).join(' ')}
      (export "tree" (func $f9)))`);
    expect(charge('tree')).toBeGreaterThanOrEqual(511 * 60);
  });

  it('cut straight lines', async () => {
    const { checks } = await counted(`(module (func (export "line") (local $x i32) ${adds(1000)}))`, {
      maxStretch: 100,
    });
    expect(checks('line')).toBeGreaterThanOrEqual(40);
  });

  it('cut the longest path, through whatever blocks it leads', async () => {
    const { checks } = await counted(
      `(module (func (export "blocks") (param $skip i32) (local $x i32) ${`(block $b (br_if $b (local.get $skip)) ${adds(5)})`.repeat(100)}))`,
      { maxStretch: 100 },
    );
    expect(checks('blocks', 0)).toBeGreaterThanOrEqual(20);
    expect(checks('blocks', 1)).toBeGreaterThanOrEqual(2);
  });

  it.each([
    ['memory.grow', '(drop (memory.grow (i32.const 0)))'],
    ['memory.init', '(memory.init $d (i32.const 0) (i32.const 0) (i32.const 1))'],
    ['table.grow', '(drop (table.grow (ref.null func) (i32.const 0)))'],
    ['table.fill', '(table.fill (i32.const 0) (ref.null func) (i32.const 1))'],
    ['table.copy', '(table.copy (i32.const 0) (i32.const 0) (i32.const 1))'],
    ['table.init', '(table.init $e (i32.const 0) (i32.const 0) (i32.const 1))'],
  ])('are before %s', async (_, instruction) => {
    const { checks } = await counted(`(module (memory 1) (table 1 funcref) (data $d "x") (elem $e func $f)
      (func $f (export "f") ${instruction.repeat(10)}))`);
    expect(checks('f')).toBeGreaterThanOrEqual(10);
  });

  it('are in handlers', async () => {
    const { charge } = await counted(`(module (tag $e) (func $throw (throw $e))
      (func (export "f") try call $throw catch $e end try call $throw catch_all end))`);
    expect(charge('f')).toBeGreaterThanOrEqual(20_000);
  });

  it('charge the longest path, not all there is', async () => {
    const { charge } = await counted(`(module
      (func (export "choice") (param $x i32) (if (local.get $x) (then ${adds(100)}) (else ${adds(50)})))
      (func (export "switch") (param $x i32)
        (block $d ${'(block '.repeat(10)} (br_table 0 1 2 3 4 5 6 7 8 9 (local.get $x)) ${`) ${adds(50)} (br $d)`.repeat(10)})))`);
    expect(charge('choice', 1)).toBeGreaterThanOrEqual(400);
    expect(charge('choice', 1)).toBeLessThan(420);
    expect(charge('switch', 3)).toBeGreaterThanOrEqual(200);
    expect(charge('switch', 3)).toBeLessThan(220);
  });

  it('let a loop go on whose single turn costs more than is added up', async () => {
    const { exports, charge } = await counted(`(module (func (export "f") (param $x i32) (result i32)
      (loop $l (result i32) ${adds(500)} (br_if $l (i32.lt_u (local.get $x) (i32.const 5000))) (local.get $x))))`);
    expect(exports.f!(0)).toBe(5000);
    expect(charge('f', 0)).toBeGreaterThanOrEqual(10 * 2000);
  });

  it('charge what is run on the way back to a loop, and after it', async () => {
    const { charge } = await counted(`(module (func (export "f") (param $x i32)
      (loop $l ${adds(50)} (br_if $l (i32.lt_u (local.get $x) (i32.const 500)))) ${adds(200)}))`);
    expect(charge('f', 0)).toBeGreaterThanOrEqual(10 * 200 + 800);
  });
});

describe('bulk operations', () => {
  const wat = `(module (memory (export "memory") 1)
    (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
    (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2))))`;
  const filled = async () => {
    const it = await counted(wat, { chunkBytes: 3 });
    const bytes = new Uint8Array(it.exports.memory.buffer);
    bytes.forEach((_, i) => {
      bytes[i] = i % 251;
    });
    return { ...it, bytes, before: bytes.slice() };
  };

  it.each([
    ['fill', 10, 0x1ff, 10],
    ['fill', 0, 7, 0],
    ['fill', 0x10000, 7, 0],
    ['copy', 10, 12, 11],
    ['copy', 12, 10, 11],
    ['copy', 10, 10, 9],
    ['copy', 0, 0xfff0, 16],
  ] as const)('%s %d %d %d comes to the same in chunks', async (name, to, from, length) => {
    const { exports, checks, bytes, before } = await filled();
    const asked = checks(name, to, from, length);
    if (name === 'fill') before.fill(from, to, to + length);
    else before.copyWithin(to, from, from + length);
    expect(Buffer.compare(bytes, before)).toBe(0);
    if (length > 3) expect(asked).toBeGreaterThanOrEqual(Math.ceil(length / 3));
    expect(exports).toBeDefined();
  });

  it.each([
    ['fill', 0xfffe, 7, 3],
    ['fill', 0, 7, 0x10001],
    ['fill', 0xffffffff, 7, 0xffffffff],
    ['copy', 0, 0xfff8, 9],
    ['copy', 0xfff8, 0, 9],
    ['copy', 4, 0, 0xffffffff],
  ] as const)('%s %d %d %d beyond the end traps and moves nothing', async (name, to, from, length) => {
    const { exports, bytes, before } = await filled();
    expect(() => exports[name]!(to, from, length)).toThrow(/memory access out of bounds/);
    expect(Buffer.compare(bytes, before)).toBe(0);
  });
});

/** Fuel that does not end. */
const endless = () => new FuelDeadlines().imports;
const INTERRUPTIONS: readonly Interruption[] = ['epoch', 'fuel', 'exact-fuel'];

describe('caps', () => {
  const load = async (wat: string, policy: object): Promise<Exports> =>
    instantiate(await assemble(wat), { interruption: 'fuel', ...policy }, endless());

  it('are the maximum of memories: growth beyond answers -1', async () => {
    const { grow, memory } = await load(
      '(module (memory (export "memory") 1) (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))',
      { maxMemoryPages: 3 },
    );
    expect([grow!(2), grow!(1), memory.buffer.byteLength]).toEqual([1, -1, 3 * 65536]);
    expect(() => memory.grow(1)).toThrow(RangeError);
  });

  it('are the maximum of tables', async () => {
    const { grow } = await load(
      '(module (table 1 funcref) (func (export "grow") (param i32) (result i32) (table.grow (ref.null func) (local.get 0))))',
      { maxTableEntries: 3 },
    );
    expect([grow!(2), grow!(1)]).toEqual([1, -1]);
  });

  it('leave a smaller maximum as it is', async () => {
    const bytes = await assemble('(module (memory 1 2) (table 1 2 funcref))');
    const { memories, tables } = rewriteModule(bytes, { interruption: 'epoch' });
    expect(memories).toEqual([{ name: 'memory0', minimum: 1, maximum: 2 }]);
    expect(tables).toEqual([{ minimum: 1, maximum: 2 }]);
  });

  it('default to 64 MiB and 100 000 entries', async () => {
    const bytes = await assemble('(module (memory 1) (table 1 funcref))');
    const { memories, tables } = rewriteModule(bytes, { interruption: 'epoch' });
    expect(memories[0]!.maximum).toBe(1024);
    expect(tables[0]!.maximum).toBe(100_000);
  });

  it.each([
    [
      'memory',
      '(module (memory 4))',
      /a memory starts with 4 pages of 64 KiB, and the limit is 3 .*at byte 0xb, memory section/,
    ],
    ['imported memory', '(module (import "a" "b" (memory 4)))', /a memory starts with 4 pages/],
    ['table', '(module (table 4 funcref))', /a table starts with 4 entries, and the limit is 3/],
    ['imported table', '(module (import "a" "b" (table 4 funcref)))', /a table starts with 4 entries/],
  ])('that a %s starts beyond are an error', async (_, wat, message) => {
    const bytes = await assemble(wat);
    const policy = { interruption: 'epoch', maxMemoryPages: 3, maxTableEntries: 3 } as const;
    expect(() => rewriteModule(bytes, policy)).toThrow(
      expect.objectContaining({ code: 'exhausted', message: expect.stringMatching(message) }),
    );
  });
});

describe('refusals', () => {
  it.each([
    ['shared memories', '(module (memory 1 1 shared))', 0x0b],
    ['shared memories', '(module (import "a" "b" (memory 1 1 shared)))', 0x10],
    ['memory64', '(module (memory i64 1))', 0x0b],
    ['table64', '(module (table i64 1 funcref))', 0x0c],
    ['garbage-collected types', '(module (type (struct)))', 0x0b],
    ['garbage-collected types', '(module (type (func (param anyref))))', 0x0d],
  ])('name %s and the offset: %s', async (feature, wat, offset) => {
    const bytes = await assemble(wat);
    expect(() => rewriteModule(bytes, { interruption: 'epoch' })).toThrow(
      expect.objectContaining({ code: 'unsupported', offset, message: expect.stringContaining(feature) }),
    );
  });

  it('are for what imports from the reserved module', async () => {
    const bytes = await assemble(`(module (import "${RESERVED_MODULE}" "flag" (memory 1)))`);
    expect(() => rewriteModule(bytes, { interruption: 'epoch' })).toThrow(
      expect.objectContaining({ code: 'unsupported', offset: 0x0b }),
    );
  });

  it('are for more memories than the policy allows', async () => {
    const bytes = await assemble('(module (memory 1))');
    expect(() => rewriteModule(bytes, { interruption: 'epoch', maxMemories: 0 })).toThrow(
      expect.objectContaining({ code: 'exhausted' }),
    );
  });

  it('are for what the engine does not accept, in its words, though a cap would mend it', async () => {
    const bytes = await assemble('(module (memory 1 70000))').catch(() => undefined);
    // Most assemblers do not write it: a maximum of 70 000 pages.
    const invalid = bytes ?? Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 6, 1, 1, 1, 0xf0, 0xa2, 0x04);
    expect(() => rewriteModule(invalid, { interruption: 'epoch' })).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    );
  });

  it.each([
    { interruption: 'never' },
    { interruption: 'fuel', maxStretch: 0 },
    { interruption: 'fuel', maxMemoryPages: 65_537 },
    { interruption: 'fuel', chunkBytes: 1.5 },
    { interruption: 'fuel', maxTableEntries: Number.NaN },
  ])('are for a policy out of range: %o', (policy) => {
    expect(() => rewriteModule(Uint8Array.of(), policy as never)).toThrow(expect.objectContaining({ code: 'option' }));
  });
});

describe('what stays', () => {
  const wat = `(module $m (import "host" "g" (global $host i32)) (import "host" "f" (func $imported))
    (memory (export "memory") 1) (table (export "table") 2 funcref) (elem (i32.const 1) $trap)
    (global $own (export "own") (mut i32) (i32.const 5)) (global (export "copy") i32 (global.get $host))
    (data (global.get $host) "data")
    (func $start (global.set $own (i32.add (global.get $own) (i32.const 1)))) (start $start)
    (func $trap (export "trap") (loop $l (call $inner)))
    (func $inner (param) (memory.fill (i32.const 0) (i32.const 0) (i32.const 0x7fffffff))))`;
  const host = { g: new WebAssembly.Global({ value: 'i32' }, 3), f: () => {} };

  it('are the exports, globals, tables, segments and the start function', async () => {
    const exports = instantiate(await assemble(wat), { interruption: 'fuel' }, endless(), { host });
    expect(Object.keys(exports)).toEqual(['memory', 'table', 'own', 'copy', 'trap']);
    expect([exports.own.value, exports.copy.value]).toEqual([6, 3]);
    expect(exports.table.get(1)).toBe(exports.trap);
    expect(Buffer.from(exports.memory.buffer, 3, 4).toString()).toBe('data');
  });

  it('are the names and indices of functions in a stack trace', async () => {
    const exports = instantiate(await assemble(wat), { interruption: 'fuel' }, endless(), { host });
    let stack = '';
    try {
      exports.trap!();
    } catch (error) {
      stack = (error as Error).stack!;
    }
    expect(stack).toMatch(/hatchway limits: memory\.fill 0.*wasm-function\[4\]|hatchway limits: memory\.fill 0/);
    expect(stack).toMatch(/inner .*wasm-function\[3\]/);
    expect(stack).toMatch(/trap .*wasm-function\[2\]/);
  });

  it('are custom sections, but for those that speak of offsets', async () => {
    const bytes = await assemble(
      `(module (@custom "kept" "x") (@custom ".debug_line" "x") (@custom "metadata.code.branch_hint" "") (func))`,
    );
    for (const interruption of INTERRUPTIONS) {
      const rewritten = rewriteModule(bytes, { interruption }).bytes;
      if (!WebAssembly.validate(rewritten)) continue;
      const module = new WebAssembly.Module(rewritten);
      const sections = (name: string) => WebAssembly.Module.customSections(module, name).length;
      expect([sections('kept'), sections('.debug_line'), sections('metadata.code.branch_hint')]).toEqual([1, 0, 0]);
    }
  });

  it('is all of a module without code', async () => {
    const { interruptible, bytes } = rewriteModule(await assemble('(module (global (export "g") i32 (i32.const 1)))'), {
      interruption: 'exact-fuel',
    });
    expect(interruptible).toBe(false);
    expect(WebAssembly.Module.imports(new WebAssembly.Module(bytes))).toEqual([]);
  });
});
