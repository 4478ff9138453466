/** Components byte by byte, for what no assembler writes. */

export const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];

export function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const byte = rest % 0x80;
    rest = Math.floor(rest / 0x80);
    bytes.push(rest ? byte | 0x80 : byte);
  } while (rest);
  return bytes;
}

/** Signed, for type indices. */
export function sleb(value: number): number[] {
  const bytes = leb(value);
  if (bytes[bytes.length - 1]! & 0x40) {
    bytes[bytes.length - 1]! |= 0x80;
    bytes.push(0);
  }
  return bytes;
}

export const name = (text: string): number[] => {
  const bytes = new TextEncoder().encode(text);
  return [...leb(bytes.length), ...bytes];
};

export const section = (id: number, body: Iterable<number>): number[] => {
  const bytes = [...body];
  return [id, ...leb(bytes.length), ...bytes];
};

export const vector = (items: readonly (readonly number[])[]): number[] => [...leb(items.length), ...items.flat()];

export const TYPE_SECTION = 7;
export const IMPORT_SECTION = 10;
export const EXPORT_SECTION = 11;

/** A type section: one type after another. */
export const types = (...all: number[][]): number[] => section(TYPE_SECTION, vector(all));

/** `(import name (func (type index)))` */
export const importFunc = (text: string, type: number): number[] =>
  section(IMPORT_SECTION, vector([[0x00, ...name(text), 0x01, ...leb(type)]]));

export const U8 = 0x7d;
export const STRING = 0x73;

export const component = (...sections: number[][]): Uint8Array => Uint8Array.from([...PREAMBLE, ...sections.flat()]);
