import type { CustomSection } from './definitions.js';
import { Reader } from './reader.js';

/**
 * The custom sections of a component or a core module, top level only; bodies are views of `bytes`.
 * @throws HatchwayError `malformed` where a section reaches past the end.
 */
export function customSections(bytes: Uint8Array): CustomSection[] {
  const reader = new Reader(bytes, 8);
  const sections: CustomSection[] = [];
  while (!reader.done) {
    const id = reader.byte();
    const body = reader.slice(reader.u32());
    if (id === 0) sections.push(readCustom(body));
  }
  return sections;
}

/** The body of a section with id 0. */
export function readCustom(body: Reader): CustomSection {
  body.section = 'custom';
  const name = body.name();
  return { name, bytes: body.bytes.subarray(body.at, body.end), offset: body.at };
}
