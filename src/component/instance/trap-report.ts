import { escapeText, quote } from '../../errors/index.js';

/**
 * What a guest can say of its own end. WebAssembly traps without a text, and a component has no way out but its world, so the
 * text stays in the guest's memory: a custom section of the component says at which address the guest leaves it. What
 * `hatchway build` makes has such a section; a component without one, or one whose memory holds something else, says nothing.
 *
 * At the address: the marker; a u32 that is 1 once there is a report; the address and the size in bytes of the message, where
 * address 0 is the place after the report; the same of the source file's name; its line and column. All are u32, little-endian;
 * texts are UTF-16.
 */
export const TRAP_REPORT = {
  /** The custom section, which holds the address as a u32, little-endian. */
  section: 'hatchway:trap',
  /** By which the report is found in the data of a core module, and known in the memory of a guest. */
  marker: [0xf1, 0x9a, 0x84, 0xe7, 0x2b, 0xc6, 0x95, 0x5d, 0xb8, 0x63, 0xd2, 0x8e, 0xa9, 0x47, 0xec, 0x1f],
  /** Bytes of a report, without its texts. */
  size: 44,
} as const;

/** Characters of a text that are shown. The guest may claim any number. */
const MAX_TEXT = 500;

/** The address in the section, if that is what it should be. */
export function reportAddress(section: Uint8Array | undefined): number | undefined {
  if (section?.length !== 4) return undefined;
  return new DataView(section.buffer, section.byteOffset).getUint32(0, true);
}

/**
 * What a guest that trapped says of it, in quotes and with its place in the source, if its memory has a report there.
 * @param engine what the engine says, for a guest that knows but the place.
 */
export function readTrapReport(memory: WebAssembly.Memory, address: number, engine: string): string | undefined {
  const bytes = new Uint8Array(memory.buffer);
  if (address + TRAP_REPORT.size > bytes.length) return undefined;
  if (TRAP_REPORT.marker.some((byte, i) => bytes[address + i] !== byte)) return undefined;
  const report = new DataView(memory.buffer, address, TRAP_REPORT.size);
  const field = (at: number) => report.getUint32(at, true);
  if (field(16) !== 1) return undefined;
  const message = textAt(bytes, field(20) || address + TRAP_REPORT.size, field(24));
  const file = textAt(bytes, field(28), field(32));
  const place = file === '' ? '' : `, at ${escapeText(file, MAX_TEXT)}:${field(36)}:${field(40)}`;
  return `${message === '' ? engine : quote(message, MAX_TEXT)}${place}`;
}

const utf16 = new TextDecoder('utf-16le');

function textAt(bytes: Uint8Array, address: number, size: number): string {
  if (address + size > bytes.length) return '';
  // A copy: what is shared between threads cannot be decoded.
  return utf16.decode(bytes.slice(address, address + Math.min(size, 2 * MAX_TEXT + 2)));
}
