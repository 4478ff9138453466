import type { CheckCode } from './checks.js';
import type { Writer } from './writer.js';

/** Inserts a check; `value` is its cost. */
export const CHECK = 0;
/** Replaces the LEB128 integer at the offset. */
export const INDEX = 1;
/** Replaces the instruction at the offset by a call. */
export const CALL_INSTEAD = 2;
/** Inserts a call. */
export const CALL = 4;
/** A check whose cost is not known yet, or that is not needed. */
export const NOTHING = 3;

/** What changes in one function's body, in the order of the offsets. */
export class Edits {
  #count = 0;
  readonly #at: number[] = [];
  readonly #kind: number[] = [];
  readonly #value: number[] = [];
  readonly #removed: number[] = [];

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Gives the edit's number, by which `settle` finds it. */
  add(at: number, kind: number, value: number, removed = 0): number {
    const number = this.#count++;
    this.#at[number] = at;
    this.#kind[number] = kind;
    this.#value[number] = value;
    this.#removed[number] = removed;
    return number;
  }

  /** Makes a check of what was noted as nothing. */
  settle(number: number, cost: number): void {
    this.#kind[number] = CHECK;
    this.#value[number] = cost;
  }

  costOf(number: number): number {
    return this.#value[number]!;
  }

  /** By how many bytes the body grows. */
  growth(code: CheckCode): number {
    const fixed = code.before.length + code.after.length;
    let growth = 0;
    for (let i = 0; i < this.#count; i++) {
      const value = this.#value[i]!;
      const kind = this.#kind[i]!;
      if (kind === CHECK) growth += fixed + (code.counts ? signedLength(value) : 0);
      else if (kind === INDEX) growth += unsignedLength(value) - this.#removed[i]!;
      else if (kind === CALL_INSTEAD || kind === CALL) growth += 1 + unsignedLength(value) - this.#removed[i]!;
    }
    return growth;
  }

  /** Writes `source` from `from` to `to` with the edits made. */
  apply(code: CheckCode, source: Uint8Array, from: number, to: number, out: Writer): void {
    let copied = from;
    for (let i = 0; i < this.#count; i++) {
      const kind = this.#kind[i]!;
      if (kind === NOTHING) continue;
      const at = this.#at[i]!;
      const value = this.#value[i]!;
      out.copy(source, copied, at);
      copied = at + this.#removed[i]!;
      if (kind === CHECK) {
        if (code.counts) {
          out.bytes(code.before);
          out.s32(value);
        }
        out.bytes(code.after);
      } else {
        if (kind !== INDEX) out.byte(0x10);
        out.u32(value);
      }
    }
    out.copy(source, copied, to);
  }
}

function unsignedLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}

/** Of a number that is not negative. */
function signedLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x40; rest = Math.floor(rest / 0x80)) length++;
  return length;
}
