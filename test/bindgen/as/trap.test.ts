/** A trap in the author's code says where. */
import { expect, test } from 'vitest';
import { createHost } from '../../../src/index.js';
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
