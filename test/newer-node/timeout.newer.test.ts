/** A call that may wait in an import is not stopped, and nobody can ask for it. */
import { expect, it } from 'vitest';
import { withOptions } from '../../src/index.js';
import { failureOf, load, rejectionOf } from '../component/support.js';

it('a call that may wait in an import has no timeout', async () => {
  const plugin = await load(`(component (import "f" (func $f)) (core func $f (canon lower (func $f)))
    (core module $M (import "" "f" (func $f)) (func (export "run") (call $f)))
    (core instance $m (instantiate $M (with "" (instance (export "f" (func $f))))))
    (func (export "run") (canon lift (core func $m "run"))))`);
  const options = { imports: { f: async () => {} }, async: true } as const;
  const { exports } = await plugin.instantiate(options);
  await exports.run();
  expect(failureOf(() => withOptions(exports.run, { timeout: 20 }))).toMatchObject({
    code: 'option',
    message: expect.stringContaining('a call that may wait in an import has no timeout'),
  });
  for (const limits of [{ timeout: 20 }, { fuel: 1_000 }] as never[])
    expect(['grants', 'option']).toContain((await rejectionOf(plugin.instantiate({ ...options, limits }))).code);
});
