import { readFile } from 'node:fs/promises';

/** Asks jco for its adapter from WASI preview 1, in a child process: what it answers there is a URL, which no message carries. */
export async function readAdapter(module: string, isCommand: boolean): Promise<Uint8Array> {
  const jco = await import(module);
  return readFile(isCommand ? jco.preview1AdapterCommandPath() : jco.preview1AdapterReactorPath());
}
