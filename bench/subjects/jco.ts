/** What `jco transpile` makes of the component, its core module compiled beforehand. */
import { type JcoVersion, transpiled } from '../artifacts.js';
import { type Calls, hostInterface, tick } from './calls.js';

interface Transpiled {
  instantiate(core: (name: string) => WebAssembly.Module, imports: object): Calls;
}

/** A function that makes an instance. */
export async function jcoInstantiate(version: JcoVersion): Promise<() => Calls> {
  const { url, core } = transpiled(version);
  const { instantiate } = (await import(url)) as Transpiled;
  const modules = new Map<string, WebAssembly.Module>();
  const compiled = (name: string) => {
    const module = modules.get(name) ?? new WebAssembly.Module(core(name));
    modules.set(name, module);
    return module;
  };
  return () => instantiate(compiled, { [hostInterface]: { tick } });
}
