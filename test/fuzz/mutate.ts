/** Changes to artifacts. Bytes alone would break the sizes of sections, and nothing behind the first would be looked at. */
import { leb } from '../component/bytes.js';
import type { Random } from './random.js';

export interface Section {
  readonly id: number;
  readonly body: Uint8Array;
}

const PREAMBLE_BYTES = 8;

/** The outermost sections of an artifact; what is no section is left out. */
export function sectionsOf(bytes: Uint8Array): Section[] {
  const sections: Section[] = [];
  let at = PREAMBLE_BYTES;
  while (at < bytes.length) {
    const id = bytes[at++]!;
    let size = 0;
    for (let shift = 0; at < bytes.length; shift += 7) {
      const byte = bytes[at++]!;
      size += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    sections.push({ id, body: bytes.subarray(at, at + size) });
    at += size;
  }
  return sections;
}

function join(preamble: Uint8Array, sections: readonly Section[]): Uint8Array<ArrayBuffer> {
  const parts = sections.flatMap(({ id, body }) => [Uint8Array.of(id, ...leb(body.length)), body]);
  const all = new Uint8Array(preamble.length + parts.reduce((sum, part) => sum + part.length, 0));
  all.set(preamble);
  let at = preamble.length;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Numbers that matter to the format: limits, type codes, the ends of what a LEB can be. */
const INTERESTING = [
  0, 1, 2, 3, 4, 5, 0x3f, 0x40, 0x41, 0x42, 0x63, 0x64, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6d, 0x6e, 0x6f, 0x70, 0x71,
  0x72, 0x73, 0x7d, 0x7f, 0x80, 0xff,
];

function changeBody(body: Uint8Array, random: Random): Uint8Array {
  if (body.length === 0) return Uint8Array.of(random.below(256));
  const at = random.below(body.length);
  const length = 1 + random.below(8);
  const changed = body.slice();
  switch (random.below(8)) {
    case 0:
      changed[at] = random.below(256);
      return changed;
    case 1:
      changed[at] = random.pick(INTERESTING);
      return changed;
    case 2:
      changed[at] = changed[at]! + (random.once(2) ? 1 : -1);
      return changed;
    case 3:
      changed[at] = changed[at]! ^ (1 << random.below(8));
      return changed;
    case 4: // a stretch somewhere else, over what is there
      changed.copyWithin(at, random.below(body.length), random.below(body.length) + length);
      return changed;
    case 5: // cut
      return Uint8Array.of(...body.subarray(0, at), ...body.subarray(at + length));
    case 6: // doubled
      return Uint8Array.of(...body.subarray(0, at + length), ...body.subarray(at));
    default: // put in between
      return Uint8Array.of(...body.subarray(0, at), random.pick(INTERESTING), ...body.subarray(at));
  }
}

/** What spreading into `Uint8Array.of` takes. */
const MOST_BYTES = 30_000;

/** One to three changes, of what is in sections or of their order; `other` lends sections of its own. */
export function mutate(source: Uint8Array, other: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  const preamble = source.slice(0, PREAMBLE_BYTES);
  let sections = sectionsOf(source);
  for (let n = 1 + random.below(3); n > 0; n--) {
    const at = random.below(sections.length + 1);
    const it = sections[at];
    const kind = random.below(16);
    if (kind === 0) sections = sections.filter((_, i) => i !== at);
    else if (kind === 1 && it) sections.splice(random.below(sections.length), 0, it);
    else if (kind === 2)
      sections.splice(at, 0, random.pick([...sectionsOf(other), ...sections]) ?? { id: 0, body: new Uint8Array() });
    else if (kind === 3 && it) sections[at] = { ...it, id: random.below(14) };
    else if (kind === 4 && random.once(4)) preamble[random.below(PREAMBLE_BYTES)] = random.below(256);
    else if (it && it.body.length < MOST_BYTES)
      sections[at] = {
        ...it,
        body: isComponent(it) && random.once(2) ? mutate(it.body, other, random) : changeBody(it.body, random),
      };
  }
  const bytes = join(preamble, sections);
  return random.once(50) ? bytes.slice(0, random.below(bytes.length + 1)) : bytes;
}

const isComponent = ({ id, body }: Section) => id === 4 && body.length > PREAMBLE_BYTES;
