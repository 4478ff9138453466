/** Extism, whose calls are asynchronous and take and return bytes. */
import { createPlugin, type Plugin } from '@extism/extism';
import { component } from '../artifacts.js';
import { tick } from './calls.js';

export interface ExtismCalls {
  add(a: number, b: number): Promise<number>;
  callHost(n: number): Promise<number>;
  echoString(text: string): Promise<string>;
  echoBytes(bytes: Uint8Array): Promise<Uint8Array>;
  /** It keeps the memory of every call until then. */
  reset(): Promise<unknown>;
}

export async function extismModule(): Promise<WebAssembly.Module> {
  return new WebAssembly.Module(component('extism'));
}

export function extismPlugin(module: WebAssembly.Module): Promise<Plugin> {
  const functions = { 'extism:host/user': { tick: (_: unknown, n: bigint) => BigInt(tick(Number(n))) } };
  return createPlugin({ wasm: [{ module }] }, { functions });
}

export async function extism(): Promise<ExtismCalls> {
  const plugin = await extismPlugin(await extismModule());
  return {
    async add(a, b) {
      const input = new Uint8Array(8);
      const view = new DataView(input.buffer);
      view.setInt32(0, a, true);
      view.setInt32(4, b, true);
      return number(await plugin.call('add', input));
    },
    async callHost(n) {
      const input = new Uint8Array(8);
      new DataView(input.buffer).setInt32(0, n, true);
      return number(await plugin.call('call_host', input));
    },
    echoString: async (text) => (await plugin.call('echo', text))!.text(),
    echoBytes: async (bytes) => (await plugin.call('echo', bytes))!.bytes(),
    reset: () => plugin.reset(),
  };
}

/** The output is a DataView, whatever its declaration says. */
function number(output: unknown): number {
  return (output as DataView).getInt32(0, true);
}
