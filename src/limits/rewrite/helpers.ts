import type { CheckCode } from './checks.js';
import { BYTES_SHIFT, CALL, ENTRIES_SHIFT, MOST_FOR_BULK } from './costs.js';
import { signed, unsigned } from './writer.js';

/** A function that the rewriter adds. */
export interface Helper {
  readonly name: string;
  /** `[] → []`, `[i32, i32, i32] → []`, `[i32] → [i32]`. */
  readonly type: 'refuel' | 'bulk' | 'toll';
  readonly body: readonly number[];
}

const get = (local: number) => [0x20, local];
const I32 = 0x7f;
const EMPTY = 0x40;
const [LE_U, GT_U, I64_GT_U, ADD, SUB] = [0x4d, 0x4b, 0x56, 0x6a, 0x6b] as const;

/**
 * The functions added to a module: bulk memory operations in chunks, made when first asked for, and the question for fuel.
 * They come after all others, so no function's index changes.
 */
export class Helpers {
  readonly all: Helper[] = [];
  /** What a call of one that fills or copies costs, beside what it charges itself. */
  readonly price: number;
  readonly #numbers = new Map<string, number>();

  constructor(
    /** The index of the first of them. */
    private readonly first: number,
    private readonly code: CheckCode,
    private readonly chunk: number,
    /** Bytes that are moved without a check; 0 where each byte is charged for. */
    private readonly small: number,
  ) {
    this.price = CALL + (small >> BYTES_SHIFT);
  }

  /** The index of the function that fills `memory`. */
  fill(memory: number): number {
    return this.#named(`memory.fill ${memory}`, 'bulk', () => this.#fill(memory));
  }

  /** The index of the function that copies from one memory, or within it, to another. */
  copy(to: number, from: number): number {
    return this.#named(`memory.copy ${to} ${from}`, 'bulk', () => this.#copy(to, from));
  }

