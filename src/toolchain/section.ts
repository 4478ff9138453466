import { customSections } from '../component/index.js';
import { hatchwayError } from '../errors/index.js';

/** The world that a core module carries, as a component of its own. */
export function carriedWorld(module: Uint8Array): Uint8Array {
  const world = customSections(module).find(({ name }) => name.startsWith('component-type'))?.bytes;
  if (world !== undefined) return world.slice();
  throw hatchwayError('unsupported', 'this version of jco does not write the world it was given');
}

/** The same world with its documentation. */
export function withDocs(world: Uint8Array, docs: Uint8Array | undefined): Uint8Array {
  if (docs === undefined) return world;
  return concatenate(world, customSection('package-docs', docs));
}

/** A custom section. `name` is ASCII, of at most 127 characters. */
export function customSection(name: string, contents: Uint8Array): Uint8Array {
  const size = leb128(1 + name.length + contents.length);
  return concatenate(Uint8Array.of(0, ...size, name.length), new TextEncoder().encode(name), contents);
}

/** An unsigned number as WebAssembly writes it. */
function leb128(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return bytes;
}

function concatenate(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
