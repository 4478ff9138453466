/** Core modules from WAT, rewritten and instantiated. */
import { parse } from '@bytecodealliance/jco';
import { RESERVED_MODULE, type RewritePolicy, rewriteModule, supplyMemories } from '../../src/limits/rewrite/index.js';
import type { Deadlines } from '../../src/limits/watchdog/index.js';

const assembled = new Map<string, Promise<Uint8Array>>();

/** The bytes of a module in WAT; each text is assembled once. */
export function assemble(wat: string): Promise<Uint8Array> {
  let bytes = assembled.get(wat);
  if (bytes === undefined) {
    bytes = parse(wat).catch((error: unknown) => {
      // Thrown as its payload: an object without a stack.
      throw new Error(String((error as { payload?: string }).payload ?? error));
    });
    assembled.set(wat, bytes);
  }
  return bytes;
}

export type Exports = Record<string, (...args: any[]) => any> & Record<string, any>;

/** An instance of the rewritten module, its own imports and those of `given`, by module. */
export function instantiate(
  bytes: Uint8Array,
  policy: RewritePolicy,
  given: Deadlines['imports'],
  imports: WebAssembly.Imports = {},
): Exports {
  const rewritten = rewriteModule(bytes, policy);
  const own = { ...supplyMemories(rewritten.memories), ...given };
  const module = new WebAssembly.Module(rewritten.bytes);
  return new WebAssembly.Instance(module, { ...imports, [RESERVED_MODULE]: own }).exports as Exports;
}