  /** The index of the function that charges for a number of bytes or entries, and gives it back. */
  toll(unit: 'bytes' | 'entries'): number {
    return this.#named(`toll for ${unit}`, 'toll', () => {
      const shift = unit === 'bytes' ? -BYTES_SHIFT : ENTRIES_SHIFT;
      return [...this.code.computed(price(0, shift)), ...get(0)];
    });
  }

  /** Asks the host, through the only entry of a table, and traps if it gives none. Where there is one, it is the first. */
  addRefuel(tickType: number, tickTable: number): void {
    const ask = [0x41, 0x00, 0x11, ...unsigned(tickType), ...unsigned(tickTable)];
    this.all.push({ name: 'refuel', type: 'refuel', body: [0x00, ...ask, ...this.code.trapBelow(0), 0x0b] });
  }

  #named(name: string, type: Helper['type'], body: () => number[]): number {
    let index = this.#numbers.get(name);
    if (index === undefined) {
      index = this.first + this.all.length;
      this.#numbers.set(name, index);
      this.all.push({ name, type, body: [0x00, ...body(), 0x0b] });
    }
    return index;
  }

  /** Parameters: where, the byte, how many. */
  #fill(memory: number): number[] {
    const chunk = [0x41, ...signed(this.chunk)];
    const fill = [0xfc, 0x0b, ...unsigned(memory)];
    const rest = [...this.code.computed(price(2, -BYTES_SHIFT)), ...get(0), ...get(1), ...get(2), ...fill];
    return [
      ...this.#smallFirst([...get(0), ...get(1), ...get(2), ...fill]),
      ...[...get(2), ...chunk, LE_U, 0x04, EMPTY, ...rest, 0x0f, 0x0b],
      // Out of bounds: the instruction itself traps, and has moved nothing.
      ...[...this.#beyond(memory, 0), 0x04, EMPTY, ...get(0), ...get(1), ...get(2), ...fill, 0x0f, 0x0b],
      ...[0x03, EMPTY, ...this.#chunkCheck(), ...get(0), ...get(1), ...chunk, ...fill],
      ...[...get(0), ...chunk, ADD, 0x21, 0, ...get(2), ...chunk, SUB, 0x22, 2, ...chunk, GT_U, 0x0d, 0, 0x0b],
      ...rest,
    ];
  }

  /** Parameters: where to, where from, how many. */
  #copy(to: number, from: number): number[] {
    const chunk = [0x41, ...signed(this.chunk)];
    const copy = [0xfc, 0x0a, ...unsigned(to), ...unsigned(from)];
    const rest = [...this.code.computed(price(2, -BYTES_SHIFT)), ...get(0), ...get(1), ...get(2), ...copy];
    const bothBeyond = [...this.#beyond(to, 0), ...this.#beyond(from, 1), 0x72];
    const backward = [
      // To higher addresses in one memory: from the end, lest what is still to be read is overwritten.
      ...[...get(0), ...get(1), GT_U, 0x04, EMPTY, 0x03, EMPTY, ...this.#chunkCheck()],
      ...[...get(0), ...get(2), ...chunk, SUB, 0x22, 2, ADD, ...get(1), ...get(2), ADD, ...chunk, ...copy],
      ...[...get(2), ...chunk, GT_U, 0x0d, 0, 0x0b, ...rest, 0x0f, 0x0b],
    ];
    return [
      ...this.#smallFirst([...get(0), ...get(1), ...get(2), ...copy]),
      ...[...get(2), ...chunk, LE_U, 0x04, EMPTY, ...rest, 0x0f, 0x0b],
      ...[...bothBeyond, 0x04, EMPTY, ...get(0), ...get(1), ...get(2), ...copy, 0x0f, 0x0b],
      ...(to === from ? backward : []),
      ...[0x03, EMPTY, ...this.#chunkCheck(), ...get(0), ...get(1), ...chunk, ...copy],
      ...[...get(0), ...chunk, ADD, 0x21, 0, ...get(1), ...chunk, ADD, 0x21, 1],
      ...[...get(2), ...chunk, SUB, 0x22, 2, ...chunk, GT_U, 0x0d, 0, 0x0b],
      ...rest,
    ];
  }

  /** Does what moves few bytes, which are in local 2, and returns. */
  #smallFirst(move: readonly number[]): number[] {
    if (this.small === 0) return [];
    return [...get(2), 0x41, ...signed(this.small), LE_U, 0x04, EMPTY, ...move, 0x0f, 0x0b];
  }

  /** Whether `start` and the length in local 2 reach beyond the memory, in 64 bits. */
  #beyond(memory: number, start: number): number[] {
    const size = [0x3f, ...unsigned(memory), 0xad, 0x42, 16, 0x86];
    return [...get(start), 0xad, ...get(2), 0xad, 0x7c, ...size, I64_GT_U];
  }

  #chunkCheck(): number[] {
    return this.code.fixed(Math.max(1, this.chunk >> BYTES_SHIFT));
  }
}

/** The code of what a local full of bytes or entries costs, and 1: shifted to the left, or to the right if negative. */
function price(local: number, shift: number): number[] {
  const most = [0x41, ...signed(shift > 0 ? MOST_FOR_BULK >> shift : MOST_FOR_BULK << -shift)];
  const bounded = [...get(local), ...most, ...get(local), ...most, 0x49, 0x1b];
  return [...bounded, 0x41, Math.abs(shift), shift > 0 ? 0x74 : 0x76, 0x41, 0x01, ADD];
}

/** The entries of the type section that the helpers need, in the order of `Helper.type`. */
export const HELPER_TYPES: readonly (readonly number[])[] = [
  [0x60, 0x00, 0x00],
  [0x60, 0x03, I32, I32, I32, 0x00],
  [0x60, 0x01, I32, 0x01, I32],
];

/** In the order of `HELPER_TYPES`. */
export const HELPER_TYPE: Readonly<Record<Helper['type'], number>> = { refuel: 0, bulk: 1, toll: 2 };
