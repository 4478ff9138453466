import { TRAP_REPORT } from '../component/index.js';
import { customSection } from '../toolchain/index.js';

/**
 * The component with a section that says where in memory its guest leaves the text of a trap, if the data of one of its core
 * modules has the place for that, and it is the only one. See `TRAP_REPORT`.
 */
export function withTrapReport(component: Uint8Array): Uint8Array {
  const bytes = Buffer.from(component.buffer, component.byteOffset, component.length);
  const marker = Buffer.from(TRAP_REPORT.marker);
  const found = bytes.indexOf(marker);
  if (found < 0 || bytes.indexOf(marker, found + 1) >= 0) return component;
  const address = addressOf(bytes, found);
  if (address === undefined) return component;
  const contents = Buffer.alloc(4);
  contents.writeUInt32LE(address);
  return Buffer.concat([component, customSection(TRAP_REPORT.section, contents)]);
}

const CORE_MODULE = 1;
const DATA = 11;

/** Where in memory the byte at an offset of a component comes to lie, if it is data of a core module. */
function addressOf(component: Buffer, offset: number): number | undefined {
  const module = sectionAround(component, 0, component.length, CORE_MODULE, offset);
  if (module === undefined) return undefined;
  const data = sectionAround(component, module.start, module.end, DATA, offset);
  if (data === undefined) return undefined;
  const reader = new Cursor(component, data.start);
  for (let count = reader.unsigned(); count > 0; count--) {
    // Segments of the first memory, at a constant: what compilers write.
    if (reader.byte() !== 0 || reader.byte() !== I32_CONST) return undefined;
    const address = reader.signed();
    if (reader.byte() !== END) return undefined;
    const size = reader.unsigned();
    if (offset < reader.at + size) return offset < reader.at ? undefined : (address >>> 0) + offset - reader.at;
    reader.at += size;
  }
  return undefined;
}

const I32_CONST = 0x41;
const END = 0x0b;

/** The section of a kind that has an offset inside: of a component or module that begins at `start`, without its header. */
function sectionAround(bytes: Buffer, start: number, end: number, kind: number, offset: number) {
  const reader = new Cursor(bytes, start + 8);
  while (reader.at < end) {
    const id = reader.byte();
    const size = reader.unsigned();
    if (offset < reader.at + size) return id === kind ? { start: reader.at, end: reader.at + size } : undefined;
    reader.at += size;
  }
  return undefined;
}

/** Reads numbers as WebAssembly writes them, of bytes that a compiler has just made. */
class Cursor {
  constructor(
    readonly bytes: Buffer,
    public at: number,
  ) {}

  byte(): number {
    return this.bytes.readUInt8(this.at++);
  }

  unsigned(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  /** 32 bits. */
  signed(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      return byte & 0x40 && shift + 7 < 32 ? value | (-1 << (shift + 7)) : value;
    }
  }
}
