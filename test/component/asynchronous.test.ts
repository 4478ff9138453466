/** Imports that return promises: where the engine cannot wait for them, that is said when instantiating. */
import { describe, expect, it } from 'vitest';
import { load, rejectionOf } from './support.js';

const WAT = `(component
  (import "ask" (func $ask (result u32)))
  (type $i' (instance (export "get-it" (func (result u32)))))
  (import "demo:a/b@1.0.0" (instance $i (type $i')))
  (core func $ask' (canon lower (func $ask)))
  (core func $get (canon lower (func $i "get-it")))
  (core module $M
    (import "" "ask" (func $ask (result i32)))
    (import "" "get" (func $get (result i32)))
    (func (export "f") (result i32) (i32.add (call $ask) (call $get))))
  (core instance $m (instantiate $M (with "" (instance (export "ask" (func $ask')) (export "get" (func $get))))))
  (func (export "f") (result u32) (canon lift (core func $m "f"))))`;

const imports = { ask: async () => 40, 'demo:a/b': { getIt: async () => 2 } };
const canWait = 'Suspending' in WebAssembly;

describe('imports declared to return promises', () => {
  it.each([[true], [['ask']], [['demo:a/b@1.0.0#get-it']], [['ask', 'demo:a/b@1.0.0#get-it']]] as const)(
    'are waited for, or the error names the choices: %j',
    async (names) => {
      const plugin = await load(WAT);
      const made = plugin.instantiate({ imports, async: names });
      if (!canWait) {
        const error = await rejectionOf(made);
        expect(error.code).toBe('unsupported');
        expect(error.message).toMatch(
          /this engine cannot let a guest on this thread wait for a promise\. Make the import synchronous, or run Node 24 or later\.$/,
        );
        return;
      }
      const all = names === true || names.length === 2;
      const instance = await made;
      if (all) expect(await instance.exports.f()).toBe(42);
      else expect((await rejectionOf(instance.exports.f())).code).toBe('import-failed');
    },
  );

  it('that the plugin does not have are an error', async () => {
    const plugin = await load(WAT);
    for (const name of ['nope', 'demo:a/b#nope', 'demo:c/d#get-it', '', '#']) {
      const error = await rejectionOf(plugin.instantiate({ imports, async: [name] }));
      expect({ name, code: error.code }).toEqual({ name, code: 'option' });
    }
  });

  it('are none where the list is empty', async () => {
    const plugin = await load(WAT);
    const instance = await plugin.instantiate({
      imports: { ask: () => 40, 'demo:a/b': { getIt: () => 2 } },
      async: [],
    });
    expect(instance.sync.f()).toBe(42);
  });
});
