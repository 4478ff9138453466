/** A trap in the author's code says where. */
import { tmpdir } from 'node:os';
import { beforeAll, describe, expect, test } from 'vitest';
import { generateAs } from '../../../src/bindgen/as/index.js';
import { buildAssemblyScript } from '../../../src/build/assemblyscript/index.js';
import { createHost, type Plugin } from '../../../src/index.js';
import { compileProject, worldOf } from './project.js';

test("the stack of a trap names the author's functions", async () => {
  const wit = 'package a:b; interface i { f: func(); } world w { export i; }';
  const plugin = `export namespace i { export function f(): void { throw new Error('no'); } }`;
  const { component } = await compileProject(await worldOf(wit), wit, plugin, { optimize: true });
  const instance = await (await (await createHost()).load(component!)).instantiate();
  try {
    (instance.sync as any).i.f();
    expect.unreachable();
  } catch (error) {
    expect((error as Error).cause).toMatchObject({ stack: expect.stringContaining('at plugin/i.f ') });
  }
});

describe('what it says of its end', () => {
  const wit = 'package a:b; interface i { f: func(why: string, n: u32) -> u32; } world w { export i; }';
  const plugin = `export namespace i {
    export function f(why: string, n: u32): u32 {
      if (why == "throw") throw new Error(\`no luck with \${n}\`);
      assert(why != "assert", "asserted\\n\\u202e\\ud800");
      assert(why != "bare");
      if (why == "long") throw new Error("x".repeat(100_000));
      if (why == "unreachable") unreachable();
      return [1, 2][n];
    }
  }`;
  let plugins: Record<'optimized' | 'not optimized', Plugin>;
  beforeAll(async () => {
    const files = generateAs(await worldOf(wit)).map(({ path, text }) => ({ path: `bindings/${path}`, text }));
    files.push({ path: 'plugin.ts', text: plugin });
    const host = await createHost();
    const load = async (optimize: boolean) => {
      const order = { folder: tmpdir(), entry: 'bindings/component.ts', files, witSource: wit, world: 'w' };
      const { component, diagnostics } = await buildAssemblyScript({ ...order, optimize });
      expect(diagnostics).toEqual([]);
      return host.load(component!);
    };
    plugins = { optimized: await load(true), 'not optimized': await load(false) };
  });

  describe.each(['optimized', 'not optimized'] as const)('%s', (how) => {
    test.each([
      ['throw', 7, '"no luck with 7", at plugin.ts:3:27'],
      ['assert', 0, '"asserted\\u{a}\\u{202e}\ufffd", at plugin.ts:4:7'],
      ['bare', 0, 'unreachable, at plugin.ts:5:7'],
      ['long', 0, `"${'x'.repeat(500)}…", at plugin.ts:6:26`],
      ['unreachable', 0, 'unreachable'],
      ['index', 2, '"Index out of range", at ~lib/array.ts:114:42'],
    ])('%s', async (why, n, said) => {
      const instance = (await plugins[how].instantiate()) as any;
      expect(() => instance.sync.i.f(why, n)).toThrow(
        expect.objectContaining({ code: 'trap', message: expect.stringMatching(/guest trapped: .*/) }),
      );
      expect(instance.state).toBe('poisoned');
      expect(await instance.exports.i.f(why, n).catch((error: Error) => (error.cause as Error).message)).toContain(
        `the guest trapped: ${said}`,
      );
    });
  });
});

test('a resource that was given away is a trap to use', async () => {
  const wit = `package a:b; interface r { resource key; make: func() -> key; take: func(key: key); }
    world w { import r; export twice: func(); }`;
  const plugin = `import { make, take } from './bindings/r';
    export function twice(): void { const key = make(); take(key); key.drop(); take(key); }`;
  const { component } = await compileProject(await worldOf(wit), wit, plugin);
  class Key {}
  const taken: unknown[] = [];
  const imports = { 'a:b/r': { Key, make: () => new Key(), take: (key: unknown) => taken.push(key) } };
  const instance = await (await (await createHost()).load(component!)).instantiate({ imports: imports as any });
  expect(() => (instance.sync as any).twice()).toThrow(expect.objectContaining({ code: 'trap' }));
  expect(taken).toEqual([expect.any(Key)]);
});
