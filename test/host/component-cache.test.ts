/** The same artifact is compiled once for one host, and fails anew each time it fails. */
import { describe, expect, it, vi } from 'vitest';
import { createHost } from '../../src/index.js';
import { assemble } from '../component/support.js';

const wat = `(component
  (core module $m (func (export "f") (result i32) i32.const 42))
  (core instance $i (instantiate $m))
  (func (export "f") (result u32) (canon lift (core func $i "f"))))`;

describe('the same bytes', () => {
  it('are compiled once, whether loaded one after the other or at the same time', async () => {
    // Every module is validated before it is rewritten and compiled.
    const validate = vi.spyOn(WebAssembly, 'validate');
    const host = await createHost();
    const bytes = await assemble(wat);
    const [first, second] = await Promise.all([host.load(bytes, { name: 'one' }), host.load(bytes, { name: 'two' })]);
    const third = await host.load(bytes.slice(), { name: 'three' });
    expect(validate).toHaveBeenCalledTimes(1);
    for (const plugin of [first, second, third]) expect((await plugin.instantiate()).sync.f()).toBe(42);
    expect([first.name, second.name, third.name]).toEqual(['one', 'two', 'three']);
    validate.mockClear();
    await (await createHost()).load(bytes);
    expect(validate).toHaveBeenCalledTimes(1);
    validate.mockRestore();
  });

  it('that are no component are refused each time, under the name they are loaded by', async () => {
    const host = await createHost();
    for (const name of ['one', 'two']) {
      await expect(host.load(new Uint8Array([1, 2, 3, 4]), { name })).rejects.toMatchObject({
        code: 'malformed',
        plugin: name,
      });
    }
  });
});
